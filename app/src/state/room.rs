//! One room on the screen: `chat`'s reducers behind signals, and the part of the history that is drawn.
//!
//! The list is two things: the order of the rows, and one signal a row. A message that changes touches its own
//! row; a message that comes touches the order. Nothing is patched as a whole (dependencies.md, trap 5).

use std::ops::DerefMut;

use chat::outbox::{self, Outbox, Pending};
use chat::timeline::{self, Timeline};
use chat::{Key, Member, Millis, RoomId, Seq};
use leptos::prelude::*;

use super::line::{Happening, Line};
use super::pace::Pace;
use super::people::People;
use super::rows::{RowId, Said, Sources, rows};
use super::zone::Zone;
use crate::page::Page;

/// Most stored messages drawn at a time; the rest is kept in memory.
pub const MOST_DRAWN: usize = 300;

/// What is dropped at once when there are more, and what one step into the memory adds.
pub const STEP: usize = 50;

/// A handle to the room; copies share it.
#[derive(Clone, Copy)]
pub struct Room {
    core: StoredValue<Core>,
    /// The rows from the oldest to the newest.
    pub rows: RwSignal<Vec<RowId>>,
    /// There is none.
    pub empty: RwSignal<bool>,
    /// The reader; `None` before a name is said.
    pub me: RwSignal<Option<Member>>,
    /// The reader has said a name: told only when that changes, not when the name does.
    pub named: RwSignal<bool>,
    /// Whose clock the times are told by.
    pub zone: RwSignal<Zone>,
    /// Today on that clock, in days since 1 January 1970.
    pub today: RwSignal<i64>,
    /// The connection.
    pub line: RwSignal<Line>,
    /// The view is at the newest message.
    pub at_end: RwSignal<bool>,
    /// The rows end before the newest message.
    pub cut: RwSignal<bool>,
    /// There is history before the first row.
    pub more_before: RwSignal<bool>,
    /// Messages of others that came while the view was elsewhere.
    pub below: RwSignal<i64>,
    /// So many messages were not read when the room was opened, and the line before them has not been seen.
    pub above: RwSignal<u64>,
    /// Something waits to be sent that would end with the page.
    pub memory: RwSignal<bool>,
    /// How long the reader waits before the next message.
    pub pace: Pace,
    /// Its people.
    pub people: People,
}

struct Core {
    id: RoomId,
    timeline: Timeline,
    outbox: Outbox,
    /// In the order of the rows.
    said: Vec<(RowId, ArcRwSignal<Said>)>,
    target: Option<Seq>,
    /// The last message read when the room was opened, if there were others after it.
    unread: Option<Seq>,
    /// The first drawn message.
    from: Seq,
    /// The last drawn message; `None` is the newest, and then what is on its way is drawn too.
    to: Option<Seq>,
}

impl Room {
    /// The room as `page` shows it.
    pub fn new(page: &mut Page) -> Room {
        let id = page.room.clone();
        let history = page.take_history();
        let mut timeline = if page.more_after {
            Timeline::past(id.clone(), history)
        } else {
            Timeline::new(id.clone(), history)
        };
        timeline.read_by(page.me.as_ref().map(|me| me.id.clone()));
        let zone = Zone::Fixed(page.utc_offset);
        let (unread, above) = unread_of(page);
        let core = Core {
            id,
            from: timeline.first().unwrap_or(0),
            to: None,
            timeline,
            outbox: Outbox::default(),
            said: Vec::new(),
            target: page.target,
            unread,
        };
        let room = Room {
            core: StoredValue::new(core),
            rows: RwSignal::new(Vec::new()),
            empty: RwSignal::new(true),
            named: RwSignal::new(page.me.is_some()),
            me: RwSignal::new(page.me.clone().map(Into::into)),
            zone: RwSignal::new(zone),
            today: RwSignal::new(zone.moment(page.now).day),
            line: RwSignal::new(Line::Waiting),
            at_end: RwSignal::new(!page.more_after && page.target.is_none()),
            cut: RwSignal::new(page.more_after),
            more_before: RwSignal::new(page.more_before),
            below: RwSignal::new(0),
            above: RwSignal::new(above),
            memory: RwSignal::new(false),
            pace: Pace::default(),
            people: People::new(page),
        };
        room.draw(page.now);
        room
    }

    /// The room's identifier.
    pub fn id(&self) -> RoomId {
        self.core().id.clone()
    }

    /// The last message read when the room was opened, if there were others after it.
    pub fn unread(&self) -> Option<Seq> {
        self.core().unread
    }

    /// Moves the line before what is unread; takes it away for `None`.
    pub fn set_unread(&self, read: Option<Seq>) {
        self.core().unread = read;
    }

    /// The address points at a message.
    pub fn is_pointed(&self) -> bool {
        self.core().target.is_some()
    }

    /// Says who reads. True if that is news.
    pub fn read_by(&self, me: Member) -> bool {
        if self.me.with_untracked(|known| known.as_ref() == Some(&me)) {
            return false;
        }
        self.core().timeline.read_by(Some(me.id.clone()));
        self.me.set(Some(me));
        true
    }

    /// What a row shows; `None` if the row is gone.
    pub fn said(&self, row: RowId) -> Option<ArcRwSignal<Said>> {
        self.core
            .with_value(|core| core.said.iter().find(|(id, _)| *id == row).map(|(_, signal)| signal.clone()))
    }

    /// Tells the timeline something. What is to be drawn is drawn by the next [`Room::draw`].
    pub fn timeline(&self, input: timeline::Input, now: Millis, roll: u32) -> Vec<timeline::Effect> {
        self.core().timeline.step(input, now, roll)
    }

    /// Tells the outbox something.
    pub fn outbox(&self, input: outbox::Input, now: Millis, roll: u32) -> Vec<outbox::Effect> {
        let effects = self.core().outbox.step(input, now, roll);
        let memory = self.core().outbox.is_in_memory();
        set(self.memory, memory);
        effects
    }

    /// Looks at the outbox.
    pub fn waiting<T>(&self, look: impl FnOnce(&Outbox) -> T) -> T {
        look(&self.core().outbox)
    }

    /// A request on its way.
    pub fn pending(&self, key: Key) -> Option<Pending> {
        self.waiting(|outbox| outbox.get(key).cloned())
    }

    /// What the outbox holds, or waits for, and the timeline shows already: it came with a page, or in another tab.
    pub fn arrived(&self) -> Vec<(Key, Seq)> {
        self.core().arrived()
    }

    /// Looks at the timeline.
    pub fn read<T>(&self, look: impl FnOnce(&Timeline) -> T) -> T {
        look(&self.core().timeline)
    }

    /// Something happened to the connection. Returns what is to be said of it now.
    pub fn happened(&self, happening: Happening) -> Line {
        let before = self.line.get_untracked();
        let line = before.after(happening);
        if line != before {
            self.line.set(line);
        }
        line
    }

    /// Brings rows and signals up to what the reducers know.
    pub fn draw(&self, now: Millis) {
        let (zone, me, at_end) =
            (self.zone.get_untracked(), self.me.get_untracked(), self.at_end.get_untracked());
        let lost = self.line.get_untracked().is_lost();
        let mut core = self.core();
        if at_end && core.to.is_none() {
            core.forget_the_oldest();
        }
        let drawn = core.draw(me.as_ref(), zone, lost, now);
        drop(core);
        set(self.today, zone.moment(now).day);
        set(self.more_before, drawn.more_before);
        set(self.cut, drawn.cut);
        set(self.empty, drawn.rows.is_empty());
        set(self.named, me.is_some());
        set(self.rows, drawn.rows);
    }

    /// Draws [`STEP`] more messages of the past out of the memory. False if there are none: ask the server.
    pub fn older(&self, now: Millis) -> bool {
        let found = self.core().older();
        if found {
            self.draw(now);
        }
        found
    }

    /// Draws [`STEP`] more messages towards the present out of the memory. False if there are none.
    pub fn newer(&self, now: Millis) -> bool {
        let found = self.core().newer();
        if found {
            self.draw(now);
        }
        found
    }

    /// A page towards the present was added to the memory: it is drawn, and as much is forgotten at the start.
    pub fn appended(&self) {
        self.core().forget_the_oldest();
    }

    /// The memory is another one: all of it is drawn.
    pub fn reset(&self) {
        let mut core = self.core();
        core.from = core.timeline.first().unwrap_or(0);
        core.to = None;
    }

    /// Draws the newest messages, if the memory reaches up to them. False if it does not.
    pub fn to_present(&self, now: Millis) -> bool {
        let mut core = self.core();
        core.to = None;
        core.forget_the_oldest();
        let can = !core.timeline.has_more_after();
        drop(core);
        self.draw(now);
        can
    }

    /// The one way in, for a line or two: what is generic would be in the page once for each use.
    #[inline(never)]
    fn core(&self) -> impl DerefMut<Target = Core> {
        self.core.write_value()
    }
}

/// Takes the signal of a row out of the old ones. They come in much the same order as the new ones, so the search
/// mostly ends where it begins.
fn take(old: &mut Vec<(RowId, ArcRwSignal<Said>)>, row: RowId) -> Option<ArcRwSignal<Said>> {
    let at = old.iter().position(|(id, _)| *id == row)?;
    Some(old.remove(at).1)
}

/// A signal is told only what is new.
fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// Of the page's room: the last message read, if there are others after it, and how many there are.
fn unread_of(page: &Page) -> (Option<Seq>, u64) {
    let here = page.rooms.mine.iter().find(|room| room.id == page.room && room.unread > 0);
    here.map_or((None, 0), |room| (Some(room.read_up_to), room.unread))
}

struct Drawn {
    rows: Vec<RowId>,
    more_before: bool,
    cut: bool,
}

impl Core {
    fn draw(&mut self, me: Option<&Member>, zone: Zone, lost: bool, now: Millis) -> Drawn {
        let cut = self.to.is_some() || self.timeline.has_more_after();
        let timeline = &self.timeline;
        let waiting = |item: &&Pending| {
            let stored =
                matches!(item.state, outbox::State::Accepted(seq) if timeline.message(seq).is_some());
            item.room == self.id && !stored && !cut && me.is_some_and(|me| me.id == item.author)
        };
        let sources = Sources {
            messages: timeline.between(self.from, self.to.unwrap_or(Seq::MAX)),
            pending: self.outbox.items().iter().filter(waiting),
            me,
            target: self.target,
            unread: self.unread,
            whole: timeline.first() == Some(self.from) && !timeline.has_more_before(),
            lost,
            now,
        };
        let mut order = Vec::new();
        let mut kept = Vec::new();
        let mut old = std::mem::take(&mut self.said);
        for (id, said) in rows(sources, |at| zone.moment(at)) {
            order.push(id);
            let Some(said) = said else { continue };
            let signal = match take(&mut old, id) {
                Some(signal) => {
                    if signal.with_untracked(|old| *old != said) {
                        signal.set(said);
                    }
                    signal
                }
                None => ArcRwSignal::new(said),
            };
            kept.push((id, signal));
        }
        self.said = kept;
        let before = timeline.first().is_some_and(|first| first < self.from);
        Drawn { rows: order, more_before: before || timeline.has_more_before(), cut }
    }

    fn arrived(&self) -> Vec<(Key, Seq)> {
        let items = self.outbox.items();
        // It may also stand before the first message of a page that was loaded anew.
        let passed = |seq: Seq| !self.timeline.has_more_after() && seq <= self.timeline.applied();
        let before = items.iter().filter_map(|item| match item.state {
            outbox::State::Accepted(seq) if item.room == self.id && passed(seq) => Some((item.key, seq)),
            _ => None,
        });
        let mut arrived: Vec<(Key, Seq)> = before.collect();
        for message in self.timeline.messages().filter(|_| !items.is_empty()) {
            let about = Some(outbox::Target::Waiting(message.key));
            // A key is its author's own: anybody else may use the same one.
            let its = |item: &Pending| {
                item.author == message.author.id && (item.key == message.key || item.intent.target() == about)
            };
            if items.iter().any(its) {
                arrived.push((message.key, message.seq));
            }
        }
        arrived
    }

    /// Keeps the newest messages drawn, with room for some more before the next time.
    fn forget_the_oldest(&mut self) {
        if self.timeline.between(self.from, Seq::MAX).count() > MOST_DRAWN {
            let kept = self.timeline.messages().rev().nth(MOST_DRAWN - STEP - 1);
            self.from = kept.map_or(0, |message| message.seq);
        }
    }

    fn older(&mut self) -> bool {
        let Some(before) = self.from.checked_sub(1) else { return false };
        let Some(from) = self.timeline.between(0, before).rev().take(STEP).last() else { return false };
        self.from = from.seq;
        if let Some(last) = self.timeline.between(self.from, Seq::MAX).nth(MOST_DRAWN - 1)
            && self.timeline.last() > Some(last.seq)
        {
            self.to = Some(last.seq);
        }
        true
    }

    fn newer(&mut self) -> bool {
        let Some(to) = self.to else { return false };
        let Some(last) = self.timeline.between(to + 1, Seq::MAX).take(STEP).last() else {
            self.to = None;
            return false;
        };
        self.to = (self.timeline.last() > Some(last.seq)).then_some(last.seq);
        let drawn = self.timeline.between(self.from, last.seq).rev().take(MOST_DRAWN);
        if let Some(first) = drawn.last() {
            self.from = first.seq;
        }
        true
    }
}

#[cfg(test)]
mod tests;
