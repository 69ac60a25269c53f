//! What the reader writes: on the screen at once, then on its way until the server has it.

use chat::outbox::{Effect, Input, Pending, State};
use chat::{Key, MessageBody, Nickname};
use leptos::prelude::*;
use protocol::{Message, MessageOptions, Refusal};

use super::Live;
use super::requests::Undone;
use crate::browser::clock::{self, now, roll};
use crate::browser::document;
use crate::browser::forms::{self, Answer};
use crate::browser::task;
use crate::state::line::Happening;
use crate::state::rows::QUIET_MS;

impl Live {
    /// Says something. It is on the screen when this returns.
    pub fn message(self, body: MessageBody) {
        let created = now();
        let pending = Pending {
            key: clock::key(),
            room: self.room.id(),
            body,
            created,
            state: State::Waiting(0),
            attempts: 0,
        };
        self.outbox(Input::Push(pending));
        if !self.to_present() {
            // Written on a page of the past: the present has to be there to show it in.
            self.ask_latest();
        }
        clock::after(QUIET_MS, move || self.draw_soon());
    }

    /// Sends a refused message once more.
    pub fn again(self, key: Key) {
        self.outbox(Input::Again(key, clock::key()));
    }

    /// Throws a refused message away.
    pub fn discard(self, key: Key) {
        self.outbox(Input::Discard(key));
    }

    /// Copies the text of a refused message.
    pub fn copy(self, key: Key) {
        if let Some(pending) = self.room.pending(key) {
            document::copy(pending.body.as_str());
        }
    }

    pub(super) fn outbox(self, input: Input) {
        for effect in self.room.outbox(input, now(), roll()) {
            match effect {
                Effect::Send(key) => self.send(key),
                Effect::Changed(_) | Effect::Gone(_) => self.draw_soon(),
                Effect::WakeAt(at) => clock::after(at - now(), move || self.outbox(Input::Timer)),
            }
        }
    }

    fn send(self, key: Key) {
        let Some(Pending { room, body, .. }) = self.room.pending(key) else { return };
        let options = MessageOptions { room: Some(room), key: Some(key), ..MessageOptions::default() };
        let request = Message { body: body.into(), options };
        task::spawn(async move {
            match self.ask(&request).await {
                Ok(accepted) => {
                    self.outbox(Input::Accepted(key, accepted.seq));
                    self.happened(Happening::Sent);
                }
                Err(Undone::Refused(problem)) if problem.code == Refusal::Unauthorized => {
                    // It keeps until its author has a session again.
                    self.happened(Happening::Ended);
                }
                Err(Undone::Refused(problem)) if problem.retryable => {
                    let wait = problem.retry_after_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
                    self.outbox(Input::Later(key, wait));
                }
                Err(Undone::Refused(problem)) => {
                    self.outbox(Input::Refused(key, problem.code.code().to_owned()));
                }
                // The loss of the line is told by itself, and then everything in flight is sent again.
                Err(Undone::Lost) => {}
            }
        });
    }

    /// Takes a name: by the plain form, because only a page's answer can carry the cookie. The socket then comes
    /// back with it.
    pub async fn name(self, name: Nickname) -> Answer {
        let answer = forms::post("/name", "name", name.as_str()).await;
        if answer == Answer::Done {
            self.inner.update_value(|inner| inner.welcome = true);
            self.with_client(|client| {
                let auth = protocol::Auth { v: Some(protocol::VERSION), ..protocol::Auth::default() };
                client.set_auth(serde_json::to_value(auth).unwrap_or_default());
                client.disconnect();
                client.connect();
            });
        }
        answer
    }

    /// Whether the reader has just said a name; asked once, by the composer that takes the card's place.
    pub fn take_welcome(self) -> bool {
        self.inner.try_update_value(|inner| std::mem::take(&mut inner.welcome)).unwrap_or(false)
    }
}
