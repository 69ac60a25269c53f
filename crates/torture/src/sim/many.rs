//! Many worlds, one seed after the other, on every processor.

use std::path::Path;
use std::sync::Mutex;
use std::thread;

use anyhow::{Result, anyhow};

use super::{Figures, Plan, run};

/// Violations kept of each world; the seed shows the others.
const KEPT: usize = 4;

/// What came of many worlds.
#[derive(Debug, Default)]
pub struct Lived {
    /// Worlds lived through.
    pub worlds: u64,
    /// How much happened in all of them.
    pub figures: Figures,
    /// Seeds of worlds in which something was that must not be, and what.
    pub flawed: Vec<(u64, Vec<String>)>,
}

/// Lives through `count` worlds from the seed `first` on, each `seconds` of virtual time long, below `folder`.
///
/// # Errors
/// If the machine fails, which says nothing about the product.
pub fn many(first: u64, count: u64, seconds: u64, folder: &Path) -> Result<Lived> {
    let (seeds, lived) = (Mutex::new(first..first + count), Mutex::new(Lived::default()));
    let next = || seeds.lock().ok().and_then(|mut seeds| seeds.next());
    let live = |worker: usize| -> Result<()> {
        while let Some(seed) = next() {
            let plan = Plan { seed, seconds, told: false };
            let mut outcome = run(&plan, &folder.join(format!("worker-{worker}")))?;
            let mut lived = lived.lock().map_err(|_| anyhow!("another world panicked"))?;
            lived.worlds += 1;
            lived.figures.add(&outcome.figures);
            outcome.violations.truncate(KEPT);
            if !outcome.violations.is_empty() {
                lived.flawed.push((seed, outcome.violations));
            }
        }
        Ok(())
    };
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let live = &live;
        let threads: Vec<_> = (0..workers).map(|worker| scope.spawn(move || live(worker))).collect();
        let ended = threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a world panicked")));
        ended.collect::<Result<Vec<_>>>()?.into_iter().collect::<Result<()>>()
    })?;
    lived.into_inner().map_err(|_| anyhow!("a world panicked"))
}
