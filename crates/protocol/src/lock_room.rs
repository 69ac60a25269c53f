//! `lockRoom`: let nobody speak but those who keep the peace, or everybody again.

use chat::{Key, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `lockRoom`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockRoom {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// From now on; else no longer.
    pub on: bool,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for LockRoom {
    const EVENT: &'static str = "lockRoom";
    type Ok = Stored;
}
