//! A place with nothing in it yet: a wall with a gap, a title, one sentence.

use leptos::prelude::*;

use super::TileWall;

/// Says what is missing and how to begin.
#[component]
pub fn EmptyState(
    /// The heading.
    title: String,
    /// Below it.
    text: &'static str,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <TileWall />
            <h2 class="empty-state__title">{title}</h2>
            <p class="empty-state__text">{text}</p>
        </div>
    }
}
