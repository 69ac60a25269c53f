//! Hearing nothing of somebody.

use chat::{MemberId, RoomId};
use protocol::{Block, Done, Problem};

use super::{Rooms, storage};
use crate::session::Author;
use crate::store::Content;

impl Rooms {
    /// Hears nothing of somebody any more, or again. The other is not told, and finds only that a conversation takes
    /// no words.
    ///
    /// # Errors
    /// `not_found` (the person), `forbidden` (oneself, or too many already), `banned`, `key_conflict`, `storage`,
    /// `restarting`.
    pub async fn block(&self, author: &Author, request: Block) -> Result<Done, Problem> {
        let content = Content::Blocked(request.member, request.on);
        self.post(author, RoomId::lobby(), request.key, content).await?;
        Ok(Done {})
    }

    /// Those of whom one hears nothing.
    ///
    /// # Errors
    /// `storage`, `restarting`.
    pub async fn blocked_by(&self, author: &Author) -> Result<Vec<MemberId>, Problem> {
        self.store.blocked_by(&author.member.id).await.map_err(storage)
    }
}
