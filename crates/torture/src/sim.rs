//! A whole world from one seed: people with pages, a network, a server with a disk, and everything that happens to
//! them, in one loop on one thread and in virtual time.
//!
//! What is real: the client's session, the timelines, the outbox; the rooms' service, the store with its batches and
//! its SQLite, the publisher. What is not: sockets, browsers and time. Everything comes from the seed, so a run that
//! went wrong goes wrong again (docs/delivery.md section 9).

mod agenda;
mod deeds;
mod hall;
mod many;
mod net;
mod node;
mod people;
mod story;
mod strikes;
mod tab;
mod verdict;
mod world;

use std::path::Path;

use anyhow::Result;

pub use many::{Lived, many};
pub use story::Figures;
use world::World;

/// Which world, and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Chooses everything.
    pub seed: u64,
    /// Seconds of virtual time in which things go wrong; after that they heal.
    pub seconds: u64,
    /// Writes everything that happens to standard error.
    pub told: bool,
}

/// What came of a world.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What must not be.
    pub violations: Vec<String>,
    /// What happened, as one number: the same for the same seed.
    pub trace: u64,
    /// How much happened.
    pub figures: Figures,
}

/// Lives through one world, below `folder`, which is made and removed.
///
/// # Errors
/// If the machine fails, which says nothing about the product.
pub fn run(plan: &Plan, folder: &Path) -> Result<Outcome> {
    let _ = std::fs::remove_dir_all(folder);
    let mut world = World::new(plan, folder)?;
    let lived = world.live();
    let outcome = lived.and_then(|()| verdict::judge(&mut world));
    world.end();
    // A dead server's threads may still be closing its files.
    let _ = std::fs::remove_dir_all(folder);
    outcome
}
