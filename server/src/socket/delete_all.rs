//! `deleteAll`: take away everything a guest has said.

use protocol::{DeleteAll, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: DeleteAll) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, None, visit.slot.client.network())?;
    let (connection, who) = (visit.slot.number, request.member.clone());
    let done = app.rooms.delete_all(&visit.author, request).await?;
    tracing::info!(connection, by = %visit.author.member.id, %who, "everything is being deleted");
    Ok(done)
}
