//! One answer to every request: `{ok}` or `{error}`. Who asked for no answer is told of a refusal by a notice.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use protocol::notice::MAX_EVENT_NAMED;
use protocol::{Notice as _, Problem, RefusedRequest, Reply, json};
use serde::Serialize;
use socketioxide::extract::Event;
use socketioxide::handler::{FromMessageParts, Value};
use socketioxide::{SendError, SocketError, socket};

use super::adapter::{Ack, Node, Socket};
use super::binding::Slot;

/// What an answer takes beside its JSON.
const FRAME: usize = 32;

/// A request as it came: where its answer goes, and how many bytes it has.
pub(super) struct Asked {
    ack: Ack,
    socket: Socket,
    /// Somebody waits for an answer.
    wanted: bool,
    event: Cow<'static, str>,
    pub(super) bytes: usize,
}

impl Asked {
    /// It is a request of that name.
    pub(super) fn named(self, event: &'static str) -> Asked {
        Asked { event: Cow::Borrowed(event), ..self }
    }

    /// It is a request that there is none of: its name is what came.
    pub(super) fn unknown(self, Event(event): &Event) -> Asked {
        Asked { event: Cow::Owned(event.chars().take(MAX_EVENT_NAMED).collect()), ..self }
    }

    /// Its name, if it is a request that there is.
    pub(super) fn event(&self) -> &str {
        &self.event
    }
}

impl FromMessageParts<Node> for Asked {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<socket::Socket<Node>>,
        packet: &mut Value,
        id: &Option<i64>,
    ) -> Result<Asked, Infallible> {
        let bytes = match packet {
            Value::Str(text, _) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
        };
        let Ok(ack) = Ack::from_message_parts(socket, packet, id);
        let Ok(to) = Socket::from_message_parts(socket, packet, id);
        Ok(Asked { ack, socket: to, wanted: id.is_some(), event: Cow::Borrowed(""), bytes })
    }
}

/// Answers with what came of it.
pub(super) fn answer<T: Serialize>(asked: Asked, outcome: Result<T, Problem>, slot: &Slot) {
    let sent = if asked.wanted {
        let reply = Reply::from(outcome);
        slot.intake.gate.answer(json::size(&reply) + FRAME);
        asked.ack.send(&reply)
    } else {
        let Err(Problem { code, retry_after_ms, .. }) = outcome else { return };
        let event = asked.event.into_owned();
        slot.intake.gate.echo();
        asked.socket.emit(RefusedRequest::EVENT, &RefusedRequest { event, code, retry_after_ms })
    };
    match sent {
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
pub(super) fn refuse(asked: Asked, problem: Problem, slot: &Slot) {
    answer::<()>(asked, Err(problem), slot);
}
