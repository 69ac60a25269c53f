//! `report`: tell those who keep the peace of a message.

use protocol::{Done, Problem, Report};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Report) -> Result<Done, Problem> {
    app.limits.complaint(&visit.author, visit.slot.client.network())?;
    app.rooms.report(&visit.author, request).await
}
