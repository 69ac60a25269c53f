//! `renameRoom`: call a room something else.

use chat::{Key, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `renameRoom`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameRoom {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// The new name.
    pub name: String,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for RenameRoom {
    const EVENT: &'static str = "renameRoom";
    type Ok = Stored;
}
