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
    provide_context(page.lang);
    provide_context(room);
    provide_context(live);
    view! { <RoomPage page /> }
}

/// The sentences of the page's language.
pub fn texts() -> &'static Texts {
    use_context::<Lang>().unwrap_or_default().texts()
}

/// The room on the screen.
pub fn room() -> Room {
    expect_context()
}

/// The line to the server.
pub fn live() -> Live {
    expect_context()
}
