//! `archiveRoom`: close a room but for reading, or open it again.

use protocol::{ArchiveRoom, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: ArchiveRoom) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room, on) = (visit.slot.number, request.room.clone(), request.on);
    let done = app.rooms.archive_room(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, on, "room archived");
    Ok(done)
}
