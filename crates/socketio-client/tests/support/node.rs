//! Node.js and the repository's `node_modules`, for tests that need the official packages.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of this crate's Node scripts, if Node.js and the npm package are there; else a visible line.
///
/// Node resolves packages from the script's folder upwards, so any `node_modules` above it will do.
pub(crate) fn scripts(package: &str, test: &str) -> Option<PathBuf> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node");
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    let installed = scripts.ancestors().any(|folder| folder.join("node_modules").join(package).is_dir());
    let missing = match (node, installed) {
        (true, true) => return Some(scripts),
        (false, _) => "Node.js",
        (true, false) => "the npm package",
    };
    // Past the capture of the test harness: a skipped test must be seen.
    use std::io::Write;
    let line = format!("SKIPPED {test}: {missing} ({package}) is not installed\n");
    std::io::stderr().write_all(line.as_bytes()).expect("stderr takes a line");
    None
}
