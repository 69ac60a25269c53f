//! What the reader does to others: asked first where it cannot be undone, then asked of the server, then told.

use chat::Seq;
use protocol::{CreateRoomOk, Refusal};

use super::Live;
use super::requests::{ANSWER_MS, Undone, read};
use crate::browser::{clock, document, task};
use crate::i18n::join;
use crate::state::Deed;
use crate::state::people::Word;

/// How long something is told, in milliseconds.
const TOLD_MS: i64 = 5_000;

/// The `id` of the card of whom the reader looks at.
pub const CARD: &str = "person";

/// The `id` of the menu of a message.
pub const MENU: &str = "message-actions";

/// The `id` of the dialog.
pub const QUESTION: &str = "question";

/// The `id` of the field for a report's reason.
pub const REASON: &str = "reason";

impl Live {
    /// The reader wants something done.
    pub fn wants(self, deed: Deed) {
        document::hide_popover(CARD);
        document::hide_popover(MENU);
        if deed.asks_first() {
            self.room.people.ask(deed);
            document::set_value(REASON, "");
            document::show_modal(QUESTION);
        } else {
            self.carry_out(deed);
        }
    }

    /// The reader is sure.
    pub fn confirm(self) {
        document::close_modal(QUESTION);
        if let Some(deed) = self.room.people.question() {
            self.carry_out(deed);
        }
    }

    /// Copies the text of a message.
    pub fn copy_text(self, seq: Seq) {
        document::hide_popover(MENU);
        if let Some(body) = self.room.read(|timeline| timeline.message(seq).map(|said| said.body.clone())) {
            document::copy(&body);
            self.tell(Word::Copied);
        }
    }

    fn carry_out(self, deed: Deed) {
        let reason = document::value_of(REASON);
        let (event, request) = deed.request(self.room.id(), reason, clock::key());
        task::spawn(async move {
            match self.ask(event, vec![request], ANSWER_MS).await {
                Ok(ok) => {
                    match &deed {
                        Deed::Mute(who, on) => self.room.people.mute(&who.id, *on),
                        Deed::Block(who, on) => self.room.people.block(&who.id, *on),
                        Deed::Talk(_) => {
                            if let Ok(CreateRoomOk { room }) = read(ok) {
                                return document::go(&join(&["/r/", room.id.as_str()]));
                            }
                        }
                        _ => {}
                    }
                    self.tell(Word::Done(deed));
                }
                Err(Undone::Refused(problem)) if problem.code == Refusal::Timeout => {
                    self.tell(Word::Unanswered);
                }
                Err(Undone::Refused(problem)) => self.tell(Word::Refused(problem)),
                Err(Undone::Silent | Undone::Lost) => self.tell(Word::Unanswered),
            }
        });
    }

    /// Tells the reader something for a while.
    pub fn tell(self, word: Word) {
        let number = self.room.people.tell(word);
        self.hush_later(number);
    }

    fn hush_later(self, number: u32) {
        clock::after(TOLD_MS, move || {
            // Who is about to press its button is waited for.
            if document::is_attended("toast") {
                self.hush_later(number);
            } else {
                self.room.people.hush(number);
            }
        });
    }
}
