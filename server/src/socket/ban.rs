//! `ban`: let somebody not be on this server, or again.

use protocol::{Ban, Problem, Stored};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Ban) -> Result<Stored, Problem> {
    app.limits.send(&visit.author, None, visit.slot.client.network())?;
    let (connection, who, on) = (visit.slot.number, request.member.clone(), request.on);
    let addresses = app.bindings.addresses_of(&request.member);
    let live = addresses.into_iter().filter_map(|ip| app.store.network(ip)).collect();
    let done = app.rooms.ban_live(&visit.author, request, live).await?;
    tracing::info!(connection, by = %visit.author.member.id, %who, on, "banned");
    Ok(done)
}
