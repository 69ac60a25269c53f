//! `join`: enter a room, or see again who is there. The default room, the only one so far, is joined on
//! connecting already.

use protocol::{Join, JoinOk, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Join) -> Result<JoinOk, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    app.rooms.join(&visit.author, request).await
}
