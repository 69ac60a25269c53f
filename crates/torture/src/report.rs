//! What a set of runs came to, for people: figures beside the ones asked for, and how to see a failure again.

use std::fmt::Write as _;

use chat::Millis;

use crate::check::{MOST_CONVERGED, percentile};
use crate::nemesis::NAMES;
use crate::order::Seen;
use crate::run::{Outcome, spread};
use crate::stall::Cost;

/// Figures asked for: of the pull request's six runs, and of three hours.
const PR: Figures = Figures { acked: 30_000, deliveries: 600_000, kills: 35, cut: 500 };
const LONG: Figures = Figures { acked: 1_000_000, deliveries: 20_000_000, kills: 2_000, cut: 20_000 };
/// Most memory of a stalled socket, bytes (I10).
const STALLED: u64 = 256 * 1024;
/// The long figures' length, minutes.
const LONG_MINUTES: u64 = 180;

/// What counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Acked requests that were checked.
    pub acked: u64,
    /// Deliveries that were checked.
    pub deliveries: u64,
    /// `kill -9` of the server.
    pub kills: u64,
    /// Forced disconnects.
    pub cut: u64,
}

impl Figures {
    /// What is asked of a run of so many minutes; without a number, of the pull request's runs.
    pub fn asked(minutes: Option<u64>) -> Figures {
        let Some(minutes) = minutes else { return PR };
        let part = |figure: u64| figure * minutes / LONG_MINUTES;
        Figures {
            acked: part(LONG.acked),
            deliveries: part(LONG.deliveries),
            kills: part(LONG.kills),
            cut: part(LONG.cut),
        }
    }
}

/// The sum of runs.
#[derive(Debug, Default)]
pub struct Report {
    /// What counts.
    pub figures: Figures,
    runs: u64,
    failed: u64,
    violations: u64,
    struck: [u64; NAMES.len()],
    messages: u64,
    refused: u64,
    waiting: u64,
    duplicates: u64,
    resets: u64,
    orphaned: u64,
    stalled: u64,
    overflowed: u64,
    memory: u64,
    converged: Vec<Millis>,
    greeted: Millis,
    skipped: Vec<String>,
    in_order: u64,
    cost: Option<Cost>,
}

impl Report {
    /// Adds a run.
    pub fn add(&mut self, outcome: &Outcome) {
        let verdict = &outcome.verdict;
        self.runs += 1;
        self.failed += u64::from(!outcome.passed());
        self.violations += verdict.violations.len() as u64;
        self.figures.acked += verdict.acked;
        self.figures.deliveries += verdict.deliveries;
        self.figures.kills += outcome.kills;
        self.figures.cut += outcome.cut;
        self.messages += verdict.messages;
        self.refused += verdict.refused;
        self.waiting += verdict.waiting;
        self.duplicates += verdict.duplicates;
        self.resets += verdict.resets;
        self.orphaned += outcome.orphaned;
        self.stalled += outcome.stalled;
        self.overflowed += outcome.overflowed;
        self.memory = self.memory.max(outcome.memory);
        self.converged.extend(&outcome.convergence);
        self.greeted = self.greeted.max(outcome.reconnects[1]);
        for (all, own) in self.struck.iter_mut().zip(outcome.struck) {
            *all += own;
        }
        for skipped in &outcome.skipped {
            if !self.skipped.contains(skipped) {
                self.skipped.push(skipped.clone());
            }
        }
    }

    /// A run that could not be made at all.
    pub fn add_failure(&mut self) {
        self.runs += 1;
        self.failed += 1;
    }

    /// Something is left out, and why.
    pub fn skip(&mut self, what: String) {
        self.skipped.push(what);
    }

    /// Adds what a trace has shown of acks and syncs (I12).
    pub fn add_order(&mut self, seen: Result<Seen, String>) {
        self.runs += 1;
        match seen {
            Ok(seen) if seen.early.is_empty() && seen.in_order > 0 => self.in_order = seen.in_order as u64,
            Ok(seen) => {
                self.failed += 1;
                self.violations += seen.early.len() as u64;
                println!("  I12 violated: acks before their sync: {:?}", seen.early);
            }
            Err(error) => {
                self.failed += 1;
                println!("  FAILED: {error}");
            }
        }
    }

    /// Adds what stalled sockets cost (I10).
    pub fn add_cost(&mut self, cost: Result<Cost, String>) {
        self.runs += 1;
        match cost {
            Ok(cost) => {
                if cost.each > STALLED {
                    self.failed += 1;
                    self.violations += 1;
                    println!("  I10 violated: {} KiB for each stalled socket", cost.each >> 10);
                }
                self.stalled += cost.sockets;
                self.overflowed += cost.cut;
                self.cost = Some(cost);
            }
            Err(error) => {
                self.failed += 1;
                println!("  FAILED: {error}");
            }
        }
    }

    /// What is missing of the figures, and which nemeses never struck.
    pub fn missing(&self, asked: Figures) -> Vec<String> {
        let figures = self.figures;
        let mut missing = Vec::new();
        for (name, got, asked) in [
            ("acked requests", figures.acked, asked.acked),
            ("deliveries", figures.deliveries, asked.deliveries),
            ("kill -9 of the server", figures.kills, asked.kills),
            ("forced disconnects", figures.cut, asked.cut),
        ] {
            if got < asked {
                missing.push(format!("{got} {name} where {asked} are asked for"));
            }
        }
        let most = percentile(&self.converged, 99);
        if most > MOST_CONVERGED {
            missing.push(format!("I11: 99 of 100 clients converged within {most} ms, not {MOST_CONVERGED}"));
        }
        let excused = |name: &str| match name {
            "disk full" => self.skipped.iter().any(|skipped| skipped.contains("disk")),
            "forced polling" => self.skipped.iter().any(|skipped| skipped.contains("stock")),
            _ => false,
        };
        for (name, struck) in NAMES.iter().zip(self.struck) {
            if struck == 0 && !excused(name) {
                missing.push(format!("{name} never struck"));
            }
        }
        missing
    }

    /// Everything passed, and nothing is missing of what is asked.
    pub fn passed(&self, asked: Option<Figures>) -> bool {
        self.failed == 0 && asked.is_none_or(|asked| self.missing(asked).is_empty())
    }

    /// The table of figures.
    pub fn table(&self, asked: Option<Figures>) -> String {
        let mut text = String::new();
        let mut row = |name: &str, got: String, asked: Option<u64>| {
            let asked = asked.map_or_else(String::new, |asked| format!("(asked: {asked})"));
            let _ = writeln!(text, "  {name:<46}{got:>12}  {asked}");
        };
        row("acked requests checked", self.figures.acked.to_string(), asked.map(|it| it.acked));
        row("  of them messages", self.messages.to_string(), None);
        row("  acked again as duplicates", self.duplicates.to_string(), None);
        row("deliveries checked", self.figures.deliveries.to_string(), asked.map(|it| it.deliveries));
        row("requests refused for good", self.refused.to_string(), None);
        row("requests waiting visibly at the end", self.waiting.to_string(), None);
        row("kill -9 of the server", self.figures.kills.to_string(), asked.map(|it| it.kills));
        row("forced disconnects", self.figures.cut.to_string(), asked.map(|it| it.cut));
        row("connections that died with the server", self.orphaned.to_string(), None);
        row("consumers that stopped reading", self.stalled.to_string(), None);
        row("  cut off by the server, their queue full", self.overflowed.to_string(), None);
        if let Some(cost) = &self.cost {
            let name = format!("memory of each of {} stalled sockets, KiB", cost.sockets);
            row(&name, format!("{} of {}", cost.each >> 10, STALLED >> 10), None);
        }
        row("acks seen after their sync (strace)", self.in_order.to_string(), None);
        row("resets of a room's display", self.resets.to_string(), None);
        row("most memory of the server, MiB", (self.memory >> 20).to_string(), None);
        let [_, most, last] = spread(&self.converged);
        row("99 of 100 clients converged within, ms", most.to_string(), asked.map(|_| MOST_CONVERGED as u64));
        row("last client converged after, ms", last.to_string(), None);
        row("99 of 100 greeted after a restart within, ms", self.greeted.to_string(), None);
        row("violations", self.violations.to_string(), asked.map(|_| 0));
        for (name, struck) in NAMES.iter().zip(self.struck) {
            row(&format!("nemesis: {name}"), struck.to_string(), None);
        }
        for skipped in &self.skipped {
            let _ = writeln!(text, "  SKIPPED: {skipped}");
        }
        text
    }

    /// `N passed, N failed`.
    pub fn summary(&self) -> String {
        format!("{} passed, {} failed", self.runs - self.failed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_struck_is_missing() {
        let mut report = Report::default();
        let mut outcome = Outcome { struck: [1; NAMES.len()], ..Outcome::default() };
        outcome.struck[3] = 0;
        report.add(&outcome);
        assert_eq!(report.missing(Figures::default()), [format!("{} never struck", NAMES[3])]);
        assert!(!report.passed(Some(Figures::default())) && report.passed(None));
    }

    #[test]
    fn of_all_runs_together_one_client_in_a_hundred_may_be_late() {
        let mut report = Report::default();
        report.add(&Outcome { convergence: [vec![1; 99], vec![5_001]].concat(), ..Outcome::default() });
        let late = |report: &Report| report.missing(Figures::default()).iter().any(|it| it.contains("I11"));
        assert!(!late(&report));
        report.add(&Outcome { convergence: vec![5_001], ..Outcome::default() });
        assert!(late(&report));
    }

    #[test]
    fn an_hour_is_asked_a_third_of_the_long_figures() {
        assert_eq!(Figures::asked(Some(60)).kills, 666);
        assert_eq!(Figures::asked(None).kills, 35);
        assert!(Report::default().missing(PR).len() >= 4);
    }
}
