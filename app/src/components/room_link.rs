//! One room of the rail.

use crate::i18n::join;
use leptos::prelude::*;
use protocol::view::Room;

use super::RoomSign;

/// Leads to `room`.
#[component]
pub fn RoomLink(
    /// The room.
    room: Room,
    /// It is on the screen.
    here: bool,
) -> impl IntoView {
    let path = join(&["/r/", room.id.as_str()]);
    view! {
        <a class="room-link" href=path aria-current=here.then_some("page")>
            <RoomSign here />
            <span class="room-link__name" dir="auto">
                {room.name}
            </span>
        </a>
    }
}
