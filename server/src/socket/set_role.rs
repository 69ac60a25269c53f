//! `setRole`: give somebody another role.

use protocol::{Problem, SetRole, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: SetRole) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, None, visit.slot.client.network())?;
    let (connection, who, role) = (visit.slot.number, request.member.clone(), request.role);
    let done = app.rooms.set_role(&visit.author, request).await?;
    tracing::info!(connection, by = %visit.author.member.id, %who, ?role, "role changed");
    Ok(done)
}
