//! What a timeline does with bugs planted in it (`crate::plant`).

use super::{Effect, Timeline};
use crate::Seq;
use crate::plant::{Bug, planted};

impl Timeline {
    /// A head is taken wrongly. False if it is to be taken as it should.
    pub(super) fn planted_head(&mut self, epoch: &str, seq: Seq, effects: &mut Vec<Effect>) -> bool {
        if planted(Bug::EpochIgnored) && epoch != self.epoch {
            if seq != self.applied {
                self.ask(effects);
            }
            return true;
        }
        if planted(Bug::ResetOnStaleHead) && epoch == self.epoch && seq < self.applied {
            self.reset(effects);
            return true;
        }
        false
    }

    /// The answer to one's own message moves the cursor.
    pub fn planted_ack(&mut self, seq: Seq) {
        if planted(Bug::AckMovesApplied) {
            self.applied = self.applied.max(seq);
        }
    }
}
