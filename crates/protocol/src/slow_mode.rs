//! `slowMode`: let people say one thing, then wait.

use chat::{Key, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `slowMode`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlowMode {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// How long each waits between two messages; 0 ends it.
    pub seconds: u32,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for SlowMode {
    const EVENT: &'static str = "slowMode";
    type Ok = Stored;
}
