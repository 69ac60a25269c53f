//! What must hold of the server as a process, and of time: I10, I11, I14.

use chat::Millis;

use super::{Evidence, Verdict};

/// Most memory, bytes.
const MEMORY: u64 = 300 * 1024 * 1024;
/// Convergence after healing: every client, milliseconds.
const CONVERGED: Millis = 15_000;
/// The same of 99 of 100 clients: of those of all runs together, since one run has too few of them.
pub const MOST_CONVERGED: Millis = 5_000;
/// A greeting after a start of the server: 99 of 100 clients, milliseconds.
pub const GREETED: Millis = 3_000;

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    if evidence.memory > MEMORY {
        verdict.violated(10, format!("the server held {} MiB", evidence.memory >> 20));
    }
    let last = percentile(&evidence.convergence, 100);
    if last > CONVERGED {
        verdict.violated(11, format!("convergence took {last} ms for the last"));
    }
    let greeted = percentile(&evidence.reconnects, 99);
    if greeted > GREETED {
        verdict.violated(11, format!("after a restart 99 of 100 were greeted within {greeted} ms"));
    }
    for complaint in &evidence.complaints {
        verdict.violated(14, complaint.clone());
    }
}

/// The smallest value that `percent` of a hundred values do not exceed; 0 of none.
pub fn percentile(values: &[Millis], percent: usize) -> Millis {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}
