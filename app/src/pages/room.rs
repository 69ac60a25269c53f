//! The room's page: rail, header, messages, and the place where one speaks.

use leptos::prelude::*;

use crate::app::Screen;
use crate::browser::{document, task};
use crate::components::{
    ClosedComposer, Composer, ConnectionBanner, Dialog, JoinCard, MessageActions, MessagePane, OutboxNotice,
    PeoplePanel, PersonCard, Refused, RoomDialog, RoomHeader, RoomRail, Toast, TypingLine,
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
    let refused = screen.refused;
    task::effect(move || {
        let rooms = screen.rail.get();
        document::set_title(&rooms.title(texts), rooms.calling() > 0);
    });
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
                <RoomHeader screen page />
                <ConnectionBanner screen />
                <MessagePane screen page />
                <div class="composer__dock column" id="speak">
                    <OutboxNotice screen />
                    <Refused screen code=refused />
                    // Both are there, one is hidden: whoever says a name does not wait for the page to be built.
                    <JoinCard screen page refused />
                    <ClosedComposer screen place=page.room.clone() />
                    <Composer screen page refused />
                    <TypingLine screen />
                </div>
                <MessageActions screen />
            </main>
            <PeoplePanel screen page />
        </div>
        <RoomDialog screen page />
        <PersonCard screen />
        <Dialog screen />
        <Toast screen />
    }
}
