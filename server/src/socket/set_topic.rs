//! `setTopic`: say what a room is about.

use protocol::{Problem, SetTopic, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: SetTopic) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, Some(&request.room), visit.slot.client.network())?;
    let (connection, room) = (visit.slot.number, request.room.clone());
    let done = app.rooms.set_topic(&visit.author, request).await?;
    tracing::info!(connection, %room, by = %visit.author.member.id, "topic changed");
    Ok(done)
}
