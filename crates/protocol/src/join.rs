//! `join`: enter a room, or enter it again to see who is there.

use chat::RoomId;
use serde::{Deserialize, Serialize};

use crate::{Request, view};

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
}

impl Request for Join {
    const EVENT: &'static str = "join";
    type Ok = JoinOk;
}
