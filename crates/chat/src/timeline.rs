//! What one client knows of one room: the pure reducer that turns notices into an ordered list.
//!
//! It applies events in `seq` order, drops what it has, keeps what came early, and asks for what is missing
//! (docs/delivery.md section 5). It sends nothing itself: it returns [`Effect`]s.

mod apply;
mod messages;
mod notes;
#[cfg(feature = "plant")]
mod planted;
mod step;

use messages::Messages;
pub use notes::MAX_NOTES;
use notes::Notes;
pub use step::{Catchup, Effect, Input, Page};

use crate::{Event, Member, MemberId, Message, Millis, RoomId, Seq};

/// Most events kept while an earlier one is missing; beyond, they are asked for again.
pub const MAX_AHEAD: usize = 256;

/// How long a gap may last before it is asked about: events often overtake each other by a little.
const PATIENCE_MS: Millis = 100;
const PATIENCE_JITTER_MS: u32 = 100;

/// How long to wait after a question without an answer.
const AGAIN_MS: Millis = 1_000;

/// One room as one client knows it.
#[derive(Clone, Debug)]
pub struct Timeline {
    room: RoomId,
    epoch: String,
    applied: Seq,
    /// Whose reactions are `mine`.
    reader: Option<MemberId>,
    /// Ascending. A sorted list and not a map: it grows at its ends, and its code is a tenth in the page.
    messages: Messages,
    notes: Notes,
    more_before: bool,
    more_after: bool,
    /// Ascending.
    ahead: Vec<Event>,
    /// What the server has been asked and has not answered.
    asking: Option<Question>,
    /// What it was asked and did not answer: it is asked again.
    owed: Option<Question>,
    /// The highest head told since it was asked: the answer may be older.
    told: Seq,
    ask_at: Option<Millis>,
}

/// What a timeline asks the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// What is missing.
    Sync,
    /// The newest page, in the place of everything known.
    Latest,
}

impl Timeline {
    /// The room as a page shows it.
    pub fn new(room: RoomId, page: Page) -> Timeline {
        let mut timeline = Timeline {
            room,
            epoch: String::new(),
            applied: 0,
            reader: None,
            messages: Messages::default(),
            notes: Notes::default(),
            more_before: false,
            more_after: false,
            ahead: Vec::new(),
            asking: None,
            owed: None,
            told: 0,
            ask_at: None,
        };
        timeline.take(page);
        timeline
    }

    /// The room as a page of its past shows it: there is more after the last message. What happens now to the
    /// messages shown is applied; new ones are not added until the pages asked for have come up to them.
    pub fn past(room: RoomId, page: Page) -> Timeline {
        Timeline { more_after: true, ..Timeline::new(room, page) }
    }

    /// Says who reads, so that the reader's own reactions are told apart.
    pub fn read_by(&mut self, reader: Option<MemberId>) {
        self.reader = reader;
    }

    /// Which database what is known is of.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The last `seq` applied without a gap.
    pub fn applied(&self) -> Seq {
        self.applied
    }

    /// The known messages, ascending.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter()
    }

    /// The known messages from one `seq` to another, both included, ascending.
    pub fn between(&self, from: Seq, to: Seq) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.between(from, to)
    }

    /// What stands in the log between the messages, from one `seq` to another, both included, ascending.
    pub fn notes(&self, from: Seq, to: Seq) -> impl DoubleEndedIterator<Item = &Event> {
        self.notes.between(from, to)
    }

    /// Somebody whom the notes name, as known now.
    pub fn named(&self, who: &MemberId) -> Option<&Member> {
        self.notes.member(who)
    }

    /// The message that `seq` addresses, if it is known.
    pub fn message(&self, seq: Seq) -> Option<&Message> {
        self.messages.get(seq)
    }

    /// The first known message's `seq`, to ask for what is before it.
    pub fn first(&self) -> Option<Seq> {
        self.messages.first()
    }

    /// The last known message's `seq`.
    pub fn last(&self) -> Option<Seq> {
        self.messages.last()
    }

    /// There is history after the last known message: the present is not shown.
    pub fn has_more_after(&self) -> bool {
        self.more_after
    }

    /// There is history before the first known message.
    pub fn has_more_before(&self) -> bool {
        self.more_before
    }

    /// Takes `input` and says what follows from it. `now` is the time and `roll` any random number.
    pub fn step(&mut self, input: Input, now: Millis, roll: u32) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Event(event) => self.event(event, now, roll, &mut effects),
            Input::Head { epoch, seq } => self.head(&epoch, seq, &mut effects),
            Input::Synced(catchup) => self.synced(catchup, now, roll, &mut effects),
            Input::Unanswered => {
                self.owed = self.asking.take().or(self.owed);
                self.ask_at = None;
                // Nothing else need ever tell of what was missed: a room may stay silent from now on.
                if self.owed.is_some() || !self.ahead.is_empty() {
                    self.wake(now + AGAIN_MS, roll, &mut effects);
                }
            }
            Input::Latest(page) => self.latest(page, &mut effects),
            Input::Older(page) => self.older(page, &mut effects),
            Input::Newer(page) => self.newer(page, &mut effects),
            Input::Timer => {
                if self.ask_at.is_some_and(|at| at <= now) {
                    self.ask_at = None;
                    match self.owed {
                        Some(Question::Latest) => self.reset(&mut effects),
                        Some(Question::Sync) => self.ask(&mut effects),
                        None => self.ask_if_behind(&mut effects),
                    }
                }
            }
        }
        effects
    }

    /// The present, in the place of everything known.
    fn latest(&mut self, page: Page, effects: &mut Vec<Effect>) {
        // A page that was read before the last event was applied is no reason to forget that event.
        let late = page.epoch == self.epoch && page.head < self.applied;
        self.asking = self.asking.filter(|question| *question != Question::Latest);
        self.owed = self.owed.filter(|question| *question != Question::Latest);
        self.take(page);
        effects.push(Effect::Reset);
        self.drain(effects);
        if late {
            self.ask(effects);
        } else {
            self.ask_if_behind(effects);
        }
    }

    fn take(&mut self, page: Page) {
        self.epoch = page.epoch;
        self.applied = page.head;
        self.more_before = page.more;
        self.more_after = false;
        let head = page.head;
        self.messages = Messages::of(page.messages, head);
        self.notes = Notes::of(page.events, page.people);
        self.ahead.retain(|event| event.seq > head);
    }

    fn event(&mut self, event: Event, now: Millis, roll: u32, effects: &mut Vec<Effect>) {
        // While the newest page is on its way, nothing is known of the numbers it will bring.
        let resetting = [self.asking, self.owed].contains(&Some(Question::Latest));
        if event.room != self.room || (event.seq <= self.applied && !resetting) {
            return;
        }
        if event.seq == self.applied + 1 && !resetting {
            self.apply(event, effects);
            self.drain(effects);
            return;
        }
        if let Err(at) = self.ahead.binary_search_by_key(&event.seq, |event| event.seq) {
            self.ahead.insert(at, event);
        }
        if self.ahead.len() > MAX_AHEAD {
            self.ahead.clear();
            self.ask(effects);
        } else if self.ask_at.is_none() && self.asking.is_none() {
            self.wake(now + PATIENCE_MS, roll, effects);
        }
    }

    fn wake(&mut self, at: Millis, roll: u32, effects: &mut Vec<Effect>) {
        let at = at + Millis::from(roll % PATIENCE_JITTER_MS);
        self.ask_at = Some(at);
        effects.push(Effect::WakeAt(at));
    }

    fn head(&mut self, epoch: &str, seq: Seq, effects: &mut Vec<Effect>) {
        if self.asking.is_some() {
            self.told = self.told.max(seq);
        }
        #[cfg(feature = "plant")]
        if self.planted_head(epoch, seq, effects) {
            return;
        }
        if epoch != self.epoch {
            self.reset(effects);
        } else if seq != self.applied {
            // A lower head proves nothing, it may only be late; but only an answer can tell.
            self.ask(effects);
        }
    }

    fn synced(&mut self, catchup: Catchup, now: Millis, roll: u32, effects: &mut Vec<Effect>) {
        let before = self.applied;
        self.asking = None;
        let restored = catchup.epoch != self.epoch;
        #[cfg(feature = "plant")]
        let restored = restored && !crate::plant::planted(crate::plant::Bug::EpochIgnored);
        if catchup.reset || restored || catchup.head < catchup.after {
            return self.reset(effects);
        }
        // The server raised the cursor for somebody who came later: what lies between is not theirs to see.
        if catchup.after > self.applied {
            self.applied = catchup.after;
        }
        for event in catchup.events {
            if event.seq == self.applied + 1 {
                self.apply(event, effects);
            }
        }
        self.drain(effects);
        let more = catchup.more && self.applied < catchup.head;
        if !more && !self.is_behind() {
            return;
        }
        if self.applied > before {
            self.ask(effects);
        } else {
            // An answer that brought nothing is not asked for again at once: that could go on for ever.
            self.owed = Some(Question::Sync);
            self.wake(now + AGAIN_MS, roll, effects);
        }
    }

    fn older(&mut self, page: Page, effects: &mut Vec<Effect>) {
        if page.epoch != self.epoch {
            return self.reset(effects);
        }
        self.more_before = page.more;
        let before = self.messages.len();
        let late = page.head < self.applied;
        self.messages.merge(page.messages, page.head);
        if self.notes.merge(page.events, page.people, late) || self.messages.len() > before {
            effects.push(Effect::Prepended);
        }
    }

    fn newer(&mut self, page: Page, effects: &mut Vec<Effect>) {
        if page.epoch != self.epoch {
            return self.reset(effects);
        }
        if !self.more_after {
            return;
        }
        self.messages.merge(page.messages, page.head);
        self.notes.merge(page.events, page.people, page.head < self.applied);
        // The page is all that was said up to its head. If events have been applied beyond it, messages among them
        // are still to come.
        if !page.more && page.head >= self.applied {
            self.more_after = false;
        }
        effects.push(Effect::Appended);
    }

    /// Applies what was kept for this moment.
    fn drain(&mut self, effects: &mut Vec<Effect>) {
        while let Some(first) = self.ahead.first() {
            if first.seq > self.applied + 1 {
                return;
            }
            let event = self.ahead.remove(0);
            if event.seq == self.applied + 1 {
                self.apply(event, effects);
            }
        }
        if self.owed.is_none() {
            self.ask_at = None;
        }
    }

    fn ask(&mut self, effects: &mut Vec<Effect>) {
        if self.owed == Some(Question::Latest) {
            self.reset(effects);
        } else if self.asking.is_none() {
            (self.asking, self.owed, self.told, self.ask_at) = (Some(Question::Sync), None, 0, None);
            effects.push(Effect::AskSync(self.applied));
        }
    }

    fn is_behind(&self) -> bool {
        !self.ahead.is_empty() || self.told > self.applied
    }

    fn ask_if_behind(&mut self, effects: &mut Vec<Effect>) {
        if self.is_behind() {
            self.ask(effects);
        }
    }

    /// Forgets the room and loads its last page. What is shown stays until that page is here.
    fn reset(&mut self, effects: &mut Vec<Effect>) {
        if self.asking == Some(Question::Latest) {
            // What has come since it was asked follows that page.
            return;
        }
        self.ahead.clear();
        self.ask_at = None;
        if self.asking.is_none() {
            (self.asking, self.owed, self.told) = (Some(Question::Latest), None, 0);
            effects.push(Effect::AskLatest);
        }
    }
}

#[cfg(test)]
#[path = "timeline/tests.rs"]
mod tests;
