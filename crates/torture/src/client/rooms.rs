//! What a tab displays: one shipped reducer per room, and the questions they ask.

use std::collections::BTreeMap;
use std::io;

use chat::outbox::State;
use chat::timeline::{Effect, Input, Page, Timeline};
use chat::{Change, Event, Message, RoomId};
use protocol::view::RoomKind;
use protocol::{Heads, Hello, History, HistoryPage, Join, JoinOk, Sync, SyncReply};
use rand::Rng;

use super::tab::{Answer, Tab, Wake};
use crate::history::{Became, Fact, Shown, Told, digest, now};
use crate::wire::{Undone, ask};

/// Messages of a page that is read back.
const PAGE: u32 = 100;

/// A room on the display.
pub(super) struct Shelf {
    pub(super) timeline: Timeline,
    pub(super) public: bool,
    /// A page is there.
    pub(super) ready: bool,
    /// Its last message was there before the end began; pages are read back no further.
    older: bool,
}

impl Tab {
    /// The rooms one is in, and how far they have come. What is displayed beside them is none of ours any more.
    pub(super) fn greet_rooms(&mut self, hello: Hello) -> io::Result<()> {
        let rooms: BTreeMap<RoomId, bool> =
            hello.rooms.iter().map(|room| (room.id.clone(), room.kind == RoomKind::Public)).collect();
        let gone: Vec<_> = self.rooms.keys().filter(|room| !rooms.contains_key(*room)).cloned().collect();
        for room in gone {
            self.out(&room)?;
        }
        let before = std::mem::replace(&mut self.epoch, hello.epoch.clone());
        if !before.is_empty() && before != hello.epoch {
            self.outbox(chat::outbox::Input::Restored)?;
        }
        for (room, public) in rooms {
            self.shelf(&room, public);
            if let Some(seq) = hello.heads.get(&room) {
                self.timeline(&room, Input::Head { epoch: hello.epoch.clone(), seq: *seq })?;
            }
        }
        Ok(())
    }

    /// Makes room for `room`. Its epoch is none, so that the first head asks for its newest page.
    fn shelf(&mut self, room: &RoomId, public: bool) {
        let me = self.person().me.clone();
        self.rooms.entry(room.clone()).or_insert_with(|| {
            let mut timeline = Timeline::new(room.clone(), Page::default());
            timeline.read_by(Some(me));
            Shelf { timeline, public, ready: false, older: false }
        });
    }

    fn out(&mut self, room: &RoomId) -> io::Result<()> {
        self.cursors.remove(room);
        if self.rooms.remove(room).is_some() {
            self.history.write(Fact::Left { room: room.clone() })?;
        }
        self.settle()
    }

    pub(super) fn heads(&mut self, heads: Heads) -> io::Result<()> {
        for (room, seq) in heads.rooms {
            self.timeline(&room, Input::Head { epoch: heads.epoch.clone(), seq })?;
        }
        Ok(())
    }

    /// A live notice.
    pub(super) fn event(&mut self, event: Event) -> io::Result<()> {
        self.write_told(&event, false)?;
        let room = event.room.clone();
        let out = self.takes_me_out(&event);
        self.timeline(&room, Input::Event(event))?;
        self.outbox(chat::outbox::Input::Works)?;
        if out { self.taken_out(&room) } else { Ok(()) }
    }

    fn write_told(&mut self, event: &Event, synced: bool) -> io::Result<()> {
        let (room, seq, event) = (event.room.clone(), event.seq, told(&event.change));
        self.history.write(Fact::Told { room, seq, synced, event })
    }

    fn takes_me_out(&self, event: &Event) -> bool {
        let me = &self.person().me;
        matches!(&event.change, Change::Kicked { who, .. } | Change::Left { who, .. } if who == me)
    }

    /// Out of a room: a public one is entered again after a while.
    pub(super) fn taken_out(&mut self, room: &RoomId) -> io::Result<()> {
        let public = self.rooms.get(room).is_some_and(|shelf| shelf.public);
        self.out(room)?;
        if public && self.first {
            // Once all is calm the others wait for this.
            let pause = if self.is_calm() { 0 } else { self.rng.random_range(300..3_000) };
            self.wake(now() + pause, Wake::Join(room.clone()));
        }
        Ok(())
    }

    /// Gives the reducer of `room` its input, and carries out what it asks for. Display first, then acts.
    pub(super) fn timeline(&mut self, room: &RoomId, input: Input) -> io::Result<()> {
        let roll = self.roll();
        let raised = match &input {
            Input::Synced(catchup) => Some(catchup.after),
            _ => None,
        };
        let Some(shelf) = self.rooms.get_mut(room) else { return Ok(()) };
        let from = shelf.timeline.applied();
        let page = match &input {
            Input::Latest(page) => Some((page.head, shown(&page.messages))),
            _ => None,
        };
        let effects = shelf.timeline.step(input, now(), roll);
        let mut from = from;
        if let Some((head, messages)) = page {
            shelf.ready = true;
            from = head;
            self.history.write(Fact::Page { room: room.clone(), head, reset: true, messages })?;
        }
        let Some(shelf) = self.rooms.get(room) else { return Ok(()) };
        let to = shelf.timeline.applied();
        if to != from {
            let raised = raised.filter(|after| *after > from);
            self.history.write(Fact::Applied { room: room.clone(), from, to, raised })?;
        }
        effects.into_iter().try_for_each(|effect| self.carry_out(room, effect))
    }

    fn carry_out(&mut self, room: &RoomId, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Added(seq) => {
                let message = self.rooms.get(room).and_then(|shelf| shelf.timeline.message(seq));
                let Some((author, key)) = message.map(|it| (it.author.id.clone(), it.key)) else {
                    return Ok(());
                };
                if author == self.person().me {
                    return self.seen(key, seq);
                }
            }
            Effect::Prepended | Effect::Appended | Effect::Reset => return self.settle(),
            Effect::Changed(_) | Effect::Noted(_) => {}
            Effect::AskSync(after) => {
                self.cursors.insert(room.clone(), after);
                self.ask_sync();
            }
            Effect::AskLatest => {
                let request = History { room: room.clone(), ..History::default() };
                let (answer, room, answers) = (ask(&self.io, &request), room.clone(), self.answers.clone());
                tokio::spawn(async move { answers.send(Answer::Latest(room, answer.await)).ok() });
            }
            Effect::WakeAt(at) => self.wake(at, Wake::Timeline(room.clone())),
        }
        Ok(())
    }

    /// A page may have brought what waited for its event, and an answer may come after that.
    pub(super) fn settle(&mut self) -> io::Result<()> {
        let accepted: Vec<_> = self
            .outbox
            .items()
            .iter()
            .filter_map(|row| match row.state {
                State::Accepted(seq) => Some((row.room.clone(), row.key, seq)),
                _ => None,
            })
            .collect();
        for (room, key, seq) in accepted {
            match self.rooms.get(&room) {
                Some(shelf) if !shelf.ready || shelf.timeline.applied() < seq => {}
                Some(_) => self.seen(key, seq)?,
                // Said in a room one is out of: no event will come, and there is nothing to show it in.
                None => self.outbox(chat::outbox::Input::Seen(key, seq))?,
            }
        }
        Ok(())
    }

    /// One question at a time, about all rooms that have one.
    fn ask_sync(&mut self) {
        if self.syncing || self.cursors.is_empty() {
            return;
        }
        self.syncing = true;
        let cursors = std::mem::take(&mut self.cursors);
        let rooms = cursors.keys().cloned().collect();
        let answer = ask(&self.io, &Sync { cursors: cursors.into_iter().collect() });
        let answers = self.answers.clone();
        tokio::spawn(async move { answers.send(Answer::Synced(rooms, answer.await)).ok() });
    }

    pub(super) fn synced(&mut self, rooms: &[RoomId], mut reply: Option<SyncReply>) -> io::Result<()> {
        self.syncing = false;
        for room in rooms {
            let catchup = reply.as_mut().and_then(|reply| {
                let part = reply.rooms.remove(room)?;
                let one = SyncReply { epoch: reply.epoch.clone(), rooms: [(room.clone(), part)].into() };
                one.catchup(room)
            });
            let Some(catchup) = catchup else {
                self.timeline(room, Input::Unanswered)?;
                continue;
            };
            let mut out = false;
            for event in &catchup.events {
                self.write_told(event, true)?;
                out |= self.takes_me_out(event);
            }
            self.timeline(room, Input::Synced(catchup))?;
            if out {
                self.taken_out(room)?;
            }
        }
        self.ask_sync();
        Ok(())
    }

    pub(super) fn latest(&mut self, room: &RoomId, page: Option<HistoryPage>) -> io::Result<()> {
        let page = page.map(Page::from);
        self.timeline(room, page.map_or(Input::Unanswered, Input::Latest))
    }

    /// The connection is gone, and every question with it.
    pub(super) fn rooms_unanswered(&mut self) -> io::Result<()> {
        self.cursors.clear();
        let rooms: Vec<_> = self.rooms.keys().cloned().collect();
        rooms.iter().try_for_each(|room| self.timeline(room, Input::Unanswered))
    }

    pub(super) fn join(&mut self, room: &RoomId) -> io::Result<()> {
        if self.connected && !self.rooms.contains_key(room) {
            self.shelf(room, true);
            let answer = ask(&self.io, &Join { room: room.clone() });
            let (room, answers) = (room.clone(), self.answers.clone());
            tokio::spawn(async move { answers.send(Answer::Joined(room, answer.await)).ok() });
        } else if !self.connected {
            self.wake(now() + 500, Wake::Join(room.clone()));
        }
        Ok(())
    }

    pub(super) fn joined(&mut self, room: &RoomId, answer: Result<JoinOk, Undone>) -> io::Result<()> {
        match answer {
            Ok(ok) => {
                let messages = ok.messages.into_iter().map(Into::into).collect();
                let (epoch, head, more) = (self.epoch.clone(), ok.room.head, ok.more);
                let page = Page { epoch, head, messages, more, ..Page::default() };
                self.timeline(room, Input::Latest(page))
            }
            Err(undone) => {
                if self.rooms.get(room).is_some_and(|shelf| !shelf.ready) {
                    self.out(room)?;
                }
                let again = match undone {
                    Undone::Refused(problem) => problem.retryable,
                    Undone::Lost | Undone::Silence => true,
                };
                if again {
                    self.wake(now() + 1_000, Wake::Join(room.clone()));
                }
                Ok(())
            }
        }
    }

    /// Reads the past of the next room that has one; when none has, the end has come.
    pub(super) fn read_back(&mut self) {
        let Some(pages) = self.ending.filter(|pages| *pages > 0) else { return };
        let mut with_past = self.rooms.iter().filter(|(_, shelf)| shelf.timeline.has_more_before());
        let next = with_past
            .find(|(_, shelf)| !shelf.older)
            .map(|(room, shelf)| (room.clone(), shelf.timeline.first()));
        let Some((room, before)) = next else {
            self.ending = Some(pages - 1);
            self.rooms.values_mut().for_each(|shelf| shelf.older = false);
            if pages > 1 && self.rooms.values().any(|shelf| shelf.timeline.has_more_before()) {
                self.read_back();
            } else {
                self.ending = Some(0);
            }
            return;
        };
        let request = History { room: room.clone(), before, limit: Some(PAGE), ..History::default() };
        let (answer, answers) = (ask(&self.io, &request), self.answers.clone());
        tokio::spawn(async move { answers.send(Answer::Older(room, answer.await)).ok() });
    }

    pub(super) fn older(&mut self, room: &RoomId, page: Option<HistoryPage>) -> io::Result<()> {
        if let Some(shelf) = self.rooms.get_mut(room) {
            shelf.older = true;
        }
        if let Some(page) = page.map(Page::from) {
            let (head, messages) = (page.head, shown(&page.messages));
            self.history.write(Fact::Page { room: room.clone(), head, reset: false, messages })?;
            self.timeline(room, Input::Older(page))?;
        }
        self.read_back();
        Ok(())
    }

    pub(super) fn write_displays(&mut self) -> io::Result<()> {
        for (room, shelf) in &self.rooms {
            let (room, applied) = (room.clone(), shelf.timeline.applied());
            let whole = !shelf.timeline.has_more_before();
            let messages = shelf.timeline.messages().map(show).collect();
            self.history.write(Fact::Display { room, applied, whole, messages })?;
        }
        Ok(())
    }
}

fn shown(messages: &[Message]) -> Vec<Shown> {
    messages.iter().map(show).collect()
}

fn show(message: &Message) -> Shown {
    let mut reactions: Vec<_> = message.reactions.iter().map(|it| (it.emoji.clone(), it.count)).collect();
    reactions.sort_unstable();
    Shown {
        seq: message.seq,
        key: message.key,
        author: message.author.id.clone(),
        body: digest(&message.body),
        deleted: message.deleted,
        reactions,
    }
}

/// An event as histories hold it.
pub(super) fn told(change: &Change) -> Told {
    let person = |by: &chat::MemberId, who: &chat::MemberId, became| Told::Person {
        by: by.clone(),
        who: who.clone(),
        became,
    };
    match change.clone() {
        Change::Sent(message) => {
            let body = digest(&message.body);
            Told::Sent { key: message.key, author: message.author.id, body, deleted: message.deleted }
        }
        Change::Edited { by, target, body, deleted, .. } => {
            Told::Edited { by, target, body: digest(&body), deleted }
        }
        Change::Deleted { by, target } => Told::Deleted { by, target },
        Change::Reacted { by, target, emoji, on } => Told::Reacted { by, target, emoji, on },
        Change::Joined { by, who } => person(&by, &who.id, Became::Joined),
        Change::Left { by, who } => person(&by, &who, Became::Left),
        Change::Kicked { by, who } => person(&by, &who, Became::Kicked),
        Change::Muted { by, who, on } => person(&by, &who, if on { Became::Muted } else { Became::Unmuted }),
        Change::Banned { by, who, on } => {
            person(&by, &who, if on { Became::Banned } else { Became::Unbanned })
        }
        Change::Renamed { .. }
        | Change::RoleChanged { .. }
        | Change::AccountDeleted { .. }
        | Change::TopicChanged { .. }
        | Change::RoomRenamed { .. }
        | Change::SlowModeChanged { .. }
        | Change::RoomLocked { .. }
        | Change::RoomArchived { .. }
        | Change::Unknown => Told::Other,
    }
}

#[cfg(test)]
#[path = "rooms/tests.rs"]
mod tests;
