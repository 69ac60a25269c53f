//! The site: everything the server embeds and serves under `/`, and beside it the client bundle.
//!
//! Each part gives its files; they are written together at the end, and only where they differ. An
//! unchanged site keeps its modification times, so the server is not built again.

mod client_bundle;
mod style;
pub(crate) mod tree;
mod wasm;

use anyhow::{Context, Result};

use crate::shell::{note, step};
use crate::tools::npm::{self, Npm, Packages};
use crate::workspace::Workspace;

use self::tree::Tree;

/// Makes the site and the client bundle.
pub(crate) fn build(workspace: &Workspace, npm: Npm) -> Result<()> {
    let packages = npm::install(workspace, npm)?;
    prepare_client_bundle(workspace, packages)?;
    let wasm = wasm::build(workspace, packages)?;
    step("Making the site", || {
        let mut site = Tree::default();
        site.add_folder("", &workspace.root.join(&workspace.leptos.assets_dir))?;
        let pkg = &workspace.leptos.site_pkg_dir;
        let sheet = pkg.join(format!("{}.css", workspace.leptos.output_name));
        site.add(sheet, style::build(workspace)?);
        wasm.files.into_iter().for_each(|(name, content)| site.add(pkg.join(name), content));
        let changed = site.write(&workspace.site()).context("the site could not be written")?;
        note(&format!("{changed} files changed in {}", workspace.leptos.site_root.display()));
        Ok(())
    })
}

/// Puts the stock Socket.IO client where the server's build looks for it; an empty folder without npm.
pub(crate) fn prepare_client_bundle(workspace: &Workspace, packages: Packages) -> Result<()> {
    let bundle = match packages {
        Packages::Installed => client_bundle::collect(&workspace.root)?,
        Packages::LeftOut => Tree::default(),
    };
    bundle.write(&workspace.client_bundle()).context("the client bundle could not be written").map(drop)
}
