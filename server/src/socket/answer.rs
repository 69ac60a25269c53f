//! One answer to every request: `{ok}` or `{error}`.

use protocol::{Problem, Reply};
use serde::Serialize;
use socketioxide::{SendError, SocketError};

use super::adapter::Ack;
use super::binding::Slot;

/// Answers with what came of it.
pub(super) fn answer<T: Serialize>(ack: Ack, outcome: Result<T, Problem>, slot: &Slot) {
    match ack.send(&Reply::from(outcome)) {
        Ok(()) | Err(SendError::Socket(SocketError::Closed)) => {}
        Err(SendError::Socket(SocketError::InternalChannelFull)) => {
            // Nobody reads there. The client comes back, asks again with the same key and gets the stored answer.
            // What else it asked for is still being answered: that it does not read is said once.
            if slot.kill() {
                tracing::warn!(connection = slot.number, "queue full at an answer, connection ended");
            }
        }
        Err(SendError::Serialize(error)) => {
            tracing::error!(connection = slot.number, %error, "an answer could not be written");
        }
    }
}

/// Answers that it is not done.
pub(super) fn refuse(ack: Ack, problem: Problem, slot: &Slot) {
    answer::<()>(ack, Err(problem), slot);
}
