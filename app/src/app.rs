//! The application: a room on the screen, or the words for why there is none.

use leptos::prelude::*;

use crate::i18n::{Lang, Texts};
use crate::live::Live;
use crate::page::Page;
use crate::pages::RoomPage;
use crate::state::Room;

/// The whole screen. `room` was made from `page`; the browser keeps it for the socket.
#[component]
pub fn App(page: Page, room: Room, live: Live) -> impl IntoView {
    let screen = Screen { lang: page.lang, room, live };
    view! { <RoomPage screen page /> }
}

/// What every component can reach. Handed down and not looked up: a context would cost a map of types in the page.
#[derive(Clone, Copy)]
pub struct Screen {
    /// The language of its sentences.
    pub lang: Lang,
    /// The room on it.
    pub room: Room,
    /// The line to the server.
    pub live: Live,
}

impl Screen {
    /// Its sentences.
    pub fn texts(self) -> &'static Texts {
        self.lang.texts()
    }
}
