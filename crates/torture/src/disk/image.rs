//! What is left of a folder after the process was killed or the power was cut.
//!
//! A sync saves what was written to its file before it, and nothing else. Of the rest anything may be there or not,
//! in any combination, to the sector; the bytes around a torn write stay as they were, which is what SQLite
//! assumes of a disk (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`) and what disks promise.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::Path;

use super::{File, Op, is_log};
use crate::dice::Dice;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The process was killed: what it wrote is all there, synced or not.
    Process,
    /// The power was cut: what was not synced is there in part, and torn at sectors of so many bytes.
    Power(usize),
}

/// The files of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image(BTreeMap<String, Vec<u8>>);

impl Image {
    /// Writes the files into `folder`, which is made.
    ///
    /// # Errors
    /// If that fails.
    pub fn put(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        self.0.iter().try_for_each(|(name, bytes)| std::fs::write(folder.join(name), bytes))
    }
}

/// The files of a folder that outlive a process: not the shared memory, not the lock.
pub(super) fn read(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".db") || is_log(&name) {
            files.insert(name.clone(), std::fs::read(folder.join(name))?);
        }
    }
    Ok(files)
}

/// The files after `ops` have happened to `base` and everything ended.
pub(super) fn after(
    base: &BTreeMap<String, Vec<u8>>,
    names: &[String],
    ops: &[Op],
    loss: Loss,
    dice: &mut Dice,
) -> Image {
    let saved = if loss == Loss::Process { vec![true; ops.len()] } else { saved(names, ops) };
    let mut files: Vec<_> = names.iter().map(|name| base.get(name).cloned().unwrap_or_default()).collect();
    let mut named: Vec<_> = names.iter().map(|name| base.contains_key(name)).collect();
    for (op, saved) in ops.iter().zip(saved) {
        let kept = saved || dice.chance(50);
        match op {
            Op::Create(file) => {
                files[*file].clear();
                named[*file] |= kept;
            }
            Op::Delete { file, .. } => named[*file] &= !kept,
            Op::Truncate { file, size } if kept => files[*file].resize(*size, 0),
            Op::Write { file, at, bytes } if saved => write(&mut files[*file], *at, bytes),
            Op::Write { file, at, bytes } => {
                if let Loss::Power(sector) = loss {
                    tear(&mut files[*file], *at, bytes, sector, dice);
                }
            }
            Op::Truncate { .. } | Op::Sync(_) | Op::Mark(_) => {}
        }
    }
    let mut left: BTreeMap<_, _> = base.iter().map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    for ((name, bytes), named) in names.iter().zip(files).zip(named) {
        left.remove(name);
        if named {
            left.insert(name.clone(), bytes);
        }
    }
    Image(left)
}

/// Which of `ops` a sync has saved.
fn saved(names: &[String], ops: &[Op]) -> Vec<bool> {
    let mut saved = vec![false; ops.len()];
    let folder_syncs = folder_syncs(names, ops);
    let (mut synced, mut folder): (HashSet<File>, bool) = (HashSet::new(), false);
    for (index, op) in ops.iter().enumerate().rev() {
        folder |= folder_syncs[index];
        match op {
            Op::Sync(file) => {
                synced.insert(*file);
            }
            Op::Write { file, .. } | Op::Truncate { file, .. } => saved[index] = synced.contains(file),
            Op::Create(file) | Op::Delete { file, .. } => {
                // What came before was another file of that name.
                synced.remove(file);
                saved[index] = folder;
            }
            Op::Mark(_) => {}
        }
    }
    saved
}

/// Where the folder itself was synced. SQLite's own VFS does it with the first sync of a journal or WAL it has made,
/// and with a deletion that asks for it.
fn folder_syncs(names: &[String], ops: &[Op]) -> Vec<bool> {
    let mut fresh: HashSet<File> = HashSet::new();
    let of = |op: &Op| match op {
        Op::Create(file) => {
            fresh.insert(*file);
            false
        }
        Op::Sync(file) => fresh.remove(file) && is_log(&names[*file]),
        Op::Delete { folder_synced, .. } => *folder_synced,
        _ => false,
    };
    ops.iter().map(of).collect()
}

fn write(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}

/// Writes some of the sectors, the last of them in part or as noise.
fn tear(file: &mut Vec<u8>, at: usize, bytes: &[u8], sector: usize, dice: &mut Dice) {
    match dice.below(4) {
        0 => return,
        1 => return write(file, at, bytes),
        _ => {}
    }
    let mut from = 0;
    let mut last = None;
    while from < bytes.len() {
        let to = (sector - (at + from) % sector + from).min(bytes.len());
        if dice.chance(50) {
            write(file, at + from, &bytes[from..to]);
            last = Some(from..to);
        }
        from = to;
    }
    if let Some(torn) = last {
        let keep = torn.start + dice.index(torn.len());
        let noise: Vec<u8> = bytes[keep..torn.end].iter().map(|byte| byte ^ (dice.roll() as u8)).collect();
        write(file, at + keep, &noise);
    }
}
