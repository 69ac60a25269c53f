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
    provide_context(Screen { lang: page.lang, room, live });
    view! { <RoomPage page /> }
}

/// What every component can reach. One value, because each kind of context costs code.
#[derive(Clone, Copy)]
struct Screen {
    lang: Lang,
    room: Room,
    live: Live,
}

fn screen() -> Screen {
    use_context().expect("invariant: components are drawn within the application")
}

/// The sentences of the page's language.
pub fn texts() -> &'static Texts {
    screen().lang.texts()
}

/// The room on the screen.
pub fn room() -> Room {
    screen().room
}

/// The line to the server.
pub fn live() -> Live {
    screen().live
}
