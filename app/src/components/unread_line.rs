//! Where one stopped reading. It stays until one leaves.

use leptos::prelude::*;

use crate::app::Screen;

/// The line's `id`.
pub const UNREAD: &str = "unread";

/// The line before what is new.
#[component]
pub fn UnreadLine(screen: Screen) -> impl IntoView {
    view! {
        <li class="unread-line" id=UNREAD>
            <span class="unread-line__label">{screen.texts().unread_line}</span>
        </li>
    }
}
