//! The checker: what clients were told and displayed, against what the database holds.
//!
//! The invariants I1 to I14 of the README. It knows neither the server's code nor the reducers': it folds the log
//! by itself. I12 (no ack before the sync) is looked for below SQLite and is not here.

mod clients;
mod index;
mod log;
mod server;

use std::collections::BTreeMap;
use std::fmt;

use chat::{Key, MemberId, Millis};

pub use self::server::{GREETED, MOST_CONVERGED, percentile};
use crate::history::Line;
use crate::truth::Truth;
use index::Index;

/// All that is known of a run once it is over.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The database at the end.
    pub truth: Truth,
    /// Every client.
    pub witnesses: Vec<Witness>,
    /// Every `kill -9` of the server.
    pub kills: Vec<Kill>,
    /// When each backup that was restored had been begun.
    pub restores: Vec<Millis>,
    /// What the server logged and must not have.
    pub complaints: Vec<String>,
    /// Most memory the server held, bytes.
    pub memory: u64,
    /// How long each client took to have everything once the faults were over, milliseconds.
    pub convergence: Vec<Millis>,
    /// How long each client was without a greeting after a start of the server, milliseconds.
    pub reconnects: Vec<Millis>,
}

/// One client.
#[derive(Clone, Debug)]
pub struct Witness {
    /// For people.
    pub name: String,
    /// Who it is.
    pub me: MemberId,
    /// What it is.
    pub kind: Kind,
    /// What it wrote down, in order.
    pub lines: Vec<Line>,
}

/// What a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It runs the shipped reducers and is there to the end.
    Tab,
    /// A second tab of the same person, for a while.
    Helper,
    /// A stock client, which displays nothing and keeps nothing.
    Stock,
}

/// A death of the server.
#[derive(Clone, Debug, Default)]
pub struct Kill {
    /// Just before the signal.
    pub at: Millis,
    /// What the files held after it, by author and key.
    pub kept: std::collections::HashSet<(MemberId, Key)>,
}

/// Something that must never be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Number of the invariant.
    pub invariant: u8,
    /// What happened to whom.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "I{}: {}", self.invariant, self.what)
    }
}

/// What the checker has looked at, and what it found.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Requests whose ack was checked.
    pub acked: u64,
    /// Messages among them.
    pub messages: u64,
    /// Events and displayed messages that were compared.
    pub deliveries: u64,
    /// Requests refused for good.
    pub refused: u64,
    /// Requests that waited visibly at the end.
    pub waiting: u64,
    /// Resets of a room's display.
    pub resets: u64,
    /// Keys that were acked more than once.
    pub duplicates: u64,
    /// What must never be.
    pub violations: Vec<Violation>,
}

impl Verdict {
    fn violated(&mut self, invariant: u8, what: impl Into<String>) {
        self.violations.push(Violation { invariant, what: what.into() });
    }

    /// How often each violated invariant was.
    pub fn summary(&self) -> BTreeMap<u8, usize> {
        let mut counts = BTreeMap::new();
        for violation in &self.violations {
            *counts.entry(violation.invariant).or_insert(0) += 1;
        }
        counts
    }
}

/// Looks at everything.
pub fn check(evidence: &Evidence) -> Verdict {
    let mut verdict = Verdict::default();
    let index = Index::new(evidence);
    log::check(evidence, &index, &mut verdict);
    for witness in &evidence.witnesses {
        clients::check(evidence, &index, witness, &mut verdict);
    }
    server::check(evidence, &mut verdict);
    verdict
}

#[cfg(test)]
#[path = "check/tests.rs"]
mod tests;
