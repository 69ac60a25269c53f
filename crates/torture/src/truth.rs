//! What the database holds, read by statements of this program's own: the server's code is not asked.

use std::collections::{BTreeMap, BTreeSet};

use chat::{Key, MemberId, RoomId, Seq};

use crate::history::Told;

/// A database.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// Which one it is.
    pub epoch: String,
    /// Its rooms.
    pub rooms: BTreeMap<RoomId, Log>,
}

/// A room.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Everybody may read all of it.
    pub public: bool,
    /// The head as the room's row has it.
    pub head: Seq,
    /// Who was in it from its beginning.
    pub founders: BTreeSet<MemberId>,
    /// Its events in the order of their numbers, as they stand.
    pub entries: Vec<Entry>,
    /// The state table: number, text's digest (`None` where it is gone).
    pub messages: BTreeMap<Seq, Option<String>>,
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// Who made it.
    pub author: MemberId,
    /// Under which key.
    pub key: Key,
    /// What it is. `deleted` where its text has been emptied.
    pub event: Told,
}
