//! A folder's wanted content, kept in memory until it is compared with the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Relative paths and what stands there.
#[derive(Default)]
pub(crate) struct Tree(BTreeMap<PathBuf, Vec<u8>>);

impl Tree {
    /// Adds one file.
    pub(crate) fn add(&mut self, path: impl Into<PathBuf>, content: Vec<u8>) {
        self.0.insert(path.into(), content);
    }

    /// Adds every file of `source`, below `prefix`; hidden files (`.gitkeep`, `.DS_Store`) are left out.
    pub(crate) fn add_folder(&mut self, prefix: impl AsRef<Path>, source: &Path) -> Result<()> {
        for path in files(source)? {
            let relative = path.strip_prefix(source).expect("invariant: listed below its source");
            if !relative.iter().any(|part| part.to_string_lossy().starts_with('.')) {
                self.add(prefix.as_ref().join(relative), read(&path)?);
            }
        }
        Ok(())
    }

    /// Makes `folder` hold these files and no others, touching only what differs. Returns how many files
    /// were written or removed. A leftover would be embedded and served, so it goes.
    pub(crate) fn write(&self, folder: &Path) -> Result<usize> {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        let mut changed = 0;
        for path in files(folder)? {
            let relative = path.strip_prefix(folder).expect("invariant: listed below its folder");
            if !self.0.contains_key(relative) {
                fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
                changed += 1;
            }
        }
        for (relative, content) in &self.0 {
            let path = folder.join(relative);
            if fs::read(&path).is_ok_and(|old| old == *content) {
                continue;
            }
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)
                    .with_context(|| format!("{} cannot be created", parent.display()))?;
            }
            fs::write(&path, content).with_context(|| format!("{} cannot be written", path.display()))?;
            changed += 1;
        }
        Ok(changed)
    }
}

/// Every file below `folder`, sorted, so that hashes of them do not depend on the file system.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("{} cannot be read", folder.display()))?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

/// A file's content, with its path in the error.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-tree-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn tree(files: &[(&str, &str)]) -> Tree {
        Tree(files.iter().map(|(path, content)| (path.into(), content.as_bytes().to_vec())).collect())
    }

    #[test]
    fn a_tree_written_twice_changes_nothing_the_second_time() {
        let folder = folder("twice");
        let tree = tree(&[("a.txt", "a"), ("pkg/b.js", "b")]);
        assert_eq!(tree.write(&folder).unwrap(), 2);
        assert_eq!(tree.write(&folder).unwrap(), 0);
    }

    #[test]
    fn a_file_no_longer_wanted_is_removed() {
        let folder = folder("leftover");
        tree(&[("a.txt", "a"), ("old.txt", "x")]).write(&folder).unwrap();
        assert_eq!(tree(&[("a.txt", "a")]).write(&folder).unwrap(), 1);
        assert!(!folder.join("old.txt").exists());
    }

    #[test]
    fn hidden_files_do_not_reach_the_site() {
        let source = folder("hidden");
        tree(&[("icon.svg", "i"), (".gitkeep", ""), (".cache/x", "")]).write(&source).unwrap();
        let mut site = Tree::default();
        site.add_folder("assets", &source).unwrap();
        assert_eq!(site.0.keys().collect::<Vec<_>>(), [Path::new("assets/icon.svg")]);
    }
}
