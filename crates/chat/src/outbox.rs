//! What a person has said and the server has not yet confirmed: a pure queue.
//!
//! First in, first out, one in flight in each room, retried for ever with the same key until the answer is
//! final (delivery.md section 7). It sends nothing and keeps nothing on disk: it returns [`Effect`]s.

use crate::{Key, MessageBody, Millis, RoomId, Seq};

const FIRST_DELAY_MS: Millis = 1_000;
const MAX_DELAY_MS: Millis = 30_000;

/// Most messages that may wait; beyond, the composer says so.
pub const MAX_WAITING: usize = 200;

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The idempotency key, the same for every retry.
    pub key: Key,
    /// Where it goes.
    pub room: RoomId,
    /// What it says.
    pub body: MessageBody,
    /// When Enter was pressed, Unix milliseconds.
    pub created: Millis,
    /// How far it is.
    pub state: State,
    /// How often it was emitted.
    pub attempts: u32,
}

/// How far a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// To be sent; not before this time.
    Waiting(Millis),
    /// Emitted, not answered.
    InFlight,
    /// Stored under this `seq`; shown until its event is here.
    Accepted(Seq),
    /// Never to be stored: the refusal's code. The person decides what becomes of it.
    Refused(String),
}

/// Something the outbox is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Enter was pressed.
    Push(Pending),
    /// The server has said hello.
    Connected,
    /// The connection is gone: what was in flight may or may not have arrived.
    Disconnected,
    /// Stored.
    Accepted(Key, Seq),
    /// Refused, but not for good; not before so many milliseconds, if the server says so.
    Later(Key, Option<Millis>),
    /// Refused for good, with this code.
    Refused(Key, String),
    /// Its event is in the timeline.
    Seen(Key),
    /// The person wants a refused message sent again, under a new key.
    Again(Key, Key),
    /// The person wants it gone.
    Discard(Key),
    /// The time asked for by [`Effect::WakeAt`] has come.
    Timer,
}

/// Something to do, or to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Emit this message now.
    Send(Key),
    /// Its state is another.
    Changed(Key),
    /// It is no longer here.
    Gone(Key),
    /// Send [`Input::Timer`] at this time.
    WakeAt(Millis),
}

/// The messages a person has said and the server has not yet confirmed, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    items: Vec<Pending>,
    connected: bool,
}

impl Outbox {
    /// The messages, oldest first.
    pub fn items(&self) -> &[Pending] {
        &self.items
    }

    /// One message, if it is still here.
    pub fn get(&self, key: Key) -> Option<&Pending> {
        self.items.iter().find(|p| p.key == key)
    }

    /// No more may be said until some of it is confirmed.
    pub fn is_full(&self) -> bool {
        self.items.len() >= MAX_WAITING
    }

    /// Takes `input` and says what follows from it. `now` is the time and `roll` any random number.
    pub fn step(&mut self, input: Input, now: Millis, roll: u32) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::Push(pending) => {
                effects.push(Effect::Changed(pending.key));
                self.items.push(pending);
            }
            Input::Connected => {
                self.connected = true;
                self.requeue(&mut effects);
            }
            Input::Disconnected => {
                self.connected = false;
                self.requeue(&mut effects);
            }
            Input::Accepted(key, seq) => {
                // An answer that comes after a reconnection counts: the key is the same.
                self.change(key, &mut effects, |_| State::Accepted(seq));
            }
            Input::Later(key, wait) => {
                self.change(key, &mut effects, |p| State::Waiting(now + delay(p.attempts, wait, roll)));
            }
            Input::Refused(key, code) => self.change(key, &mut effects, |_| State::Refused(code)),
            Input::Seen(key) | Input::Discard(key) => {
                let before = self.items.len();
                self.items.retain(|p| p.key != key);
                if self.items.len() < before {
                    effects.push(Effect::Gone(key));
                }
            }
            Input::Again(key, new) => self.again(key, new, now, &mut effects),
            Input::Timer => {}
        }
        self.pump(now, &mut effects);
        effects
    }

    fn change(&mut self, key: Key, effects: &mut Vec<Effect>, to: impl FnOnce(&Pending) -> State) {
        if let Some(pending) = self.items.iter_mut().find(|p| p.key == key) {
            pending.state = to(pending);
            effects.push(Effect::Changed(key));
        }
    }

    /// What was in flight is sent again at once, and nobody waits any longer.
    fn requeue(&mut self, effects: &mut Vec<Effect>) {
        for pending in &mut self.items {
            if matches!(pending.state, State::InFlight | State::Waiting(_)) {
                pending.state = State::Waiting(0);
                effects.push(Effect::Changed(pending.key));
            }
        }
    }

    /// Sends a refused message once more, as the newest one.
    fn again(&mut self, key: Key, new: Key, now: Millis, effects: &mut Vec<Effect>) {
        let refused = |p: &Pending| p.key == key && matches!(p.state, State::Refused(_));
        if let Some(at) = self.items.iter().position(refused) {
            let mut pending = self.items.remove(at);
            pending.key = new;
            pending.created = now;
            pending.state = State::Waiting(0);
            pending.attempts = 0;
            effects.push(Effect::Gone(key));
            effects.push(Effect::Changed(new));
            self.items.push(pending);
        }
    }

    /// Emits the first waiting message of each room that has nothing in flight.
    fn pump(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        if !self.connected {
            return;
        }
        let mut busy: Vec<RoomId> = Vec::new();
        let mut wake: Option<Millis> = None;
        for pending in &mut self.items {
            if busy.contains(&pending.room) {
                continue;
            }
            match pending.state {
                State::InFlight => busy.push(pending.room.clone()),
                State::Waiting(at) => {
                    busy.push(pending.room.clone());
                    if at <= now {
                        pending.state = State::InFlight;
                        pending.attempts += 1;
                        effects.push(Effect::Send(pending.key));
                    } else {
                        wake = Some(wake.map_or(at, |w| w.min(at)));
                    }
                }
                State::Accepted(_) | State::Refused(_) => {}
            }
        }
        effects.extend(wake.map(Effect::WakeAt));
    }
}

/// 1, 2, 4 … 30 s with full jitter, and never sooner than the server asked for.
fn delay(attempts: u32, wait: Option<Millis>, roll: u32) -> Millis {
    let ceiling = (FIRST_DELAY_MS << attempts.saturating_sub(1).min(5)).min(MAX_DELAY_MS);
    let jittered = Millis::from(roll) % (ceiling + 1);
    wait.map_or(jittered, |wait| wait.clamp(0, MAX_DELAY_MS * 10) + jittered / 10)
}

#[cfg(test)]
#[path = "outbox/tests.rs"]
mod tests;
