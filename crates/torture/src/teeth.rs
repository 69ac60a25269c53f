//! Planted bugs, and which layer finds each of them how fast (docs/delivery.md section 9). A bug that nothing finds means
//! that the tests have a hole.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use chat::plant::{Bug, plant};

use crate::{cut, model, probe, sim};

/// What finds bugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The reducers against their reference.
    Model,
    /// Whole worlds from seeds.
    Simulation,
    /// Power cuts.
    PowerCut,
    /// The whole server in this process, on a real socket.
    Probe,
}

/// A bug that was found.
#[derive(Clone, Debug)]
pub struct Caught {
    /// Which one.
    pub bug: Bug,
    /// By what.
    pub layer: Layer,
    /// With which seed.
    pub seed: u64,
    /// In which time.
    pub time: Duration,
    /// What was seen.
    pub symptom: String,
}

/// The layer that is to find a bug.
pub fn layer(bug: Bug) -> Layer {
    match bug {
        Bug::EpochIgnored | Bug::NewKeyOnRetry | Bug::OutboxInMemory | Bug::ResetOnStaleHead => Layer::Model,
        Bug::SynchronousNormal => Layer::PowerCut,
        Bug::AsyncHandler | Bug::LateHandlers | Bug::DisconnectOnRestart => Layer::Probe,
        _ => Layer::Simulation,
    }
}

/// Plants `bug` in this thread and looks for it with `layer`, seed after seed. `None`: it survived `most` seeds.
///
/// # Errors
/// If the machine fails.
pub fn hunt(bug: Bug, layer: Layer, most: u64, folder: &Path) -> Result<Option<Caught>> {
    let began = Instant::now();
    for seed in 1..=most {
        plant(Some(bug));
        let symptom = symptom(layer, seed, folder);
        plant(None);
        if let Some(symptom) = symptom? {
            return Ok(Some(Caught { bug, layer, seed, time: began.elapsed(), symptom }));
        }
    }
    Ok(None)
}

fn symptom(layer: Layer, seed: u64, folder: &Path) -> Result<Option<String>> {
    match layer {
        Layer::Model => {
            let lives = model::timeline::run(seed, 1_000).and_then(|()| model::outbox::run(seed, 1_000));
            Ok(lives.err().map(|failure| failure.what))
        }
        Layer::Simulation => {
            let outcome = sim::run(&sim::Plan { seed, seconds: 60, told: false }, folder)?;
            Ok(outcome.violations.into_iter().next())
        }
        Layer::PowerCut => {
            let plan = cut::Plan { seed, batches: 40, cuts: 10 };
            let _ = std::fs::remove_dir_all(folder);
            let report = cut::run(&plan, folder);
            let _ = std::fs::remove_dir_all(folder);
            Ok(report?.violations.into_iter().next())
        }
        Layer::Probe => probe::run(folder),
    }
}
