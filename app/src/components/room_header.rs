//! The head of the sheet: the room's name and what it is about.

use leptos::prelude::*;
use protocol::view::{Member, Room};

use super::people_panel::PANEL;
use super::{Avatar, Icon};
use crate::app::Screen;

/// Heads the room.
#[component]
pub fn RoomHeader(
    /// What every component can reach.
    screen: Screen,
    /// The room.
    room: Room,
    /// Some of its people.
    people: Vec<Member>,
) -> impl IntoView {
    let texts = screen.texts();
    let topic =
        room.topic.or_else(|| (room.id.as_str() == chat::LOBBY).then(|| texts.lobby_topic.to_owned()));
    view! {
        <header class="room-header">
            <div class="room-header__bar column">
                <button
                    class="icon-button room-header__menu"
                    type="button"
                    popovertarget="rooms"
                    aria-label=texts.rail
                >
                    <Icon href="#icon-menu" />
                </button>
                <div class="room-header__titles">
                    <h1 class="room-header__name">
                        <span dir="auto">{room.name}</span>
                    </h1>
                    {topic
                        .map(|topic| {
                            view! {
                                <p class="room-header__topic" dir="auto">
                                    {topic}
                                </p>
                            }
                        })}
                </div>
                <div class="room-header__acts">
                    <button
                        class="room-header__people"
                        type="button"
                        popovertarget=PANEL
                        aria-label=texts.people.title
                    >
                        <span class="room-header__tiles" aria-hidden="true">
                            {people.into_iter().map(|who| view! { <Avatar member=who.into() /> }).collect_view()}
                        </span>
                        <Icon href="#icon-users" />
                    </button>
                </div>
            </div>
        </header>
    }
}
