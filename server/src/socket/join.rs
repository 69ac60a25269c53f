//! `join`: enter a room, or see again who is there. The publisher subscribes the person's sockets, with the event: what
//! is read here is of a later moment, so nothing falls between.

use protocol::{Join, JoinOk, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Join) -> Result<JoinOk, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    app.rooms.join(&visit.author, request).await
}
