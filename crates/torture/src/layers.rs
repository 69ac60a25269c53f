//! The layers that need no other process, in any size, as the program `torture` runs them.

use std::path::Path;

use anyhow::Result;

use crate::{cut, model, sim};

/// Virtual seconds of a world in which things go wrong.
pub const SECONDS: u64 = 60;
/// Cuts of one recording, and how many batches it has.
pub const CUTS: usize = 50;
/// See [`CUTS`].
pub const BATCHES: usize = 150;

/// Lives of a reducer, from a seed.
type Lives = fn(u64, u32) -> Result<(), model::Failure>;

/// L0: `count` lives of each reducer. Whether all is well.
pub fn lives(seed: u64, count: u32) -> bool {
    let kinds: [(&str, Lives); 2] = [("timelines", model::timeline::run), ("outboxes", model::outbox::run)];
    let mut well = true;
    for (kind, run) in kinds {
        match run(seed, count) {
            Ok(()) => println!("{count} lives of {kind} from seed {seed}: 0 violations"),
            Err(failure) => {
                well = false;
                println!("{kind}, seed {seed}: {}\n  {}", failure.what, failure.steps);
                println!("  again: cargo xtask torture --layer lives --seed {seed} --count {count}");
            }
        }
    }
    well
}

/// L1: `count` worlds, or one with everything told that happens in it. Whether all is well.
///
/// # Errors
/// If the machine fails.
pub fn worlds(seed: u64, count: u64, told: bool, folder: &Path) -> Result<bool> {
    let lived = if told {
        let outcome = sim::run(&sim::Plan { seed, seconds: SECONDS, told }, folder)?;
        let flawed = (!outcome.violations.is_empty()).then_some((seed, outcome.violations));
        sim::Lived { worlds: 1, figures: outcome.figures, flawed: flawed.into_iter().collect() }
    } else {
        sim::many(seed, count, SECONDS, folder)?
    };
    println!("{} worlds of {SECONDS} s from seed {seed}: {:?}", lived.worlds, lived.figures);
    for (seed, violations) in &lived.flawed {
        println!("seed {seed}:");
        violations.iter().for_each(|violation| println!("  {violation}"));
        println!("  again: cargo xtask torture --layer worlds --seed {seed} --told");
    }
    println!("{} worlds with violations", lived.flawed.len());
    Ok(lived.flawed.is_empty())
}

/// L3: at least `count` power cuts, [`CUTS`] of each recording. Whether all is well.
///
/// # Errors
/// If the machine fails.
pub fn cuts(seed: u64, count: usize, folder: &Path) -> Result<bool> {
    let (mut cuts, mut checked, mut well) = (0, 0, true);
    for seed in (seed..).take(count.div_ceil(CUTS)) {
        let _ = std::fs::remove_dir_all(folder);
        let report = cut::run(&cut::Plan { seed, batches: BATCHES, cuts: CUTS }, folder)?;
        cuts += report.cuts;
        checked += report.checked;
        if !report.violations.is_empty() {
            well = false;
            println!("seed {seed}:");
            report.violations.iter().for_each(|violation| println!("  {violation}"));
            println!("  again: cargo xtask torture --layer cuts --seed {seed} --count {CUTS}");
        }
    }
    println!(
        "{cuts} power cuts, {checked} answers looked for: {}",
        if well { "0 violations" } else { "violations" }
    );
    Ok(well)
}
