//! `addMember`: bring somebody into a private room. Everybody in it hears `joined`, with who brought them.

use chat::{Key, MemberId, RoomId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `addMember`. One of `member` and `name` says whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// The room.
    pub room: RoomId,
    /// The person, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// The person, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for AddMember {
    const EVENT: &'static str = "addMember";
    type Ok = Stored;
}
