//! The tests under faults, layer by layer: `crates/torture`, with the commit it reports.

use std::process::Command;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::build;
use crate::shell::{cargo, command, note, output, run as run_command, step};
use crate::tools::npm::{self, Npm};
use crate::workspace::Workspace;

/// What everything but the runs against the release binary is compiled with: bugs can be planted in it.
pub(crate) const FEATURE: &str = "torture/plant";
/// And how.
pub(crate) const PROFILE: &str = "plant";

/// Length of a long run against the release binary, minutes.
const LONG: u64 = 180;
const WAY_OUT: &str = "the lines above name each violation and the command that shows it again";

/// Which runs to make.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Which layer; without it the runs against the release binary, with --long all of them
    #[arg(long, value_enum)]
    layer: Option<Layer>,
    /// What everything random follows from, to see a failure again
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Runs for so many minutes, held to the figures of the long run scaled by time
    #[arg(long, value_name = "NUMBER", conflicts_with = "long")]
    minutes: Option<u64>,
    /// The long sizes: three hours of storms, 10,000 worlds, 1,000,000 lives of each reducer, 1,000 power cuts
    #[arg(long)]
    long: bool,
    /// Only the run of this number, from 0
    #[arg(long, value_name = "NUMBER")]
    run: Option<usize>,
    /// Length of each storm
    #[arg(long, value_name = "SECONDS")]
    storm: Option<u64>,
    /// How many worlds, lives or cuts
    #[arg(long, value_name = "NUMBER", requires = "layer")]
    count: Option<u64>,
    /// Tell everything that happens in the world of this seed
    #[arg(long, requires = "layer")]
    told: bool,
}

/// A layer of the tests under faults (docs/delivery.md section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Layer {
    /// The reducers against their reference
    Lives,
    /// Whole worlds in virtual time
    Worlds,
    /// Power cuts
    Cuts,
    /// The release binary, real sockets, many clients
    Storms,
}

impl Layer {
    const ALL: [Layer; 4] = [Layer::Lives, Layer::Worlds, Layer::Cuts, Layer::Storms];

    /// How many, in a run that people wait for and in a long one.
    fn counts(self) -> (u64, u64) {
        match self {
            Layer::Lives => (10_000, 1_000_000),
            Layer::Worlds => (200, 10_000),
            Layer::Cuts => (50, 1_000),
            Layer::Storms => (0, 0),
        }
    }
}

impl Options {
    fn layers(&self) -> Vec<Layer> {
        match self.layer {
            Some(layer) => vec![layer],
            None if self.long => Layer::ALL.to_vec(),
            None => vec![Layer::Storms],
        }
    }

    /// The words of a layer that needs no other process.
    fn words(&self, layer: Layer) -> Vec<String> {
        let name = layer.to_possible_value().map(|value| value.get_name().to_owned());
        let (short, long) = layer.counts();
        let count = self.count.unwrap_or(if self.long { long } else { short });
        let mut words: Vec<String> = name.into_iter().collect();
        words.extend(["--count".to_owned(), count.to_string()]);
        words.extend(self.seed.iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
        words.extend(self.told.then(|| "--told".to_owned()));
        words
    }

    fn pass_to(&self, program: &mut Command) {
        let minutes = self.minutes.or(self.long.then_some(LONG));
        let run = self.run.map(|run| run as u64);
        for (option, value) in
            [("--seed", self.seed), ("--minutes", minutes), ("--run", run), ("--storm", self.storm)]
        {
            if let Some(value) = value {
                program.args([option, &value.to_string()]);
            }
        }
    }
}

/// Runs the layers that are asked for, one after the other.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    options.layers().into_iter().try_for_each(|layer| match layer {
        Layer::Storms => storms(workspace, options),
        layer => in_process(workspace, &options.words(layer)),
    })
}

fn in_process(workspace: &Workspace, words: &[String]) -> Result<()> {
    let mut program = cargo(&workspace.root);
    program.args(["run", "--profile", PROFILE, "--package", "torture", "--features", FEATURE, "--"]);
    run_command(program.args(words), WAY_OUT)
}

/// Builds the product and its tormentor, and lets them meet.
fn storms(workspace: &Workspace, options: &Options) -> Result<()> {
    npm::install(workspace, Npm::WherePresent)?;
    let binary = build::release(workspace, Npm::WherePresent)?;
    step("Compiling the tests under faults", || {
        run_command(
            cargo(&workspace.root).args(["build", "--release", "--package", "torture"]),
            "the compiler's message above names the place",
        )
    })?;
    let mut program = command(binary.with_file_name(format!("torture{}", std::env::consts::EXE_SUFFIX)));
    program.current_dir(&workspace.root).arg("--binary").arg(binary).arg("--folder");
    program.arg(workspace.notes().with_file_name("torture"));
    program.args(["--commit", &commit(workspace)]);
    options.pass_to(&mut program);
    note(
        "Servers are killed, connections cut and disks filled for a while; only what this starts is touched",
    );
    run_command(&mut program, WAY_OUT)
}

/// What is tested, as git names it. Without git it is not known.
fn commit(workspace: &Workspace) -> String {
    let mut git = command("git");
    git.current_dir(&workspace.root).args(["describe", "--always", "--dirty", "--abbrev=10"]);
    output(&mut git).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(options: &Options) -> Vec<String> {
        let mut program = Command::new("torture");
        options.pass_to(&mut program);
        program.get_args().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn long_is_three_hours_and_a_failure_is_seen_again_by_seed_and_run() {
        assert_eq!(passed(&Options { long: true, ..Options::default() }), ["--minutes", "180"]);
        let again = Options { seed: Some(7), run: Some(2), storm: Some(50), ..Options::default() };
        assert_eq!(passed(&again), ["--seed", "7", "--run", "2", "--storm", "50"]);
        assert!(passed(&Options::default()).is_empty());
    }

    #[test]
    fn long_is_every_layer_and_a_world_is_seen_again_by_its_seed() {
        assert_eq!(Options { long: true, ..Options::default() }.layers(), Layer::ALL);
        assert_eq!(Options::default().layers(), [Layer::Storms]);
        let again = Options { seed: Some(7), told: true, ..Options::default() };
        assert_eq!(again.words(Layer::Worlds), ["worlds", "--count", "200", "--seed", "7", "--told"]);
        let long = Options { long: true, ..Options::default() };
        assert_eq!(long.words(Layer::Cuts), ["cuts", "--count", "1000"]);
    }
}
