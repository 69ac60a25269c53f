//! Every test there is, in the order in which they are cheap: units, WebAssembly, then the whole product.

mod end_to_end;
mod units;
mod wasm;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::shell::{Tally, note};
use crate::site;
use crate::tools::npm::{self, Npm};
use crate::torture;
use crate::workspace::Workspace;

/// Which tests to run.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only these kinds
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Kind>,
    /// A name or options for the runners, after `--`
    #[arg(last = true, value_name = "FILTER")]
    filter: Vec<String>,
}

/// A kind of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Unit and integration tests, compiled for this machine
    Unit,
    /// The client in a headless browser
    Wasm,
    /// The product as people use it, with Playwright
    E2e,
    /// The product under faults
    Torture,
}

impl Kind {
    fn plan(self) -> &'static str {
        match self {
            Self::Unit => "unit and integration tests on this machine",
            Self::Wasm => "the client compiled for WebAssembly, in a headless browser",
            Self::E2e => "the release build, end to end with Playwright",
            Self::Torture => "the release build under faults, about ten minutes",
        }
    }

    /// Installs what the kind needs and runs it; only what stops it from running is an error here.
    fn run(self, workspace: &Workspace, filter: &[String], tally: &mut Tally) -> Result<()> {
        match self {
            Self::Unit => units::run(workspace, filter, tally),
            Self::Wasm => wasm::run(workspace, filter, tally),
            Self::E2e => end_to_end::run(workspace, filter, tally),
            Self::Torture if !filter.is_empty() => {
                note("Left out: the tests under faults, which no name selects (`cargo xtask torture`)");
                Ok(())
            }
            Self::Torture => {
                tally.step("Testing under faults", || torture::run(workspace, &torture::Options::default()));
                Ok(())
            }
        }
    }
}

/// Runs what was asked for, all of it without an answer.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let kinds = chosen(&options.only);
    for (number, kind) in kinds.iter().enumerate() {
        note(&format!("{} of {}: {}", number + 1, kinds.len(), kind.plan()));
    }
    npm::install(workspace, Npm::Needed)?;
    if kinds.iter().any(|kind| matches!(kind, Kind::E2e | Kind::Torture)) {
        // Needed later anyway; made now, the server's own tests see it too.
        site::build(workspace, Npm::Needed)?;
    }
    let mut tally = Tally::default();
    kinds.iter().try_for_each(|kind| kind.run(workspace, &options.filter, &mut tally))?;
    tally.finish()?;
    note("Every test passed");
    Ok(())
}

/// The kinds in the order they run in, each once.
fn chosen(only: &[Kind]) -> Vec<Kind> {
    let wanted = |kind: &Kind| only.is_empty() || only.contains(kind);
    [Kind::Unit, Kind::Wasm, Kind::E2e, Kind::Torture].into_iter().filter(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_choice_every_kind_runs_from_cheap_to_dear() {
        assert_eq!(chosen(&[]), [Kind::Unit, Kind::Wasm, Kind::E2e, Kind::Torture]);
    }

    #[test]
    fn a_choice_runs_in_the_same_order_and_once() {
        assert_eq!(chosen(&[Kind::E2e, Kind::Unit, Kind::Unit]), [Kind::Unit, Kind::E2e]);
    }
}
