//! What the outbox asks for is done here: requests go out, rows go to the disk, the other tabs are told.

use chat::outbox::{Effect, Input, Intent, Pending, Row, Target};
use chat::{Key, Seq};
use leptos::prelude::*;
use protocol::{Delete, Edit, Message, MessageOptions, React, Refusal, Request, Stored};

use super::requests::{ANSWER_MS, Undone, read, value};
use super::{Live, Mark};
use crate::browser::clock::{self, now, roll};
use crate::browser::{disk, lifecycle, tabs, task};
use crate::state::line::Happening;

impl Live {
    pub(super) fn outbox(self, input: Input) {
        let before = self.room.memory.get_untracked();
        for effect in self.room.outbox(input, now(), roll()) {
            match effect {
                Effect::Save(key) => self.write(key, self.row(key)),
                Effect::Remove(key) => self.write(key, None),
                Effect::Send(key) => self.send(key),
                Effect::Tell(key) => tabs::tell(&self.row(key).unwrap_or_else(|| key.to_string())),
                Effect::Changed(_) | Effect::Gone(_) => self.draw_soon(),
                Effect::WakeAt(at) => clock::after(at - now(), move || self.outbox(Input::Timer)),
                // Asked for beforehand.
                Effect::Rejected(..) => {}
            }
        }
        let memory = self.room.memory.get_untracked();
        if memory != before {
            lifecycle::hold_open(memory);
        }
    }

    /// What waits here and is in the list already needs nothing more.
    pub(super) fn settle(self) {
        for (key, seq) in self.room.arrived() {
            self.outbox(Input::Seen(key, seq));
        }
    }

    fn row(self, key: Key) -> Option<String> {
        let row = self.room.waiting(|outbox| outbox.get(key).map(Row::from))?;
        // By way of a value, as everything that is sent: the code for it is there once.
        serde_json::to_string(&value(&row)).ok()
    }

    /// Writes in the order asked for; what is asked for while the disk is busy goes in one go.
    fn write(self, key: Key, row: Option<String>) {
        self.inner().writes.push((key, row));
        if !self.mark(Mark::Writing, true) {
            task::spawn(self.write_all());
        }
    }

    async fn write_all(self) {
        loop {
            let writes = std::mem::take(&mut self.inner().writes);
            if writes.is_empty() {
                self.mark(Mark::Writing, false);
                return;
            }
            let done = disk::write(&writes).await;
            for (key, row) in writes {
                match (row, done) {
                    (Some(_), true) => self.outbox(Input::Saved(key)),
                    (Some(_), false) => self.outbox(Input::Unsaved(key)),
                    (None, _) => {}
                }
            }
        }
    }

    fn send(self, key: Key) {
        let Some(pending) = self.room.pending(key) else { return };
        let here = pending.room == self.room.id();
        let Some((event, request)) = request(pending) else { return };
        task::spawn(async move {
            match self.ask(event, request, ANSWER_MS).await.and_then(read) {
                Ok(Stored { seq, .. }) => self.accepted(key, seq),
                Err(Undone::Refused(problem)) if problem.code == Refusal::Unauthorized => {
                    // It keeps until its author has a session again.
                    self.outbox(Input::Unauthorized(key));
                    self.happened(Happening::Ended);
                }
                Err(Undone::Refused(problem)) if problem.retryable => {
                    let wait = problem.retry_after_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
                    self.outbox(Input::Later(key, wait));
                    if let Some(ms) = problem.retry_after_ms
                        && here
                        && event == Message::EVENT
                    {
                        self.pace_for(ms);
                    }
                }
                Err(Undone::Refused(problem)) => {
                    self.outbox(Input::Refused(key, problem.code.code().to_owned()));
                }
                Err(Undone::Silent) => self.outbox(Input::Later(key, None)),
                // The loss of the line is told by itself, and then everything in flight is sent again.
                Err(Undone::Lost) => {}
            }
        });
    }

    fn accepted(self, key: Key, seq: Seq) {
        self.outbox(Input::Accepted(key, seq));
        self.happened(Happening::Sent);
        if !self.mark(Mark::AskedToKeep, true) {
            lifecycle::ask_to_keep();
        }
    }
}

/// The event and its arguments.
fn request(pending: Pending) -> Option<(&'static str, Vec<serde_json::Value>)> {
    let Pending { key, room, intent, .. } = pending;
    let key = Some(key);
    let stored = |target| match target {
        Target::Stored(seq) => Some(seq),
        // The outbox does not ask for that.
        Target::Waiting(_) => None,
    };
    Some(match intent {
        Intent::Message { body, reply_to } => {
            let options = MessageOptions { room: Some(room), key, reply_to, attachments: None };
            let options = value(&options);
            (Message::EVENT, vec![String::from(body).into(), options])
        }
        Intent::Edit { target, body } => {
            let edit = Edit { room, target: stored(target)?, body: body.into(), key };
            (Edit::EVENT, vec![value(&edit)])
        }
        Intent::Delete { target } => {
            (Delete::EVENT, vec![value(&Delete { room, target: stored(target)?, key })])
        }
        Intent::React { target, emoji, on } => {
            (React::EVENT, vec![value(&React { room, target: stored(target)?, emoji, on, key })])
        }
    })
}
