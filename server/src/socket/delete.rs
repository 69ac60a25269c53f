//! `delete`: take a message's text away.

use protocol::{Delete, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Delete) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    app.rooms.delete(&visit.author, request).await
}
