//! `createRoom`: make a room and be in it.

use chat::{Key, MemberId};
use serde::{Deserialize, Serialize};

use crate::Request;
use crate::view::{Room, RoomKind};

/// Most people one request puts into a new room.
pub const MAX_INVITED: usize = 200;

/// The argument of `createRoom`. The name is a bare text for the same reason as a message's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateRoom {
    /// What it is called.
    pub name: String,
    /// Who may find it.
    pub kind: RoomKind,
    /// Who is in it from the start, beside the one who makes it; at most [`MAX_INVITED`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<MemberId>>,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

/// What `ok` of `createRoom` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateRoomOk {
    /// The room, as this person sees it.
    pub room: Room,
}

impl Request for CreateRoom {
    const EVENT: &'static str = "createRoom";
    type Ok = CreateRoomOk;
}
