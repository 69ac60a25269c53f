//! One room of the rail.

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
    let path = ["/r/", room.id.as_str()].concat();
    view! {
        <a class="room-link" href=path aria-current=here.then_some("page")>
            <RoomSign here />
            <span class="room-link__name" dir="auto">
                {room.name}
            </span>
        </a>
    }
}
