//! `deleteAll`: take away everything a guest has said, everywhere.

use chat::{Key, MemberId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `deleteAll`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteAll {
    /// The guest.
    pub member: MemberId,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for DeleteAll {
    const EVENT: &'static str = "deleteAll";
    type Ok = Stored;
}
