//! What one client knows of one room: the pure reducer that turns notices into an ordered list.
//!
//! It applies events in `seq` order, drops what it has, keeps what came early, and asks for what is missing
//! (delivery.md section 5). It sends nothing itself: it returns [`Effect`]s.

use crate::{Change, Event, Message, Millis, RoomId, Seq};

/// Most events kept while an earlier one is missing; beyond, they are asked for again.
pub const MAX_AHEAD: usize = 256;

/// How long a gap may last before it is asked about: events often overtake each other by a little.
const PATIENCE_MS: Millis = 100;
const PATIENCE_JITTER_MS: u32 = 100;

/// A page of history, as the server renders it or `history` answers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Which database this is; another one means a restore.
    pub epoch: String,
    /// The room's last committed `seq` when the page was read.
    pub head: Seq,
    /// Ascending.
    pub messages: Vec<Message>,
    /// There is more beyond the page, in the direction it was asked for.
    pub more: bool,
}

/// What a `sync` reply says of one room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catchup {
    /// Which database this is.
    pub epoch: String,
    /// The cursor the events follow; authoritative.
    pub after: Seq,
    /// Ascending, without gaps.
    pub events: Vec<Event>,
    /// The room's last committed `seq` when the reply was read.
    pub head: Seq,
    /// There is more to ask for.
    pub more: bool,
    /// Too much was missed: forget the room and load its last page.
    pub reset: bool,
}

/// Something the timeline is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A live notice.
    Event(Event),
    /// The room's head, as `hello` or `heads` tells it.
    Head {
        /// Which database this is.
        epoch: String,
        /// The last committed `seq`; may be late.
        seq: Seq,
    },
    /// The answer to [`Effect::AskSync`].
    Synced(Catchup),
    /// [`Effect::AskSync`] or [`Effect::AskLatest`] got no answer, or the connection is gone.
    Unanswered,
    /// The answer to [`Effect::AskLatest`].
    Latest(Page),
    /// Messages from before the first one known.
    Older(Page),
    /// Messages from after the last one known, for a timeline that began in the past.
    Newer(Page),
    /// The time asked for by [`Effect::WakeAt`] has come.
    Timer,
}

/// Something to do, or to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A message was added at the end.
    Added(Seq),
    /// A message that was there is different now.
    Changed(Seq),
    /// Messages were added before the first one.
    Prepended,
    /// Messages of the past were added after the last one.
    Appended,
    /// Everything shown is stale: draw anew.
    Reset,
    /// Ask the server for the events after this `seq`.
    AskSync(Seq),
    /// Ask the server for the newest page.
    AskLatest,
    /// Send [`Input::Timer`] at this time.
    WakeAt(Millis),
}

/// One room as one client knows it.
#[derive(Clone, Debug)]
pub struct Timeline {
    room: RoomId,
    epoch: String,
    applied: Seq,
    /// Ascending. A sorted list and not a map: it grows at its ends, and its code is a tenth in the page.
    messages: Vec<Message>,
    more_before: bool,
    more_after: bool,
    /// Ascending.
    ahead: Vec<Event>,
    asking: bool,
    ask_at: Option<Millis>,
}

impl Timeline {
    /// The room as a page shows it.
    pub fn new(room: RoomId, page: Page) -> Timeline {
        let mut timeline = Timeline {
            room,
            epoch: String::new(),
            applied: 0,
            messages: Vec::new(),
            more_before: false,
            more_after: false,
            ahead: Vec::new(),
            asking: false,
            ask_at: None,
        };
        timeline.take(page);
        timeline
    }

    /// The room as a page of its past shows it: there is more after the last message. What happens now is not
    /// applied until the pages asked for have come up to it.
    pub fn past(room: RoomId, page: Page) -> Timeline {
        Timeline { more_after: true, ..Timeline::new(room, page) }
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
        let start = self.messages.partition_point(|message| message.seq < from);
        let end = self.messages.partition_point(|message| message.seq <= to).max(start);
        self.messages[start..end].iter()
    }

    /// The message that `seq` addresses, if it is known.
    pub fn message(&self, seq: Seq) -> Option<&Message> {
        self.messages.get(self.position(seq).ok()?)
    }

    /// The first known message's `seq`, to ask for what is before it.
    pub fn first(&self) -> Option<Seq> {
        self.messages.first().map(|message| message.seq)
    }

    /// The last known message's `seq`.
    pub fn last(&self) -> Option<Seq> {
        self.messages.last().map(|message| message.seq)
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
            Input::Synced(catchup) => self.synced(catchup, &mut effects),
            Input::Unanswered => {
                self.asking = false;
                self.ask_at = None;
            }
            Input::Latest(page) => {
                self.asking = false;
                self.take(page);
                effects.push(Effect::Reset);
                self.drain(&mut effects);
                self.ask_if_gap(&mut effects);
            }
            Input::Older(page) => self.older(page, &mut effects),
            Input::Newer(page) => self.newer(page, &mut effects),
            Input::Timer => {
                if self.ask_at.is_some_and(|at| at <= now) {
                    self.ask_at = None;
                    self.ask_if_gap(&mut effects);
                }
            }
        }
        effects
    }

    fn take(&mut self, page: Page) {
        self.epoch = page.epoch;
        self.applied = page.head;
        self.more_before = page.more;
        self.more_after = false;
        self.messages = page.messages;
        let head = page.head;
        self.ahead.retain(|event| event.seq > head);
    }

    fn event(&mut self, event: Event, now: Millis, roll: u32, effects: &mut Vec<Effect>) {
        if event.room != self.room || event.seq <= self.applied || self.more_after {
            return;
        }
        if event.seq == self.applied + 1 {
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
        } else if self.ask_at.is_none() && !self.asking {
            let at = now + PATIENCE_MS + Millis::from(roll % PATIENCE_JITTER_MS);
            self.ask_at = Some(at);
            effects.push(Effect::WakeAt(at));
        }
    }

    fn head(&mut self, epoch: &str, seq: Seq, effects: &mut Vec<Effect>) {
        if epoch != self.epoch {
            self.reset(effects);
        } else if seq != self.applied && !self.more_after {
            // A lower head proves nothing, it may only be late; but only an answer can tell (delivery.md 5).
            self.ask(effects);
        }
    }

    fn synced(&mut self, catchup: Catchup, effects: &mut Vec<Effect>) {
        self.asking = false;
        if catchup.reset || catchup.epoch != self.epoch || catchup.head < catchup.after {
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
        if catchup.more && self.applied < catchup.head {
            self.ask(effects);
        } else {
            self.ask_if_gap(effects);
        }
    }

    fn older(&mut self, page: Page, effects: &mut Vec<Effect>) {
        if page.epoch != self.epoch {
            return self.reset(effects);
        }
        self.more_before = page.more;
        let before = self.messages.len();
        self.merge(page.messages);
        if self.messages.len() > before {
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
        self.merge(page.messages);
        if !page.more {
            // The page was read at its head: from there on, events follow.
            self.more_after = false;
            self.applied = page.head;
        }
        effects.push(Effect::Appended);
    }

    fn position(&self, seq: Seq) -> Result<usize, usize> {
        self.messages.binary_search_by_key(&seq, |message| message.seq)
    }

    /// Puts a page, ascending too, among the messages. What is known already stays as it is: it may be newer.
    fn merge(&mut self, page: Vec<Message>) {
        let mut merged = Vec::with_capacity(self.messages.len() + page.len());
        let mut known = std::mem::take(&mut self.messages).into_iter().peekable();
        for message in page {
            while let Some(before) = known.next_if(|known| known.seq < message.seq) {
                merged.push(before);
            }
            if known.peek().is_none_or(|known| known.seq != message.seq) {
                merged.push(message);
            }
        }
        merged.extend(known);
        self.messages = merged;
    }

    fn apply(&mut self, event: Event, effects: &mut Vec<Effect>) {
        self.applied = event.seq;
        match event.change {
            Change::Sent(message) => {
                effects.push(Effect::Added(message.seq));
                self.messages.push(*message);
            }
            Change::Renamed { who, name, .. } => {
                for message in self.messages.iter_mut().filter(|m| m.author.id == who) {
                    message.author.name.clone_from(&name);
                    effects.push(Effect::Changed(message.seq));
                }
            }
            Change::Unknown => {}
        }
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
        self.ask_at = None;
    }

    fn ask(&mut self, effects: &mut Vec<Effect>) {
        if !self.asking {
            self.asking = true;
            self.ask_at = None;
            effects.push(Effect::AskSync(self.applied));
        }
    }

    fn ask_if_gap(&mut self, effects: &mut Vec<Effect>) {
        if !self.ahead.is_empty() {
            self.ask(effects);
        }
    }

    /// Forgets the room and loads its last page. What is shown stays until that page is here.
    fn reset(&mut self, effects: &mut Vec<Effect>) {
        self.ahead.clear();
        self.ask_at = None;
        if !self.asking {
            self.asking = true;
            effects.push(Effect::AskLatest);
        }
    }
}

#[cfg(test)]
#[path = "timeline/tests.rs"]
mod tests;
