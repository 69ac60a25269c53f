//! The room's page: rail, header, messages, and the place where one speaks.

use leptos::prelude::*;

use crate::app::Screen;
use crate::components::{
    Composer, ConnectionBanner, Dialog, JoinCard, MessageActions, MessagePane, OutboxNotice, PeoplePanel,
    PersonCard, Refused, RoomHeader, RoomRail, Toast, TypingLine,
};
use crate::frozen::frozen;
use crate::page::Page;

/// The whole page.
#[component]
pub fn RoomPage(
    /// What every component can reach.
    screen: Screen,
    page: Page,
) -> impl IntoView {
    let texts = screen.texts();
    let refused = RwSignal::new(page.refused.clone().unwrap_or_default());
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
            <RoomRail screen page />
            <main class="sheet" id="conversation">
                {frozen(|| {
                    let people = page.frame().mural().take(3).cloned().collect();
                    view! { <RoomHeader screen room=page.frame().room.clone() people /> }
                })}
                <ConnectionBanner screen />
                <MessagePane screen page />
                <div class="composer__dock column" id="speak">
                    <OutboxNotice screen />
                    <Refused screen code=refused />
                    // Both are there, one is hidden: whoever says a name does not wait for the page to be built.
                    <JoinCard screen page refused />
                    <Composer screen page refused />
                    <TypingLine screen />
                </div>
            </main>
            <PeoplePanel screen page />
        </div>
        <PersonCard screen />
        <MessageActions screen />
        <Dialog screen />
        <Toast screen />
    }
}
