//! The room's page: rail, header, messages, and the place where one speaks.

use leptos::prelude::*;

use crate::app::texts;
use crate::components::{
    Composer, ConnectionBanner, JoinCard, MessagePane, Refused, RoomHeader, RoomRail, TypingLine,
};
use crate::frozen::frozen;
use crate::page::Page;

/// The whole page.
#[component]
pub fn RoomPage(page: Page) -> impl IntoView {
    let texts = texts();
    let (refused, set_refused) = signal(page.refused.clone());
    let page = &page;
    view! {
        {frozen(|| {
            view! {
                <a class="skip-link" href="#speak">
                    {texts.skip}
                </a>
            }
        })}
        <div class="app-shell">
            <RoomRail page />
            <main class="sheet" id="conversation">
                {frozen(|| view! { <RoomHeader room=page.frame().room.clone() /> })}
                <ConnectionBanner />
                <MessagePane page />
                <div class="composer__dock column" id="speak">
                    <Refused code=refused />
                    // Both are there, one is hidden: whoever says a name does not wait for the page to be built.
                    <JoinCard page set_refused />
                    <Composer page set_refused />
                    {frozen(|| view! { <TypingLine /> })}
                </div>
            </main>
        </div>
    }
}
