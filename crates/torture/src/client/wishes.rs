//! What a person wants, one thing after the other: nine of ten times to say something.

use std::io;

use chat::outbox::{Input, Intent, Pending, Target};
use chat::{Key, Millis, RoomId, Seq};
use protocol::{Leave, LeaveOk};
use rand::Rng;
use rand::seq::IndexedRandom;

use super::bodies::{EMOJI, body};
use super::tab::{Answer, Tab, Wake};
use crate::history::{Aim, Fact, What, digest, now};
use crate::wire::{Undone, ask};

/// Wishes that a tab may be behind with; a process that was stopped does not say everything at once.
const LATE: Millis = 4_000;
/// A person whose outbox holds more says nothing new for a while.
const ENOUGH: usize = 120;

impl Tab {
    /// The time has come to want something.
    pub(super) fn wish(&mut self) -> io::Result<()> {
        if self.is_calm() || !self.first {
            return Ok(());
        }
        let rate = self.script().rate.max(0.001);
        let mut due = now() - LATE;
        // The wishes missed while the process stood still come quickly one after the other.
        if let Some(last) = self.last_wish {
            due = due.max(last);
        }
        let pause = (self.rng.random_range(0.0..2_000.0) / rate) as Millis;
        let due = self.last_wish.map_or(now(), |_| due) + pause;
        self.last_wish = Some(due);
        self.wake(due.max(now()), Wake::Wish);
        if self.outbox.items().len() >= ENOUGH || self.person_is_out() {
            return Ok(());
        }
        self.want()
    }

    fn person_is_out(&self) -> bool {
        !self.rooms.values().any(|shelf| shelf.ready)
    }

    fn want(&mut self) -> io::Result<()> {
        let Some(room) = self.some_room() else { return Ok(()) };
        match self.rng.random_range(0..1_000) {
            0..40 => self.edit(room),
            40..60 => self.delete(room),
            60..100 => self.react(room),
            100..102 => self.leave(room),
            _ => {
                let body = body(&mut self.rng);
                self.push(room, Intent::Message { body, reply_to: None })
            }
        }
    }

    /// The first rooms are talked in most: of four, the first gets as much as the others together.
    fn some_room(&mut self) -> Option<RoomId> {
        let rooms: Vec<_> =
            self.rooms.iter().filter(|(_, shelf)| shelf.ready).map(|(room, _)| room).collect();
        // The default room's name is not the first one in the order of names.
        let lobby = rooms.iter().position(|room| **room == RoomId::lobby());
        if let Some(lobby) = lobby
            && self.rng.random_bool(0.35)
        {
            return Some(rooms[lobby].clone());
        }
        let at = (self.rng.random::<f64>().powi(2) * rooms.len() as f64) as usize;
        rooms.get(at).map(|room| (*room).clone())
    }

    /// An own message of the room, stored or not.
    fn own_target(&mut self, room: &RoomId) -> Option<Target> {
        let waiting: Vec<_> = self
            .outbox
            .items()
            .iter()
            .filter(|row| row.room == *room && row.is_open() && matches!(row.intent, Intent::Message { .. }))
            .map(|row| Target::Waiting(row.key))
            .collect();
        if let Some(target) = waiting.choose(&mut self.rng)
            && self.rng.random_bool(0.3)
        {
            return Some(*target);
        }
        let stored: Vec<_> =
            self.own.iter().filter(|(other, _)| other == room).map(|(_, seq)| *seq).collect();
        stored.choose(&mut self.rng).copied().map(Target::Stored)
    }

    fn edit(&mut self, room: RoomId) -> io::Result<()> {
        let Some(target) = self.own_target(&room) else { return Ok(()) };
        let body = body(&mut self.rng);
        self.push(room, Intent::Edit { target, body })
    }

    fn delete(&mut self, room: RoomId) -> io::Result<()> {
        let Some(target) = self.own_target(&room) else { return Ok(()) };
        self.push(room, Intent::Delete { target })
    }

    fn react(&mut self, room: RoomId) -> io::Result<()> {
        let Some(shelf) = self.rooms.get(&room) else { return Ok(()) };
        let recent: Vec<Seq> = shelf.timeline.messages().rev().take(30).map(|message| message.seq).collect();
        let Some(seq) = recent.choose(&mut self.rng).copied() else { return Ok(()) };
        let emoji = (*EMOJI.choose(&mut self.rng).unwrap_or(&"❤️")).to_owned();
        let on = self.rng.random_bool(0.7);
        self.push(room, Intent::React { target: Target::Stored(seq), emoji, on })
    }

    fn key(&mut self) -> Key {
        Key::v7(u64::try_from(now()).unwrap_or(0), &self.rng.random())
    }

    /// Enter. The wish is written down, then the reducer has it.
    fn push(&mut self, room: RoomId, intent: Intent) -> io::Result<()> {
        let key = self.key();
        self.history.write(Fact::Wants { key, room: room.clone(), what: what(&intent) })?;
        let about = match intent.target() {
            Some(Target::Waiting(about)) => Some(about),
            _ => None,
        };
        let pending = Pending::new(key, self.person().me.clone(), room.clone(), intent, now());
        // What is wanted of something that never left this tab may be done to it at once, without a request.
        if let Some(about) = about {
            self.fold(about, &pending)?;
        }
        self.outbox(Input::Push(pending))?;
        if self.outbox.get(key).is_none() && !self.refused.contains(&key) {
            self.history.write(Fact::TakenBack { key })?;
        }
        if let Some(about) = about.filter(|about| self.outbox.get(*about).is_none()) {
            self.history.write(Fact::TakenBack { key: about })?;
        }
        Ok(())
    }

    /// Writes down that the waiting message may say something else from now on.
    fn fold(&mut self, about: Key, pending: &Pending) -> io::Result<()> {
        let (Intent::Edit { body, .. }, Some(row)) = (&pending.intent, self.outbox.get(about)) else {
            return Ok(());
        };
        if row.attempts == 0 {
            let what = What::Say { body: digest(body.as_str()) };
            return self.history.write(Fact::Wants { key: about, room: row.room.clone(), what });
        }
        Ok(())
    }

    fn leave(&mut self, room: RoomId) -> io::Result<()> {
        if self.rooms.get(&room).is_some_and(|shelf| shelf.public) && room != RoomId::lobby() {
            let key = self.key();
            self.history.write(Fact::Wants { key, room: room.clone(), what: What::Leave })?;
            self.leaving.insert(key, (room, false));
            self.leave_again();
        }
        Ok(())
    }

    /// Asks to leave, for every wish to leave that was not answered.
    pub(super) fn leave_again(&mut self) {
        if !self.connected {
            return;
        }
        for (key, (room, under_way)) in &mut self.leaving {
            if !std::mem::replace(under_way, true) {
                let answer = ask(&self.io, &Leave { room: room.clone(), key: Some(*key) });
                let (key, room, answers) = (*key, room.clone(), self.answers.clone());
                tokio::spawn(async move { answers.send(Answer::Left(key, room, answer.await)).ok() });
            }
        }
    }

    pub(super) fn left(
        &mut self,
        key: Key,
        room: &RoomId,
        answer: Result<LeaveOk, Undone>,
    ) -> io::Result<()> {
        match answer {
            Ok(ok) => {
                self.history.write(Fact::Acked { key, seq: ok.seq, duplicate: false })?;
                self.leaving.remove(&key);
                self.taken_out(room)
            }
            Err(Undone::Refused(problem)) if !problem.retryable => {
                self.leaving.remove(&key);
                self.history.write(Fact::Refused { key, code: problem.code.code().to_owned() })
            }
            Err(Undone::Refused(_) | Undone::Silence) => {
                self.leaving.insert(key, (room.clone(), false));
                self.wake(now() + 1_000, Wake::Leave);
                Ok(())
            }
            Err(Undone::Lost) => Ok(()),
        }
    }
}

fn what(intent: &Intent) -> What {
    match intent.clone() {
        Intent::Message { body, .. } => What::Say { body: digest(body.as_str()) },
        Intent::Edit { target, body } => What::Edit { target: aim(target), body: digest(body.as_str()) },
        Intent::Delete { target } => What::Delete { target: aim(target) },
        Intent::React { target, emoji, on } => What::React { target: aim(target), emoji, on },
    }
}

fn aim(target: Target) -> Aim {
    match target {
        Target::Stored(seq) => Aim::Seq(seq),
        Target::Waiting(key) => Aim::Key(key),
    }
}
