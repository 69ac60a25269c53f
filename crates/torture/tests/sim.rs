//! The layer of worlds: whole ones, from seeds (docs/delivery.md section 9).

#![cfg(feature = "sim")]

use std::path::{Path, PathBuf};

use torture::layers::SECONDS;
use torture::sim::{Plan, many, run};

/// Worlds of a run that people wait for.
const WORLDS: u64 = 200;

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
    let lived = many(1, WORLDS, SECONDS, &folder("sim")).unwrap();
    eprintln!("{} worlds: {:?}", lived.worlds, lived.figures);
    assert!(lived.flawed.is_empty(), "cargo xtask torture --layer worlds --seed …: {:#?}", lived.flawed);
    assert_eq!(lived.worlds, WORLDS);
}
