//! nginx, Caddy and HAProxy, for the tests of the recipes in README.md.

use super::apt;
use crate::shell::{find, note, step};

const PROGRAMS: [&str; 3] = ["nginx", "caddy", "haproxy"];

/// Installs those that are missing; where that cannot be, a line says so, and so does the test.
pub(crate) fn install() {
    let missing: Vec<_> = PROGRAMS.into_iter().filter(|program| !is_there(program)).collect();
    if missing.is_empty() {
        return;
    }
    let names = missing.join(", ");
    if step(&format!("Installing {names}"), || apt::install(&missing)).is_err() {
        note(&format!("SKIPPED: the tests with {names} (not on this machine, and could not be installed)"));
    }
}

/// Servers stand where only root looks.
fn is_there(program: &str) -> bool {
    find(program).is_some() || std::path::Path::new("/usr/sbin").join(program).is_file()
}
