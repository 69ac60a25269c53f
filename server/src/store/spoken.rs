//! Who has said something lately where slow mode is on: how long ago that is, whatever the machine says the time is. What
//! was said before this process began is in the log, with the time that the clock showed.

use std::collections::HashMap;

use chat::room::MAX_SLOW_MODE;
use chat::{MemberId, Millis, RoomId, Seq};

/// Nobody waits for longer than this.
const LONGEST: Millis = MAX_SLOW_MODE as Millis * 1_000;

/// So many are remembered before those are forgotten who wait no longer.
const FORGET_AT: usize = 1_024;

/// What is remembered, and what becomes of it with the open transaction.
#[derive(Default)]
pub(super) struct Spoken {
    /// Number of the message, and when it was said by the clock that nobody sets.
    said: HashMap<(RoomId, MemberId), (Seq, Millis)>,
    noted: Vec<((RoomId, MemberId), (Seq, Millis))>,
    forget_at: usize,
    now: Millis,
    running: Millis,
}

impl Spoken {
    /// A transaction begins.
    pub(super) fn begin(&mut self) {
        self.noted.clear();
    }

    /// The machine says that it is `now` when the other clock says `running`.
    pub(super) fn now_is(&mut self, now: Millis, running: Millis) {
        (self.now, self.running) = (now, running);
    }

    /// Somebody said something, which counts once the transaction is committed. Its time may be a little after now.
    pub(super) fn note(&mut self, room: &RoomId, who: &MemberId, seq: Seq, at: Millis) {
        self.noted.push(((room.clone(), who.clone()), (seq, self.running + (at - self.now))));
    }

    /// The transaction is committed.
    pub(super) fn keep(&mut self) {
        self.said.extend(self.noted.drain(..));
        if self.said.len() >= self.forget_at.max(FORGET_AT) {
            let running = self.running;
            self.said.retain(|_, (_, at)| running - *at < LONGEST);
            self.forget_at = 2 * self.said.len();
        }
    }

    /// When somebody last said something in a room after its event `since`, as the machine's clock would show it.
    pub(super) fn last(&self, room: &RoomId, who: &MemberId, since: Seq) -> Option<Millis> {
        let key = (room.clone(), who.clone());
        let noted = self.noted.iter().rev().find(|(noted, _)| *noted == key).map(|(_, said)| said);
        let (seq, at) = noted.or_else(|| self.said.get(&key))?;
        (*seq > since).then(|| self.now - (self.running - at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(name: &str) -> MemberId {
        MemberId::try_from(name.to_owned()).unwrap()
    }

    #[test]
    fn l109_a_clock_that_is_set_neither_shortens_nor_lengthens_a_wait() {
        let (room, ana) = (RoomId::lobby(), who("ana"));
        let mut spoken = Spoken::default();
        spoken.begin();
        spoken.now_is(1_000_000, 50);
        spoken.note(&room, &ana, 7, 1_000_002);
        spoken.keep();
        for now in [1_000_000, 0, 900_000_000] {
            spoken.now_is(now, 1_050);
            assert_eq!(spoken.last(&room, &ana, 6), Some(now - 998));
        }
        assert_eq!(spoken.last(&room, &ana, 7), None, "slow mode has begun anew since");
        assert_eq!(spoken.last(&room, &who("bia"), 0), None);
    }

    #[test]
    fn what_is_not_committed_is_not_remembered_and_old_things_are_forgotten() {
        let room = RoomId::lobby();
        let mut spoken = Spoken::default();
        spoken.begin();
        spoken.note(&room, &who("ana"), 1, 0);
        assert_eq!(spoken.last(&room, &who("ana"), 0), Some(0), "the transaction itself knows");
        spoken.begin();
        assert_eq!(spoken.last(&room, &who("ana"), 0), None);
        for n in 0..10 * FORGET_AT {
            spoken.begin();
            let now = Millis::try_from(n).unwrap() * 10_000;
            spoken.now_is(now, now);
            spoken.note(&room, &who(&n.to_string()), 1, now);
            spoken.keep();
        }
        assert!(spoken.said.len() <= 2 * FORGET_AT, "{}", spoken.said.len());
    }
}
