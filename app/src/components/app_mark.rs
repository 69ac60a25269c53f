//! The mark: four quarters of a tile, three round and one square, make a voice.

use leptos::prelude::*;

/// The product's mark. The name stands beside it.
#[component]
pub fn AppMark() -> impl IntoView {
    view! {
        <svg class="app-mark" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M7.6 0V7.6H0A8 8 0 0 1 7.6 0Z"></path>
            <path d="M8.4 0A8 8 0 0 1 16 7.6H8.4Z"></path>
            <path d="M16 8.4A8 8 0 0 1 8.4 16V8.4Z"></path>
            <path class="app-mark__voice" d="M0 8.4H7.6V16H0Z"></path>
        </svg>
    }
}
