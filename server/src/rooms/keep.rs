//! Keeping the peace: who may do what to whom is [`chat::Role::may`], asked inside the transaction.

use chat::message::MAX_REASON;
use chat::{RoomId, text};
use protocol::{Ban, DeleteAll, Kick, Mute, Problem, Refusal, Report, Stored};

use super::Rooms;
use crate::session::Author;
use crate::store::report::Outcome;
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
    /// Takes away everything a guest has said, in all rooms. It is answered before it is done; each message's `deleted`
    /// follows. What is answered is where the default room's log was.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (no right to it, or no guest), `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn delete_all(&self, author: &Author, request: DeleteAll) -> Result<Stored, Problem> {
        let content = Content::AllDeleted(request.member);
        let done = self.post(author, RoomId::lobby(), request.key, content).await?;
        self.store.go_on_removing();
        Ok(done.into())
    }

    /// Tells those who keep the peace of a message. Once more while it is open changes nothing.
    ///
    /// # Errors
    /// `too_long`, `not_found`, `forbidden` (one's own), `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn report(&self, author: &Author, request: Report) -> Result<protocol::Done, Problem> {
        let reason = text::clean(&request.reason);
        let reason = reason.trim();
        if reason.chars().count() > MAX_REASON {
            return Err(Refusal::TooLong.into());
        }
        let content = Content::Reported { target: request.target, reason: reason.to_owned() };
        self.post(author, request.room, request.key, content).await?;
        Ok(protocol::Done {})
    }

    /// Settles a report. `live` are the networks of the live connections of who said what was reported.
    ///
    /// # Errors
    /// `not_found` (also for who may not), `forbidden`, `banned`, `storage`, `restarting`.
    pub(crate) async fn settle(
        &self,
        author: &Author,
        report: i64,
        outcome: Outcome,
        live: Vec<Network>,
    ) -> Result<(), Problem> {
        let content = Content::Settled { report, outcome, live };
        self.post(author, RoomId::lobby(), None, content).await?;
        Ok(())
    }
}
