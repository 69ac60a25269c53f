//! The room on the screen: its name, what it is about, and what one may do with it.

use leptos::prelude::*;

use super::people_panel::PANEL;
use super::{Avatar, Icon, Menu};
use crate::app::Screen;
use crate::frozen::frozen;
use crate::page::Page;
use crate::renewed::words;

/// Heads the room.
#[component]
pub fn RoomHeader<'a>(
    /// What every component can reach.
    screen: Screen,
    /// The page.
    page: &'a Page,
) -> impl IntoView + use<> {
    let texts = screen.texts();
    let rail = screen.rail;
    let topic = move || {
        let rooms = rail.get();
        let (room, _) = rooms.here();
        match &room.topic {
            Some(topic) => topic.clone(),
            None if room.id.as_str() == chat::LOBBY => texts.lobby_topic.to_owned(),
            None => String::new(),
        }
    };
    let called = move || rail.get().calls_elsewhere();
    view! {
        <header class="room-header">
            <div class="room-header__bar column">
                <button
                    class="icon-button room-header__menu"
                    type="button"
                    popovertarget="rooms"
                    aria-label=move || (texts.rail_calls)(called())
                >
                    {frozen(|| view! { <Icon href="#icon-menu" /> })}
                    <span class="icon-button__dot" hidden=move || called() == 0></span>
                </button>
                <div class="room-header__titles">
                    <h1 class="room-header__name">
                        <span dir="auto">{move || words(texts.called(&rail.get().here().0.name))}</span>
                    </h1>
                    <p class="room-header__topic" dir="auto" hidden=move || topic().is_empty()>
                        {move || words(topic())}
                    </p>
                </div>
                <div class="room-header__acts">
                    {frozen(|| view! { <People screen page /> })}
                    <Menu screen />
                </div>
            </div>
        </header>
    }
}

/// Opens the panel of the room's people; some of their tiles.
#[component]
fn People<'a>(
    /// What every component can reach.
    screen: Screen,
    page: &'a Page,
) -> impl IntoView + use<> {
    let tiles = page.frame().mural().take(3).cloned().map(|who| view! { <Avatar member=who.into() /> });
    view! {
        <button
            class="room-header__people"
            type="button"
            popovertarget=PANEL
            aria-label=screen.texts().people.title
        >
            <span class="room-header__tiles" aria-hidden="true">
                {tiles.collect_view()}
            </span>
            <Icon href="#icon-users" />
        </button>
    }
}
