//! Programs from crates.io, compiled once into the project's own tool folder.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::shell::{cargo, run, step};
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

/// A program on crates.io.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    features: &'static [&'static str],
}

/// `wasm-bindgen` and `wasm-bindgen-test-runner`: the version of the crate `wasm-bindgen`, to the patch.
pub(crate) const WASM_BINDGEN: Tool = Tool { name: "wasm-bindgen-cli", version: "0.2.129", features: &[] };

/// The loop that rebuilds and reloads. Its downloads are off: it takes the tools on the PATH.
pub(crate) const CARGO_LEPTOS: Tool =
    Tool { name: "cargo-leptos", version: "0.3.10", features: &["no_downloads"] };

/// Compiles `tool` unless that version stands in the tool folder; returns the folder of its programs.
///
/// Unoptimized and without debug information: cargo-leptos takes ten minutes this way on two cores, and
/// nearly thirty with its release profile.
pub(crate) fn install(workspace: &Workspace, tool: &Tool) -> Result<PathBuf> {
    let folder = workspace.tools();
    let stamp = Stamp::at(folder.join(format!("{}.stamp", tool.name)));
    let inputs = Inputs::default().with(tool.version).with(tool.features.join(","));
    stamp.unless_current(&inputs, || {
        step(&format!("Installing {} {}", tool.name, tool.version), || {
            fs::create_dir_all(&folder)?;
            let mut command = cargo(&folder);
            command.env("CARGO_PROFILE_DEV_DEBUG", "0").args(["install", "--debug", "--locked", "--force"]);
            if !tool.features.is_empty() {
                command.args(["--features", &tool.features.join(",")]);
            }
            command.arg("--root").arg(&folder).arg(format!("{}@{}", tool.name, tool.version));
            run(&mut command, "check that cargo reaches crates.io; the message above says more")
        })
    })?;
    Ok(folder.join("bin"))
}
