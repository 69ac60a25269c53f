//! The one shape of every ack.

use chat::{Millis, Seq};
use serde::{Deserialize, Serialize};

use crate::Problem;

/// `{"ok": …}` or `{"error": {"code", "retryable", "retryAfterMs"?}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reply<T> {
    /// Done.
    Ok(T),
    /// Not done, and why.
    Error(Problem),
}

/// What `ok` holds of a request that becomes an event of a room's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The event's number; of a request that would have changed nothing, that of the event which made it so.
    pub seq: Seq,
    /// Since when, Unix milliseconds.
    pub at: Millis,
    /// It was so already.
    pub duplicate: bool,
}

/// What `ok` holds of a request that makes no event: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

impl<T> From<Result<T, Problem>> for Reply<T> {
    fn from(result: Result<T, Problem>) -> Reply<T> {
        match result {
            Ok(value) => Reply::Ok(value),
            Err(problem) => Reply::Error(problem),
        }
    }
}
