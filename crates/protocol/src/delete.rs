//! `delete`: take a message's text away. Its place stays.

use chat::{Key, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `delete`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// The message.
    pub target: Seq,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for Delete {
    const EVENT: &'static str = "delete";
    type Ok = Stored;
}
