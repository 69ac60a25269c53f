//! The little speech before a room's name: its filling is the room's state.

use leptos::prelude::*;

/// The sign of a room.
#[component]
pub fn RoomSign(
    /// The room is on the screen.
    here: bool,
) -> impl IntoView {
    let class = if here { "room-sign room-sign--here" } else { "room-sign" };
    view! { <span class=class aria-hidden="true"></span> }
}
