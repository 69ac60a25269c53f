//! One run: people and rooms, the storm, healing, the end, and what the checker says of it.

mod evidence;
mod setting;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use chat::Millis;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::check::{Verdict, check, percentile};
use crate::client::{Order, Status};
use crate::history::now;
use crate::nemesis::{NAMES, plan};
use crate::proxy::Weather;
use crate::storm::{Scene, rage};
pub(crate) use evidence::OVERFLOWED;
use setting::Setting;

/// Longest wait for everybody to arrive, and to have everything again after the storm.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often everybody is asked how far they are.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// What is particular about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Free,
    /// The limits on how often people may act are on.
    Limited,
    /// The database is on a disk that can be filled.
    SmallDisk,
    /// A backup of five seconds ago is restored in the middle.
    Restored,
}

/// A run to be made.
#[derive(Clone, Debug)]
pub struct Run {
    /// Everything random follows from it.
    pub seed: u64,
    /// Of which kind.
    pub kind: Kind,
    /// How long the storm lasts.
    pub storm: Duration,
    /// The server.
    pub binary: PathBuf,
    /// Where it keeps its files.
    pub folder: PathBuf,
    /// What is wanted a second by all clients together.
    pub rate: f64,
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the checker says.
    pub verdict: Verdict,
    /// How often each nemesis struck.
    pub struck: [u64; NAMES.len()],
    /// `kill -9` of the server.
    pub kills: u64,
    /// Connections that were cut on the way.
    pub cut: u64,
    /// Connections that died with the server.
    pub orphaned: u64,
    /// Clients that stopped reading for a while.
    pub stalled: u64,
    /// Connections that the server cut because their clients did not read.
    pub overflowed: u64,
    /// Most memory the server held, bytes.
    pub memory: u64,
    /// Convergence of each client after healing, milliseconds.
    pub convergence: Vec<Millis>,
    /// Greeted after a start: half, 99 of 100, the last; milliseconds.
    pub reconnects: [Millis; 3],
    /// What went wrong with the run itself.
    pub failures: Vec<String>,
    /// What was left out, and why.
    pub skipped: Vec<String>,
}

impl Outcome {
    /// Nothing is wrong.
    pub fn passed(&self) -> bool {
        self.verdict.violations.is_empty() && self.failures.is_empty()
    }
}

/// Of half of the values, of 99 of 100, the last.
pub fn spread(values: &[Millis]) -> [Millis; 3] {
    [50, 99, 100].map(|percent| percentile(values, percent))
}

/// Makes the run. An error is of the run itself, not of what it tests.
pub async fn run(run: &Run) -> Result<Outcome> {
    let setting = Setting::prepare(run).await?;
    let scene = Arc::clone(&setting.scene);
    arrive(&scene).await?;
    let strikes = plan(run.seed, &setting.stage);
    let storm = async {
        tokio::join!(rage(&scene, strikes), restore_halfway(run, &setting));
    };
    tokio::select! {
        () = storm => {}
        () = watch(&scene) => {}
    }
    let convergence = heal(&scene).await?;
    end(&scene).await?;
    let evidence = evidence::gather(run, &setting, convergence).await?;
    let (orphaned, stalled, struck, failures) = {
        let mut notes = scene.notes();
        (notes.orphaned, notes.stalled, notes.struck, std::mem::take(&mut notes.failures))
    };
    let outcome = Outcome {
        kills: evidence.kills.len() as u64,
        cut: scene.links.iter().map(|way| way.link.cut_so_far()).sum(),
        orphaned,
        stalled,
        overflowed: evidence::overflowed(&setting).await?,
        memory: evidence.memory,
        convergence: evidence.convergence.clone(),
        reconnects: spread(&evidence.reconnects),
        struck,
        failures,
        skipped: setting.skipped.clone(),
        verdict: tokio::task::spawn_blocking(move || check(&evidence)).await?,
    };
    drop(scene);
    setting.clear(outcome.passed());
    Ok(outcome)
}

/// Notes what the server holds. Ends only if it has ended by itself.
async fn watch(scene: &Scene) {
    let mut looks = interval(Duration::from_millis(250));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let watched = scene.host.lock().await.watch();
        if let Err(error) = watched {
            scene.notes().failures.push(format!("{error:#}"));
            return;
        }
    }
}

/// Takes a backup while everybody writes, and puts it in the database's place five seconds later.
async fn restore_halfway(run: &Run, setting: &Setting) {
    if run.kind == Kind::Restored {
        sleep(run.storm / 2).await;
        if let Err(error) = setting.restore().await {
            setting.scene.notes().failures.push(format!("backup and restore: {error:#}"));
        }
    }
}

/// How far the native clients are, and then the stock ones.
async fn statuses(scene: &Scene) -> Result<Vec<Status>> {
    let mut statuses = Vec::new();
    for process in &scene.crew {
        statuses.extend(process.lock().await.status().await?);
    }
    Ok(statuses)
}

async fn arrive(scene: &Scene) -> Result<()> {
    for process in &scene.crew {
        process.lock().await.start()?;
    }
    let begun = Instant::now();
    loop {
        let statuses = statuses(scene).await?;
        let natives = &statuses[..scene.people.len()];
        let missing = natives.iter().find(|status| status.rooms.len() != 4 || !status.connected);
        if missing.is_none() {
            return Ok(());
        }
        anyhow::ensure!(begun.elapsed() < PATIENCE, "not everybody has arrived: {missing:?}");
        sleep(ASK_EVERY).await;
    }
}

/// Ends every fault, and returns how long each client took to have everything.
async fn heal(scene: &Scene) -> Result<Vec<Millis>> {
    for way in &scene.links {
        way.link.set(Weather::FAIR);
    }
    {
        let mut host = scene.host.lock().await;
        host.pause(false)?;
        std::fs::write(host.clock(), "0")?;
    }
    let healed = now();
    for process in &scene.crew {
        let mut process = process.lock().await;
        if process.stopped {
            process.stop(false)?;
        }
        process.tell(&Order::Calm).await?;
    }
    let mut behind = vec![healed; scene.people.len()];
    let mut heads = heads(scene);
    let begun = Instant::now();
    loop {
        sleep(ASK_EVERY).await;
        let statuses = statuses(scene).await?;
        let late = statuses.iter().zip(&mut behind).filter(|(status, _)| !status.has(&heads));
        let late: Vec<&Status> = late.map(|(status, since)| (*since = now(), status).1).collect();
        // The stock clients' messages are waited for; they display nothing that could be behind.
        let all = late.is_empty() && statuses.iter().all(|status| status.waiting == 0);
        let patient = begun.elapsed() < PATIENCE;
        if !patient {
            println!("  the heads are {heads:?}; behind: {late:?}");
        }
        // What was said since the last look may still be on its way.
        let last = std::mem::replace(&mut heads, self::heads(scene));
        if (all && last == heads) || !patient {
            return Ok(behind.into_iter().map(|at| at - healed).collect());
        }
    }
}

fn heads(scene: &Scene) -> std::collections::BTreeMap<chat::RoomId, chat::Seq> {
    scene.steward.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

async fn end(scene: &Scene) -> Result<()> {
    for process in &scene.crew {
        process.lock().await.end().await?;
    }
    scene.host.lock().await.terminate().await.context("the last end of the server")
}

/// The run's folder below `base`, empty.
pub fn folder(base: &Path, seed: u64, number: usize, kind: Kind) -> Result<PathBuf> {
    let folder = base.join(format!("{seed}-{number}-{}", format!("{kind:?}").to_lowercase()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
