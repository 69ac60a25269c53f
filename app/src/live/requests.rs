//! What the page asks of the server: the missing events, and pages of history.

use chat::Seq;
use chat::timeline::{self, Page};
use protocol::{History, HistoryPage, PerRoom, Problem, Refusal, Reply, Request, Sync, SyncReply, json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use socketio_client::{AckError, Value};

use super::{Live, Mark};
use crate::browser::clock::now;
use crate::browser::task;

/// How long, in milliseconds, a request may take; the outbox and the timeline then try again.
pub(super) const ANSWER_MS: u64 = 10_000;

/// The same for a question that asks, too, whether the line still lives.
const PROBE_MS: u64 = 3_000;

/// Why a request is not done.
pub(super) enum Undone {
    /// The server says so.
    Refused(Problem),
    /// The server says nothing, and the line stands.
    Silent,
    /// The line ended before the server said anything: the request may have been carried out.
    Lost,
}

impl Live {
    /// Asks, and waits for the answer, at most so many milliseconds.
    pub(super) async fn ask(self, event: &str, arguments: Vec<Value>, ms: u64) -> Result<Value, Undone> {
        let Some(client) = self.client() else { return Err(Undone::Lost) };
        match client.request_within(event, arguments, ms).await {
            Ok(mut arguments) => match arguments.pop().and_then(json::read_reply) {
                Some(Reply::Ok(ok)) => Ok(ok),
                Some(Reply::Error(problem)) => Err(Undone::Refused(problem)),
                None => Err(unreadable()),
            },
            Err(AckError::Disconnected) => Err(Undone::Lost),
            Err(AckError::Timeout | AckError::Refused(_)) => Err(Undone::Silent),
        }
    }

    /// What the timeline misses.
    pub(super) fn ask_sync(self, after: Seq) {
        self.sync(after, ANSWER_MS);
    }

    /// The reader is back, or the network, or a client that is told no heads has connected: asks what is missing, and
    /// takes silence for the end of the line. A line that broke while nobody looked would else be found dead by the
    /// next ping only.
    pub(super) fn probe(self) {
        let connected = self.client().is_some_and(|client| client.is_connected());
        if connected && !self.mark(Mark::Probing, true) {
            self.sync(self.room.read(|timeline| timeline.applied()), PROBE_MS);
        }
    }

    fn sync(self, after: Seq, ms: u64) {
        let id = self.room.id();
        task::spawn(async move {
            let sync = Sync { cursors: PerRoom::from([(id.clone(), after)]) };
            let answer = self.ask(Sync::EVENT, vec![value(&sync)], ms).await;
            let silent = matches!(answer, Err(Undone::Silent));
            let reply = answer.and_then(read::<SyncReply>).ok();
            let catchup = reply.and_then(|reply| reply.catchup(&id));
            self.timeline(catchup.map_or(timeline::Input::Unanswered, timeline::Input::Synced));
            self.see();
            if ms == PROBE_MS {
                self.mark(Mark::Probing, false);
                if silent {
                    self.with_client(|client| {
                        client.disconnect();
                        client.connect();
                    });
                }
            }
        });
    }

    pub(super) fn ask_latest(self) {
        task::spawn(async move {
            let latest = self.history(self.page()).await;
            self.timeline(latest.map_or(timeline::Input::Unanswered, timeline::Input::Latest));
        });
    }

    async fn history(self, request: History) -> Option<Page> {
        let answer = self.ask(History::EVENT, vec![value(&request)], ANSWER_MS).await;
        answer.and_then(read::<HistoryPage>).ok().map(Page::from)
    }

    fn page(self) -> History {
        History { room: self.room.id(), ..History::default() }
    }

    /// Shows what was said before the first row: from the memory, or from the server.
    pub fn older(self) {
        if self.draw(|room| room.older(now())) {
            return;
        }
        let first = self.room.read(|timeline| timeline.first().filter(|_| timeline.has_more_before()));
        if let Some(before) = first {
            self.load(History { before: Some(before), ..self.page() }, timeline::Input::Older);
        }
    }

    /// Shows what was said after the last row.
    pub fn newer(self) {
        if self.draw(|room| room.newer(now())) {
            return;
        }
        let last = self.room.read(|timeline| timeline.last().filter(|_| timeline.has_more_after()));
        if let Some(after) = last {
            self.load(History { after: Some(after), ..self.page() }, timeline::Input::Newer);
        }
    }

    /// One page at a time: the next one is asked for by the next movement.
    fn load(self, request: History, input: fn(Page) -> timeline::Input) {
        if self.mark(Mark::Loading, true) {
            return;
        }
        let before = request.before.is_some();
        task::spawn(async move {
            let page = self.history(request).await;
            self.mark(Mark::Loading, false);
            let Some(page) = page else { return };
            self.timeline(input(page));
            if before {
                self.draw(|room| room.older(now()));
            }
        });
    }
}

/// Structs of texts and numbers: there is nothing in them that JSON has no words for.
pub(super) fn value(request: &impl Serialize) -> Value {
    serde_json::to_value(request).unwrap_or_default()
}

pub(super) fn read<T: DeserializeOwned>(ok: Value) -> Result<T, Undone> {
    json::read(ok).ok_or_else(unreadable)
}

/// An answer that is not of the contract's form is none.
fn unreadable() -> Undone {
    Undone::Refused(Refusal::Unknown.into())
}
