//! `addMember`: bring somebody into a private room.

use protocol::{AddMember, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: AddMember) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room) = (visit.slot.number, request.room.clone());
    let done = app.rooms.add_member(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, seq = done.seq, "somebody brought in");
    Ok(done)
}
