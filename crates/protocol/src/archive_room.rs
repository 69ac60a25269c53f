//! `archiveRoom`: close a room for good but for reading, or open it again.

use chat::{Key, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `archiveRoom`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveRoom {
    /// The room; never the default room.
    pub room: RoomId,
    /// From now on; else no longer.
    pub on: bool,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for ArchiveRoom {
    const EVENT: &'static str = "archiveRoom";
    type Ok = Stored;
}
