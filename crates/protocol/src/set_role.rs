//! `setRole`: give somebody another role.

use chat::{Key, MemberId, Role};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored, view::RoleName};

/// The argument of `setRole`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    /// Whom.
    pub member: MemberId,
    /// The new role; `guest` and `owner` are given to nobody.
    #[serde(with = "RoleName")]
    pub role: Role,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for SetRole {
    const EVENT: &'static str = "setRole";
    type Ok = Stored;
}
