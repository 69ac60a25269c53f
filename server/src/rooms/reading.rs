//! What one has read, what one is notified of, and where one could go.

use protocol::{ListRooms, ListRoomsOk, Problem, Read, SetNotify};

use super::{Rooms, problem, seen, storage};
use crate::session::Author;
use crate::store::Reading;

impl Rooms {
    /// Reads on; `None` if it was read so far already. Beyond the head means the head.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (not in the room), `banned`, `storage`, `restarting`.
    pub(crate) async fn read(&self, author: &Author, request: &Read) -> Result<Option<Reading>, Problem> {
        self.store.read(&author.member.id, &request.room, request.seq).await.map_err(problem)
    }

    /// Chooses what to be notified of in a room; false if it was so already.
    ///
    /// # Errors
    /// As [`Rooms::read`].
    pub async fn set_notify(&self, author: &Author, request: &SetNotify) -> Result<bool, Problem> {
        self.store.set_notify(&author.member.id, &request.room, request.notify).await.map_err(problem)
    }

    /// One's own rooms with what is unread in them, and the public ones one could enter.
    ///
    /// # Errors
    /// `banned`, `storage`, `restarting`.
    pub async fn list(&self, author: &Author, _: ListRooms) -> Result<ListRoomsOk, Problem> {
        let rooms = self.store.rooms_of(&author.member.id).await.map_err(problem)?;
        let open = self.store.open_rooms(&author.member.id).await.map_err(storage)?;
        Ok(ListRoomsOk { rooms: rooms.into_iter().map(seen).collect(), open })
    }
}
