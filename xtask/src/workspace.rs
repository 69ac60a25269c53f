//! What the root `Cargo.toml` says: the folder, the packages and the names cargo-leptos uses too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The checkout this xtask belongs to.
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// The `target` folder, wherever Cargo's configuration puts it.
    pub target: PathBuf,
    /// `[[workspace.metadata.leptos]]`.
    pub leptos: Leptos,
    features: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// The part of `[[workspace.metadata.leptos]]` a build needs; cargo-leptos documents each key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Leptos {
    pub bin_package: String,
    pub bin_exe_name: String,
    pub lib_package: String,
    pub lib_profile_release: String,
    pub output_name: String,
    pub site_root: PathBuf,
    pub site_pkg_dir: PathBuf,
    pub style_file: PathBuf,
    pub assets_dir: PathBuf,
    pub end2end_dir: PathBuf,
    pub browserquery: String,
}

/// The part of `cargo metadata`'s answer this module reads.
#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
    metadata: Option<WorkspaceMetadata>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct WorkspaceMetadata {
    leptos: Vec<Leptos>,
}

impl Workspace {
    /// Asks Cargo about the workspace this xtask was compiled in.
    pub(crate) fn find() -> Result<Self> {
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .output()
            .context("cargo did not start: install Rust from https://rustup.rs and try again")?;
        if !output.status.success() {
            bail!("Cargo cannot read the workspace: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Self::from_metadata(&output.stdout)
    }

    fn from_metadata(json: &[u8]) -> Result<Self> {
        let metadata: Metadata = serde_json::from_slice(json)
            .context("[[workspace.metadata.leptos]] in the root Cargo.toml lacks a key xtask needs")?;
        let projects = metadata.metadata.map(|metadata| metadata.leptos).unwrap_or_default();
        let [leptos] = <[Leptos; 1]>::try_from(projects).map_err(|projects| {
            anyhow::anyhow!(
                "the root Cargo.toml must hold one [[workspace.metadata.leptos]], and holds {}",
                projects.len()
            )
        })?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            leptos,
            features: metadata.packages.into_iter().map(|package| (package.name, package.features)).collect(),
        })
    }

    /// Whether `package` declares `feature`.
    pub(crate) fn has_feature(&self, package: &str, feature: &str) -> bool {
        self.features.get(package).is_some_and(|features| features.contains_key(feature))
    }

    /// The folder the server embeds and serves under `/`.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join(&self.leptos.site_root)
    }

    /// The stock Socket.IO client, embedded apart from the site: it is served under `/socket.io/`.
    pub(crate) fn client_bundle(&self) -> PathBuf {
        self.root.join("target/client-bundle")
    }

    /// Programs of the project's own, so that nothing of the person's machine is replaced.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// Notes xtask keeps between two calls.
    pub(crate) fn notes(&self) -> PathBuf {
        self.root.join("target/xtask")
    }

    /// The release binary.
    pub(crate) fn binary(&self) -> PathBuf {
        self.target.join("release").join(format!(
            "{}{}",
            self.leptos.bin_exe_name,
            std::env::consts::EXE_SUFFIX
        ))
    }

    /// A path as a person standing in the root would write it.
    pub(crate) fn short<'path>(&self, path: &'path Path) -> std::path::Display<'path> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The Cargo that runs this xtask, so that a `+toolchain` stays in force.
pub(crate) fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEPTOS: &str = r#"{
        "bin-package": "server", "bin-exe-name": "chat", "lib-package": "frontend",
        "lib-profile-release": "wasm-release", "output-name": "chat", "site-root": "target/site",
        "site-pkg-dir": "pkg", "style-file": "style/main.css", "assets-dir": "public",
        "end2end-dir": "end2end", "browserquery": "defaults", "a-key-of-tomorrow": 1 }"#;

    fn metadata(leptos: &str) -> String {
        format!(
            r#"{{ "workspace_root": "/chat", "target_directory": "/elsewhere",
                  "packages": [ {{ "name": "app", "features": {{ "ssr": [] }} }} ],
                  "metadata": {{ "leptos": [{leptos}] }} }}"#
        )
    }

    #[test]
    fn names_and_folders_are_read_from_the_leptos_metadata() {
        let workspace = Workspace::from_metadata(metadata(LEPTOS).as_bytes()).unwrap();
        assert_eq!(workspace.leptos.lib_package, "frontend");
        assert_eq!(workspace.site(), Path::new("/chat/target/site"));
        assert!(workspace.binary().starts_with("/elsewhere/release"));
    }

    #[test]
    fn a_feature_is_known_by_its_package() {
        let workspace = Workspace::from_metadata(metadata(LEPTOS).as_bytes()).unwrap();
        assert!(workspace.has_feature("app", "ssr"));
        assert!(!workspace.has_feature("app", "native"));
        assert!(!workspace.has_feature("nobody", "ssr"));
    }

    #[test]
    fn two_leptos_projects_are_refused_with_their_number() {
        let error =
            Workspace::from_metadata(metadata(&format!("{LEPTOS},{LEPTOS}")).as_bytes()).err().unwrap();
        assert!(error.to_string().contains("holds 2"), "{error}");
    }

    #[test]
    fn a_missing_key_is_named() {
        let error =
            Workspace::from_metadata(metadata(r#"{"bin-package": "server"}"#).as_bytes()).err().unwrap();
        assert!(format!("{error:#}").contains("missing field"), "{error:#}");
    }

    #[test]
    fn a_path_below_the_root_is_shown_without_it() {
        let workspace = Workspace::from_metadata(metadata(LEPTOS).as_bytes()).unwrap();
        assert_eq!(workspace.short(Path::new("/chat/style/main.css")).to_string(), "style/main.css");
        assert_eq!(workspace.short(Path::new("/other")).to_string(), "/other");
    }
}
