//! `lockRoom`: let only those speak who keep the peace, or everybody again.

use protocol::{LockRoom, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: LockRoom) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room, on) = (visit.slot.number, request.room.clone(), request.on);
    let done = app.rooms.lock_room(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, on, "room locked");
    Ok(done)
}
