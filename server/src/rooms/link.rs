//! Coming in by a link.

use chat::{Role, RoomId};
use protocol::Problem;

use super::Rooms;
use crate::session::Author;
use crate::store::{Content, NewSession};

impl Rooms {
    /// Lets `author` in with the invite of this hash; with it the room it leads to. Who is new gets `session`.
    ///
    /// # Errors
    /// `not_found` (whatever is wrong with the invite), `forbidden` (in too many rooms already), `banned`, `storage`,
    /// `restarting`.
    pub(crate) async fn be_invited(
        &self,
        author: &Author,
        hash: [u8; 32],
        session: Option<NewSession>,
    ) -> Result<RoomId, Problem> {
        let content = Content::Invited { hash, session };
        Ok(self.post(author, RoomId::lobby(), None, content).await?.room)
    }

    /// Gives `author` another role, by order of who runs the machine.
    ///
    /// # Errors
    /// `not_found`, `banned`, `storage`, `restarting`.
    pub(crate) async fn be_appointed(&self, author: &Author, role: Role) -> Result<(), Problem> {
        self.post(author, RoomId::lobby(), None, Content::BeAppointed(role)).await.map(drop)
    }

    /// Makes `author` the owner, if the owner link of this hash still does that. The new `session` takes the place of
    /// the one `replaced`.
    ///
    /// # Errors
    /// `not_found`, `banned`, `storage`, `restarting`.
    pub(crate) async fn claim(
        &self,
        author: &Author,
        hash: [u8; 32],
        session: NewSession,
        replaced: Option<[u8; 32]>,
    ) -> Result<(), Problem> {
        let content = Content::Claimed { hash, session, replaced };
        self.post(author, RoomId::lobby(), None, content).await.map(drop)
    }
}
