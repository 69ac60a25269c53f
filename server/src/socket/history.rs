//! `history`: a page of a room's messages.

use protocol::{History, HistoryPage, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: History) -> Result<HistoryPage, Problem> {
    app.rooms.history(Some(&visit.author), request).await
}
