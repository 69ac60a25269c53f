//! What a machine can enforce of `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, in lines.
const MAX_LINES: usize = 400;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Our own files below `folder` with one of these endings.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let foreign =
                ["target", "node_modules", "test-results", "playwright-report"].contains(&name.as_str());
            if path.is_dir() && !foreign && !name.starts_with('.') {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The source without comments: a rule about code is none about words.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The crates of ours that a manifest names, by table.
fn arrows(manifest: &str) -> BTreeMap<String, BTreeSet<String>> {
    const OURS: [&str; 8] =
        ["app", "chat", "frontend", "protocol", "server", "socketio-client", "torture", "xtask"];
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in read(manifest).lines() {
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end_matches(']').to_owned();
        } else if let Some((name, _)) = line.split_once('=')
            && table.ends_with("dependencies")
        {
            let name = name.trim().split('.').next().unwrap();
            if OURS.contains(&name) {
                tables
                    .entry(table.rsplit('.').next().unwrap().to_owned())
                    .or_default()
                    .insert(name.to_owned());
            }
        }
    }
    tables
}

#[test]
fn crates_use_each_other_along_the_allowed_arrows_only() {
    for (manifest, allowed, in_tests) in [
        ("crates/chat/Cargo.toml", &[][..], &[][..]),
        ("crates/protocol/Cargo.toml", &["chat"], &[]),
        ("crates/socketio-client/Cargo.toml", &[], &["socketio-client"]),
        ("app/Cargo.toml", &["chat", "protocol", "socketio-client"], &[]),
        ("frontend/Cargo.toml", &["app"], &[]),
        ("server/Cargo.toml", &["app", "chat", "protocol"], &["socketio-client"]),
        ("crates/torture/Cargo.toml", &["chat", "protocol", "server", "socketio-client"], &[]),
        ("xtask/Cargo.toml", &[], &[]),
    ] {
        for (table, used) in arrows(manifest) {
            let mut allowed: BTreeSet<_> = allowed.iter().map(|name| (*name).to_owned()).collect();
            if table == "dev-dependencies" {
                allowed.extend(in_tests.iter().map(|name| (*name).to_owned()));
            }
            let more: Vec<_> = used.difference(&allowed).collect();
            assert!(more.is_empty(), "{manifest} [{table}] uses {more:?}");
        }
    }
}

#[test]
fn words_stay_where_they_are_at_home() {
    // Word, folder it is looked for in, and the paths (or beginnings of paths) that may hold it.
    let homes: [(&str, &str, &[&str]); 13] = [
        ("sqlx", "server/src", &["server/src/store/", "server/src/store.rs", "server/src/telemetry.rs"]),
        ("SELECT ", "server/src", &["server/src/store/", "server/src/store.rs"]),
        ("INSERT ", "server/src", &["server/src/store/", "server/src/store.rs"]),
        (
            "socketioxide",
            "server/src",
            &["server/src/socket/", "server/src/socket.rs", "server/src/lib.rs", "server/src/telemetry.rs"],
        ),
        ("env::var", "server/src", &["server/src/config.rs", "server/src/config/"]),
        ("web_sys", "app", &["app/src/browser/", "app/src/browser.rs"]),
        (
            "web_sys",
            "crates/socketio-client/src",
            &["crates/socketio-client/src/web.rs", "crates/socketio-client/src/web/"],
        ),
        ("inner_html", "app", &[]),
        ("style=", "app", &[]),
        ("style:", "app", &[]),
        ("axum::", "server/src/rooms.rs", &[]),
        ("std::time::SystemTime", "crates/chat/src", &[]),
        (
            "println!",
            "crates",
            &["crates/socketio-client/tests/", "crates/socketio-client/src/bin/", "crates/torture/src/"],
        ),
    ];
    for (word, folder, allowed) in homes {
        for path in files(folder, &[".rs"]) {
            let name = relative(&path);
            let at_home = allowed.iter().any(|home| name.starts_with(home)) || name.contains("/tests");
            assert!(at_home || !code(&path).contains(word), "`{word}` in {name}");
        }
    }
}

#[test]
fn event_names_stand_in_the_protocol_crate_only() {
    let names: BTreeSet<_> =
        protocol::REQUESTS.into_iter().chain(protocol::NOTICES).chain(protocol::event::kind::ALL).collect();
    for folder in ["server/src", "app/src", "frontend/src"] {
        for path in files(folder, &[".rs"]) {
            let code = code(&path);
            for name in &names {
                for call in
                    [format!("emit(\"{name}\""), format!("on(\"{name}\""), format!("request(\"{name}\"")]
                {
                    assert!(!code.contains(&call), "{call} in {}", relative(&path));
                }
            }
        }
    }
}

#[test]
fn no_file_is_longer_than_a_mind() {
    for folder in ["app", "crates", "end2end", "examples", "frontend", "server", "style", "xtask"] {
        for path in files(folder, &[".rs", ".css", ".ts", ".js", ".mjs", ".py", ".sql"]) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= MAX_LINES, "{} has {lines} lines", relative(&path));
        }
    }
}

#[test]
fn every_source_file_says_what_it_is() {
    for folder in ["app", "crates", "frontend", "server", "xtask"] {
        for path in files(folder, &[".rs"]) {
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.starts_with("//!"), "{} opens without //!", relative(&path));
            assert!(!path.ends_with("mod.rs"), "{}: write foo.rs and foo/", relative(&path));
        }
    }
}

#[test]
fn the_engine_is_not_older_than_its_security_fixes() {
    let lock = read("Cargo.lock");
    for (name, floor) in [("socketioxide", [0, 18, 9]), ("engineioxide", [0, 17, 9])] {
        let entry =
            lock.split("[[package]]").find(|entry| entry.contains(&format!("name = \"{name}\"\n"))).unwrap();
        let version =
            entry.lines().find_map(|line| line.strip_prefix("version = \"")).unwrap().trim_end_matches('"');
        let numbers: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
        assert!(numbers >= floor.to_vec(), "{name} {version} is older than {floor:?}");
    }
}

#[test]
fn one_parser_panic_does_not_end_the_process() {
    let manifest = read("Cargo.toml");
    let release = manifest.split("[profile.release]").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(
        release.contains("panic = \"unwind\"") && release.contains("overflow-checks = true"),
        "{release}"
    );
}

#[test]
fn every_path_that_the_architecture_names_exists() {
    let text = read("ARCHITECTURE.md");
    let mut named = 0;
    for word in text.split('`').skip(1).step_by(2) {
        let path = word.trim_end_matches('/');
        let known = [
            "app/",
            "crates/",
            "docs/",
            "end2end/",
            "examples/",
            "frontend/",
            "public/",
            "server/",
            "style/",
            "xtask/",
        ];
        let is_path =
            known.iter().any(|start| path.starts_with(start)) && !path.contains(['*', '{', '<', ' ', '…']);
        if is_path {
            named += 1;
            assert!(root().join(path).exists(), "ARCHITECTURE.md names `{word}`");
        }
    }
    assert!(named > 10, "ARCHITECTURE.md names {named} paths");
}

#[test]
fn every_event_has_its_row_in_the_protocol_document() {
    let text = read("docs/PROTOCOL.md");
    let kept = protocol::event::kind::ALL;
    for name in protocol::REQUESTS.into_iter().chain(protocol::NOTICES).chain(kept) {
        let row = text.lines().any(|line| line.starts_with('|') && line.contains(&format!("`{name}`")));
        assert!(row, "docs/PROTOCOL.md has no row for `{name}`");
    }
}

#[test]
fn every_component_has_its_sheet() {
    let sheets: BTreeSet<_> = files("style/components", &[".css"]).iter().map(|path| stem(path)).collect();
    let components: Vec<_> = files("app/src/components", &[".rs"]);
    assert!(!components.is_empty());
    for path in components {
        assert!(sheets.contains(&stem(&path).replace('_', "-")), "{} has no sheet", relative(&path));
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn every_class_that_a_sheet_styles_is_written_by_the_screen() {
    let screen: String = files("app/src", &[".rs"]).iter().map(|path| code(path)).collect();
    let written: BTreeSet<&str> = screen.split(|c: char| !is_of_a_class(c)).collect();
    for path in files("style", &[".css"]) {
        let sheet = without_comments(&fs::read_to_string(&path).unwrap());
        // What stands before a brace is a selector; `.avatar--hue-` is written with a number.
        for selector in sheet.split('{').filter_map(|part| part.rsplit([';', '}']).next()) {
            for class in
                selector.split('.').skip(1).filter_map(|rest| rest.split(|c| !is_of_a_class(c)).next())
            {
                let known = written.contains(class) || class.starts_with("avatar--hue-");
                let number = class.starts_with(|c: char| c.is_ascii_digit());
                assert!(known || number, "{}: nothing is a .{class}", relative(&path));
            }
        }
    }
}

fn is_of_a_class(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn without_comments(sheet: &str) -> String {
    sheet.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, rest)| rest)).collect()
}

/// A second database follows, and each of these is understood by SQLite alone.
#[test]
fn the_store_says_nothing_that_sqlite_alone_understands() {
    let mut files = files("server/src/store", &[".rs"]);
    files.push(root().join("server/src/store.rs"));
    for path in files {
        let code = code(&path);
        for word in ["ifnull(", "iif("] {
            assert!(!code.contains(word), "{} says {word}", relative(&path));
        }
        let numbered =
            code.match_indices('?').any(|(at, _)| code[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
        assert!(!numbered, "{} numbers a parameter as ?1 instead of $1", relative(&path));
    }
}
