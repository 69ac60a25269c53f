//! The room's page: rail, header, messages, and the place where one speaks.

use leptos::prelude::*;

use crate::app::{room, texts};
use crate::components::{
    Composer, ConnectionBanner, JoinCard, MessagePane, Refused, RoomHeader, RoomRail, TypingLine,
};
use crate::page::Page;

/// The whole page.
#[component]
pub fn RoomPage(page: Page) -> impl IntoView {
    let Page { room: here, rooms, key, refused, .. } = page;
    let (head, list) = (here.clone(), here.clone());
    let (refused, set_refused) = signal(refused);
    view! {
        <SkipLink />
        <div class="app-shell">
            <RoomRail rooms here=here.id.clone() />
            <main class="sheet" id="conversation">
                <RoomHeader room=head />
                <ConnectionBanner />
                <MessagePane room=list />
                <div class="composer__dock column">
                    <Refused code=refused />
                    // Both are there, one is hidden: whoever says a name does not wait for the page to be built.
                    <JoinCard room=here.id.clone() set_refused />
                    <Composer room=here.id name=here.name key set_refused />
                    <TypingLine />
                </div>
            </main>
        </div>
    }
}

/// Whether the reader has a name: told only when that changes, not when the name does.
pub fn has_name() -> Memo<bool> {
    let me = room().me;
    Memo::new(move |_| me.with(Option::is_some))
}

#[component]
fn SkipLink() -> impl IntoView {
    let texts = texts();
    let named = has_name();
    view! {
        <a class="skip-link" href=move || if named.get() { "#text" } else { "#name" }>
            {move || if named.get() { texts.skip_to_composer } else { texts.skip_to_name }}
        </a>
    }
}
