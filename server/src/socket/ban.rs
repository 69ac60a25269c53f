//! `ban`: let somebody not be on this server, or again.

use protocol::{Ban, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Ban) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, None, visit.slot.client.network())?;
    let (connection, who, on) = (visit.slot.number, request.member.clone(), request.on);
    let done = app.ban(&visit.author, request).await?;
    tracing::info!(connection, by = %visit.author.member.id, %who, on, "banned");
    Ok(done)
}
