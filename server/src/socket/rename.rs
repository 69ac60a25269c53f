//! `rename`: take another name.

use protocol::{Problem, Rename, RenameOk};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Rename) -> Result<RenameOk, Problem> {
    app.limits.send(&visit.author, None, visit.slot.client.network())?;
    app.rooms.rename(&visit.author, request).await
}
