//! `react`: put an emoji under a message, or take it back.

use protocol::{Problem, React, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: React) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    app.rooms.react(&visit.author, request).await
}
