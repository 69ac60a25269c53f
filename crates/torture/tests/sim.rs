//! Layer L1: whole worlds from seeds (delivery.md section 12.1).

#![cfg(feature = "sim")]

use std::path::{Path, PathBuf};

use torture::sim::{Plan, run};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_seed_gives_the_same_world_again() {
    let plan = Plan { seed: 7, seconds: 20, told: false };
    let [first, second] = ["sim-a", "sim-b"].map(|name| run(&plan, &folder(name)).unwrap());
    assert_eq!((first.trace, first.figures), (second.trace, second.figures));
}

#[test]
fn nothing_is_lost_or_doubled_in_any_world() {
    let mut bad = 0;
    let first: u64 = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let count: u64 = std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(20);
    let start = std::time::Instant::now();
    let mut figures = Default::default();
    for seed in first..first + count {
        let outcome =
            run(&Plan { seed, seconds: 60, told: std::env::var("TOLD").is_ok() }, &folder("sim")).unwrap();
        torture_add(&mut figures, &outcome.figures);
        if !outcome.violations.is_empty() {
            bad += 1;
            eprintln!("seed {seed}: {} violations", outcome.violations.len());
            for violation in outcome.violations.iter().take(4) {
                eprintln!("   {}", violation.chars().take(600).collect::<String>());
            }
        }
    }
    eprintln!("{figures:?} in {:?}", start.elapsed());
    assert_eq!(bad, 0);
}

fn torture_add(figures: &mut torture::sim::Figures, other: &torture::sim::Figures) {
    figures.add(other);
}
