//! What the writer can be asked, and its answers.

use app::i18n::Lang;
use chat::{Member, MemberId, Millis, Role};
use protocol::Refusal;
use tokio::sync::oneshot;

use super::StoreError;
use super::account::{AccountChange, Ended};
use super::clock::{Belief, Correction};
use super::manage::Manage;
use super::network::Network;
use super::post::{Post, Posted};
use super::reading;

/// One entry of the writer's inbox.
#[derive(Debug)]
pub(super) enum Entry {
    /// Do these, in their order, in one batch, and answer after its COMMIT.
    Do(Vec<Request>),
    /// Take nothing more, finish what came before, end.
    Close,
}

/// A command and whom to answer.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) command: Command,
    pub(super) reply: oneshot::Sender<Result<Answer, StoreError>>,
}

/// A change of the database.
#[derive(Debug)]
pub(super) enum Command {
    /// Something for a room's log.
    Post(Box<Post>),
    /// A new person with a session.
    Begin { member: Member, session: NewSession },
    /// A session was used; its secret was given, too.
    Touch { hash: [u8; 32], at: Millis, given: bool },
    /// A person came from there.
    Seen { member: i64, network: Network, at: Millis },
    /// Sessions of `kind` used before `used` are over, and those begun before `created` of who has a password.
    Sweep { kind: i64, used: Millis, created: Millis },
    /// The clock is believed again.
    Correct(Correction),
    /// Nothing that ends by age is later than this.
    Settle(Millis),
    /// Of these rows, those guests are deleted who stand nowhere and cannot come back.
    ForgetGuests(Vec<i64>),
    /// A person has another role.
    Appoint { member: MemberId, role: Role },
    /// A change of an account or its sessions.
    Account(Box<AccountChange>),
    /// The next of what a person has said is deleted.
    Remove { member: i64, after: i64 },
    /// Something for those who run the server.
    Manage(Box<Manage>),
    /// How far somebody has read, or what somebody is notified of.
    Reading(reading::Ask),
    /// Others may learn how far a person has read, or no longer.
    Receipts { member: MemberId, on: bool },
    /// A person reads another language, or what each browser asks for.
    Language { member: MemberId, lang: Option<Lang> },
    /// The self-check's mark, and what is known of the time.
    Mark(Millis, Belief),
    /// A full disk, from this many pages on.
    #[cfg(test)]
    LimitPages(i64),
    /// A state that no request leads to.
    #[cfg(test)]
    Execute(&'static str, Vec<String>),
    /// A disk that does not answer, until the sender is gone.
    #[cfg(test)]
    Hang(tokio::sync::watch::Receiver<()>),
    /// A bug in the writer.
    #[cfg(test)]
    Panic,
}

impl Command {
    /// Its answer can be a refusal.
    pub(super) fn can_be_refused(&self) -> bool {
        matches!(self, Command::Post(_) | Command::Begin { .. } | Command::Account(_) | Command::Manage(_))
    }
}

impl Answer {
    /// Nothing is to come of what was asked.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(
            self,
            Answer::Posted(Posted::Refused(_))
                | Answer::Begun(Err(_))
                | Answer::Account(Err(_))
                | Answer::Managed(Err(_))
        )
    }
}

/// A row of `sessions`.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    /// 1 cookie, 2 token.
    pub(crate) kind: i64,
    /// SHA-256 of the secret.
    pub(crate) hash: [u8; 32],
    /// When it begins.
    pub(crate) at: Millis,
    /// Browser and system by name; empty if there is no telling.
    pub(crate) device: String,
}

/// What a committed [`Command`] came to.
#[derive(Debug)]
pub(super) enum Answer {
    /// Of a `Post`.
    Posted(Posted),
    /// Of a `Begin`: the row of the new member, unless somebody else has the name.
    Begun(Result<i64, Refusal>),
    /// Of an `Appoint`, of `Receipts` and of a `Language`: there is such a person.
    Appointed(bool),
    /// Of an `Account`.
    Account(Ended),
    /// Of a `Sweep` and of `ForgetGuests`: how many rows are gone.
    Swept(u64),
    /// Of a `Remove`: where to go on.
    Removed(Option<i64>),
    /// Of a `Manage`.
    Managed(Result<i64, Refusal>),
    /// Of `Reading`.
    Reading(reading::Outcome),
    /// Of the others.
    Done,
}
