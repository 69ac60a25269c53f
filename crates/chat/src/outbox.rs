//! What a person wants and the server has not yet confirmed: a pure queue of requests.
//!
//! First in, first out, one in flight in each room, retried for ever with the same key until the answer is
//! final (docs/delivery.md section 6). It sends nothing and keeps nothing on disk: it returns [`Effect`]s.
//!
//! Several tabs of one person hold the same queue, and one of them sends (see [`Drain`]). What each changes, it
//! tells the others.

mod answers;
mod pending;
mod row;
mod sending;

use crate::{Key, MemberId, Millis, Seq};

pub use pending::{Intent, POISON_DROPS, Pending, State, Target};
pub use row::Row;

/// Most requests of one author that may wait; beyond, the composer says so.
pub const MAX_WAITING: usize = 200;

/// Most bytes that the waiting requests of one author may take.
pub const MAX_WAITING_BYTES: usize = 1024 * 1024;

/// Most bytes of one request: a larger packet could never be answered, only cut.
pub const MAX_REQUEST_BYTES: usize = 60 * 1024;

/// The code of a request about a message that will never be.
const NO_TARGET: &str = "not_found";

/// How many requests are remembered after their end, for what comes late from another tab: more than may wait.
const REMEMBERED: usize = 256;

/// Why a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushError {
    /// It takes more than [`MAX_REQUEST_BYTES`].
    TooLong,
    /// [`MAX_WAITING`] or [`MAX_WAITING_BYTES`] are reached.
    Full,
}

/// Whether this tab sends what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drain {
    /// Another one does.
    #[default]
    No,
    /// This one and no other.
    Alone,
    /// Every tab does, because none can be elected. The keys make it harmless.
    Together,
}

/// Something the outbox is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The person wants something.
    Push(Pending),
    /// The answer to the oldest open [`Effect::Save`] of this row: it is on disk.
    Saved(Key),
    /// The same, but the disk does not take it: it goes on in memory.
    Unsaved(Key),
    /// The rows found on disk. What is known already stays as it is, unless another tab sent until now.
    Loaded {
        /// All of them.
        rows: Vec<Pending>,
        /// [`Outbox::on_disk`] when the disk was asked: what it does not have any more was ended by another tab.
        known: Vec<Key>,
    },
    /// Another tab tells how one of its rows is now.
    Heard(Pending),
    /// Another tab tells that a row is no longer, or the disk has lost it.
    HeardGone(Key),
    /// Whether this tab sends from now on.
    Drain(Drain),
    /// The server has said hello to this person.
    Connected(MemberId),
    /// The server's database is an older one: what it has accepted and not yet shown may be gone.
    Restored,
    /// The connection is gone: what was in flight may or may not have arrived.
    Disconnected,
    /// Stored, under this `seq`.
    Accepted(Key, Seq),
    /// Refused, but not for good; not before so many milliseconds, if the server says so. Silence is the same.
    Later(Key, Option<Millis>),
    /// The server was just seen to store something, of whomever: it works.
    Works,
    /// Refused for good, with this code.
    Refused(Key, String),
    /// The session is gone: everything waits for the next hello.
    Unauthorized(Key),
    /// Its event is in the timeline, under this `seq`.
    Seen(Key, Seq),
    /// The person wants a refused request sent again, under a new key.
    Again(Key, Key),
    /// The person wants a poisonous request sent now, under the same key.
    Retry(Key),
    /// The person wants it gone.
    Discard(Key),
    /// The time asked for by [`Effect::WakeAt`] has come.
    Timer,
}

/// Something to do, or to draw. To be carried out in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write the row to disk as it is now, and answer [`Input::Saved`] or [`Input::Unsaved`].
    Save(Key),
    /// Take the row off the disk, after the saves before it.
    Remove(Key),
    /// Emit this request now.
    Send(Key),
    /// Its state is another.
    Changed(Key),
    /// It is no longer here.
    Gone(Key),
    /// Tell the other tabs how it is now, or that it is no longer here.
    Tell(Key),
    /// It was not taken.
    Rejected(Key, PushError),
    /// Send [`Input::Timer`] at this time.
    WakeAt(Millis),
}

/// What a person wants and the server has not yet confirmed, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// By [`Pending::place`].
    items: Vec<Pending>,
    /// Whom the server has greeted on this connection.
    session: Option<MemberId>,
    drain: Drain,
    /// Requests that were here, and where they are stored, if they are; the newest last.
    ended: Vec<(Key, Option<Seq>)>,
    now: Millis,
    /// What the owner's timer is set to.
    wake: Option<Millis>,
}

impl Outbox {
    /// The requests, oldest first.
    pub fn items(&self) -> &[Pending] {
        &self.items
    }

    /// One request, if it is still here.
    pub fn get(&self, key: Key) -> Option<&Pending> {
        self.items.iter().find(|p| p.key == key)
    }

    /// Something waits that would end with the page.
    pub fn is_in_memory(&self) -> bool {
        self.items.iter().any(|p| p.memory && p.is_open())
    }

    /// The requests that the disk must have by now.
    pub fn on_disk(&self) -> Vec<Key> {
        self.items.iter().filter(|p| p.is_on_disk()).map(|p| p.key).collect()
    }

    /// Whether [`Input::Push`] would take this.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, author: &MemberId, intent: &Intent) -> Result<(), PushError> {
        let mut bytes = intent.encoded_len();
        if bytes > MAX_REQUEST_BYTES {
            return Err(PushError::TooLong);
        }
        let mut waiting = 0;
        for p in &self.items {
            if p.author == *author && !matches!(p.state, State::Accepted(_)) {
                waiting += 1;
                bytes += p.intent.encoded_len();
            }
        }
        if waiting >= MAX_WAITING || bytes > MAX_WAITING_BYTES { Err(PushError::Full) } else { Ok(()) }
    }

    /// Takes `input` and says what follows from it. `now` is the time and `roll` any random number.
    pub fn step(&mut self, input: Input, now: Millis, roll: u32) -> Vec<Effect> {
        self.set_clock(now);
        let mut effects = Vec::new();
        let out = &mut effects;
        match input {
            Input::Push(pending) => {
                self.push(pending, out);
            }
            Input::Saved(key) => self.saved(key, false, out),
            Input::Unsaved(key) => self.saved(key, true, out),
            Input::Loaded { rows, known } => self.loaded(rows, &known, out),
            Input::Heard(row) => self.heard(row, out),
            Input::HeardGone(key) => {
                self.take_off(key, out);
            }
            Input::Drain(drain) => self.set_drain(drain, out),
            Input::Connected(author) => self.connected(author),
            Input::Restored => self.restored(out),
            Input::Disconnected => self.disconnected(out),
            Input::Accepted(key, seq) => self.accepted(key, seq, roll, out),
            Input::Works => self.works(roll),
            Input::Later(key, wait) => self.later(key, wait, roll, out),
            Input::Refused(key, code) => self.refused(key, &code, out),
            Input::Unauthorized(key) => self.unauthorized(key, out),
            Input::Seen(key, seq) => self.seen(key, seq, out),
            Input::Again(key, new) => self.again(key, new, out),
            Input::Retry(key) => self.retry(key, out),
            Input::Discard(key) => self.discard(key, out),
            Input::Timer => self.wake = None,
        }
        self.pump(out);
        effects
    }

    /// Takes a new request, or does at once what it asks of one that was never emitted. False if it is not taken.
    fn push(&mut self, mut pending: Pending, out: &mut Vec<Effect>) -> bool {
        if let Err(why) = self.check(&pending.author, &pending.intent) {
            out.push(Effect::Rejected(pending.key, why));
            return false;
        }
        self.resolve(&mut pending.intent);
        if self.get(pending.key).is_some() || self.fold(&pending.intent, out) {
            return true;
        }
        // The order in which things were said must not depend on a clock that somebody sets back.
        let last = self.items.last().map_or(Millis::MIN, |last| last.created + 1);
        pending.created = pending.created.max(last);
        self.items.push(pending);
        self.save_at(self.items.len() - 1, out);
        true
    }

    /// A request about a message that is here and was never emitted changes that message and needs no packet.
    fn fold(&mut self, intent: &Intent, out: &mut Vec<Effect>) -> bool {
        let Some(Target::Waiting(key)) = intent.target() else { return false };
        let Some(at) = self.position(key) else { return false };
        let unsent = self.drain == Drain::Alone && self.items[at].attempts == 0;
        let refused = matches!(self.items[at].state, State::Refused(_));
        match (intent, &mut self.items[at].intent) {
            (Intent::Edit { body: new, .. }, Intent::Message { body, .. }) if unsent => {
                body.clone_from(new);
                self.save_at(at, out);
                true
            }
            (Intent::Delete { .. }, _) if unsent || refused => {
                self.discard(key, out);
                true
            }
            _ => false,
        }
    }

    /// The disk has answered once.
    fn saved(&mut self, key: Key, memory: bool, out: &mut Vec<Effect>) {
        let Some(p) = self.items.iter_mut().find(|p| p.key == key) else { return };
        p.saving = p.saving.saturating_sub(1);
        let memory_before = std::mem::replace(&mut p.memory, memory);
        if memory_before != memory || p.saving == 0 {
            out.push(Effect::Changed(key));
        }
        if memory && p.saving == 0 {
            // What the disk may still have of it is stale: another tab must not find that.
            out.push(Effect::Remove(key));
        }
        // Though it may be written once more: what was said after it must not be told before it.
        out.push(Effect::Tell(key));
    }

    fn loaded(&mut self, rows: Vec<Pending>, known: &[Key], out: &mut Vec<Effect>) {
        for key in known {
            let kept = self.get(*key).is_none_or(|p| !p.is_on_disk());
            if !kept && rows.iter().all(|row| row.key != *key) {
                self.take_off(*key, out);
            }
        }
        for row in rows {
            // The tab that wrote it may have ended before it could tell the one that sends.
            let (key, new) = (row.key, self.get(row.key).is_none());
            self.heard(row, out);
            if new && self.drain != Drain::Alone {
                out.push(Effect::Tell(key));
            }
        }
    }

    /// Puts a row from elsewhere into its place. Nobody here can know whether it was emitted there.
    fn insert(&mut self, mut row: Pending, out: &mut Vec<Effect>) {
        if self.ended.iter().any(|(key, _)| *key == row.key) {
            out.push(Effect::Remove(row.key));
            return out.push(Effect::Tell(row.key));
        }
        row.attempts = row.attempts.max(1);
        let resolved = self.resolve(&mut row.intent);
        out.push(Effect::Changed(row.key));
        if row.memory && self.drain == Drain::No {
            // Who said it may be gone, and who sends has come since.
            out.push(Effect::Tell(row.key));
        }
        let at = self.items.partition_point(|p| p.place() < row.place());
        self.items.insert(at, row);
        if resolved {
            self.save_at(at, out);
        }
    }

    /// A row as another tab, or the disk, has it.
    fn heard(&mut self, row: Pending, out: &mut Vec<Effect>) {
        if let State::Accepted(seq) = row.state {
            return self.stored(row.key, seq, out);
        }
        let Some(at) = self.position(row.key) else { return self.insert(row, out) };
        let p = &mut self.items[at];
        if let Some(Target::Stored(seq)) = row.intent.target() {
            p.intent.set_target(seq);
        }
        let follows = self.drain == Drain::No && p.saving == 0;
        let news = match (&p.state, &row.state) {
            // An answer is final. Who does not know it yet may have missed it.
            (State::Accepted(_) | State::Refused(_), State::Waiting(_)) => {
                return out.push(Effect::Tell(row.key));
            }
            (State::Accepted(_), _) | (State::InFlight, State::Waiting(_)) => false,
            // A tab that sends knows better, except that the person wants a poisonous one tried.
            (_, State::Waiting(_)) => follows || (p.is_poison() && !row.is_poison()),
            _ => true,
        };
        if news {
            p.state = row.state;
            p.drops = row.drops;
            out.push(Effect::Changed(row.key));
        }
        if news && follows {
            p.intent = row.intent;
            p.memory = row.memory;
        }
    }

    fn position(&self, key: Key) -> Option<usize> {
        self.items.iter().position(|p| p.key == key)
    }

    /// Where the message of this key is stored, if it was here.
    fn seq_of(&self, key: Key) -> Option<Seq> {
        self.ended.iter().find(|(other, _)| *other == key)?.1
    }

    fn remember(&mut self, key: Key, seq: Option<Seq>) {
        if self.ended.iter().any(|(other, _)| *other == key) {
            return;
        }
        if self.ended.len() >= REMEMBERED {
            self.ended.remove(0);
        }
        self.ended.push((key, seq));
    }

    /// Gives a request about a message that has its `seq` by now that `seq`.
    fn resolve(&self, intent: &mut Intent) -> bool {
        let Some(Target::Waiting(key)) = intent.target() else { return false };
        let seq = self.seq_of(key);
        if let Some(seq) = seq {
            intent.set_target(seq);
        }
        seq.is_some()
    }

    /// Has the row written. It is not emitted before the disk has answered.
    fn save_at(&mut self, at: usize, out: &mut Vec<Effect>) {
        #[cfg(feature = "plant")]
        if crate::plant::planted(crate::plant::Bug::OutboxInMemory) {
            out.push(Effect::Changed(self.items[at].key));
            return;
        }
        let p = &mut self.items[at];
        p.saving += 1;
        out.push(Effect::Changed(p.key));
        out.push(Effect::Save(p.key));
    }

    /// Takes the row out of the queue.
    fn take_off(&mut self, key: Key, out: &mut Vec<Effect>) -> Option<Pending> {
        let at = self.position(key)?;
        self.remember(key, None);
        out.push(Effect::Gone(key));
        Some(self.items.remove(at))
    }
}

#[cfg(test)]
#[path = "outbox/model.rs"]
mod model;
#[cfg(test)]
#[path = "outbox/tests.rs"]
mod tests;
