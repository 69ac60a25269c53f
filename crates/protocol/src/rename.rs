//! `rename`: take another name.

use chat::Key;
use serde::{Deserialize, Serialize};

use crate::{Request, view};

/// The argument of `rename`. The name is a bare text for the same reason as a message's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The new name.
    pub name: String,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

/// What `ok` of `rename` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameOk {
    /// The person, as of now.
    pub you: view::Member,
}

impl Request for Rename {
    const EVENT: &'static str = "rename";
    type Ok = RenameOk;
}
