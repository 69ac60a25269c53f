//! What the page asks of the server: the missing events, and pages of history.

use chat::timeline::{self, Page};
use chat::{Millis, RoomId, Seq};
use leptos::prelude::*;
use protocol::{History, HistoryPage, PerRoom, Problem, Refusal, Reply, Request, Sync, SyncReply, json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use socketio_client::{AckError, Client, Value};

use super::Live;
use crate::browser::clock::{self, now};
use crate::browser::task;

/// How long, in milliseconds, a question may take that only asks whether the line still lives.
const PROBE_MS: u64 = 3_000;

/// How long to wait before a question without an answer is asked again.
const AGAIN_MS: Millis = 1_000;

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
    /// Asks, and waits for the answer.
    pub(super) async fn ask_raw(self, event: &str, arguments: Vec<Value>) -> Result<Value, Undone> {
        let Some(client) = self.client() else { return Err(Undone::Lost) };
        answer(client.request(event, arguments).await)
    }

    async fn ask<R: Request + Serialize>(self, request: &R) -> Result<R::Ok, Undone> {
        let argument = serde_json::to_value(request).unwrap_or_default();
        read(self.ask_raw(R::EVENT, vec![argument]).await?)
    }

    /// A client without `hello` is told no heads: it asks.
    pub(super) fn catch_up(self) {
        self.ask_sync(self.room.read(|timeline| timeline.applied()));
    }

    pub(super) fn ask_sync(self, after: Seq) {
        let id = self.room.id();
        task::spawn(async move {
            let answer = self.ask(&cursor(&id, after)).await;
            self.synced(answer, &id);
        });
    }

    /// What is asked for and not answered is asked for again, as long as the line stands: nothing else may come that
    /// would show that something is missing.
    fn synced(self, answer: Result<SyncReply, Undone>, room: &RoomId) {
        let lost = matches!(answer, Err(Undone::Lost));
        match answer.ok().and_then(|reply| reply.catchup(room)) {
            Some(catchup) => self.timeline(timeline::Input::Synced(catchup)),
            None => {
                self.timeline(timeline::Input::Unanswered);
                if !lost {
                    clock::after(AGAIN_MS, move || self.catch_up());
                }
            }
        }
    }

    /// The reader is back, or the network: asks what is missing, and takes silence for the end of the line. A line
    /// that broke while nobody looked would else be found dead by the next ping only.
    pub(super) fn probe(self) {
        let Some(client) = self.client().filter(Client::is_connected) else { return };
        if self.inner.try_update_value(|inner| std::mem::replace(&mut inner.probing, true)) != Some(false) {
            return;
        }
        let id = self.room.id();
        let sync = cursor(&id, self.room.read(|timeline| timeline.applied()));
        let arguments = vec![serde_json::to_value(&sync).unwrap_or_default()];
        task::spawn(async move {
            let answer = answer(client.request_within(Sync::EVENT, arguments, PROBE_MS).await).and_then(read);
            self.inner.update_value(|inner| inner.probing = false);
            if matches!(answer, Err(Undone::Silent)) {
                client.disconnect();
                client.connect();
            } else {
                self.synced(answer, &id);
            }
        });
    }

    pub(super) fn ask_latest(self) {
        task::spawn(async move {
            match self.ask(&self.page()).await {
                Ok(page) => self.timeline(timeline::Input::Latest(Page::from(page))),
                Err(why) => {
                    self.timeline(timeline::Input::Unanswered);
                    if !matches!(why, Undone::Lost) {
                        clock::after(AGAIN_MS, move || self.ask_latest());
                    }
                }
            }
        });
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
        let busy = self.inner.try_update_value(|inner| std::mem::replace(&mut inner.loading, true));
        if busy != Some(false) {
            return;
        }
        let before = request.before.is_some();
        task::spawn(async move {
            let page = self.ask(&request).await.ok();
            self.inner.update_value(|inner| inner.loading = false);
            let Some(page) = page else { return };
            self.timeline(input(HistoryPage::into(page)));
            if before {
                self.draw(|room| room.older(now()));
            }
        });
    }
}

fn cursor(room: &RoomId, after: Seq) -> Sync {
    Sync { cursors: PerRoom::from([(room.clone(), after)]) }
}

fn answer(answer: Result<Vec<Value>, AckError>) -> Result<Value, Undone> {
    match answer {
        Ok(mut arguments) => match arguments.pop().and_then(json::read_reply) {
            Some(Reply::Ok(ok)) => Ok(ok),
            Some(Reply::Error(problem)) => Err(Undone::Refused(problem)),
            None => Err(Undone::Refused(Refusal::Unknown.into())),
        },
        Err(AckError::Disconnected) => Err(Undone::Lost),
        Err(AckError::Timeout | AckError::Refused(_)) => Err(Undone::Silent),
    }
}

/// An answer that is not of the contract's form is none.
pub(super) fn read<T: DeserializeOwned>(ok: Value) -> Result<T, Undone> {
    json::read(ok).ok_or(Undone::Refused(Refusal::Unknown.into()))
}
