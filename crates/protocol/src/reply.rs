//! The one shape of every ack.

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

impl<T> From<Result<T, Problem>> for Reply<T> {
    fn from(result: Result<T, Problem>) -> Reply<T> {
        match result {
            Ok(value) => Reply::Ok(value),
            Err(problem) => Reply::Error(problem),
        }
    }
}
