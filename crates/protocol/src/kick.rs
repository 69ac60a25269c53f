//! `kick`: take somebody out of a room. A public one may be entered again.

use chat::{Key, MemberId, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `kick`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kick {
    /// The room.
    pub room: RoomId,
    /// Whom.
    pub member: MemberId,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for Kick {
    const EVENT: &'static str = "kick";
    type Ok = Stored;
}
