//! `listRooms`: one's own rooms with what is unread in them, and those one could enter.

use protocol::{ListRooms, ListRoomsOk, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: ListRooms) -> Result<ListRoomsOk, Problem> {
    app.rooms.list(&visit.author, request).await
}
