//! How far people have read, told to the others of a small room: one notice a second and room, the latest of each
//! person, in turn.

use std::collections::{BTreeMap, VecDeque};

use chat::{MemberId, Millis, RoomId, Seq};

/// At most one notice of a room in so long.
const PAUSE_MS: Millis = 1_000;

/// What is still to be told.
#[derive(Debug, Default)]
pub(super) struct Receipts(BTreeMap<RoomId, Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    queue: VecDeque<(MemberId, Seq)>,
    told: Option<Millis>,
}

impl Receipts {
    /// Somebody has read on.
    pub(super) fn note(&mut self, room: RoomId, member: MemberId, seq: Seq) {
        let queue = &mut self.0.entry(room).or_default().queue;
        match queue.iter_mut().find(|(waiting, _)| *waiting == member) {
            Some((_, latest)) => *latest = seq.max(*latest),
            None => queue.push_back((member, seq)),
        }
    }

    /// What is to be told at `now`.
    pub(super) fn due(&mut self, now: Millis) -> Vec<(RoomId, MemberId, Seq)> {
        let mut due = Vec::new();
        self.0.retain(|room, waiting| {
            if waiting.told.is_some_and(|told| now - told < PAUSE_MS) {
                return true;
            }
            let Some((member, seq)) = waiting.queue.pop_front() else { return false };
            waiting.told = Some(now);
            due.push((room.clone(), member, seq));
            true
        });
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_hears_one_receipt_a_second_and_of_each_person_the_latest() {
        let mut receipts = Receipts::default();
        let (room, ana, bia): (RoomId, MemberId, MemberId) =
            (RoomId::lobby(), "ana".parse().unwrap(), "bia".parse().unwrap());
        for seq in 1..=50 {
            receipts.note(room.clone(), ana.clone(), seq);
            receipts.note(room.clone(), bia.clone(), seq);
        }
        assert_eq!(receipts.due(0), [(room.clone(), ana.clone(), 50)]);
        receipts.note(room.clone(), ana.clone(), 51);
        assert_eq!(receipts.due(999), []);
        assert_eq!(receipts.due(1_000), [(room.clone(), bia, 50)]);
        assert_eq!(receipts.due(2_000), [(room, ana, 51)]);
        assert_eq!(receipts.due(3_000), []);
        assert!(receipts.0.is_empty(), "who is quiet is forgotten");
    }
}
