//! The little speech before a room's name: its filling is the room's state.

use leptos::prelude::*;
use protocol::view::{Notify, Room, RoomKind};

use super::SmallIcon;
use crate::state::rail::told;

/// The sign of a room.
#[component]
pub fn RoomSign<'a>(
    /// The room.
    room: &'a Room,
    /// The room is on the screen.
    here: bool,
) -> impl IntoView + use<> {
    let class = match (room.notify, room.mentions, told(room)) {
        (Notify::All | Notify::Mentions, 1.., _) => "room-sign room-sign--call",
        (_, _, 1..) => "room-sign room-sign--new",
        _ if here => "room-sign room-sign--here",
        _ => "room-sign",
    };
    let icon = match (room.notify, room.kind) {
        (Notify::None, _) => Some("#icon-bell-off"),
        (_, RoomKind::Private) => Some("#icon-lock"),
        _ => None,
    };
    view! {
        <span class=class aria-hidden="true">
            {icon.map(|href| view! { <SmallIcon href /> })}
        </span>
    }
}
