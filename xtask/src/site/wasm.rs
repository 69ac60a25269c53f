//! The page's program: compiled for WebAssembly, bound to JavaScript, made small.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::tree;
use crate::shell::{cargo, command, note, run, step};
use crate::stamp::{Inputs, Stamp};
use crate::tools::npm::Packages;
use crate::tools::wasm_target::{self, WASM};
use crate::workspace::Workspace;

/// The features rustc's output needs beyond those wasm-opt allows by itself (without them it stops at the first
/// `memory.copy`), and the passes that pay. Not `-Oz`: it makes the module smaller and its compressed form a
/// twentieth larger, because what it merges and renumbers no longer repeats. What travels is the compressed form.
const WASM_OPT: [&str; 16] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--strip-debug",
    "--strip-producers",
    "--duplicate-function-elimination",
    "--dce",
    "--remove-unused-brs",
    "--merge-blocks",
    "--optimize-instructions",
    "--precompute",
    "--rse",
    "--dae",
    "--vacuum",
    "--duplicate-function-elimination",
    "--remove-unused-module-elements",
];

/// File names below the site's `pkg` folder, with their content.
pub(crate) struct Program {
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

/// Builds the frontend; the steps after Cargo's are done only when Cargo made another module.
pub(crate) fn build(workspace: &Workspace, packages: Packages) -> Result<Program> {
    wasm_target::install(workspace)?;
    let module = step("Compiling the page for WebAssembly", || compile(workspace))?;

    let folder = workspace.root.join("target/front/bindgen");
    let optimize = packages == Packages::Installed;
    let inputs = Inputs::default()
        .with_file(&module)?
        // This file is the recipe.
        .with(include_str!("wasm.rs"))
        .with(if optimize {
            fs::read(optimizer_manifest(workspace)).unwrap_or_default()
        } else {
            Vec::new()
        });
    Stamp::at(folder.join(".stamp")).unless_current(&inputs, || {
        step("Binding the page to JavaScript", || bind(workspace, &module, &folder))?;
        let raw = folder.join(format!("{}_bg.wasm", workspace.leptos.output_name));
        let small = folder.join(format!("{}.wasm", workspace.leptos.output_name));
        if optimize {
            return step("Making the WebAssembly small", || wasm_opt(workspace, &raw, &small));
        }
        note("Left out: wasm-opt (no npm); the page works and is some kilobytes larger");
        fs::rename(&raw, &small).with_context(|| format!("{} cannot be renamed", raw.display()))
    })?;
    collect(&folder)
}

fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let leptos = &workspace.leptos;
    let target = workspace.root.join("target/front");
    run(
        cargo(&workspace.root)
            .args(["build", "--lib", "--package", &leptos.lib_package, "--target", WASM])
            .args(["--profile", &leptos.lib_profile_release, "--target-dir"])
            .arg(&target),
        "the compiler's message above names the place",
    )?;
    let file = format!("{}.wasm", leptos.lib_package.replace('-', "_"));
    Ok(target.join(WASM).join(&leptos.lib_profile_release).join(file))
}

fn bind(workspace: &Workspace, module: &Path, folder: &Path) -> Result<()> {
    // Snippets of an earlier module would stay beside the new ones.
    let _ = fs::remove_dir_all(folder);
    Bindgen::new()
        .input_path(module)
        .out_name(&workspace.leptos.output_name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .remove_name_section(true)
                .remove_producers_section(true)
                // The server names the module by its hash; the name without it is never asked for.
                .omit_default_module_path(true)
                .generate(folder)
        })
        .context(
            "wasm-bindgen cannot read the module: give `wasm-bindgen` and `wasm-bindgen-cli-support` the \
             same version in the root Cargo.toml",
        )
}

fn wasm_opt(workspace: &Workspace, raw: &Path, small: &Path) -> Result<()> {
    let tool = workspace.root.join("node_modules/.bin/wasm-opt");
    run(
        command(tool).args(WASM_OPT).arg(raw).arg("-o").arg(small),
        "run `npm ci`, or leave it out with --without-npm",
    )?;
    fs::remove_file(raw).with_context(|| format!("{} cannot be removed", raw.display()))
}

fn optimizer_manifest(workspace: &Workspace) -> PathBuf {
    workspace.root.join("node_modules/binaryen/package.json")
}

fn collect(folder: &Path) -> Result<Program> {
    let mut files = Vec::new();
    for path in tree::files(folder)? {
        let name = path.strip_prefix(folder).expect("invariant: listed below its folder");
        if name != Path::new(".stamp") {
            files.push((name.to_path_buf(), tree::read(&path)?));
        }
    }
    Ok(Program { files })
}
