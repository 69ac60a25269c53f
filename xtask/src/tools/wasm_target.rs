//! Rust's standard library for `wasm32-unknown-unknown`: from rustup, or compiled here from its source.
//!
//! The second way exists for machines that reach package registries but not rustup's server.

use std::fs;
use std::os;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell::{cargo, command, find, note, output, run, step};
use crate::site::tree;
use crate::workspace::Workspace;

/// The browser's target triple.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Adds the target to the toolchain in use, where it is missing.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let sysroot = sysroot()?;
    if is_installed(&sysroot) {
        return Ok(());
    }
    step("Adding the WebAssembly target to the Rust toolchain", || {
        let added = find("rustup").is_some_and(|rustup| {
            run(command(rustup).args(["target", "add", WASM]), "the source is tried next").is_ok()
        });
        if added && is_installed(&sysroot) {
            return Ok(());
        }
        note("rustup could not add it: compiling the standard library from its source instead");
        build_from_source(workspace, &sysroot).context(
            "the WebAssembly target is missing: run `rustup target add wasm32-unknown-unknown` where \
             rustup's server can be reached, or install libstd-rust-dev-wasm32 beside Debian's own rustc",
        )
    })
}

fn sysroot() -> Result<PathBuf> {
    output(command("rustc").args(["--print", "sysroot"]))
        .map(PathBuf::from)
        .context("rustc did not start: install Rust from https://rustup.rs and try again")
}

fn libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(WASM).join("lib")
}

fn is_installed(sysroot: &Path) -> bool {
    tree::files(&libraries(sysroot)).is_ok_and(|files| files.iter().any(|file| is_std(file)))
}

fn is_std(library: &Path) -> bool {
    let name = library.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("libstd-") && name.ends_with(".rlib")
}

fn build_from_source(workspace: &Workspace, sysroot: &Path) -> Result<()> {
    let work = workspace.notes().join("std");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(work.join("src"))?;
    provide_source(&work, sysroot)?;

    fs::write(work.join("src/lib.rs"), "")?;
    // A workspace of its own, or Cargo would ask why the project's does not list it.
    let manifest = "[package]\nname = \"nothing\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(work.join("Cargo.toml"), manifest)?;
    run(
        cargo(&work)
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target", WASM, "--target-dir"])
            .arg(work.join("target")),
        "the standard library's source does not fit this compiler",
    )?;
    copy_libraries(&work.join("target").join(WASM).join("release/deps"), &libraries(sysroot))
}

/// Puts the source where `-Zbuild-std` looks for it, unless it lies there already.
fn provide_source(work: &Path, sysroot: &Path) -> Result<()> {
    let home = sysroot.join("lib/rustlib/src/rust");
    if home.join("library/std/Cargo.toml").is_file() {
        return Ok(());
    }
    let version = compiler_version()?;
    // A Debian version is the upstream one and a suffix, hence the star.
    run(
        command("apt-get").current_dir(work).args(["download", &format!("rust-src={version}*")]),
        "the system's packages hold no source of this compiler",
    )?;
    let package = tree::files(work)?
        .into_iter()
        .find(|file| file.extension().is_some_and(|extension| extension == "deb"))
        .context("apt-get left no package")?;
    // Unpacked, not installed: the package conflicts with rustup's compiler.
    run(command("dpkg-deb").arg("-x").arg(&package).arg(work.join("rust-src")), "the package is damaged")?;
    let source = work.join("rust-src/usr/src").join(format!("rustc-{version}"));
    if !source.is_dir() {
        bail!("the package holds no {}", source.display());
    }
    fs::create_dir_all(home.parent().expect("invariant: joined above"))?;
    let _ = fs::remove_file(&home);
    link(&source, &home)
}

#[cfg(unix)]
fn link(source: &Path, link: &Path) -> Result<()> {
    os::unix::fs::symlink(source, link).with_context(|| format!("{} cannot be linked", link.display()))
}

#[cfg(not(unix))]
fn link(_source: &Path, _link: &Path) -> Result<()> {
    bail!("this way is for Debian and its relatives")
}

fn compiler_version() -> Result<String> {
    let answer = output(command("rustc").arg("--version")).context("rustc did not start")?;
    answer.split(' ').nth(1).map(str::to_owned).context("rustc tells no version")
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be created", to.display()))?;
    for file in tree::files(from)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libnothing-") {
            fs::copy(&file, to.join(&name)).with_context(|| format!("{name} cannot be copied"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_counts_as_installed_by_its_std() {
        assert!(is_std(Path::new("lib/libstd-0123abc.rlib")));
        assert!(!is_std(Path::new("lib/libcore-0123abc.rlib")));
        assert!(!is_std(Path::new("lib/libstd-0123abc.rmeta")));
    }
}
