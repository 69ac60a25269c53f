//! The program `torture`: makes runs, says what they came to, and how to make one of them again.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use torture::report::{Figures, Report};
use torture::run::{self, Kind, Outcome, Run};
use torture::{order, stall};

/// The runs of a pull request, in their order; longer ones go round and round.
const RUNS: [Kind; 7] =
    [Kind::Free, Kind::Limited, Kind::SmallDisk, Kind::Free, Kind::SmallDisk, Kind::Free, Kind::Restored];
/// How long a storm lasts, seconds: a pull request's, and one of many.
const STORM: u64 = 50;
const LONG_STORM: u64 = 300;
/// Wishes a second of all clients together; with limits on they may want less.
const RATE: f64 = 150.0;
const LIMITED_RATE: f64 = 30.0;
/// Longest run, beside its storm. Beyond, it hangs.
const DEADLINE: Duration = Duration::from_secs(240);

/// Runs the release binary under faults and checks what became of every message.
#[derive(Parser)]
#[command(name = "torture")]
struct Cli {
    #[command(subcommand)]
    role: Option<Role>,
    #[command(flatten)]
    runs: Runs,
}

#[derive(Subcommand)]
enum Role {
    /// A client process of a run
    #[command(hide = true)]
    Client {
        /// What it does.
        script: PathBuf,
    },
    /// The reducers against their reference: so many lives of each
    #[cfg(feature = "sim")]
    Lives(Size),
    /// Whole worlds in virtual time, one for each seed
    #[cfg(feature = "sim")]
    Worlds {
        #[command(flatten)]
        size: Size,
        /// Live through one, and tell everything that happens
        #[arg(long)]
        told: bool,
    },
    /// Power cuts
    #[cfg(feature = "sim")]
    Cuts(Size),
}

/// How much of a layer without other processes.
#[cfg(feature = "sim")]
#[derive(Args)]
struct Size {
    /// The first seed
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// How many
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    count: u32,
    /// Where it keeps its files
    #[arg(long, value_name = "DIR", default_value = "target/torture/layer")]
    folder: PathBuf,
}

#[derive(Args)]
struct Runs {
    /// What everything random follows from; drawn if missing
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// For so many minutes, held to the long figures scaled by time; without it a pull request's runs
    #[arg(long, value_name = "NUMBER")]
    minutes: Option<u64>,
    /// Only the run of this number, from 0
    #[arg(long, value_name = "NUMBER")]
    run: Option<usize>,
    /// Only what is measured once beside the runs
    #[arg(long)]
    measures: bool,
    /// Length of each storm, seconds
    #[arg(long, value_name = "SECONDS")]
    storm: Option<u64>,
    /// The server
    #[arg(long, value_name = "FILE", default_value = "target/release/chat-moderno")]
    binary: PathBuf,
    /// Where runs keep their files
    #[arg(long, value_name = "DIR", default_value = "target/torture")]
    folder: PathBuf,
    /// The commit under test, for the report
    #[arg(long, value_name = "TEXT", default_value = "unknown")]
    commit: String,
    /// Do not ask for figures: a look at a few runs
    #[arg(long)]
    any: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.role {
        Some(Role::Client { script }) => torture::client::run(&script).map(|()| true),
        #[cfg(feature = "sim")]
        Some(Role::Lives(size)) => Ok(torture::layers::lives(size.seed, size.count)),
        #[cfg(feature = "sim")]
        Some(Role::Worlds { size, told }) => {
            torture::layers::worlds(size.seed, size.count.into(), told, &size.folder)
        }
        #[cfg(feature = "sim")]
        Some(Role::Cuts(size)) => torture::layers::cuts(size.seed, size.count as usize, &size.folder),
        None => tokio::runtime::Runtime::new()
            .context("cannot start threads")
            .and_then(|runtime| runtime.block_on(torment(&cli.runs))),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the runs. Whether all is well.
async fn torment(runs: &Runs) -> Result<bool> {
    let seed = runs.seed.unwrap_or_else(|| rand::random_range(1..1_000_000_000));
    std::fs::create_dir_all(&runs.folder)?;
    let folder = runs.folder.canonicalize()?;
    let binary = runs.binary.canonicalize().with_context(|| runs.binary.display().to_string())?;
    println!("seed {seed}, commit {}", runs.commit);
    let (mut report, begun) = (Report::default(), Instant::now());
    for number in numbers(runs, begun) {
        let run = plan(runs, seed, number, &binary, &folder)?;
        println!("run {number}: {:?}, storm of {} s", run.kind, run.storm.as_secs());
        let made = tokio::time::timeout(run.storm + DEADLINE, run::run(&run)).await;
        match made.context("the run hangs").and_then(|made| made) {
            Ok(outcome) => {
                tell(&outcome);
                report.add(&outcome);
                if !outcome.passed() {
                    tell_how_to_replay(runs, seed, number, &run);
                }
            }
            Err(error) => {
                println!("  FAILED: {error:#}");
                report.add_failure();
                tell_how_to_replay(runs, seed, number, &run);
            }
        }
    }
    if runs.run.is_none() {
        extra(&mut report, &binary, &folder).await?;
    }
    let partial = runs.any || runs.measures || runs.run.is_some();
    let asked = (!partial).then(|| Figures::asked(runs.minutes));
    println!("\nfigures, seed {seed}, commit {}, {} s", runs.commit, begun.elapsed().as_secs());
    print!("{}", report.table(asked));
    for missing in asked.iter().flat_map(|asked| report.missing(*asked)) {
        println!("  MISSING: {missing}");
    }
    println!("{}", report.summary());
    Ok(report.passed(asked))
}

/// What is measured once, beside the runs: the order of syncs and acks, and the cost of stalled sockets.
async fn extra(report: &mut Report, binary: &Path, folder: &Path) -> Result<()> {
    match order::is_possible().await {
        Err(error) => report.skip(format!("I12 from strace: {error:#}")),
        Ok(()) => {
            println!("acks and syncs, as strace sees them");
            let own = own_folder(folder, "order")?;
            let seen = order::watch(binary, &own).await;
            report.add_order(seen.map_err(|error| format!("{error:#}")));
            std::fs::remove_dir_all(own)?;
        }
    }
    println!("sockets that stop reading");
    let own = own_folder(folder, "stall")?;
    let cost = stall::measure(binary, &own).await;
    report.add_cost(cost.map_err(|error| format!("{error:#}")));
    std::fs::remove_dir_all(own)?;
    Ok(())
}

/// An empty folder.
fn own_folder(folder: &Path, name: &str) -> Result<PathBuf> {
    let own = folder.join(name);
    if own.exists() {
        std::fs::remove_dir_all(&own)?;
    }
    std::fs::create_dir_all(&own)?;
    Ok(own)
}

/// The numbers of the runs to be made.
fn numbers(runs: &Runs, begun: Instant) -> Box<dyn Iterator<Item = usize> + '_> {
    if runs.measures {
        return Box::new(std::iter::empty());
    }
    match (runs.run, runs.minutes) {
        (Some(number), _) => Box::new(std::iter::once(number)),
        (None, Some(minutes)) => {
            let end = begun + Duration::from_secs(minutes * 60);
            Box::new((0..).take_while(move |_| Instant::now() < end))
        }
        (None, None) => Box::new(0..RUNS.len()),
    }
}

fn plan(runs: &Runs, seed: u64, number: usize, binary: &Path, folder: &Path) -> Result<Run> {
    let kind = RUNS[number % RUNS.len()];
    let storm = runs.storm.unwrap_or(if runs.minutes.is_some() { LONG_STORM } else { STORM });
    Ok(Run {
        seed: seed.wrapping_add(number as u64),
        kind,
        storm: Duration::from_secs(storm),
        binary: binary.to_owned(),
        folder: run::folder(folder, seed, number, kind)?,
        rate: if kind == Kind::Limited { LIMITED_RATE } else { RATE },
    })
}

fn tell(outcome: &Outcome) {
    let verdict = &outcome.verdict;
    println!(
        "  {} acked, {} deliveries, {} refused, {} deaths, {} cuts, converged {:?} ms, greeted {:?} ms, {} MiB",
        verdict.acked,
        verdict.deliveries,
        verdict.refused,
        outcome.kills,
        outcome.cut,
        run::spread(&outcome.convergence),
        outcome.reconnects,
        outcome.memory >> 20
    );
    for failure in &outcome.failures {
        println!("  FAILED: {failure}");
    }
    for (invariant, times) in verdict.summary() {
        println!("  I{invariant} violated {times} times");
        for violation in verdict.violations.iter().filter(|it| it.invariant == invariant).take(5) {
            println!("    {violation}");
        }
    }
}

fn tell_how_to_replay(runs: &Runs, seed: u64, number: usize, run: &Run) {
    println!(
        "  seed {seed}, run {number}, commit {}; what is left of it is in {}",
        runs.commit,
        run.folder.display()
    );
    println!("  again: cargo xtask torture --seed {seed} --run {number} --storm {}", run.storm.as_secs());
}
