//! `slowMode`: let people wait between two messages, or no longer.

use protocol::{Problem, SlowMode, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: SlowMode) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room, seconds) = (visit.slot.number, request.room.clone(), request.seconds);
    let done = app.rooms.slow_mode(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, seconds, "slow mode changed");
    Ok(done)
}
