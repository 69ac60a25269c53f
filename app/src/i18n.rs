//! Every sentence a person reads, one table a language. What is missing in one does not compile.
//!
//! No sentence is made anywhere else, and no sentence is put together from parts that another language would
//! put in another order: what has a gap is a function.

#[cfg(feature = "ssr")]
mod choice;
#[cfg(feature = "ssr")]
mod desk;
mod en;
mod es;
mod goals;
#[cfg(feature = "ssr")]
mod keeping;
mod notes;
mod parts;
mod people;
#[cfg(feature = "ssr")]
pub mod plain;
mod pt_br;

use chat::DeletedBy;
use protocol::Refusal;
use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::state::rail::Closed;

#[cfg(feature = "ssr")]
pub use desk::Desk;
pub use goals::Goals;
#[cfg(feature = "ssr")]
pub use keeping::Keeping;
pub use notes::{Notes, You};
pub(crate) use parts::span;
pub use people::People;
#[cfg(feature = "ssr")]
pub use plain::Plain;

/// A language of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    /// Brazilian Portuguese.
    #[default]
    #[serde(rename = "pt-BR")]
    PtBr,
    /// English.
    #[serde(rename = "en")]
    En,
    /// Spanish.
    #[serde(rename = "es")]
    Es,
}

impl Lang {
    /// Every language there is.
    pub const ALL: [Lang; 3] = [Lang::PtBr, Lang::En, Lang::Es];

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::PtBr => "pt-BR",
            Lang::En => "en",
            Lang::Es => "es",
        }
    }

    /// Its sentences for those who run the server.
    #[cfg(feature = "ssr")]
    pub fn desk(self) -> &'static Desk {
        match self {
            Lang::PtBr => &pt_br::desk::DESK,
            Lang::En => &en::desk::DESK,
            Lang::Es => &es::desk::DESK,
        }
    }

    /// Its sentences.
    pub fn texts(self) -> &'static Texts {
        match self {
            Lang::PtBr => &pt_br::TEXTS,
            Lang::En => &en::TEXTS,
            Lang::Es => &es::TEXTS,
        }
    }

    /// Its sentences for plain pages.
    #[cfg(feature = "ssr")]
    pub fn plain(self) -> &'static Plain {
        match self {
            Lang::PtBr => &pt_br::plain::PLAIN,
            Lang::En => &en::plain::PLAIN,
            Lang::Es => &es::plain::PLAIN,
        }
    }

    /// Its sentences for those who keep the peace.
    #[cfg(feature = "ssr")]
    pub fn keeping(self) -> &'static Keeping {
        match self {
            Lang::PtBr => &pt_br::keeping::KEEPING,
            Lang::En => &en::keeping::KEEPING,
            Lang::Es => &es::keeping::KEEPING,
        }
    }
}

impl Texts {
    /// A person's name, or a conversation's; what to say in its place, if the account is deleted.
    pub fn called<'a>(&self, name: &'a str) -> &'a str {
        if name.is_empty() { self.people.gone } else { name }
    }
}

/// The sentences of one language.
#[derive(Debug)]
pub struct Texts {
    /// The product's name.
    pub product: &'static str,
    /// Title of a page. Takes the room, or what it is about, and the server.
    pub title: fn(&str, &str) -> String,
    /// The same, when so many messages call for the reader. Takes them and the title.
    pub title_calls: fn(u64, &str) -> String,
    /// Skips the list, for those who go by keyboard.
    pub skip: &'static str,

    /// Names the rail and the button that opens it.
    pub rail: &'static str,
    /// Heads the list of rooms.
    pub rooms: &'static str,
    /// Names the button that opens the rail. Takes how often the reader is called in other rooms.
    pub rail_calls: fn(u64) -> String,
    /// Heads the list of conversations.
    pub talks: &'static str,
    /// Heads the list of rooms that may be entered.
    pub open_rooms: &'static str,
    /// Enters a room. Takes it.
    pub join_room: fn(&str) -> String,
    /// Makes a room.
    pub new_room: &'static str,
    /// After the number of unread messages.
    pub unread: fn(u64) -> &'static str,
    /// After the number of those that call the reader.
    pub calling: fn(u64) -> &'static str,
    /// A room one is told nothing of.
    pub silenced: &'static str,
    /// Somebody without a name.
    pub nobody: &'static str,
    /// What somebody without a name does.
    pub reading: &'static str,
    /// What somebody with a connection is.
    pub available: &'static str,
    /// What somebody without one is.
    pub offline: &'static str,
    /// Leads a member to the account.
    pub account: &'static str,
    /// Leads a guest there. Takes the name.
    pub keep_name: fn(&str) -> String,
    /// Topic of the default room, as long as it has none.
    pub lobby_topic: &'static str,

    /// Names the list of messages. Takes the room.
    pub log: fn(&str) -> String,
    /// Heads a room's history. Takes the room.
    pub start: fn(&str) -> String,
    /// Below it, in the default room.
    pub lobby_start: &'static str,
    /// Below it, elsewhere.
    pub room_start: &'static str,
    /// A room without messages. Takes the room.
    pub empty_title: fn(&str) -> String,
    /// Below it.
    pub empty_text: &'static str,
    /// Loads what was said before.
    pub older: &'static str,
    /// Loads what was said after.
    pub newer: &'static str,
    /// Goes to the newest message.
    pub to_present: &'static str,
    /// The same, when so many came while the reader was elsewhere.
    pub new_below: fn(i64) -> String,
    /// Goes up to the first of so many unread messages.
    pub new_above: fn(u64) -> String,
    /// Before the first unread message.
    pub unread_line: &'static str,
    /// Names a message. Takes who and when.
    pub message: fn(&str, &str) -> String,
    /// The reader, as the author of a message.
    pub you: &'static str,
    /// In place of a deleted text. Takes who took it away, as far as it is known.
    pub deleted: fn(Option<DeletedBy>) -> &'static str,
    /// Beside an edited one.
    pub edited: &'static str,
    /// Roles, from owner to guest. A member needs no word.
    pub roles: [&'static str; 5],

    /// A message on its way.
    pub sending: &'static str,
    /// A message that waits for the connection.
    pub queued: &'static str,
    /// A message that the server takes later.
    pub held: &'static str,
    /// A message whose every connection broke.
    pub stuck: &'static str,
    /// A message that arrived.
    pub sent: &'static str,
    /// A message that never will, and why.
    pub not_sent: fn(&str) -> String,
    /// Sends it once more.
    pub retry: &'static str,
    /// Copies its text.
    pub copy: &'static str,
    /// Throws it away.
    pub discard: &'static str,

    /// Label and placeholder of the composer. Takes the room.
    pub compose: fn(&str) -> String,
    /// The same, while the room is empty.
    pub compose_first: &'static str,
    /// The button.
    pub send: &'static str,
    /// So many seconds are left until one may write again.
    pub slowly: fn(u64) -> String,
    /// What Enter does, after its key.
    pub enter_sends: &'static str,
    /// What Shift and Enter do, after their keys.
    pub shift_enter_breaks: &'static str,

    /// Label of the name field.
    pub ask_name: &'static str,
    /// Its placeholder.
    pub name_example: &'static str,
    /// The button.
    pub enter: &'static str,
    /// Below the field.
    pub no_sign_up: &'static str,
    /// Leads whoever kept a name to signing in.
    pub have_name: &'static str,
    /// The name could not be told to the server.
    pub name_not_told: &'static str,
    /// The page came over a line that a session cannot be given on.
    pub insecure: &'static str,
    /// The browser keeps no cookies.
    pub no_cookies: &'static str,
    /// A message has so many characters, and that is too many.
    pub too_long: fn(usize) -> String,
    /// Too much waits to be sent.
    pub outbox_full: &'static str,
    /// What waits to be sent is nowhere but in this page.
    pub outbox_in_memory: &'static str,

    /// The server did not answer.
    pub undone: &'static str,

    /// Names the menu of a room.
    pub room_menu: &'static str,
    /// Heads what one may be told of: everything, what calls one, nothing.
    pub notify: &'static str,
    /// Those, in this order.
    pub notify_levels: [&'static str; 3],
    /// Decides how it is.
    pub room_settings: &'static str,
    /// Label of what a room is about.
    pub topic: &'static str,
    /// Label of how long people wait between two messages.
    pub slow_mode: &'static str,
    /// So many seconds; 0 for no wait.
    pub wait: fn(u32) -> String,
    /// Only those who keep the peace may speak.
    pub lock: &'static str,
    /// Closes it but for reading.
    pub archive: &'static str,
    /// Keeps what was decided.
    pub save: &'static str,
    /// Takes it for read.
    pub mark_read: &'static str,
    /// Goes out of a room.
    pub leave_room: &'static str,
    /// Asks whether to leave a private room. Takes it.
    pub leave_title: fn(&str) -> String,
    /// Below it.
    pub leave_text: &'static str,
    /// Stays.
    pub stay: &'static str,
    /// Label of a room's name.
    pub room_name: &'static str,
    /// Label of who may enter.
    pub who_enters: &'static str,
    /// Everybody.
    pub everybody: &'static str,
    /// Those who are asked in.
    pub invited_only: &'static str,
    /// Makes it.
    pub create: &'static str,
    /// Makes it not.
    pub cancel: &'static str,
    /// Why one cannot speak here.
    pub closed: fn(Closed) -> &'static str,

    /// There is no connection.
    pub line_lost: &'static str,
    /// Tries at once.
    pub try_now: &'static str,
    /// There is one again. Takes how many messages went and came meanwhile.
    pub line_back: fn(u32, u32) -> String,
    /// The session is over.
    pub line_ended: &'static str,
    /// Loads the page again.
    pub reload: &'static str,

    /// A page that is not there.
    pub not_found_title: &'static str,
    /// Below it.
    pub not_found_text: &'static str,
    /// The way out.
    pub go_home: &'static str,
    /// The person may not be here.
    pub banned_title: &'static str,
    /// Below it.
    pub banned_text: &'static str,
    /// Whoever has no session may not take part.
    pub invite_only_title: &'static str,
    /// Below it.
    pub invite_only_text: &'static str,
    /// A link opens nothing.
    pub dead_link_title: &'static str,
    /// Below it.
    pub dead_link_text: &'static str,
    /// The page cannot be made now.
    pub broken_title: &'static str,
    /// Below it.
    pub broken_text: &'static str,

    /// Where to go, and what to do.
    pub goals: Goals,
    /// About people.
    pub people: People,
    /// Between the messages.
    pub notes: Notes,

    /// Today, before its date.
    pub today: fn(&str) -> String,
    /// Yesterday, before its date.
    pub yesterday: fn(&str) -> String,
    /// A date. The year is left out if it is this one.
    pub date: fn(Date, bool) -> String,
    /// Why something was refused, as a sentence.
    pub refusal: fn(Refusal) -> &'static str,
}

impl Texts {
    /// The heading of a day. Both are days since 1 January 1970.
    pub fn day(&self, day: i64, today: i64) -> String {
        let date = Date::of(day);
        let text = (self.date)(date, date.year != Date::of(today).year);
        match today - day {
            0 => (self.today)(&text),
            1 => (self.yesterday)(&text),
            _ => text,
        }
    }
}

/// Most people that a list names.
const MOST_NAMED: usize = 5;

/// The first names of a list. Every language lists alike; whatever direction a name is written in, the list keeps its
/// own.
pub(crate) fn names(members: &[chat::Member]) -> String {
    let mut list = String::new();
    for (at, member) in members.iter().take(MOST_NAMED).enumerate() {
        if at > 0 {
            list.push_str(", ");
        }
        list.push_str(&parts::name(&member.name));
    }
    if members.len() > MOST_NAMED {
        list.push('…');
    }
    list
}

/// Puts words together without `format!`, whose machinery is large in the page.
pub(crate) fn join(words: &[&str]) -> String {
    let mut text = String::new();
    for word in words {
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests;
