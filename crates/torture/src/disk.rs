//! A folder on a disk that is watched: every write, truncation and sync of SQLite in its order, and faults on request.
//!
//! The watching is done by `vfs.rs`; here is what was seen, what would be left of it after a cut ([`Disk::image`],
//! in `disk/image.rs`), and which calls are to fail. It knows files and bytes, and nothing of chat.

mod image;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use libsqlite3_sys::{SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_OK};

pub use image::{Image, Loss};

/// A watched folder. Copies are the same folder; it is watched until the last one is dropped.
#[derive(Clone)]
pub struct Disk(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    state: Mutex<State>,
}

struct State {
    /// The files as they were when the watching began; they count as synced.
    base: BTreeMap<String, Vec<u8>>,
    names: Vec<String>,
    ops: Vec<Op>,
    health: Health,
}

/// A file's place in the list of names.
type File = usize;

/// One thing that happened, in the order in which it happened.
#[derive(Clone, Debug)]
enum Op {
    Create(File),
    Write { file: File, at: usize, bytes: Box<[u8]> },
    Truncate { file: File, size: usize },
    Sync(File),
    Delete { file: File, folder_synced: bool },
    Mark(usize),
}

/// How the disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Everything succeeds.
    Well,
    /// No more than so many bytes can be written.
    Full(usize),
    /// Syncs fail; nobody knows what of the data is safe.
    Failing,
}

/// The watched folders of this process.
static WATCHED: Mutex<Vec<Weak<Inner>>> = Mutex::new(Vec::new());

impl Disk {
    /// Makes the folder if it is missing, and watches it from now on. SQLite must not have it open yet.
    ///
    /// # Errors
    /// If the folder cannot be made or read.
    pub fn watch(folder: &Path) -> io::Result<Disk> {
        crate::vfs::install();
        std::fs::create_dir_all(folder)?;
        // SQLite resolves links before it asks for a file.
        let folder = folder.canonicalize()?;
        let state =
            State { base: image::read(&folder)?, names: Vec::new(), ops: Vec::new(), health: Health::Well };
        let disk = Arc::new(Inner { folder, state: Mutex::new(state) });
        let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|other| other.strong_count() > 0);
        watched.push(Arc::downgrade(&disk));
        Ok(Disk(disk))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// From now on the disk is in this state.
    pub fn set_health(&self, health: Health) {
        self.state().health = health;
    }

    /// How many things have happened: a point to cut at.
    pub fn now(&self) -> usize {
        self.state().ops.len()
    }

    /// Notes something of the caller's among what happens, as an answer that leaves.
    pub fn mark(&self, note: usize) {
        self.state().ops.push(Op::Mark(note));
    }

    /// The marks before `cut`, in order.
    pub fn marks(&self, cut: usize) -> Vec<usize> {
        let state = self.state();
        let marks =
            state.ops[..cut].iter().filter_map(|op| if let Op::Mark(note) = op { Some(*note) } else { None });
        marks.collect()
    }

    /// The points right after each mark.
    pub fn marked(&self) -> Vec<usize> {
        let state = self.state();
        let marks = state.ops.iter().enumerate().filter(|(_, op)| matches!(op, Op::Mark(_)));
        marks.map(|(index, _)| index + 1).collect()
    }

    /// The points at which a file whose name ends so was written.
    pub fn writes_of(&self, ending: &str) -> Vec<usize> {
        let state = self.state();
        let of = |file: &File| state.names[*file].ends_with(ending);
        let writes =
            state.ops.iter().enumerate().filter(|(_, op)| matches!(op, Op::Write { file, .. } if of(file)));
        writes.map(|(index, _)| index).collect()
    }

    /// Marks at whose moment something was written that no sync had followed yet: an answer that left too early.
    pub fn marks_before_their_sync(&self) -> Vec<usize> {
        let state = self.state();
        let mut unsynced = vec![false; state.names.len()];
        let mut early = Vec::new();
        for op in &state.ops {
            match op {
                Op::Write { file, .. } | Op::Truncate { file, .. } => unsynced[*file] = true,
                Op::Create(file) | Op::Sync(file) | Op::Delete { file, .. } => unsynced[*file] = false,
                // A checkpoint writes into the database what the log holds safely already.
                Op::Mark(note) if unsynced.iter().zip(&state.names).any(|(u, name)| *u && is_log(name)) => {
                    early.push(*note);
                }
                Op::Mark(_) => {}
            }
        }
        early
    }

    /// What a disk would hold if everything had ended at `cut`. `roll` chooses what of the unsynced is lost.
    pub fn image(&self, cut: usize, loss: Loss, roll: &mut crate::dice::Dice) -> Image {
        let state = self.state();
        image::after(&state.base, &state.names, &state.ops[..cut], loss, roll)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open file of a watched folder.
pub(crate) struct Handle {
    disk: Disk,
    file: File,
}

impl Handle {
    /// The watched file at `path`, if its folder is watched.
    pub(crate) fn find(path: &Path) -> Option<Handle> {
        let folder = path.parent()?;
        let name = path.file_name()?.to_str()?;
        let watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = watched.iter().filter_map(Weak::upgrade).find(|disk| disk.folder == folder)?;
        let disk = Disk(inner);
        let file = disk.state().file(name);
        Some(Handle { disk, file })
    }

    /// The file was there when watching began, or has been made since.
    pub(crate) fn is_known(&self) -> bool {
        let state = self.disk.state();
        let of_file = |op: &&Op| match op {
            Op::Create(file) | Op::Delete { file, .. } => *file == self.file,
            _ => false,
        };
        match state.ops.iter().rfind(of_file) {
            Some(op) => matches!(op, Op::Create(_)),
            None => state.base.contains_key(&state.names[self.file]),
        }
    }

    /// Notes that opening has made the file.
    pub(crate) fn created(&self) {
        self.disk.state().ops.push(Op::Create(self.file));
    }

    /// Writes with `write`, if the disk lets it.
    pub(crate) fn write(&self, at: usize, bytes: &[u8], write: impl FnOnce() -> i32) -> i32 {
        let mut state = self.disk.state();
        if let Health::Full(left) = &mut state.health {
            match left.checked_sub(bytes.len()) {
                Some(rest) => *left = rest,
                None => return SQLITE_FULL,
            }
        }
        let code = write();
        if code == SQLITE_OK {
            state.ops.push(Op::Write { file: self.file, at, bytes: bytes.into() });
        }
        code
    }

    /// Truncates with `truncate`.
    pub(crate) fn truncate(&self, size: usize, truncate: impl FnOnce() -> i32) -> i32 {
        let mut state = self.disk.state();
        let code = truncate();
        if code == SQLITE_OK {
            state.ops.push(Op::Truncate { file: self.file, size });
        }
        code
    }

    /// Syncs, in the record only: what a sync saves is worked out from the record, and the machine's own disk has
    /// nothing to do with it.
    pub(crate) fn sync(&self) -> i32 {
        let mut state = self.disk.state();
        if state.health == Health::Failing {
            return SQLITE_IOERR_FSYNC;
        }
        state.ops.push(Op::Sync(self.file));
        SQLITE_OK
    }

    /// Notes that the file was deleted.
    pub(crate) fn deleted(&self, folder_synced: bool) {
        self.disk.state().ops.push(Op::Delete { file: self.file, folder_synced });
    }
}

impl State {
    fn file(&mut self, name: &str) -> File {
        self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }
}

/// A file that SQLite writes before the database itself.
fn is_log(name: &str) -> bool {
    name.ends_with("-wal") || name.ends_with("-journal")
}

#[cfg(test)]
#[path = "disk/tests.rs"]
mod tests;
