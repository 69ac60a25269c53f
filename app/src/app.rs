//! The application: a room on the screen, or the words for why there is none.

use leptos::prelude::*;

use crate::i18n::{Lang, Texts};
use crate::live::Live;
use crate::page::Page;
use crate::pages::RoomPage;
use crate::state::{Rail, Room};

/// The whole screen. `room` and `rail` were made from `page`; the browser keeps them for the socket.
#[component]
pub fn App(page: Page, room: Room, rail: Rail, live: Live) -> impl IntoView {
    let refused = RwSignal::new(page.refused.clone().unwrap_or_default());
    let screen = Screen { lang: page.lang, room, rail, live, refused };
    view! { <RoomPage screen page /> }
}

/// What every component can reach. Handed down and not looked up: a context would cost a map of types in the page.
#[derive(Clone, Copy)]
pub struct Screen {
    /// The language of its sentences.
    pub lang: Lang,
    /// The room on it.
    pub room: Room,
    /// The rooms one may go to.
    pub rail: Rail,
    /// The line to the server.
    pub live: Live,
    /// The code of why the last thing asked for was not done; empty if it was.
    pub refused: RwSignal<String>,
}

impl Screen {
    /// Its sentences.
    pub fn texts(self) -> &'static Texts {
        self.lang.texts()
    }
}
