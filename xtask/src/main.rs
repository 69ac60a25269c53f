//! `cargo xtask`: from a clone to a running or tested chat, with the Rust toolchain and npm alone.
//!
//! One tool for both builds (site and server). It holds no build rules of its own: names and folders
//! come from `[[workspace.metadata.leptos]]`, so `cargo leptos` makes the same site.

mod build;
mod check;
mod dev;
mod shell;
mod site;
mod stamp;
mod test;
mod tools;
mod torture;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Build, run and test Chat Moderno.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and start the chat on http://localhost:5000
    Run {
        #[command(flatten)]
        how: build::Options,
        /// Options of the server, after `--` (`cargo xtask run -- --help` lists them)
        #[arg(last = true, value_name = "SERVER OPTIONS")]
        server: Vec<String>,
    },
    /// Build the site and the server: one file, target/release/chat-moderno
    Build {
        #[command(flatten)]
        how: build::Options,
    },
    /// Run every test, installing what they need
    Test(test::Options),
    /// Kill, cut, stall and fill everything around the release binary, and check every message
    Torture(torture::Options),
    /// Format, lints and documentation, natively and for WebAssembly
    Check,
    /// Rebuild and reload on every change (`cargo leptos watch`)
    Dev {
        /// Options of `cargo leptos watch`, after `--`
        #[arg(last = true, value_name = "OPTIONS")]
        options: Vec<String>,
    },
}

fn main() -> ExitCode {
    match execute(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Run { how, server } => build::run(&workspace, &how, &server),
        Task::Build { how } => build::build(&workspace, &how).map(drop),
        Task::Test(options) => test::run(&workspace, &options),
        Task::Torture(options) => torture::run(&workspace, &options),
        Task::Check => check::run_all(&workspace),
        Task::Dev { options } => dev::run(&workspace, &options),
    }
}
