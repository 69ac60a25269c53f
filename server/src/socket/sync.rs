//! `sync`: what happened since I last heard.

use protocol::{Problem, Sync, SyncReply};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Sync) -> Result<SyncReply, Problem> {
    app.rooms.sync(&visit.author, request).await
}
