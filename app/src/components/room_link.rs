//! One room of the rail.

use crate::i18n::join;
use leptos::prelude::*;
use protocol::view::{Notify, Room};

use super::{CountBadge, RoomSign};
use crate::app::Screen;
use crate::renewed::words;
use crate::state::rail::told;

/// Leads to `room`.
#[component]
pub fn RoomLink<'a>(
    /// What every component can reach.
    screen: Screen,
    /// The room.
    room: &'a Room,
    /// It is on the screen.
    here: bool,
) -> impl IntoView + use<> {
    let path = join(&["/r/", room.id.as_str()]);
    let muted = room.notify == Notify::None;
    let call = room.mentions > 0 && !muted;
    let count = match () {
        () if muted => 0,
        () if call => room.mentions,
        () => room.unread,
    };
    let mut class = String::from("room-link");
    for (word, applies) in
        [(" room-link--unread", told(room) > 0), (" room-link--called", call), (" room-link--muted", muted)]
    {
        if applies {
            class.push_str(word);
        }
    }
    view! {
        <a class=class href=path aria-current=here.then_some("page")>
            <RoomSign room here />
            <span class="room-link__name" dir="auto">
                {words(screen.texts().called(&room.name))}
            </span>
            <span class="u-hidden" hidden=!muted>
                {screen.texts().silenced}
            </span>
            <CountBadge screen count call />
        </a>
    }
}
