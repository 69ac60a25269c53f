//! What one has read, what one is notified of, where one could go, who is there, and who may be seen to write.

use chat::mention::fold;
use chat::{MemberId, RoomId};
use protocol::{ListRooms, ListRoomsOk, Members, Problem, Read, Refusal, SetNotify, join, list_rooms};

use super::{Rooms, problem, seen, storage};
use crate::session::Author;
use crate::store::{Gathering, Reading};

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
    /// `too_long`, `banned`, `storage`, `restarting`.
    pub async fn list(&self, author: &Author, request: ListRooms) -> Result<ListRoomsOk, Problem> {
        let rooms = self.store.rooms_of(&author.member.id).await.map_err(problem)?;
        let find = sought(request.find.as_deref())?;
        let open = self.store.open_rooms(Some(&author.member.id), &find).await.map_err(storage)?;
        Ok(ListRoomsOk { rooms: rooms.into_iter().map(seen).collect(), open })
    }

    /// A page of a room's people.
    ///
    /// # Errors
    /// `too_long` (what is looked for), `not_found` (the room, or the person to go on after), `banned`, `storage`, `restarting`.
    pub(crate) async fn members(&self, reader: &Author, request: &Members) -> Result<Gathering, Problem> {
        let (id, after, find) = (&reader.member.id, request.after.as_ref(), sought(request.find.as_deref())?);
        self.store.members(id, &request.room, (after, &find), join::MAX_MEMBERS).await.map_err(problem)
    }

    /// Today's name of somebody who may speak in `room`, and those there who hear nothing of that person.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `muted`, `banned`, `storage`, `restarting`.
    pub(crate) async fn speaker(
        &self,
        author: &Author,
        room: &RoomId,
    ) -> Result<(String, Vec<MemberId>), Problem> {
        let (name, deaf) = self.store.speaker(&author.member.id, room).await.map_err(problem)?;
        Ok((name.unwrap_or_else(|| author.member.name.clone()), deaf))
    }
}

/// What is looked for, as names are compared; nothing for everything.
fn sought(find: Option<&str>) -> Result<String, Problem> {
    let find = find.unwrap_or_default();
    if find.chars().count() > list_rooms::MAX_FIND { Err(Refusal::TooLong.into()) } else { Ok(fold(find)) }
}
