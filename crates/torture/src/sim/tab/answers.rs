//! What a page makes of the server's answers.

use chat::timeline::{self, Page};
use chat::{Key, Millis, RoomId, outbox};
use protocol::{HistoryPage, Problem, Refusal, Reply, Stored, SyncReply, json};
use serde::de::DeserializeOwned;
use socketio_client::{AckError, Value};

use super::{Fact, Tab};

/// What was asked.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Sync(RoomId),
    Latest(RoomId),
    Send(Key, RoomId),
    Other,
}

/// Why something is not done.
enum Undone {
    Refused(Problem),
    /// The server says nothing, and the line stands.
    Silent,
    /// The line has ended, which is told by itself.
    Lost,
}

impl Tab {
    pub(super) fn answered(&mut self, id: u64, result: Result<Vec<Value>, AckError>, now: Millis) {
        match self.asks.remove(&id) {
            Some(Ask::Sync(room)) => {
                let catchup = read::<SyncReply>(result).ok().and_then(|reply| reply.catchup(&room));
                let input = catchup.map_or(timeline::Input::Unanswered, timeline::Input::Synced);
                self.timeline(&room, input, now);
            }
            Some(Ask::Latest(room)) => {
                let page = read::<HistoryPage>(result).ok().map(Page::from);
                let input = page.map_or(timeline::Input::Unanswered, timeline::Input::Latest);
                self.timeline(&room, input, now);
            }
            Some(Ask::Send(key, room)) => self.sent(key, room, read::<Stored>(result), now),
            Some(Ask::Other) | None => {}
        }
    }

    fn sent(&mut self, key: Key, room: RoomId, answer: Result<Stored, Undone>, now: Millis) {
        use outbox::Input;
        let input = match answer {
            Ok(Stored { seq, .. }) => {
                #[cfg(feature = "plant")]
                if let Some(timeline) = self.rooms.get_mut(&room) {
                    timeline.planted_ack(seq);
                }
                self.facts.push(Fact::Acked(key, room, seq));
                Input::Accepted(key, seq)
            }
            Err(Undone::Refused(problem)) if problem.code == Refusal::Unauthorized => {
                Input::Unauthorized(key)
            }
            Err(Undone::Refused(problem)) if problem.retryable => {
                Input::Later(key, problem.retry_after_ms.and_then(|ms| Millis::try_from(ms).ok()))
            }
            Err(Undone::Refused(problem)) => Input::Refused(key, problem.code.code().to_owned()),
            Err(Undone::Silent) => Input::Later(key, None),
            Err(Undone::Lost) => return,
        };
        self.outbox(input, now);
    }
}

/// Reads an answer. One of another form is none.
fn read<T: DeserializeOwned>(result: Result<Vec<Value>, AckError>) -> Result<T, Undone> {
    match result {
        Ok(mut args) => match args.pop().and_then(json::read_reply) {
            Some(Reply::Ok(ok)) => Ok(ok),
            Some(Reply::Error(problem)) => Err(Undone::Refused(problem)),
            None => Err(Undone::Refused(Refusal::Unknown.into())),
        },
        Err(AckError::Disconnected) => Err(Undone::Lost),
        Err(AckError::Timeout | AckError::Refused(_)) => Err(Undone::Silent),
    }
}
