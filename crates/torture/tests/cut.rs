//! The layer of power cuts (docs/delivery.md section 9).

#![cfg(feature = "sim")]

use torture::cut::{Plan, run};
use torture::layers::{BATCHES, CUTS};

#[test]
fn what_was_answered_survives_the_power_cut() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cut");
    let _ = std::fs::remove_dir_all(&folder);
    let plan = Plan { seed: 1, batches: BATCHES, cuts: CUTS };
    let report = run(&plan, &folder).unwrap();
    eprintln!("{report:?}");
    assert!(report.violations.is_empty(), "seed {}: {:#?}", plan.seed, report.violations);
    assert_eq!(report.cuts, CUTS);
    assert!(report.in_checkpoints > 5, "the cuts met {} checkpoints", report.in_checkpoints);
    std::fs::remove_dir_all(&folder).unwrap();
}
