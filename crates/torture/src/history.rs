//! What each client was told and displayed: one file per client, one JSON line per fact, written before the
//! client acts on it.
//!
//! A process that is killed keeps what it wrote: the kernel has it. The last line may be torn; it is no fact yet.

mod words;

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use chat::{Key, MemberId, Millis, RoomId, Seq};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use words::{Aim, Became, Shown, Told, What};

/// One fact and when it was written down, Unix milliseconds. All processes read the same clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// When.
    pub at: Millis,
    /// What.
    #[serde(flatten)]
    pub fact: Fact,
}

/// Something that a client has done, heard or shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "camelCase")]
pub enum Fact {
    /// The client's process has begun: nothing is displayed, the outbox is what the disk holds.
    Began,
    /// It was greeted.
    Hello {
        /// Which database the server has.
        epoch: String,
        /// Who the client is.
        you: MemberId,
        /// How far its rooms have come.
        heads: Vec<(RoomId, Seq)>,
    },
    /// It has no connection any more.
    Lost,
    /// The server has ended it for good, or does not let it in, with this code.
    Ended {
        /// The code.
        code: String,
    },
    /// Its person wants something, under this key.
    Wants {
        /// The key, kept through every retry.
        key: Key,
        /// Where.
        room: RoomId,
        /// What.
        what: What,
    },
    /// It is in the outbox's file and synced: from now on it is promised to end visibly.
    Saved {
        /// The key.
        key: Key,
    },
    /// The person took it back before it was ever sent.
    TakenBack {
        /// The key.
        key: Key,
    },
    /// It is stored, the server says.
    Acked {
        /// The key.
        key: Key,
        /// Under this number.
        seq: Seq,
        /// For the second time.
        duplicate: bool,
    },
    /// Its event is on the display: it is stored, though the ack may have been lost.
    Seen {
        /// The key.
        key: Key,
        /// The event's number.
        seq: Seq,
    },
    /// It is refused for good.
    Refused {
        /// The key.
        key: Key,
        /// Why.
        code: String,
    },
    /// The client hears of an event, live or by `sync`.
    Told {
        /// Its room.
        room: RoomId,
        /// Its number.
        seq: Seq,
        /// By a reply to `sync`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        synced: bool,
        /// What it is.
        event: Told,
    },
    /// A page of messages has come.
    Page {
        /// Its room.
        room: RoomId,
        /// The room's head when it was read.
        head: Seq,
        /// It replaces what was displayed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reset: bool,
        /// What it holds.
        messages: Vec<Shown>,
    },
    /// The display has come from one number to another.
    Applied {
        /// The room.
        room: RoomId,
        /// The last number before.
        from: Seq,
        /// The last number now.
        to: Seq,
        /// A reply to `sync` raised the cursor to this number before its events: what lies before is not
        /// for this client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        raised: Option<Seq>,
    },
    /// The client displays the room no more.
    Left {
        /// The room.
        room: RoomId,
    },
    /// All that is displayed of a room.
    Display {
        /// The room.
        room: RoomId,
        /// The last number applied.
        applied: Seq,
        /// There is nothing before the first message.
        whole: bool,
        /// In the order of the display.
        messages: Vec<Shown>,
    },
    /// What waits in the outbox, visibly.
    Waiting {
        /// The keys, in order.
        keys: Vec<Key>,
    },
}

/// Sixteen hexadecimal digits that stand for a text: equal digests are equal bytes, for all that chance can do.
pub fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Unix milliseconds.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// A client's history, open for the next fact.
pub struct History(File);

impl History {
    /// Opens the file at `path`, after what is in it.
    pub fn open(path: &Path) -> io::Result<History> {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        // A torn line of an earlier life ends here; the empty line after it says that it was torn.
        if file.metadata()?.len() > 0 {
            file.write_all(b"\n\n")?;
        }
        Ok(History(file))
    }

    /// Writes `fact` down. When this returns, the kernel has it.
    pub fn write(&mut self, fact: Fact) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line { at: now(), fact }).map_err(io::Error::other)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}

/// Reads a history.
///
/// # Errors
/// The file, or a whole line that is no fact.
pub fn read(path: &Path) -> io::Result<Vec<Line>> {
    let (mut lines, mut torn) = (Vec::new(), None);
    for line in BufReader::new(File::open(path)?).split(b'\n') {
        let line = line?;
        if line.is_empty() {
            // What stands before an empty line was torn by a death, if anything was.
            torn = None;
            continue;
        }
        if let Some(error) = torn.take() {
            return Err(error);
        }
        match serde_json::from_slice(&line) {
            Ok(line) => lines.push(line),
            Err(error) => {
                let text = String::from_utf8_lossy(&line).into_owned();
                torn = Some(io::Error::other(format!("{}: {error}: {text}", path.display())));
            }
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("torture-{name}-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    fn told(seq: Seq) -> Fact {
        let event = Told::Deleted { by: "ana".parse().unwrap(), target: 1 };
        Fact::Told { room: RoomId::lobby(), seq, synced: false, event }
    }

    #[test]
    fn what_was_written_is_read() {
        let path = file("history");
        let mut history = History::open(&path).unwrap();
        let key = Key::from_bytes([7; 16]);
        let what = What::Edit { target: Aim::Key(key), body: digest("oi") };
        let facts = [Fact::Began, told(3), Fact::Wants { key, room: RoomId::lobby(), what }];
        for fact in facts.clone() {
            history.write(fact).unwrap();
        }
        let read: Vec<_> = read(&path).unwrap().into_iter().map(|line| line.fact).collect();
        assert_eq!(read, facts);
    }

    #[test]
    fn a_line_torn_by_a_death_is_no_fact() {
        let path = file("torn");
        let mut history = History::open(&path).unwrap();
        history.write(told(1)).unwrap();
        history.0.write_all(br#"{"at":1,"t":"to"#).unwrap();
        History::open(&path).unwrap().write(told(2)).unwrap();
        assert_eq!(read(&path).unwrap().len(), 2);
    }

    #[test]
    fn nonsense_between_facts_is_an_error() {
        let path = file("nonsense");
        std::fs::write(&path, "{\"at\":1,\"t\":\"nonsense\"}\n{\"at\":1,\"t\":\"began\"}\n").unwrap();
        assert!(read(&path).is_err());
    }

    #[test]
    fn equal_texts_have_equal_digests() {
        assert_eq!(digest("é"), digest("é"));
        assert_ne!(digest("é"), digest("e\u{301}"));
    }
}
