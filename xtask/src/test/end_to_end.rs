//! Playwright against the release binary, in the browser this machine has.

use anyhow::Result;

use crate::build;
use crate::shell::{Tally, command, run as run_command};
use crate::tools::browser;
use crate::tools::npm::Npm;
use crate::workspace::Workspace;

/// Builds the product and lives with it. The tests start their own servers, each with its own data.
pub(crate) fn run(workspace: &Workspace, filter: &[String], tally: &mut Tally) -> Result<()> {
    let chromium = browser::chromium()?;
    let binary = build::release(workspace, Npm::Needed)?;
    tally.step("Testing end to end", || {
        let mut playwright = command(workspace.root.join("node_modules/.bin/playwright"));
        playwright
            .current_dir(workspace.root.join(&workspace.leptos.end2end_dir))
            .arg("test")
            .args(filter)
            .env("CHROMIUM", chromium)
            .env("CHAT_BINARY", binary);
        if !filter.is_empty() {
            // A name may be meant for one of the other runners.
            playwright.arg("--pass-with-no-tests");
        }
        run_command(&mut playwright, "the messages above name each failed test and its trace")
    });
    Ok(())
}
