//! An icon from the sprite that the shell puts into the document. It never stands without words.

use leptos::prelude::*;

/// An icon by the `href` of its symbol: `#icon-check`.
#[component]
pub fn Icon(
    /// The symbol.
    href: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=href></use>
        </svg>
    }
}

/// The same, as small as the words of a line.
#[component]
pub fn SmallIcon(
    /// The symbol.
    href: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon icon--small" aria-hidden="true">
            <use href=href></use>
        </svg>
    }
}
