//! `leave`: go out of a room. Nobody leaves the default room.

use chat::{Key, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::Request;

/// The argument of `leave`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// The room.
    pub room: RoomId,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

/// What `ok` of `leave` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveOk {
    /// The number of the event with which the person went: the last one that is theirs to see.
    pub seq: Seq,
}

impl Request for Leave {
    const EVENT: &'static str = "leave";
    type Ok = LeaveOk;
}
