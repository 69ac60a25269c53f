//! The loop of a developer: `cargo leptos watch`, with every tool it looks for on the PATH.

use anyhow::Result;

use crate::shell::{become_program, command, note, path_with};
use crate::site;
use crate::tools::npm::{self, Npm};
use crate::tools::{crates, wasm_target};
use crate::workspace::Workspace;

/// Installs what the loop needs (once) and becomes it.
pub(crate) fn run(workspace: &Workspace, options: &[String]) -> Result<()> {
    let packages = npm::install(workspace, Npm::WherePresent)?;
    site::prepare_client_bundle(workspace, packages)?;
    wasm_target::install(workspace)?;
    crates::install(workspace, &crates::WASM_BINDGEN)?;
    let tools = crates::install(workspace, &crates::CARGO_LEPTOS)?;

    note("Starting `cargo leptos watch`; the page reloads by itself after every change");
    let path = path_with(&[tools.clone(), workspace.root.join("node_modules/.bin")])?;
    become_program(
        // By its path: `cargo leptos` would prefer one that stands beside Cargo, of whatever version.
        command(tools.join("cargo-leptos"))
            .current_dir(&workspace.root)
            .env("PATH", path)
            .args(["leptos", "watch"])
            .args(options),
        "delete target/tools and try again",
    )
}
