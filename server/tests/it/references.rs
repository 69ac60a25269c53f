//! What comments and documents cite stands in this repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tidy::{files, read, relative, root};

/// Folders of our own, and the endings of files that cite.
const FOLDERS: [&str; 8] =
    ["app/src", "crates", "docs", "end2end", "frontend", "server", "style", "xtask/src"];
const ENDINGS: [&str; 5] = [".rs", ".ts", ".css", ".md", ".sql"];

/// Every file that may cite, with its text on one line and without the signs of its comments.
fn texts() -> Vec<(PathBuf, String)> {
    let documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
    let files = FOLDERS.iter().flat_map(|folder| files(folder, &ENDINGS));
    let files = files.chain(documents.iter().map(|name| root().join(name)));
    // This file names what is looked for.
    let files = files.filter(|path| !path.ends_with("references.rs"));
    files.map(|path| (path.clone(), one_line(&fs::read_to_string(&path).unwrap()))).collect()
}

fn one_line(text: &str) -> String {
    let words = text.lines().flat_map(|line| {
        let line = line.trim_start();
        let comment = ["//!", "///", "//", "*", "--"].iter().find_map(|sign| line.strip_prefix(sign));
        comment.unwrap_or(line).split_whitespace()
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_of_a_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "./_-".contains(c)
}

/// Whether `name`, as the file at `path` says it, is there: from the root, or from that file's folder.
fn exists(path: &Path, name: &str) -> bool {
    root().join(name).exists() || path.parent().is_some_and(|folder| folder.join(name).exists())
}

#[test]
fn every_document_that_is_cited_is_there() {
    let mut cited = 0;
    for (path, text) in texts() {
        for word in text.split(|c| !is_of_a_path(c)).filter(|word| word.ends_with(".md")) {
            // What code puts behind a folder of its own is no citation.
            if word == ".md" || word.starts_with('/') {
                continue;
            }
            assert!(exists(&path, word), "{} cites {word}", relative(&path));
            cited += 1;
        }
    }
    assert!(cited > 60, "{cited}");
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    for (path, text) in
        texts().into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "md"))
    {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            let ours = !target.is_empty() && !link.contains("://");
            assert!(!ours || exists(&path, target), "{} links to {link}", relative(&path));
        }
    }
}

/// The numbers that `text` begins with: `12`, `12 and 13`, `46, 47 and 49`.
fn numbers(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let Ok(number) = rest[..digits].parse() else { return found };
        found.push(number);
        rest = &rest[digits..];
        let Some(next) = rest.strip_prefix(" and ").or_else(|| rest.strip_prefix(", ")) else { return found };
        rest = next;
    }
}

/// What is cited of `document` in `text`, before its name ("attacks 12 and 13 of …") and after it ("… section 4").
fn citations<'a>(text: &'a str, document: &str) -> Vec<&'a str> {
    let of = format!(" of {document}");
    let before = text.match_indices(&of).filter_map(|(at, _)| {
        let text = &text[..at];
        text.rfind(" attack").filter(|start| at - start < 40).map(|start| &text[start + 1..])
    });
    let after = text.match_indices(document).filter_map(|(at, _)| {
        let text = &text[at + document.len()..];
        text.strip_prefix(", ").or_else(|| text.strip_prefix(' '))
    });
    before.chain(after).collect()
}

#[test]
fn every_section_attack_and_group_that_is_cited_stands_in_its_document() {
    let mut cited = 0;
    for document in ["docs/threats.md", "docs/delivery.md", "docs/socketio.md", "docs/PROTOCOL.md"] {
        let lines: Vec<_> = read(document).lines().map(str::to_owned).collect();
        let begins = |start: &str| lines.iter().any(|line| line.starts_with(start));
        for (path, text) in texts() {
            for citation in citations(&text, document) {
                let (kind, rest) = citation.split_once(' ').unwrap_or((citation, ""));
                let stands = match kind {
                    "section" => numbers(rest).iter().all(|number| begins(&format!("## {number}. "))),
                    "attack" | "attacks" => {
                        numbers(rest).iter().all(|number| begins(&format!("| {number} | ")))
                    }
                    "group" => begins(&format!("### {}. ", &rest[..1])),
                    _ if citation.starts_with('"') => {
                        let heading = citation[1..].split('"').next().unwrap();
                        begins(&format!("## {heading}"))
                    }
                    _ => continue,
                };
                assert!(stands, "{} cites {document}: {citation:.40}", relative(&path));
                cited += 1;
            }
        }
    }
    assert!(cited > 40, "{cited}");
}

#[test]
fn a_citation_is_found_before_and_after_the_name() {
    let text = "see attacks 12 and 13 of docs/x.md, and docs/x.md section 4 (docs/x.md, \"Limits\")";
    let found = citations(text, "docs/x.md");
    assert_eq!(numbers(found[0].strip_prefix("attacks ").unwrap()), [12, 13]);
    assert!(found[2].starts_with("section 4") && found[3].starts_with("\"Limits\""), "{found:?}");
    assert_eq!(numbers("46, 47 and 49 of"), [46, 47, 49]);
    assert_eq!(numbers("none"), [] as [u32; 0]);
}
