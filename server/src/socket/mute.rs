//! `mute`: let somebody not speak in a room, or again.

use protocol::{Mute, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Mute) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room, who, on) =
        (visit.slot.number, request.room.clone(), request.member.clone(), request.on);
    let done = app.rooms.mute(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, %who, on, "muted");
    Ok(done)
}
