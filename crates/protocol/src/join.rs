//! `join`: enter a room, or enter it again to see who is there.

use chat::RoomId;
use serde::{Deserialize, Serialize};

use crate::{Request, RoomEvent, view};

/// Most members a reply to `join` lists.
pub const MAX_MEMBERS: usize = 200;

/// The argument of `join`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Join {
    /// The room; the default room if missing.
    pub room: RoomId,
}

/// What `ok` of `join` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinOk {
    /// The room, as this person sees it.
    pub room: view::Room,
    /// Its people, at most [`MAX_MEMBERS`].
    pub members: Vec<view::Member>,
    /// Its newest messages, ascending.
    pub messages: Vec<view::Message>,
    /// There are earlier ones.
    pub more: bool,
    /// What stands in the log between the messages, as in `history`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<RoomEvent>,
    /// Those whom `events` names, as they are now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<view::Member>,
}

impl Request for Join {
    const EVENT: &'static str = "join";
    type Ok = JoinOk;
}
