//! The outbox's file: a journal of rows that were put and rows that are gone, synced where it matters.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use chat::Key;
use chat::outbox::{Pending, Row};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    Put(Box<Row>),
    Gone(Key),
}

/// The file, open for the next line.
pub(super) struct Disk(File);

impl Disk {
    /// Opens the file and reads what it holds. It is written anew, without what is gone.
    pub(super) fn open(path: &Path) -> io::Result<(Disk, Vec<Pending>)> {
        let rows = rows(path)?;
        let fresh = path.with_extension("new");
        let mut disk = Disk(File::create(&fresh)?);
        for row in &rows {
            disk.line(&Line::Put(Box::new(row.into())))?;
        }
        disk.0.sync_all()?;
        std::fs::rename(&fresh, path)?;
        disk.0 = OpenOptions::new().append(true).open(path)?;
        Ok((disk, rows))
    }

    /// Writes the row as it is now. When this returns, the disk has it.
    pub(super) fn put(&mut self, pending: &Pending) -> io::Result<()> {
        self.line(&Line::Put(Box::new(pending.into())))?;
        self.0.sync_data()
    }

    /// Takes the row off. Should the machine forget it, the row is sent once more under its key.
    pub(super) fn remove(&mut self, key: Key) -> io::Result<()> {
        self.line(&Line::Gone(key))
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line).map_err(io::Error::other)?;
        text.push(b'\n');
        self.0.write_all(&text)
    }
}

/// The rows of a journal, oldest first.
pub(super) fn rows(path: &Path) -> io::Result<Vec<Pending>> {
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        text => text?,
    };
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        // A torn last line is of a row that was never promised.
        match serde_json::from_str(line) {
            Ok(Line::Put(row)) => {
                if let Some(pending) = row.open() {
                    rows.insert(pending.key, pending);
                }
            }
            Ok(Line::Gone(key)) => {
                rows.remove(&key);
            }
            Err(_) => {}
        }
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.sort_by_key(|row| (row.created, row.key));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use chat::outbox::Intent;
    use chat::{MessageBody, RoomId};

    use super::*;

    fn pending(n: u8) -> Pending {
        let intent = Intent::Message { body: MessageBody::parse("oi").unwrap(), reply_to: None };
        Pending::new(Key::from_bytes([n; 16]), "ana".parse().unwrap(), RoomId::lobby(), intent, n.into())
    }

    #[test]
    fn what_was_put_and_is_not_gone_is_found_again() {
        let path = std::env::temp_dir().join(format!("torture-disk-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let (mut disk, rows) = Disk::open(&path).unwrap();
        assert_eq!(rows, []);
        for n in [3, 1, 2] {
            disk.put(&pending(n)).unwrap();
        }
        disk.remove(pending(2).key).unwrap();
        disk.0.write_all(br#"{"put":{"v":1"#).unwrap();
        let (_, rows) = Disk::open(&path).unwrap();
        assert_eq!(rows, [pending(1), pending(3)]);
    }
}
