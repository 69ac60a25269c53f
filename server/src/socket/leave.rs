//! `leave`: go out of a room. The publisher takes the sockets out, with the event.

use protocol::{Leave, LeaveOk, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Leave) -> Result<LeaveOk, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    app.rooms.leave(&visit.author, request).await
}
