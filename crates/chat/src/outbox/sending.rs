//! When a request goes out: the connection, the election, and the delays between tries.

use super::{Drain, Effect, NO_TARGET, Outbox, Pending, State, Target};
use crate::{Key, MemberId, Millis, RoomId};

const FIRST_DELAY_MS: Millis = 1_000;
const MAX_DELAY_MS: Millis = 30_000;

/// Longest wait once the server works again: not everybody is to come at the same moment.
const SOON_MS: Millis = 1_000;

/// How long a poisonous request waits after each broken connection.
const POISON_DELAY_MS: Millis = 5 * 60_000;

impl Outbox {
    /// If somebody set the clock back by an hour, every try would be an hour late.
    pub(super) fn set_clock(&mut self, now: Millis) {
        let back = self.now.saturating_sub(now);
        if back > 0 {
            for p in &mut self.items {
                if let State::Waiting(at) = &mut p.state {
                    *at = (*at - back).max(0);
                }
            }
        }
        self.now = now;
    }

    /// Another tab may have emitted any row that was here before this one was elected. One that sends no more hands
    /// over what the next one cannot find on disk.
    pub(super) fn set_drain(&mut self, drain: Drain, out: &mut Vec<Effect>) {
        for p in &mut self.items {
            if self.drain != Drain::Alone {
                p.attempts = p.attempts.max(1);
            }
            if drain == Drain::No && p.memory {
                out.push(Effect::Tell(p.key));
            }
        }
        self.drain = drain;
    }

    /// Nobody waits any longer: a new connection is a new chance.
    pub(super) fn connected(&mut self, author: MemberId) {
        self.session = Some(author);
        for p in &mut self.items {
            if p.state == State::InFlight || (p.is_open() && !p.is_poison()) {
                p.state = State::Waiting(0);
            }
        }
    }

    /// After a full disk or a silence, nobody waits longer than they must. A time that the server has named holds.
    pub(super) fn works(&mut self, roll: u32) {
        let soon = self.now + Millis::from(roll) % SOON_MS;
        for p in self.items.iter_mut().filter(|p| p.guessed && !p.is_poison()) {
            if let State::Waiting(at) = &mut p.state {
                *at = soon.min(*at);
            }
        }
    }

    /// What was in flight goes out again, unless it is what breaks the connections.
    pub(super) fn disconnected(&mut self, out: &mut Vec<Effect>) {
        self.session = None;
        for at in 0..self.items.len() {
            let p = &mut self.items[at];
            if p.state != State::InFlight {
                continue;
            }
            p.drops += 1;
            if p.is_poison() {
                p.state = State::Waiting(self.now + POISON_DELAY_MS);
                self.save_at(at, out);
            } else {
                p.state = State::Waiting(0);
                out.push(Effect::Changed(p.key));
            }
        }
    }

    /// Emits the first waiting request of each room that has nothing in flight.
    pub(super) fn pump(&mut self, out: &mut Vec<Effect>) {
        if self.session.is_none() || self.drain == Drain::No {
            return;
        }
        while let Some(orphan) = self.orphan() {
            self.refused(orphan, NO_TARGET, out);
        }
        // An older row may have come from another tab since.
        let mut busy: Vec<RoomId> = Vec::new();
        for p in &self.items {
            if p.state == State::InFlight {
                busy.push(p.room.clone());
            }
        }
        let mut wake: Option<Millis> = None;
        for p in &mut self.items {
            // A request whose target has no `seq` yet lets others pass: only they can give it one.
            let ready = !matches!(p.intent.target(), Some(Target::Waiting(_)));
            if Some(&p.author) != self.session.as_ref() || !p.is_open() || !ready || busy.contains(&p.room) {
                continue;
            }
            busy.push(p.room.clone());
            match p.state {
                State::Waiting(at) if p.saving == 0 && at <= self.now => {
                    p.state = State::InFlight;
                    #[cfg(feature = "plant")]
                    p.planted_retry();
                    p.attempts += 1;
                    out.push(Effect::Send(p.key));
                }
                State::Waiting(at) if at > self.now => wake = Some(wake.map_or(at, |w| w.min(at))),
                _ => {}
            }
        }
        // A timer that is no longer needed is left to fire for nothing.
        if let Some(at) = wake.filter(|_| wake != self.wake) {
            self.wake = wake;
            out.push(Effect::WakeAt(at));
        }
    }

    /// A request about a message that waited here and will never be stored.
    fn orphan(&self) -> Option<Key> {
        let lost = |key| self.get(key).is_none_or(|target| !target.is_open());
        let orphan = |p: &&Pending| match p.intent.target() {
            Some(Target::Waiting(key)) => p.is_open() && lost(key),
            _ => false,
        };
        self.items.iter().find(orphan).map(|p| p.key)
    }
}

/// 1, 2, 4 … 30 s with full jitter, and never sooner than the server asked for.
pub(super) fn delay(attempts: u32, wait: Option<Millis>, roll: u32) -> Millis {
    let ceiling = (FIRST_DELAY_MS << attempts.saturating_sub(1).min(5)).min(MAX_DELAY_MS);
    let jittered = Millis::from(roll) % (ceiling + 1);
    wait.map_or(jittered, |wait| wait.clamp(0, MAX_DELAY_MS * 10) + jittered / 10)
}
