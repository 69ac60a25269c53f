//! What a machine can say about the code without running it.
//!
//! `app` is compiled twice, for the server and for the browser, and never with both features at once;
//! so every check here runs once per group, never over the whole workspace.

use std::process::Command;

use anyhow::Result;

use crate::shell::{Tally, cargo, command, find, note, output, run, step};
use crate::tools::wasm_target;
use crate::torture;
use crate::workspace::Workspace;

const WAY_OUT: &str = "the messages above name each place";

/// Runs every check, and fails at the end where one failed.
pub(crate) fn run_all(workspace: &Workspace) -> Result<()> {
    components()?;
    wasm_target::install(workspace)?;
    let mut tally = Tally::default();
    tally.step("Checking the format", || {
        run(cargo(&workspace.root).args(["fmt", "--all", "--check"]), "`cargo fmt --all` corrects it")
    });
    for group in Group::native(workspace).iter().chain([&Group::wasm()]) {
        tally.step(&format!("Checking {}", group.name), || clippy(workspace, group));
    }
    tally.step("Checking the documentation", || documentation(workspace));
    licences(workspace, &mut tally);
    tally.finish()
}

/// Packages that are compiled together, with the features they need for it.
pub(crate) struct Group {
    /// What people call it.
    pub name: &'static str,
    packages: &'static [&'static str],
    features: Vec<&'static str>,
    target: Option<&'static str>,
    /// What its tests are compiled with; for all else the default will do.
    pub profile: Option<&'static str>,
}

impl Group {
    /// The groups of the native build; no two may be joined.
    pub(crate) fn native(workspace: &Workspace) -> Vec<Self> {
        let native = workspace.has_feature("socketio-client", "native").then_some("socketio-client/native");
        // As on the server, which has the tables that decide of names.
        let names = workspace.has_feature("chat", "skeleton").then_some("chat/skeleton");
        vec![
            Self {
                name: "the rules, the wire and the client",
                packages: &["chat", "protocol", "socketio-client"],
                features: native.into_iter().chain(names).collect(),
                target: None,
                profile: None,
            },
            Self {
                name: "the tests under faults",
                packages: &["torture"],
                features: vec![torture::FEATURE],
                target: None,
                profile: Some(torture::PROFILE),
            },
            Self { name: "xtask", packages: &["xtask"], features: vec![], target: None, profile: None },
            Self {
                name: "the screen and the server",
                packages: &["app", "server"],
                features: vec!["app/ssr"],
                target: None,
                profile: None,
            },
        ]
    }

    fn wasm() -> Self {
        Self {
            name: "the page, for WebAssembly",
            packages: &["frontend", "app", "socketio-client"],
            features: vec!["app/hydrate"],
            target: Some(wasm_target::WASM),
            profile: None,
        }
    }

    /// Adds the group's packages, features and target to a Cargo command.
    pub(crate) fn select<'command>(&self, command: &'command mut Command) -> &'command mut Command {
        for package in self.packages {
            command.args(["--package", package]);
        }
        if !self.features.is_empty() {
            command.args(["--features", &self.features.join(",")]);
        }
        if let Some(target) = self.target {
            command.args(["--target", target]);
        }
        command
    }
}

/// rustfmt and clippy, which a minimal toolchain comes without.
fn components() -> Result<()> {
    for component in ["rustfmt", "clippy"] {
        let subcommand = if component == "rustfmt" { "fmt" } else { component };
        if output(command(crate::workspace::cargo()).args([subcommand, "--version"])).is_none() {
            step(&format!("Adding {component} to the Rust toolchain"), || {
                let way_out = format!("install {component} for this toolchain and try again");
                run(command("rustup").args(["component", "add", component]), &way_out)
            })?;
        }
    }
    Ok(())
}

fn clippy(workspace: &Workspace, group: &Group) -> Result<()> {
    let mut command = cargo(&workspace.root);
    group.select(command.arg("clippy"));
    run(command.args(["--all-targets", "--", "--deny", "warnings"]), WAY_OUT)
}

fn documentation(workspace: &Workspace) -> Result<()> {
    let mut command = cargo(&workspace.root);
    command.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings");
    run(Group::native(workspace)[0].select(&mut command), WAY_OUT)
}

/// Advisories are not asked for: their database is a git repository, which not every machine reaches.
fn licences(workspace: &Workspace, tally: &mut Tally) {
    if find("cargo-deny").is_none() {
        note("Left out: licences and sources (`cargo install --locked cargo-deny` adds this check)");
        return;
    }
    tally.step("Checking licences and sources", || {
        run(cargo(&workspace.root).args(["deny", "check", "bans", "licenses", "sources"]), WAY_OUT)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(group: &Group) -> Vec<String> {
        let mut command = Command::new("cargo");
        group.select(&mut command).get_args().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_server_build_and_the_page_build_never_meet_in_one_command() {
        let workspace = Workspace::find().unwrap();
        for group in Group::native(&workspace) {
            let words = words(&group).join(" ");
            assert!(!words.contains("hydrate") && !words.contains("frontend"), "{words}");
        }
        assert!(!words(&Group::wasm()).join(" ").contains("ssr"));
    }

    #[test]
    fn every_default_member_is_in_one_native_group() {
        let workspace = Workspace::find().unwrap();
        let mut grouped: Vec<_> = Group::native(&workspace).iter().flat_map(|group| group.packages).collect();
        grouped.sort_unstable();
        assert_eq!(
            grouped,
            [&"app", &"chat", &"protocol", &"server", &"socketio-client", &"torture", &"xtask"]
        );
    }
}
