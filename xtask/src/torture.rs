//! The tests under faults against the release binary: `crates/torture`, with the commit it reports.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::build;
use crate::shell::{cargo, command, note, output, run as run_command, step};
use crate::tools::npm::{self, Npm};
use crate::workspace::Workspace;

/// Length of a long run, minutes.
const LONG: u64 = 180;

/// Which runs to make.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// What everything random follows from, to see a failure again
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Runs for so many minutes, held to the figures of the long run scaled by time
    #[arg(long, value_name = "NUMBER", conflicts_with = "long")]
    minutes: Option<u64>,
    /// Runs for three hours
    #[arg(long)]
    long: bool,
    /// Only the run of this number, from 0
    #[arg(long, value_name = "NUMBER")]
    run: Option<usize>,
    /// Length of each storm
    #[arg(long, value_name = "SECONDS")]
    storm: Option<u64>,
}

impl Options {
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

/// Builds the product and its tormentor, and lets them meet.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
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
    run_command(&mut program, "the lines above name each violation and the command that shows it again")
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
}
