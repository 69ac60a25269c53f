//! Requests over the product's own client.

use chat::Millis;
use protocol::{Problem, Refusal, Reply, Request, json};
use serde::Serialize;
use serde_json::Value;
use socketio_client::{AckError, Client};

/// Why a request is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    /// The server says so.
    Refused(Problem),
    /// The connection ended before the server said anything: the request may have been carried out.
    Lost,
    /// Silence. The same.
    Silence,
}

/// Emits a request now; the answer is the future's.
pub fn ask<R: Request + Serialize>(
    client: &Client,
    request: &R,
) -> impl Future<Output = Result<R::Ok, Undone>> + use<R> {
    let arguments = match serde_json::to_value(request) {
        // A request of several arguments is written as their list.
        Ok(Value::Array(arguments)) => arguments,
        Ok(argument) => vec![argument],
        Err(_) => Vec::new(),
    };
    let reply = client.request(R::EVENT, arguments);
    async move {
        match reply.await {
            Ok(mut answer) => match answer.pop().and_then(json::read_reply) {
                Some(Reply::Ok(ok)) => Ok(ok),
                Some(Reply::Error(problem)) => Err(Undone::Refused(problem)),
                None => Err(Undone::Refused(Refusal::Unknown.into())),
            },
            Err(AckError::Disconnected) => Err(Undone::Lost),
            Err(AckError::Timeout | AckError::Refused(_)) => Err(Undone::Silence),
        }
    }
}

/// How long the server asks to wait.
pub fn wait_of(problem: &Problem) -> Option<Millis> {
    problem.retry_after_ms.map(|ms| Millis::try_from(ms).unwrap_or(Millis::MAX))
}
