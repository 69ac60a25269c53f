//! One room on the screen: `chat`'s reducers behind signals, and the part of the history that is drawn.
//!
//! The list is two things: the order of the rows, and one signal a row. A message that changes touches its own
//! row; a message that comes touches the order. Nothing is patched as a whole.

mod core;

use std::ops::DerefMut;

use chat::outbox::{self, Outbox, Pending};
use chat::timeline::{self, Timeline};
use chat::{Key, Member, Millis, RoomId, Seq};
use leptos::prelude::*;

use self::core::Core;
use super::line::{Happening, Line};
use super::pace::Pace;
use super::people::People;
use super::rows::{Note, RowId, Said};
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
            notes: Vec::new(),
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

    /// What a row between the messages tells; `None` if the row is gone.
    pub fn note(&self, row: RowId) -> Option<ArcRwSignal<Note>> {
        self.core
            .with_value(|core| core.notes.iter().find(|(id, _)| *id == row).map(|(_, signal)| signal.clone()))
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
        set(self.empty, drawn.empty);
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

#[cfg(test)]
mod tests;
