//! The product: the site, then the server with the site inside, one file to carry away.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::shell::{become_program, cargo, command, note, run as run_command, step};
use crate::site;
use crate::tools::npm::Npm;
use crate::workspace::Workspace;

/// How to build.
#[derive(Args)]
pub(crate) struct Options {
    /// Build without npm: a larger page, and no /socket.io/socket.io.js for pages of others
    #[arg(long)]
    without_npm: bool,
}

/// Builds everything and says where it stands.
pub(crate) fn build(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    release(workspace, if options.without_npm { Npm::Never } else { Npm::WherePresent })
}

/// Builds everything and becomes the server.
pub(crate) fn run(workspace: &Workspace, options: &Options, server: &[String]) -> Result<()> {
    let binary = build(workspace, options)?;
    note(&format!("Starting {}", workspace.short(&binary)));
    become_program(command(binary).args(server), "build it again with `cargo xtask build`")
}

/// The release binary. The site comes first and alone: the server's build embeds what stands there.
pub(crate) fn release(workspace: &Workspace, npm: Npm) -> Result<PathBuf> {
    site::build(workspace, npm)?;
    step("Compiling the server", || {
        run_command(
            cargo(&workspace.root).args(["build", "--release", "--package", &workspace.leptos.bin_package]),
            "the compiler's message above names the place",
        )
    })?;
    Ok(workspace.binary())
}
