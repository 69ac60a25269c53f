//! The room's page: rail, header, messages, and the place where one speaks.

use leptos::either::Either;
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
    let named = has_name();
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
                    {move || {
                        let (room, name) = (here.id.clone(), here.name.clone());
                        if named.get() {
                            Either::Left(view! { <Composer room name key set_refused /> })
                        } else {
                            Either::Right(view! { <JoinCard room set_refused /> })
                        }
                    }}
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
