//! The checksum of a backup: it stands behind the database in the same file, where SQLite does not look.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// What it begins with.
const WORDS: &[u8] = b"\nchat-moderno backup, SHA-256 ";

/// Its length: the words, 64 hexadecimal digits and a line break.
const LENGTH: usize = WORDS.len() + 64 + 1;

/// What SQLite's header begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A backup, as it was made.
    Sealed,
    /// A database without a checksum: of an earlier version, or a copy made by hand.
    Bare,
    /// Something else than was sealed, or than its own header says.
    Damaged,
    /// No database.
    Foreign,
}

/// Puts the checksum behind the database `path`, which nobody uses, and syncs it.
pub(super) fn put(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    let mut hash = Sha256::new();
    io::copy(&mut file, &mut HashWriter(&mut hash))?;
    let mut seal = WORDS.to_vec();
    seal.extend_from_slice(digits(hash).as_bytes());
    seal.push(b'\n');
    file.write_all(&seal)?;
    file.sync_all()
}

/// Copies the database in the file `from`, without its checksum, to the file `to`, and says what it is.
pub(super) fn copy_out(from: &Path, to: &mut File) -> io::Result<Content> {
    let mut file = File::open(from)?;
    let length = file.metadata()?.len();
    let mut head = [0; 100];
    if length < head.len() as u64 {
        return Ok(Content::Foreign);
    }
    file.read_exact(&mut head)?;
    let inside = length.saturating_sub(LENGTH as u64);
    let mut hash = Sha256::new();
    let mut content = Read::chain(&head[..], file).take(inside);
    io::copy(&mut content, &mut Both { file: &mut *to, hash: &mut hash })?;
    let mut end = Vec::with_capacity(LENGTH);
    content.into_inner().read_to_end(&mut end)?;
    let sealed = end.strip_prefix(WORDS).and_then(|end| end.strip_suffix(b"\n"));
    if let Some(digits_of) = sealed {
        let whole = digits_of == digits(hash).as_bytes();
        return Ok(if whole { Content::Sealed } else { Content::Damaged });
    }
    to.write_all(&end)?;
    if !head.starts_with(MAGIC) {
        return Ok(Content::Foreign);
    }
    let claimed = claimed_length(&head);
    Ok(if claimed.is_none_or(|claimed| claimed == length) { Content::Bare } else { Content::Damaged })
}

/// How long a database is by its own header, where that is up to date.
fn claimed_length(head: &[u8; 100]) -> Option<u64> {
    let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    // A write-ahead log beside it may hold more, or less.
    let logged = head[18] == 2;
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        page => u64::from(page),
    };
    (!logged && number(24) == number(92)).then(|| page * u64::from(number(28)))
}

fn digits(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Both<'a> {
    file: &'a mut File,
    hash: &'a mut Sha256,
}

impl Write for Both<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
