//! What the page asks of the server: the missing events, and pages of history.

use chat::Seq;
use chat::timeline::{self, Page};
use leptos::prelude::*;
use protocol::{History, HistoryPage, PerRoom, Problem, Refusal, Reply, Request, Sync, SyncReply, json};
use serde::Serialize;
use socketio_client::{AckError, Value};

use super::Live;
use crate::browser::clock::now;
use crate::browser::task;

/// Why a request is not done.
pub(super) enum Undone {
    /// The server says so.
    Refused(Problem),
    /// The line ended before the server said anything: the request may have been carried out.
    Lost,
}

impl Live {
    /// Asks, and waits for the answer.
    pub(super) async fn ask<R: Request + Serialize>(self, request: &R) -> Result<R::Ok, Undone> {
        let arguments = match serde_json::to_value(request) {
            // A request of several arguments is written as their list.
            Ok(Value::Array(arguments)) => arguments,
            Ok(argument) => vec![argument],
            Err(_) => return Err(Undone::Refused(Refusal::BadRequest.into())),
        };
        let Some(client) = self.client() else { return Err(Undone::Lost) };
        match client.request(R::EVENT, arguments).await {
            Ok(mut answer) => match answer.pop().and_then(json::read_reply) {
                Some(Reply::Ok(ok)) => Ok(ok),
                Some(Reply::Error(problem)) => Err(Undone::Refused(problem)),
                None => Err(Undone::Refused(Refusal::Unknown.into())),
            },
            Err(AckError::Disconnected) => Err(Undone::Lost),
            Err(AckError::Timeout | AckError::Refused(_)) => Err(Undone::Refused(Refusal::Timeout.into())),
        }
    }

    /// A client without `hello` is told no heads: it asks.
    pub(super) fn catch_up(self) {
        if !self.room.read(|timeline| timeline.has_more_after()) {
            self.ask_sync(self.room.read(|timeline| timeline.applied()));
        }
    }

    pub(super) fn ask_sync(self, after: Seq) {
        let id = self.room.id();
        task::spawn(async move {
            let cursors = PerRoom::from([(id.clone(), after)]);
            let answer = self.ask(&Sync { cursors }).await.ok();
            let catchup = answer.and_then(|reply: SyncReply| reply.catchup(&id));
            self.timeline(catchup.map_or(timeline::Input::Unanswered, timeline::Input::Synced));
        });
    }

    pub(super) fn ask_latest(self) {
        task::spawn(async move {
            let latest = self.ask(&self.page()).await.ok().map(Page::from);
            self.timeline(latest.map_or(timeline::Input::Unanswered, timeline::Input::Latest));
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
