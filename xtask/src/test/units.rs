//! `cargo test`, group by group.

use anyhow::Result;

use crate::check::Group;
use crate::shell::{Tally, cargo, run as run_command};
use crate::site;
use crate::tools::npm::Packages;
use crate::tools::{proxies, python};
use crate::workspace::Workspace;

/// Runs the native tests. Where Python is missing, `CHAT_TEST_PYTHON` stays unset and its tests say so.
pub(crate) fn run(workspace: &Workspace, filter: &[String], tally: &mut Tally) -> Result<()> {
    site::prepare_client_bundle(workspace, Packages::Installed)?;
    let python = python::install(workspace)?;
    proxies::install();
    for group in Group::native(workspace) {
        tally.step(&format!("Testing {}", group.name), || {
            let mut command = cargo(&workspace.root);
            group.select(command.args(["test", "--no-fail-fast"]));
            if let Some(profile) = group.profile {
                command.args(["--profile", profile]);
            }
            if let Some(python) = &python {
                command.env("CHAT_TEST_PYTHON", &python.program).env("PYTHONPATH", &python.packages);
            }
            run_command(command.arg("--").args(filter), "the messages above name each failed test")
        });
    }
    Ok(())
}
