//! `typing`: one is writing, or has stopped.

use chat::RoomId;
use serde::{Deserialize, Serialize};

use crate::{Done, Request};

/// The argument of `typing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// Writing; else stopped.
    pub on: bool,
}

impl Request for Typing {
    const EVENT: &'static str = "typing";
    type Ok = Done;
}
