//! `block`: hear nothing of somebody any more, or again. The other is not told.

use chat::{Key, MemberId};
use serde::{Deserialize, Serialize};

use crate::{Done, Request};

/// The argument of `block`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Whom.
    pub member: MemberId,
    /// From now on; else no longer.
    pub on: bool,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for Block {
    const EVENT: &'static str = "block";
    type Ok = Done;
}
