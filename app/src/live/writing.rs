//! What the reader writes: on the screen at once, then in the outbox until the server has it.

use chat::outbox::{Input, Intent, Pending, PushError};
use chat::{Key, MessageBody, Nickname};
use leptos::prelude::*;

use super::{Live, Mark};
use crate::browser::clock::{self, now};
use crate::browser::document;
use crate::browser::forms::{self, Answer};
use crate::components::join_card::COOKIES;
use crate::state::rows::QUIET_MS;

impl Live {
    /// Says something. It is on the screen when this returns.
    ///
    /// # Errors
    /// It is too long, or too much waits already: nothing was taken.
    pub fn message(self, body: MessageBody) -> Result<(), PushError> {
        // Who has no name has no composer.
        let Some(me) = self.room.me.get_untracked() else { return Ok(()) };
        let intent = Intent::Message { body, reply_to: None };
        self.room.waiting(|outbox| outbox.check(&me.id, &intent))?;
        self.outbox(Input::Push(Pending::new(clock::key(), me.id, self.room.id(), intent, now())));
        if !self.to_present() {
            // Written on a page of the past: the present has to be there to show it in.
            self.ask_latest();
        }
        self.inner().keystrokes.said();
        clock::after(QUIET_MS, move || self.draw_soon());
        Ok(())
    }

    /// Sends once more: a refused message as a new one, one that is stuck as it is.
    pub fn again(self, key: Key) {
        let stuck = self.room.pending(key).is_some_and(|pending| pending.is_poison());
        self.outbox(if stuck { Input::Retry(key) } else { Input::Again(key, clock::key()) });
    }

    /// Throws a message away that did not go out.
    pub fn discard(self, key: Key) {
        self.outbox(Input::Discard(key));
    }

    /// Copies the text of a message that did not go out.
    pub fn copy(self, key: Key) {
        if let Some(body) = self.room.pending(key).as_ref().and_then(|pending| pending.intent.body()) {
            document::copy(body.as_str());
        }
    }

    /// Takes a name: by the plain form, because only a page's answer can carry the cookie. The socket then comes
    /// back with it.
    pub async fn name(self, name: Nickname) -> Answer {
        let answer = forms::post("/name", &[("name", name.as_str()), (COOKIES, "on")]).await;
        if answer == Answer::Done {
            self.mark(Mark::Welcome, true);
            self.come_back_named();
            self.tell_named();
        }
        answer
    }

    /// This browser has a session: the socket comes back with it.
    pub(super) fn come_back_named(self) {
        self.with_client(|client| {
            client.set_auth(self.auth_of_named());
            client.disconnect();
            client.connect();
        });
    }

    /// Whether the reader has just said a name; asked once, by the composer that takes the card's place.
    pub fn take_welcome(self) -> bool {
        self.mark(Mark::Welcome, false)
    }
}
