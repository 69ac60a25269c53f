//! `block`: hear nothing of somebody any more, or again.

use protocol::{Block, Done, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Block) -> Result<Done, Problem> {
    app.limits.send(&visit.author, None, visit.slot.client.network())?;
    app.rooms.block(&visit.author, request).await
}
