//! The packages pinned in `package-lock.json`: wasm-opt, the stock Socket.IO client, the tests' tools.

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::shell::{command, find, note, run, step};
use crate::stamp::{Inputs, Stamp};
use crate::workspace::Workspace;

/// What a build does with npm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Npm {
    /// Install the packages where npm is present.
    WherePresent,
    /// Leave npm alone.
    Never,
    /// Stop without npm.
    Needed,
}

/// Whether the packages are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packages {
    /// `node_modules` matches the lock file.
    Installed,
    /// The build goes on without them.
    LeftOut,
}

/// Installs the pinned packages, unless `node_modules` already matches the lock file.
pub(crate) fn install(workspace: &Workspace, npm: Npm) -> Result<Packages> {
    let Some(program) = find("npm").filter(|_| npm != Npm::Never) else {
        if npm == Npm::Needed {
            bail!("npm is missing: install Node.js 20 or newer (it brings npm) and try again");
        }
        note("Left out without npm: wasm-opt (a larger page) and /socket.io/socket.io.js (pages of others)");
        return Ok(Packages::LeftOut);
    };
    let root = &workspace.root;
    let inputs = Inputs::default()
        .with_file(&root.join("package.json"))?
        .with_file(&root.join("package-lock.json"))?
        .with_file(&root.join(".npmrc"))?;
    // The stamp lies inside the folder `npm ci` empties first: a stopped installation leaves none.
    Stamp::at(root.join("node_modules/.chat-moderno")).unless_current(&inputs, || {
        step("Installing the npm packages", || {
            run(
                command(program).current_dir(root).arg("ci"),
                "check that npm reaches its registry; `cargo xtask run --without-npm` builds without it",
            )
        })
    })?;
    Ok(Packages::Installed)
}
