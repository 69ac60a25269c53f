//! `react`: put an emoji under a message, or take it back.

use chat::{Key, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `react`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct React {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// The message.
    pub target: Seq,
    /// One emoji.
    pub emoji: String,
    /// Put it there; else take it back.
    pub on: bool,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for React {
    const EVENT: &'static str = "react";
    type Ok = Stored;
}
