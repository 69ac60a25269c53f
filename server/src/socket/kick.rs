//! `kick`: take somebody out of a room.

use protocol::{Kick, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Kick) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room, who) = (visit.slot.number, request.room.clone(), request.member.clone());
    let done = app.rooms.kick(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, %who, "kicked");
    Ok(done)
}
