//! The record of a folder, without SQLite.

use std::collections::HashSet;

use super::*;
use crate::dice::Dice;

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("chat-disk-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn files(image: &Image, folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let copy = folder.0.join("copy");
    let _ = std::fs::remove_dir_all(&copy);
    image.put(&copy).unwrap();
    image::read(&copy).unwrap()
}

fn open(disk: &Disk, name: &str) -> Handle {
    let handle = Handle::find(&disk.folder().join(name)).unwrap();
    handle.created();
    handle
}

const ALL: fn() -> i32 = || SQLITE_OK;

#[test]
fn what_was_synced_is_always_there_and_the_rest_sometimes() {
    let folder = Folder::new("synced");
    let disk = Disk::watch(&folder.0).unwrap();
    let log = open(&disk, "a.db-wal");
    log.write(0, b"safe", ALL);
    log.sync();
    log.write(4, b"rest", ALL);
    let mut seen = [false; 2];
    for seed in 0..200 {
        let image = disk.image(disk.now(), Loss::Power(512), &mut Dice::new(seed));
        let bytes = files(&image, &folder).remove("a.db-wal").unwrap();
        assert!(bytes.starts_with(b"safe"), "{bytes:?}");
        seen[usize::from(bytes == b"saferest")] = true;
    }
    assert_eq!(seen, [true, true]);
    let killed = files(&disk.image(disk.now(), Loss::Process, &mut Dice::new(0)), &folder);
    assert_eq!(killed["a.db-wal"], b"saferest");
    let before = files(&disk.image(2, Loss::Process, &mut Dice::new(0)), &folder);
    assert_eq!(before["a.db-wal"], b"safe");
}

#[test]
fn a_file_whose_folder_was_not_synced_may_be_missing() {
    let folder = Folder::new("entry");
    let disk = Disk::watch(&folder.0).unwrap();
    let db = open(&disk, "a.db");
    db.write(0, b"x", ALL);
    db.sync();
    let there = |disk: &Disk, seed| {
        let image = disk.image(disk.now(), Loss::Power(512), &mut Dice::new(seed));
        files(&image, &folder).contains_key("a.db")
    };
    let found = (0..100).filter(|seed| there(&disk, *seed)).count();
    assert!((1..100).contains(&found), "{found}");
    let log = open(&disk, "a.db-journal");
    log.sync();
    assert!((0..100).all(|seed| there(&disk, seed)), "the folder was synced with the journal");
}

#[test]
fn a_torn_write_leaves_the_bytes_around_it_alone() {
    let folder = Folder::new("torn");
    let disk = Disk::watch(&folder.0).unwrap();
    let log = open(&disk, "a.db-wal");
    log.write(0, &[1; 3_000], ALL);
    log.sync();
    log.write(700, &[2; 1_500], ALL);
    let mut kinds = HashSet::new();
    for seed in 0..300 {
        let image = disk.image(disk.now(), Loss::Power(512), &mut Dice::new(seed));
        let bytes = files(&image, &folder).remove("a.db-wal").unwrap();
        assert!(bytes[..700].iter().chain(&bytes[2_200..]).all(|byte| *byte == 1), "seed {seed}");
        kinds.insert(bytes);
    }
    assert!(kinds.len() > 50, "{}", kinds.len());
}

#[test]
fn a_full_disk_takes_what_still_fits() {
    let folder = Folder::new("full");
    let disk = Disk::watch(&folder.0).unwrap();
    let log = open(&disk, "a.db-wal");
    disk.set_health(Health::Full(6));
    assert_eq!(log.write(0, b"four", ALL), SQLITE_OK);
    assert_eq!(log.write(4, b"more", || panic!("it must not be written")), SQLITE_FULL);
    disk.set_health(Health::Failing);
    assert_eq!(log.sync(), SQLITE_IOERR_FSYNC);
    disk.set_health(Health::Well);
    assert_eq!((log.write(4, b"more", ALL), log.sync()), (SQLITE_OK, SQLITE_OK));
}

#[test]
fn an_answer_before_its_sync_is_noticed() {
    let folder = Folder::new("early");
    let disk = Disk::watch(&folder.0).unwrap();
    let log = open(&disk, "a.db-wal");
    log.write(0, b"one", ALL);
    log.sync();
    disk.mark(1);
    log.write(3, b"two", ALL);
    disk.mark(2);
    log.sync();
    disk.mark(3);
    assert_eq!(disk.marks_before_their_sync(), [2]);
    assert_eq!((disk.marks(disk.now()), disk.marked()), (vec![1, 2, 3], vec![4, 6, 8]));
}

#[test]
fn a_folder_that_nobody_watches_is_left_alone() {
    assert!(Handle::find(Path::new("/nowhere/a.db")).is_none());
}
