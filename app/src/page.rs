//! What the server hands to a page, and the page hands to the browser: everything the first view needs.

use chat::{Key, MemberId, Millis, RoomId, Seq};
use protocol::view::{Member, Room};
use protocol::{HistoryPage, OpenRoom};
use serde::{Deserialize, Serialize};

use crate::components::field::NOBODY;
use crate::i18n::Lang;

/// The `id` of the script element that carries the page's data.
pub const DATA_ID: &str = "page-data";

/// The `id` of the first element behind the page: the icons.
pub const END_ID: &str = "icons";

/// A room's page. Rendering it twice gives the same document, on the server and in the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The language of its sentences.
    pub lang: Lang,
    /// What the server is called; `None` is the product's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Who asks; `None` for somebody who has not said a name.
    pub me: Option<Member>,
    /// The room it shows.
    pub room: RoomId,
    /// What the rail shows.
    pub rooms: Rooms,
    /// The person made it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeper: bool,
    /// It is the conversation of some people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// Whom the person hears nothing of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<MemberId>,
    /// Its messages. `more` is not read: the two fields below say it for both directions.
    pub history: HistoryPage,
    /// There are messages before the first one.
    pub more_before: bool,
    /// There are messages after the last one: the page does not show the present.
    pub more_after: bool,
    /// The message the address points at.
    pub target: Option<Seq>,
    /// When it was rendered, Unix milliseconds.
    pub now: Millis,
    /// The server's distance from UTC in minutes: times are shown by it until the browser's own is known.
    pub utc_offset: i32,
    /// Why what was sent by a plain form was not done: the code of `?refused=`.
    pub refused: Option<String>,
    /// What only the server writes; the browser has none of it.
    #[serde(skip)]
    pub frame: Option<Frame>,
}

/// What is around the conversation and does not change while the page is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The room it shows.
    pub room: Room,
    /// Some of the room's people, whose tiles are the wall it begins with.
    pub people: Vec<Member>,
    /// The idempotency key of the plain form.
    pub key: Key,
    /// The one of the form that makes a room.
    pub room_key: Key,
    /// What stood in the field of a plain form that was refused; empty if there is nothing to give back.
    pub typed: String,
}

/// A plain form whose field is given back as it was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The reader's own name.
    OwnName,
    /// The name of a new room.
    NewRoom,
    /// The name of whom to bring into the room.
    Added,
}

/// The rooms a page leads to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rooms {
    /// Those the person is in; of somebody without a name, the default room.
    pub mine: Vec<Room>,
    /// Those that may be entered.
    pub open: Vec<OpenRoom>,
    /// The one on the screen, which may be none of one's own.
    pub shown: Room,
}

impl Frame {
    /// What the field of `form` begins with: what was typed in it and refused.
    pub fn typed(&self, form: Typed, page: &Page) -> &str {
        let of = match (&page.me, page.refused.as_deref()) {
            (_, None) => return "",
            (None, _) => Typed::OwnName,
            (_, Some(NOBODY)) => Typed::Added,
            _ => Typed::NewRoom,
        };
        if of == form { &self.typed } else { "" }
    }

    /// Those whose tiles make the wall a room begins with: a line of them on a desktop.
    pub fn mural(&self) -> impl Iterator<Item = &Member> {
        self.people.iter().skip(self.people.len().saturating_sub(12))
    }
}

impl Page {
    /// What the reducer starts from: the messages move there.
    pub fn take_history(&mut self) -> chat::timeline::Page {
        let mut page: chat::timeline::Page = std::mem::take(&mut self.history).into();
        page.more = self.more_before;
        page
    }

    /// What is around the conversation.
    ///
    /// # Panics
    /// In the browser. Only what is [`frozen`](crate::frozen) may ask.
    pub fn frame(&self) -> &Frame {
        self.frame.as_ref().expect("invariant: the server writes a page with its frame")
    }
}
