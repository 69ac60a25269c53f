//! `setTopic`: say what a room is about; an empty topic is none.

use chat::{Key, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `setTopic`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetTopic {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// The new topic.
    pub topic: String,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for SetTopic {
    const EVENT: &'static str = "setTopic";
    type Ok = Stored;
}
