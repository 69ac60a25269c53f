//! `message`: say something.

use protocol::{Accepted, Message, Problem};

use super::enter::Visit;
use crate::App;

/// Counts the message; an error if it comes too often.
pub(super) fn limit(app: &App, visit: &Visit, request: &Message) -> Result<(), Problem> {
    let room = request.options.room.clone().unwrap_or_default();
    app.limits.send(&visit.author, Some(&room), visit.slot.client.network())
}

/// Says it. It has been counted.
pub(super) async fn perform(app: &App, visit: &Visit, request: Message) -> Result<Accepted, Problem> {
    let (size, body) =
        (request.body.len(), tracing::enabled!(tracing::Level::DEBUG).then(|| request.body.clone()));
    // Expected before it can be heard.
    let gate = &visit.slot.intake.gate;
    gate.echo();
    let said = app.rooms.say(&visit.author, request).await.inspect_err(|_| gate.fetched(0, 0, 1))?;
    let (connection, author) = (visit.slot.number, &visit.author.member.id);
    tracing::info!(room = %said.room, seq = said.seq, %author, size, connection, duplicate = said.duplicate, "message");
    if let Some(body) = body {
        tracing::debug!(room = %said.room, seq = said.seq, body, "message body");
    }
    Ok(said)
}
