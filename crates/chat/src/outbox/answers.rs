//! What the server, the timeline and the person say about a request that is here.

use super::{Effect, Intent, NO_TARGET, Outbox, Pending, State};
use crate::{Key, Millis, Seq};

impl Outbox {
    /// Stored. Counts after a reconnection too, and after a refusal: the key is the same.
    pub(super) fn accepted(&mut self, key: Key, seq: Seq, roll: u32, out: &mut Vec<Effect>) {
        self.works(roll);
        if self.get(key).is_none_or(|p| matches!(p.state, State::Accepted(_))) {
            return;
        }
        self.stored(key, seq, out);
        out.push(Effect::Remove(key));
        out.push(Effect::Tell(key));
    }

    /// The same, as this tab or another has it from the server.
    pub(super) fn stored(&mut self, key: Key, seq: Seq, out: &mut Vec<Effect>) {
        let Some(at) = self.position(key) else { return };
        self.note(key, seq, out);
        let p = &mut self.items[at];
        p.drops = 0;
        p.state = State::Accepted(seq);
        if matches!(p.intent, Intent::Message { .. }) {
            out.push(Effect::Changed(key));
        } else {
            // No event carries its key: there is nothing more to wait for.
            self.take_off(key, out);
        }
    }

    /// Its event is here. The answer may have been lost, or may still come.
    pub(super) fn seen(&mut self, key: Key, seq: Seq, out: &mut Vec<Effect>) {
        let known = self.get(key).map(|p| matches!(p.state, State::Accepted(_)));
        if known == Some(false) || !self.about(key).is_empty() {
            self.note(key, seq, out);
        }
        if known == Some(false) {
            out.push(Effect::Remove(key));
        }
        self.take_off(key, out);
    }

    /// What was accepted by a database that is no more is waited for no longer: if it is in the new one it is shown
    /// from there. Saying it again could put it after what was said later (invariant I5 of the torture tests).
    pub(super) fn restored(&mut self, out: &mut Vec<Effect>) {
        let accepted = self.items.iter().filter(|p| matches!(p.state, State::Accepted(_)));
        for key in accepted.map(|p| p.key).collect::<Vec<_>>() {
            self.take_off(key, out);
        }
    }

    /// Remembers where a message is stored, and tells those about it. They are on disk with their new target before
    /// the message leaves it: after a crash in between nobody could tell them any more.
    fn note(&mut self, key: Key, seq: Seq, out: &mut Vec<Effect>) {
        self.remember(key, Some(seq));
        for at in 0..self.items.len() {
            if self.items[at].is_about(key) {
                self.items[at].intent.set_target(seq);
                self.save_at(at, out);
            }
        }
    }

    /// Refused, but not for good.
    pub(super) fn later(&mut self, key: Key, wait: Option<Millis>, roll: u32, out: &mut Vec<Effect>) {
        let now = self.now;
        if let Some(p) = self.in_flight(key) {
            p.drops = 0;
            p.state = State::Waiting(now + super::sending::delay(p.attempts, wait, roll));
            p.guessed = wait.is_none();
            out.push(Effect::Changed(key));
        }
    }

    /// Refused for good, and so is what was to be done with it.
    pub(super) fn refused(&mut self, key: Key, code: &str, out: &mut Vec<Effect>) {
        let Some(at) = self.position(key).filter(|at| self.items[*at].is_open()) else { return };
        self.items[at].drops = 0;
        self.items[at].state = State::Refused(code.to_owned());
        self.save_at(at, out);
        for about in self.about(key) {
            self.refused(about, NO_TARGET, out);
        }
    }

    /// The session is gone. Nothing is sent until its owner, or another person, has been greeted.
    pub(super) fn unauthorized(&mut self, key: Key, out: &mut Vec<Effect>) {
        self.session = None;
        if let Some(p) = self.in_flight(key) {
            p.state = State::Waiting(0);
            out.push(Effect::Changed(key));
        }
    }

    /// Sends a refused request once more, as the newest one.
    pub(super) fn again(&mut self, key: Key, new: Key, out: &mut Vec<Effect>) {
        let refused = |p: &&Pending| matches!(p.state, State::Refused(_));
        let Some(old) = self.get(key).filter(refused).cloned() else { return };
        // The old one goes last: a queue that is full, or a crash in between, must not lose it.
        if self.push(Pending::new(new, old.author, old.room, old.intent, self.now), out) {
            self.forget(key, out);
        }
    }

    /// Gives a poisonous request another five connections.
    pub(super) fn retry(&mut self, key: Key, out: &mut Vec<Effect>) {
        if let Some(at) = self.position(key).filter(|at| self.items[*at].is_poison()) {
            self.items[at].drops = 0;
            self.items[at].state = State::Waiting(0);
            self.save_at(at, out);
        }
    }

    /// Throws a request away, and what was to be done with it.
    pub(super) fn discard(&mut self, key: Key, out: &mut Vec<Effect>) {
        if self.get(key).is_some_and(|p| matches!(p.state, State::Accepted(_))) {
            return;
        }
        for about in self.about(key) {
            self.forget(about, out);
        }
        self.forget(key, out);
    }

    fn forget(&mut self, key: Key, out: &mut Vec<Effect>) {
        if self.take_off(key, out).is_some() {
            out.push(Effect::Remove(key));
            out.push(Effect::Tell(key));
        }
    }

    /// What is about the message that waits under `key`.
    fn about(&self, key: Key) -> Vec<Key> {
        self.items.iter().filter(|p| p.is_about(key)).map(|p| p.key).collect()
    }

    fn in_flight(&mut self, key: Key) -> Option<&mut Pending> {
        self.items.iter_mut().find(|p| p.key == key && p.state == State::InFlight)
    }
}
