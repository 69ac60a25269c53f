//! `setNotify`: choose what one is notified of in a room.

use chat::RoomId;
use serde::{Deserialize, Serialize};

use crate::{Done, Request, view::Notify};

/// The argument of `setNotify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetNotify {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// What one wants to be told of.
    pub notify: Notify,
}

impl Request for SetNotify {
    const EVENT: &'static str = "setNotify";
    type Ok = Done;
}
