//! What rooms are like, and what people are on this server: who may change it is [`chat::Role::may`], asked inside the
//! transaction.

use chat::room::MAX_SLOW_MODE;
use chat::{Key, RoomId, RoomName, Topic};
use protocol::{ArchiveRoom, LockRoom, Problem, Refusal, RenameRoom, SetRole, SetTopic, SlowMode, Stored};

use super::Rooms;
use crate::session::Author;
use crate::store::{Content, Shape};

impl Rooms {
    /// Gives somebody another role. What is answered is the default room's event; the person's rooms tell it, too.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (no right to it, oneself, or somebody who has not kept the name), `banned`,
    /// `key_conflict`, `storage`, `restarting`.
    pub async fn set_role(&self, author: &Author, request: SetRole) -> Result<Stored, Problem> {
        let content = Content::Appointed(request.member, request.role);
        Ok(self.post(author, RoomId::lobby(), request.key, content).await?.into())
    }

    /// Says what a room is about; an empty topic is none.
    ///
    /// # Errors
    /// `too_long`, `bad_request` (a control character), and those of [`Rooms::lock_room`].
    pub async fn set_topic(&self, author: &Author, request: SetTopic) -> Result<Stored, Problem> {
        let topic = Topic::parse(&request.topic).map_err(Refusal::from)?;
        self.shape(author, request.room, request.key, Shape::Topic(topic)).await
    }

    /// Calls a room something else.
    ///
    /// # Errors
    /// `empty`, `too_long`, `bad_request` (an invisible character), and those of [`Rooms::lock_room`].
    pub async fn rename_room(&self, author: &Author, request: RenameRoom) -> Result<Stored, Problem> {
        let name = RoomName::parse(&request.name).map_err(Refusal::from)?;
        self.shape(author, request.room, request.key, Shape::Name(name)).await
    }

    /// Lets people wait between two messages, or no longer.
    ///
    /// # Errors
    /// `bad_request` (longer than an hour), and those of [`Rooms::lock_room`].
    pub async fn slow_mode(&self, author: &Author, request: SlowMode) -> Result<Stored, Problem> {
        if request.seconds > MAX_SLOW_MODE {
            return Err(Refusal::BadRequest.into());
        }
        self.shape(author, request.room, request.key, Shape::SlowMode(request.seconds)).await
    }

    /// Lets only those speak who keep the peace, or everybody again.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (no right to it, a direct room, or an archived one), `muted`, `banned`, `key_conflict`,
    /// `storage`, `restarting`.
    pub async fn lock_room(&self, author: &Author, request: LockRoom) -> Result<Stored, Problem> {
        self.shape(author, request.room, request.key, Shape::Locked(request.on)).await
    }

    /// Closes a room but for reading, or opens it again.
    ///
    /// # Errors
    /// `forbidden` for the default room, and those of [`Rooms::lock_room`].
    pub async fn archive_room(&self, author: &Author, request: ArchiveRoom) -> Result<Stored, Problem> {
        self.shape(author, request.room, request.key, Shape::Archived(request.on)).await
    }

    async fn shape(
        &self,
        author: &Author,
        room: RoomId,
        key: Option<Key>,
        shape: Shape,
    ) -> Result<Stored, Problem> {
        Ok(self.post(author, room, key, Content::Shaped(shape)).await?.into())
    }
}
