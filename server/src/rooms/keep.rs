//! Keeping the peace: who may do what to whom is [`chat::Role::may`], asked inside the transaction.

use chat::RoomId;
use protocol::{Ban, Kick, Mute, Problem, Stored};

use super::Rooms;
use crate::session::Author;
use crate::store::{Content, Network};

impl Rooms {
    /// Takes somebody out of a room.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (no right to it, or the default room), `banned`, `key_conflict`, `storage`,
    /// `restarting`.
    pub async fn kick(&self, author: &Author, request: Kick) -> Result<Stored, Problem> {
        let content = Content::Kicked(request.member);
        Ok(self.post(author, request.room, request.key, content).await?.into())
    }

    /// Lets somebody not speak in a room, or again.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn mute(&self, author: &Author, request: Mute) -> Result<Stored, Problem> {
        let content = Content::Muted(request.member, request.on);
        Ok(self.post(author, request.room, request.key, content).await?.into())
    }

    /// Lets somebody not be on this server, or again. What is answered is the default room's event.
    ///
    /// # Errors
    /// `not_found`, `forbidden`, `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn ban(&self, author: &Author, request: Ban) -> Result<Stored, Problem> {
        self.ban_live(author, request, Vec::new()).await
    }

    /// The same, of somebody who is connected from these networks now.
    pub(crate) async fn ban_live(
        &self,
        author: &Author,
        request: Ban,
        live: Vec<Network>,
    ) -> Result<Stored, Problem> {
        let content = Content::Banned(request.member, request.on, live);
        Ok(self.post(author, RoomId::lobby(), request.key, content).await?.into())
    }
}
