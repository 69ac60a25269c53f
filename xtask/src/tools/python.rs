//! python-socketio, in a folder of the project's own: a client in another language, for the tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::apt;
use crate::shell::{command, find, note, output, run, step};
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

/// The `client` extra brings what its polling and WebSocket transports need.
const PACKAGE: &str = "python-socketio[client]==5.18.1";

/// A Python that can import the package.
pub(crate) struct Python {
    /// The interpreter.
    pub program: PathBuf,
    /// The folder for `PYTHONPATH`.
    pub packages: PathBuf,
}

/// Installs the package; nothing, and a line that says so, where there is no Python.
pub(crate) fn install(workspace: &Workspace) -> Result<Option<Python>> {
    let Some(program) = find("python3") else {
        note("SKIPPED: the tests with python-socketio (no python3 on this machine)");
        return Ok(None);
    };
    let packages = workspace.tools().join("python");
    if !has_pip(&program) && apt::install(&["python3-pip"]).is_err() {
        note("SKIPPED: the tests with python-socketio (python3 has no pip, and it could not be installed)");
        return Ok(None);
    }
    let version = output(command(&program).arg("--version")).unwrap_or_default();
    let inputs = Inputs::default().with(PACKAGE).with(version);
    Stamp::at(packages.join(".stamp")).unless_current(&inputs, || {
        step("Installing python-socketio", || {
            let _ = fs::remove_dir_all(&packages);
            run(
                command(&program)
                    .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                    .args(["--no-warn-conflicts", "--root-user-action", "ignore", "--target"])
                    .arg(&packages)
                    .arg(PACKAGE),
                "check that pip reaches its registry",
            )
        })
    })?;
    Ok(Some(Python { program, packages }))
}

fn has_pip(python: &Path) -> bool {
    output(command(python).args(["-m", "pip", "--version"])).is_some()
}
