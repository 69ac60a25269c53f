//! How far the people of a room have read, as the screen knows it. Pure.
//!
//! Known of those alone who want it known. What is told in any order, and more than once, comes to the same.

use chat::{MemberId, Seq};
use protocol::PerMember;

/// The last event each person has read.
#[derive(Clone, Debug, Default)]
pub struct Reads(PerMember<Seq>);

impl Reads {
    /// Somebody has read up to `seq`. Nobody reads back.
    pub fn told(&mut self, who: &MemberId, seq: Seq) {
        if !self.has(who, seq) {
            self.0.insert(who.clone(), seq);
        }
    }

    /// Somebody has said `seq`, and so has read up to there; nothing is learnt of who does not want it known.
    pub fn said(&mut self, who: &MemberId, seq: Seq) {
        if self.0.get(who).is_some() {
            self.told(who, seq);
        }
    }

    /// Somebody is not there any more.
    pub fn forget(&mut self, who: &MemberId) {
        self.0.remove(who);
    }

    /// Somebody is known to have read up to `seq`.
    pub fn has(&self, who: &MemberId, seq: Seq) -> bool {
        self.0.get(who).is_some_and(|read| *read >= seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reads_back_and_who_wants_it_known_has_read_what_they_answer() {
        let (ana, bia): (MemberId, MemberId) = ("ana".parse().unwrap(), "bia".parse().unwrap());
        let mut reads = Reads::default();
        for seq in [5, 3] {
            reads.told(&ana, seq);
        }
        assert!(reads.has(&ana, 5) && !reads.has(&ana, 6));
        reads.said(&ana, 7);
        reads.said(&bia, 8);
        assert!(reads.has(&ana, 7) && !reads.has(&bia, 1), "Bia does not want it known");
        reads.forget(&ana);
        assert!(!reads.has(&ana, 1));
    }
}
