//! The database: one SQLite file, one writer, many readers.
//!
//! All SQL of the project lives below this module. It knows rooms, members and events, and neither sockets nor
//! HTTP. **Invariant:** what the writer has not committed is neither answered nor announced.

mod account;
mod act;
mod append;
pub(crate) mod audit;
mod backup;
mod ballast;
mod batch;
mod blocked;
mod chore;
mod clock;
mod code;
mod command;
mod committed;
mod decide;
mod error;
mod export;
mod file;
mod forget;
mod invites;
mod language;
mod log;
mod manage;
mod mention;
mod name;
mod network;
mod notes;
mod page;
mod payload;
mod people;
mod person;
mod places;
mod post;
pub(crate) mod private;
mod reading;
mod recovery;
mod removal;
pub(crate) mod report;
mod schema;
mod seal;
mod session;
mod silent;
mod spoken;
mod stop;
#[cfg(test)]
pub(crate) mod tests;
mod turn;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chat::{Member, MemberId, Millis, Role, RoomId, Seq};
use sqlx::SqlitePool;
use tokio::sync::{Notify, mpsc, oneshot, watch};

pub(crate) use account::{AccountChange, AccountRow, Ended, Goodbye, Keeping, PasswordHash, SessionLine};
pub use backup::{Inventory, Restored, backup, restore};
pub use ballast::keep_room_back;
pub use clock::Clock;
pub(crate) use clock::shown;
pub(crate) use code::hue;
pub(crate) use command::NewSession;
use command::{Answer, Command, Entry, Request};
pub use committed::Committed;
pub use error::StoreError;
pub use export::{Archive, Listed};
pub use file::{existing, exists};
pub(crate) use log::Part;
pub(crate) use manage::NewInvite;
pub(crate) use network::Network;
pub(crate) use page::{Page, RoomRow, Window};
pub(crate) use people::Gathering;
pub(crate) use person::SessionRow;
pub(crate) use places::Place;
pub(crate) use post::{Content, Posted, Shape, Whom, Wish};
pub(crate) use reading::Reading;
pub(crate) use removal::remove;
use spoken::Spoken;
pub use stop::Stop;
use writer::Writer;

/// How long it is believed that what could be stored can still be.
const PROOF_HOLDS: Duration = Duration::from_secs(1);

/// The open database. Cloning it is cheap.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    epoch: String,
    hash_key: [u8; 32],
    clock: Clock,
    readers: SqlitePool,
    inbox: mpsc::Sender<Entry>,
    committed: Mutex<Option<Committed>>,
    /// When something was last seen to be stored; nothing after a failure.
    proven: Mutex<Option<Instant>>,
    /// There is something new to be removed.
    removals: Notify,
    life: watch::Receiver<Life>,
}

/// How the writer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Working,
    Closed,
    Dead,
}

impl Store {
    /// Opens the database of the folder `dir`, making both if they are missing: an empty database has the default
    /// room and nobody in it.
    ///
    /// # Errors
    /// One sentence for the operator: the folder cannot be used or belongs to a running server, or the file is
    /// not a database this version can write durably.
    pub async fn open(dir: &Path) -> Result<Store, StoreError> {
        Store::open_with(dir, Clock::system()).await
    }

    /// As [`Store::open`], with a clock of the caller's.
    pub async fn open_with(dir: &Path, clock: Clock) -> Result<Store, StoreError> {
        let file::Opened { writer, readers, lock, epoch, hash_key, heads } = file::open(dir).await?;
        let (announcer, committed) = committed::channel(readers.clone(), heads);
        clock.go_on(clock::kept(&readers).await?);
        let (inbox, entries) = mpsc::channel(writer::INBOX);
        let (life, watched) = watch::channel(Life::Working);
        let writer = Writer {
            db: writer,
            inbox: entries,
            announcer,
            readers: readers.clone(),
            clock: clock.clone(),
            spoken: Spoken::default(),
            lock,
        };
        tokio::spawn(watch_over(writer, life));
        let committed = Mutex::new(Some(committed));
        Ok(Store(Arc::new(Inner {
            epoch,
            hash_key,
            clock,
            readers,
            inbox,
            committed,
            proven: Mutex::new(None),
            removals: Notify::new(),
            life: watched,
        })))
    }

    /// Which database this is: it changes when a backup is restored.
    pub fn epoch(&self) -> &str {
        &self.0.epoch
    }

    /// The one stream of committed events, for the publisher.
    ///
    /// # Panics
    /// If it was taken before: two publishers would each have half of the events.
    pub fn committed(&self) -> Committed {
        let mut slot = self.0.committed.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take().expect("invariant: one publisher takes the stream, once")
    }

    /// Answers when the writer has died (it panicked, or SQLite's thread did). The process must end then, so that
    /// the supervisor starts it again: nothing can be stored any more. Never answers otherwise.
    pub async fn dead(&self) {
        if self.ended().await != Life::Dead {
            std::future::pending::<()>().await;
        }
    }

    /// Stores what has been asked so far, refuses everything later, empties the WAL into the database and gives
    /// the folder free.
    pub async fn close(&self) {
        // The writer may already have ended; then there is nobody to tell.
        let _ = self.0.inbox.send(Entry::Close).await;
        self.ended().await;
    }

    /// The database can store. Asked of the database itself, unless something was stored a moment ago: who asks often
    /// must not cost a sync each time.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        let proven = *self.proven();
        let works = *self.0.life.borrow() == Life::Working;
        if works && proven.is_some_and(|proven| proven.elapsed() < PROOF_HOLDS) {
            return Ok(());
        }
        self.check().await
    }

    fn proven(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.proven.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes durably and reads back: the self-check.
    pub async fn check(&self) -> Result<(), StoreError> {
        let now = self.now();
        self.submit(Command::Mark(now, self.0.clock.belief())).await?;
        let mark: Vec<u8> = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'checked'")
            .fetch_one(&self.0.readers)
            .await?;
        if mark.len() == now.to_be_bytes().len() {
            Ok(())
        } else {
            Err(StoreError::Corrupt("the mark".into()))
        }
    }

    /// Unix milliseconds, by the server's one clock.
    pub(crate) fn now(&self) -> Millis {
        self.0.clock.now()
    }

    /// Saves a new person and their session; with it the person's row. Refused if somebody else has the name.
    pub(crate) async fn begin(&self, member: Member, session: NewSession) -> Result<i64, Stop> {
        match self.submit(Command::Begin { member, session }).await? {
            Answer::Begun(begun) => Ok(begun?),
            other => unreachable!("a beginning came to {other:?}"),
        }
    }

    /// Gives a person another role; false if there is no such person. It holds from the person's next request on.
    pub async fn appoint(&self, member: &MemberId, role: Role) -> Result<bool, StoreError> {
        match self.submit(Command::Appoint { member: member.clone(), role }).await? {
            Answer::Appointed(there) => Ok(there),
            other => unreachable!("an appointment came to {other:?}"),
        }
    }

    /// Notes that a session was used, without waiting: at worst it ends an hour early.
    pub(crate) fn touch(&self, hash: [u8; 32], at: Millis) {
        self.note_use(Command::Touch { hash, at, given: false });
    }

    /// The same, and that its secret was given: at worst it is given once more than is needed.
    pub(crate) fn given(&self, hash: [u8; 32], at: Millis) {
        self.note_use(Command::Touch { hash, at, given: true });
    }

    fn note_use(&self, command: Command) {
        let (reply, _) = oneshot::channel();
        let _ = self.0.inbox.try_send(Entry::Do(vec![Request { command, reply }]));
    }

    /// Removes the sessions of `kind` last used at or before `used`, or begun at or before `created`.
    pub(crate) async fn sweep(&self, kind: i64, used: Millis, created: Millis) -> Result<u64, StoreError> {
        match self.submit(Command::Sweep { kind, used, created }).await? {
            Answer::Swept(count) => Ok(count),
            other => unreachable!("a sweep came to {other:?}"),
        }
    }

    /// The session of a secret's hash, over or not.
    pub(crate) async fn session(&self, kind: i64, hash: &[u8; 32]) -> Result<Option<SessionRow>, StoreError> {
        person::session(&self.0.readers, kind, hash).await
    }

    /// Changes an account or its sessions; what it came to.
    pub(crate) async fn change_account(&self, change: AccountChange) -> Result<Ended, StoreError> {
        match self.submit(Command::Account(Box::new(change))).await? {
            Answer::Account(ended) => Ok(ended),
            other => unreachable!("an account's change came to {other:?}"),
        }
    }

    /// Some of the people whose name contains `find`, and whether each may not be here.
    pub(crate) async fn roster(&self, find: &str) -> Result<Vec<(Member, bool)>, StoreError> {
        person::roster(&self.0.readers, find).await
    }

    /// The first of `names` that nobody has.
    pub(crate) async fn free_name(&self, names: &[String; 4]) -> Result<Option<String>, StoreError> {
        person::free_name(&self.0.readers, names).await
    }

    /// The room `id` as `reader` sees it.
    pub(crate) async fn room(&self, reader: Option<&MemberId>, id: &RoomId) -> Result<RoomRow, Stop> {
        page::room(&mut *self.0.readers.acquire().await?, reader, id).await
    }

    /// The `limit` people of a room who came to this server last, in order of arrival. It is for those who have seen
    /// the room already: nobody's leave is asked.
    pub(crate) async fn people(&self, room: &RoomId, limit: usize) -> Result<Vec<Member>, StoreError> {
        page::members(&mut *self.0.readers.acquire().await?, room, limit).await
    }

    /// The rooms `reader` is in, the default room first.
    pub(crate) async fn rooms_of(&self, reader: &MemberId) -> Result<Vec<RoomRow>, Stop> {
        page::rooms_of(&self.0.readers, reader).await
    }

    /// At most `limit` messages of a room, as `reader` sees them.
    pub(crate) async fn page(
        &self,
        reader: Option<&MemberId>,
        room: &RoomId,
        window: Window,
        limit: usize,
    ) -> Result<Page, Stop> {
        page::page(&mut *self.0.readers.acquire().await?, reader, room, window, limit).await
    }

    /// A room with its newest messages and its people, all of one moment.
    pub(crate) async fn entrance(
        &self,
        reader: Option<&MemberId>,
        room: &RoomId,
        messages: usize,
        people: usize,
    ) -> Result<(RoomRow, Page, Vec<Member>), Stop> {
        page::entrance(&self.0.readers, reader, room, messages, people).await
    }

    /// At most `limit` events after `after` of a room, as far as `reader` may see them; none if it is more than
    /// `farthest` events behind.
    pub(crate) async fn log(
        &self,
        reader: Option<&MemberId>,
        room: &RoomId,
        after: Seq,
        limit: usize,
        farthest: Seq,
    ) -> Result<Part, Stop> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        log::after(&self.0.readers, log::Reader::Person(reader), room, after, limit, farthest).await
    }

    /// Hands `command` to the writer and waits for its COMMIT.
    async fn submit(&self, command: Command) -> Result<Answer, StoreError> {
        self.submit_all(vec![command]).await.pop().unwrap_or(Err(StoreError::Closed))
    }

    /// Hands `commands` to the writer, which carries them out together and in their order, and waits for the COMMIT; their
    /// answers in the same order.
    async fn submit_all(&self, commands: Vec<Command>) -> Vec<Result<Answer, StoreError>> {
        let (mut requests, mut replies) = (Vec::new(), Vec::new());
        for command in commands {
            let (reply, answer) = oneshot::channel();
            requests.push(Request { command, reply });
            replies.push(answer);
        }
        // What is not taken is dropped, and so answered.
        self.0.inbox.send(Entry::Do(requests)).await.ok();
        let mut answers = Vec::with_capacity(replies.len());
        for reply in replies {
            let answer = reply.await.unwrap_or(Err(StoreError::Closed));
            *self.proven() = answer.is_ok().then(Instant::now);
            answers.push(answer);
        }
        answers
    }

    async fn ended(&self) -> Life {
        let mut life = self.0.life.clone();
        // The watcher says how the writer ended before it goes; gone without a word, it was ended with the runtime.
        life.wait_for(|life| *life != Life::Working).await.map_or(Life::Closed, |life| *life)
    }
}

/// Runs the writer, and tells how it ended.
async fn watch_over(writer: Writer, life: watch::Sender<Life>) {
    let ended = match tokio::spawn(writer.run()).await {
        Ok(Ok(())) => Life::Closed,
        Ok(Err(error)) => {
            tracing::error!(%error, "the writer has ended");
            Life::Dead
        }
        Err(panic) => {
            tracing::error!(%panic, "the writer has died");
            Life::Dead
        }
    };
    life.send_replace(ended);
}
