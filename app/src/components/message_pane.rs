//! Holds the scroller and what floats over it, so that pills stay put while messages move.

use leptos::html;
use leptos::prelude::*;
use protocol::view::Room as Place;

use super::{JumpPill, MessageLog};

/// The messages of `room`, and the way back to the newest one.
#[component]
pub fn MessagePane(
    /// The room.
    room: Place,
) -> impl IntoView {
    let log = NodeRef::<html::Div>::new();
    let id = room.id.clone();
    view! {
        <div class="message-pane">
            <MessageLog place=room log />
            <JumpPill place=id log />
        </div>
    }
}
