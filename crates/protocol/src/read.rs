//! `read`: one has read a room up to a message. It never goes back.

use chat::{RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{Done, Request};

/// The argument of `read`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// The last event one has seen.
    pub seq: Seq,
}

impl Request for Read {
    const EVENT: &'static str = "read";
    type Ok = Done;
}
