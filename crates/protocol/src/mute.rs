//! `mute`: let somebody not speak in a room, or again.

use chat::{Key, MemberId, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `mute`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mute {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// Whom.
    pub member: MemberId,
    /// From now on; else no longer.
    pub on: bool,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for Mute {
    const EVENT: &'static str = "mute";
    type Ok = Stored;
}
