//! `renameRoom`: call a room something else.

use protocol::{Problem, RenameRoom, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: RenameRoom) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room) = (visit.slot.number, request.room.clone());
    let done = app.rooms.rename_room(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, "room renamed");
    Ok(done)
}
