//! Playwright against the release binary, in the browsers this machine has, and stock clients beside it.

use anyhow::Result;

use crate::build;
use crate::shell::{Tally, cargo, command, note, output, run as run_command, step};
use crate::tools::npm::Npm;
use crate::tools::{browser, python};
use crate::workspace::Workspace;

/// Builds the product and lives with it. The tests start their own servers, each with its own data.
pub(crate) fn run(workspace: &Workspace, filter: &[String], tally: &mut Tally) -> Result<()> {
    let chromium = browser::chromium()?;
    browser::OTHERS.iter().for_each(browser::install);
    let binary = build::release(workspace, Npm::Needed)?;
    let python = python::install(workspace)?;
    rust_client(workspace)?;
    tally.step("Testing end to end", || {
        let mut playwright = command(workspace.root.join("node_modules/.bin/playwright"));
        playwright
            .current_dir(workspace.root.join(&workspace.leptos.end2end_dir))
            .arg("test")
            .args(filter)
            .env("CHROMIUM", chromium)
            .env("CHAT_BINARY", binary);
        if let Some(python) = &python {
            playwright.env("CHAT_TEST_PYTHON", &python.program).env("PYTHONPATH", &python.packages);
        }
        if !filter.is_empty() {
            // A name may be meant for one of the other runners.
            playwright.arg("--pass-with-no-tests");
        }
        run_command(&mut playwright, "the messages above name each failed test and its trace")
    });
    Ok(())
}

/// Compiles the stock client in Rust, where its TLS library can be. Its test would do the same, but beside
/// browsers that wait for each other.
fn rust_client(workspace: &Workspace) -> Result<()> {
    if output(command("pkg-config").args(["--exists", "openssl"])).is_none() {
        note("SKIPPED: the tests with rust_socketio (Debian: libssl-dev and pkg-config)");
        return Ok(());
    }
    step("Compiling a stock client in Rust", || {
        let client = workspace.root.join(&workspace.leptos.end2end_dir).join("clients/rust");
        run_command(
            cargo(&client)
                .args(["build", "--locked", "--target-dir"])
                .arg(workspace.root.join("target/clients")),
            "the messages above say why",
        )
    })
}
