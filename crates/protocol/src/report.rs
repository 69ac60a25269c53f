//! `report`: tell those who keep the peace of a message.

use chat::{Key, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{Done, Request};

/// Under what name the audit log keeps that reports of a message were settled: a form asks for it, and no event.
pub const SETTLE: &str = "settle";

/// The argument of `report`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The room; the default room if missing.
    #[serde(default)]
    pub room: RoomId,
    /// The message.
    pub target: Seq,
    /// What is wrong with it, at most 500 characters; may be empty.
    #[serde(default)]
    pub reason: String,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Request for Report {
    const EVENT: &'static str = "report";
    type Ok = Done;
}
