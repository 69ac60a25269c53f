//! `members`: who is in a room, a page at a time, and who of them is here now.

use chat::{MemberId, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{PerMember, Request, view};

/// The argument of `members`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// Those who come after this person in the list; from the beginning if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<MemberId>,
    /// Only those whose name contains this, whatever its case and accents; at most [`crate::list_rooms::MAX_FIND`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub find: Option<String>,
}

/// What `ok` of `members` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersOk {
    /// The room's people in order of arrival on the server, at most [`crate::join::MAX_MEMBERS`].
    pub members: Vec<view::Member>,
    /// There are more: ask again after the last.
    pub more: bool,
    /// Those of `members` who have a connection now.
    pub here: Vec<MemberId>,
    /// How many of the room's people have a connection now.
    pub count: u64,
    /// How far those of `members` have read who want it known; of nobody in a room whose receipts are not shown.
    #[serde(default, skip_serializing_if = "PerMember::is_empty")]
    pub reads: PerMember<Seq>,
}

impl Request for Members {
    const EVENT: &'static str = "members";
    type Ok = MembersOk;
}
