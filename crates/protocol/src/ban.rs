//! `ban`: let somebody not be on this server, or again. It ends the person's connections.

use chat::{Key, MemberId};
use serde::{Deserialize, Serialize};

use crate::{Request, Stored};

/// The argument of `ban`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ban {
    /// Whom.
    pub member: MemberId,
    /// From now on; else no longer.
    pub on: bool,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for Ban {
    const EVENT: &'static str = "ban";
    type Ok = Stored;
}
