//! What a room's handle leads to: the reducers, and which part of them is drawn.

use chat::outbox::{self, Outbox, Pending};
use chat::timeline::Timeline;
use chat::{Key, Member, Millis, RoomId, Seq};
use leptos::prelude::*;

use super::{MOST_DRAWN, STEP};
use crate::state::rows::{Note, RowId, Rows, Said, Sources, rows};
use crate::state::zone::Zone;

/// What the rows of one kind show, in their order.
pub(super) type Signals<T> = Vec<(RowId, ArcRwSignal<T>)>;

pub(super) struct Core {
    pub(super) id: RoomId,
    pub(super) timeline: Timeline,
    pub(super) outbox: Outbox,
    pub(super) said: Signals<Said>,
    pub(super) notes: Signals<Note>,
    pub(super) target: Option<Seq>,
    /// The last message read when the room was opened, if there were others after it.
    pub(super) unread: Option<Seq>,
    /// The first drawn message.
    pub(super) from: Seq,
    /// The last drawn message; `None` is the newest, and then what is on its way is drawn too.
    pub(super) to: Option<Seq>,
}

pub(super) struct Drawn {
    pub(super) rows: Vec<RowId>,
    pub(super) empty: bool,
    pub(super) more_before: bool,
    pub(super) cut: bool,
}

impl Core {
    pub(super) fn draw(&mut self, me: Option<&Member>, zone: Zone, lost: bool, now: Millis) -> Drawn {
        let cut = self.to.is_some() || self.timeline.has_more_after();
        let timeline = &self.timeline;
        let waiting = |item: &&Pending| {
            let stored =
                matches!(item.state, outbox::State::Accepted(seq) if timeline.message(seq).is_some());
            item.room == self.id && !stored && !cut && me.is_some_and(|me| me.id == item.author)
        };
        let sources = Sources {
            messages: timeline.between(self.from, self.to.unwrap_or(Seq::MAX)),
            notes: self.between(me),
            pending: self.outbox.items().iter().filter(waiting),
            me,
            target: self.target,
            unread: self.unread,
            whole: timeline.first() == Some(self.from) && !timeline.has_more_before(),
            lost,
            now,
        };
        let Rows { list, notes } = rows(sources, |at| zone.moment(at));
        let mut old = std::mem::take(&mut self.notes);
        self.notes = notes
            .into_iter()
            .map(|note| {
                let row = RowId::Note(note.seq);
                (row, signal(&mut old, row, note))
            })
            .collect();
        let order = list.iter().map(|(id, _)| *id).collect();
        let mut old = std::mem::take(&mut self.said);
        for (id, said) in list {
            if let Some(said) = said {
                self.said.push((id, signal(&mut old, id, said)));
            }
        }
        let before = timeline.first().is_some_and(|first| first < self.from);
        Drawn {
            rows: order,
            empty: self.said.is_empty(),
            more_before: before || timeline.has_more_before(),
            cut,
        }
    }

    /// What happened between the drawn messages, and before the first of them.
    fn between(&self, me: Option<&Member>) -> Vec<Note> {
        let timeline = &self.timeline;
        let before = self.from.checked_sub(1).and_then(|to| timeline.between(0, to).next_back());
        let notes = timeline.notes(before.map_or(0, |before| before.seq + 1), self.to.unwrap_or(Seq::MAX));
        notes.filter_map(|event| Note::of(event, me.map(|me| &me.id), |id| timeline.named(id))).collect()
    }

    pub(super) fn arrived(&self) -> Vec<(Key, Seq)> {
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
    pub(super) fn forget_the_oldest(&mut self) {
        if self.timeline.between(self.from, Seq::MAX).count() > MOST_DRAWN {
            let kept = self.timeline.messages().rev().nth(MOST_DRAWN - STEP - 1);
            self.from = kept.map_or(0, |message| message.seq);
        }
    }

    pub(super) fn older(&mut self) -> bool {
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

    pub(super) fn newer(&mut self) -> bool {
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

/// The signal of a row, with its new value: out of the old ones, or a new one. They come in much the same order, so the
/// search mostly ends where it begins.
fn signal<T: PartialEq + Send + Sync + 'static>(
    old: &mut Signals<T>,
    row: RowId,
    value: T,
) -> ArcRwSignal<T> {
    let Some(at) = old.iter().position(|(id, _)| *id == row) else { return ArcRwSignal::new(value) };
    let signal = old.remove(at).1;
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
    signal
}
