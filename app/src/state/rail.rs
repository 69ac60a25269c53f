//! The rooms of the rail: what the server says of each, and what has happened since. Pure but for the handle.
//!
//! The server's numbers are exact at a room's head; events after it are counted here (`chat::unread`), and what cannot
//! be counted is asked for. An answer that is older than what is known never undoes it: heads only grow.

mod mine;

use std::ops::{Deref, DerefMut};

use chat::unread::{Counts, Step};
use chat::{Change, Event, Member, MemberId, RoomId, Seq};
use leptos::prelude::*;
use leptos::reactive::traits::Notify as _;
use protocol::view::{Notify, Room, RoomKind};
use protocol::{ListRoomsOk, OpenRoom, PerRoom, ReadUpTo};

use crate::i18n::Texts;
use crate::page;

pub use mine::{Mine, adds, keeps, told, waits};
use mine::{happen, speaks};

/// A handle to the rail; copies share it.
#[derive(Clone, Copy)]
pub struct Rail(RwSignal<Rooms>);

/// The rooms.
#[derive(Clone, Debug, PartialEq)]
pub struct Rooms {
    /// One's own, in the server's order.
    pub mine: Vec<Mine>,
    /// Public ones that one is not in.
    pub open: Vec<OpenRoom>,
    /// What the server is called, if it has a name of its own.
    server: Option<String>,
    /// The room on the screen as the page told of it; what holds now is in `mine`, if one is in it.
    shown: Room,
    /// The event after which one was no longer in a room.
    gone: Vec<(RoomId, Seq)>,
    /// Counts what has changed who is where.
    turn: u32,
}

/// Why the reader cannot speak in the room on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The reader is not in it, and may enter.
    Outside,
    /// The reader is not in it any more.
    Gone,
    /// It is closed for good.
    Archived,
    /// Only those who keep the peace may.
    Locked,
    /// The reader may not.
    Muted,
}

/// What is to be done after something was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Then {
    /// Nothing: it is known.
    Nothing,
    /// The rail has changed.
    Changed,
    /// The numbers have to be asked for.
    Ask,
}

impl Rail {
    /// The rail as `page` shows it.
    pub fn new(page: &page::Page) -> Rail {
        Rail(RwSignal::new(Rooms::of(page)))
    }

    /// Looks at the rooms, and again when they change.
    #[inline(never)]
    pub fn get(&self) -> impl Deref<Target = Rooms> {
        self.0.read()
    }

    /// Looks at them once.
    #[inline(never)]
    pub fn look(&self) -> impl Deref<Target = Rooms> {
        self.0.read_untracked()
    }

    /// Changes them. Who looks is told by [`Rail::tell`].
    #[inline(never)]
    pub fn edit(&self) -> impl DerefMut<Target = Rooms> {
        self.0.write_untracked()
    }

    /// Tells who looks that they have changed.
    pub fn tell(&self) {
        self.0.notify();
    }
}

impl Rooms {
    /// The rooms as `page` tells of them.
    pub fn of(page: &page::Page) -> Rooms {
        let page::Rooms { mine, open, shown } = page.rooms.clone();
        let server = page.server.clone();
        let mine = mine.into_iter().map(Mine::new).collect();
        Rooms { mine, open, server, shown, gone: Vec::new(), turn: 0 }
    }

    /// The room on the screen, and whether one is in it.
    pub fn here(&self) -> (&Room, bool) {
        self.room(&self.shown.id).map_or((&self.shown, false), |room| (room, true))
    }

    /// One's own room of this id.
    pub fn room(&self, id: &RoomId) -> Option<&Room> {
        self.mine.iter().map(Deref::deref).find(|room| room.id == *id)
    }

    /// These rooms, and others that one could enter.
    pub fn with_open(&self, more: &[OpenRoom]) -> Rooms {
        let mut rooms = self.clone();
        let known = |id: &RoomId| self.room(id).is_some() || self.open.iter().any(|open| open.id == *id);
        rooms.open.extend(more.iter().filter(|open| !known(&open.id)).cloned());
        rooms
    }

    /// The generation of the answer to a question that is asked now.
    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// What calls for the reader: unread messages of the rooms one is told all of, mentions of the others.
    pub fn calling(&self) -> u64 {
        self.mine.iter().map(|mine| told(mine)).sum()
    }

    /// The title of the page: what calls for the reader, and the room.
    pub fn title(&self, texts: &Texts) -> String {
        let server = self.server.as_deref().unwrap_or(texts.product);
        let title = (texts.title)(texts.called(&self.here().0.name), server);
        match self.calling() {
            0 => title,
            calls => (texts.title_calls)(calls, &title),
        }
    }

    /// The next room of the rail, or the one before; around at the ends. `new`: of those with something new.
    pub fn beside(&self, step: isize, new: bool) -> Option<&Room> {
        let direct = |mine: &&Mine| mine.room.kind == RoomKind::Direct;
        let rooms = self.mine.iter().filter(|mine| !direct(mine)).chain(self.mine.iter().filter(direct));
        let rooms: Vec<&Room> = rooms.map(|mine| &mine.room).collect();
        let at = rooms.iter().position(|room| room.id == self.shown.id);
        let count = rooms.len() as isize;
        let start = at.map_or(if step > 0 { -1 } else { count }, |at| at as isize);
        (1..=count)
            .map(|n| rooms[(start + step * n).rem_euclid(count) as usize])
            .find(|room| room.id != self.shown.id && (!new || told(room) > 0))
    }

    /// Mentions in other rooms than the one on the screen.
    pub fn calls_elsewhere(&self) -> u64 {
        let others = self.mine.iter().filter(|room| room.id != self.shown.id && room.notify != Notify::None);
        others.map(|room| room.mentions).sum()
    }

    /// Why somebody with a name cannot speak in the room on the screen.
    pub fn closed(&self, me: &Member) -> Option<Closed> {
        let (room, inside) = self.here();
        match () {
            () if !inside && room.kind == RoomKind::Public && !room.archived => Some(Closed::Outside),
            () if room.archived => Some(Closed::Archived),
            () if !inside => Some(Closed::Gone),
            () if room.muted => Some(Closed::Muted),
            () if room.locked && !speaks(me, room) => Some(Closed::Locked),
            () => None,
        }
    }

    /// Something happened in a room.
    pub fn event(&mut self, event: &Event, me: Option<&Member>) -> Then {
        let is_me = |id: &MemberId| me.is_some_and(|me| me.id == *id);
        let Some(at) = self.mine.iter().position(|mine| mine.room.id == event.room) else {
            return self.unknown(&event.room, event.seq);
        };
        if let Change::Left { who, .. } | Change::Kicked { who, .. } = &event.change
            && is_me(who)
            && event.seq > self.mine[at].room.head
        {
            self.go_out(at, event.seq);
            return Then::Ask;
        }
        // A conversation is called by those who are in it.
        let nameless = matches!(event.change, Change::AccountDeleted { .. })
            && self.mine[at].room.kind == RoomKind::Direct;
        let mine = &mut self.mine[at];
        if event.seq > mine.room.head {
            happen(&mut mine.room, &event.change, is_me);
        }
        match me {
            Some(me) => mine.count.hear(event, me),
            None => mine.count.step(event.seq, Step::Other),
        }
        let then = mine.recount();
        if nameless { Then::Ask } else { then }
    }

    fn go_out(&mut self, at: usize, seq: Seq) {
        let Mine { room, .. } = self.mine.remove(at);
        self.gone.retain(|(id, _)| *id != room.id);
        self.gone.push((room.id.clone(), seq));
        if room.id == self.shown.id {
            self.shown = room;
        }
        self.turn += 1;
    }

    /// Something is told of a room that is not one's own, as far as is known here: one may be in it since. What one has
    /// gone out of is known.
    fn unknown(&self, id: &RoomId, seq: Seq) -> Then {
        let known = self.gone.iter().any(|(gone, at)| gone == id && seq <= *at);
        if known { Then::Nothing } else { Then::Ask }
    }

    /// A public room was made.
    pub fn opened(&mut self, room: OpenRoom) -> Then {
        if self.room(&room.id).is_some() || self.open.iter().any(|open| open.id == room.id) {
            return Then::Nothing;
        }
        let at = self.open.partition_point(|open| open.name <= room.name);
        self.open.insert(at, room);
        Then::Changed
    }

    /// The logs have come so far.
    pub fn heads(&mut self, heads: &PerRoom<Seq>) -> Then {
        let mut then = Then::Nothing;
        for (id, head) in heads.iter() {
            if self.room(id).is_none() && self.unknown(id, *head) == Then::Ask {
                then = Then::Ask;
            }
        }
        for mine in &mut self.mine {
            if let Some(head) = heads.get(&mine.room.id)
                && *head > mine.room.head
            {
                mine.count.heads(*head);
                then = then.max(mine.recount());
            }
        }
        then
    }

    /// The server's greeting, which is newer than all questions asked before it. `anew`: of another database.
    pub fn greeted(&mut self, rooms: Vec<Room>, anew: bool) -> Then {
        if anew {
            self.gone.clear();
            self.mine.clear();
        }
        self.merge(rooms, true)
    }

    /// The answer to a question of generation `turn`.
    pub fn listed(&mut self, answer: ListRoomsOk, turn: u32) -> Then {
        let current = turn == self.turn;
        let mut then = self.merge(answer.rooms, current);
        self.open = answer.open;
        let mine = &self.mine;
        self.open.retain(|open| mine.iter().all(|room| room.id != open.id));
        if !current {
            then = Then::Ask;
        }
        then
    }

    /// Takes over what is not older than what is known. `whole`: what is missing in `rooms` is no longer one's own.
    fn merge(&mut self, rooms: Vec<Room>, whole: bool) -> Then {
        let mut then = Then::Changed;
        let mut old = std::mem::take(&mut self.mine);
        for room in rooms {
            if self.gone.iter().any(|(id, seq)| *id == room.id && room.head < *seq) {
                then = Then::Ask;
                continue;
            }
            let mine = match old.iter().position(|mine| mine.room.id == room.id) {
                Some(at) => {
                    let mut mine = old.remove(at);
                    if mine.told(room) == Then::Ask {
                        then = Then::Ask;
                    }
                    mine
                }
                None => Mine::new(room),
            };
            self.mine.push(mine);
        }
        if !whole {
            self.mine.append(&mut old);
        }
        then
    }

    /// One has entered a room, or made it.
    pub fn entered(&mut self, room: Room) -> Then {
        self.turn += 1;
        self.gone.retain(|(id, _)| *id != room.id);
        self.open.retain(|open| open.id != room.id);
        match self.find(&room.id) {
            Some(mine) => mine.told(room),
            None => {
                self.mine.push(Mine::new(room));
                Then::Changed
            }
        }
    }

    /// One has read a room, here or on another device.
    pub fn read(&mut self, read: &ReadUpTo) -> Then {
        let Some(mine) = self.find(&read.room) else { return Then::Nothing };
        let before = mine.count.now();
        match (read.head, read.unread, read.mentions) {
            (Some(head), Some(unread), Some(mentions)) => {
                mine.count.tell(Counts { head, read_up_to: read.seq, unread, mentions });
            }
            _ => mine.count.read(read.seq),
        }
        if mine.count.now() == before { Then::Nothing } else { mine.recount() }
    }

    fn find(&mut self, id: &RoomId) -> Option<&mut Mine> {
        self.mine.iter_mut().find(|mine| mine.room.id == *id)
    }

    /// One has chosen what to be told of.
    pub fn notified(&mut self, id: &RoomId, notify: Notify) -> Then {
        match self.find(id) {
            Some(mine) if mine.room.notify != notify => {
                mine.room.notify = notify;
                Then::Changed
            }
            _ => Then::Nothing,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
