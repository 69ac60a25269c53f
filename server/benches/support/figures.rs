//! What every benchmark does with what it measured: sort, print, judge.

use std::path::PathBuf;
use std::process::ExitCode;

/// The figures of one run.
#[derive(Default)]
pub(crate) struct Figures {
    failed: bool,
}

impl Figures {
    /// Prints a figure that nothing is asked of.
    pub(crate) fn tell(&self, what: &str, figure: &str) {
        println!("{what}: {figure}");
    }

    /// Prints a figure, what is asked of it, and whether it holds.
    pub(crate) fn judge(&mut self, what: &str, figure: &str, limit: &str, holds: bool) {
        println!("{what}: {figure} (asked: {limit}) {}", if holds { "PASS" } else { "FAIL" });
        self.failed |= !holds;
    }

    /// Whether all hold.
    pub(crate) fn code(&self) -> ExitCode {
        if self.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

/// The value that `percent` of all do not exceed.
pub(crate) fn percentile<T: Copy + PartialOrd>(values: &[T], percent: usize) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).expect("invariant: figures are numbers"));
    let index = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted[index]
}

/// An empty folder below `target`, on the disk whose syncs are measured.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).expect("target is ours");
    path
}
