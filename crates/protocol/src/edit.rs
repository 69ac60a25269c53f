//! `edit`: give one's own message another text.

use chat::{Key, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `edit`. The body is a bare text for the same reason as a message's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// The message.
    pub target: Seq,
    /// Its new text, as typed.
    pub body: String,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for Edit {
    const EVENT: &'static str = "edit";
    type Ok = Stored;
}
