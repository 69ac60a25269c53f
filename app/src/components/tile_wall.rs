//! A wall with one tile still missing. Decoration.

use leptos::prelude::*;

/// The wall of an empty place.
#[component]
pub fn TileWall() -> impl IntoView {
    view! {
        <svg class="tile-wall empty-state__art" viewBox="0 0 24 24" aria-hidden="true">
            <path class="tile-wall__ground" d="M0 0h8v8h-8ZM16 0h8v8h-8ZM16 8h8v8h-8ZM0 16h8v8h-8Z"></path>
            <path
                class="tile-wall__ground tile-wall__ground--deep"
                d="M8 0h8v8h-8ZM0 8h8v8h-8ZM8 16h8v8h-8ZM16 16h8v8h-8Z"
            ></path>
            <path
                class="tile-wall__figure"
                d="M0 0L4 0A4 4 0 0 1 0 4ZM8 0L8 4A4 4 0 0 1 4 0ZM4 4L8 4A4 4 0 0 1 4 8ZM4 4L4 8A4 4 0 0 1 0 4ZM16 0L20 0A4 4 0 0 1 16 4ZM24 4L20 4A4 4 0 0 1 24 0ZM20 4L24 4A4 4 0 0 1 20 8ZM20 8L16 8A4 4 0 0 1 20 4ZM20 8L20 12A4 4 0 0 1 16 8ZM20 12L20 8A4 4 0 0 1 24 12ZM24 12L24 16A4 4 0 0 1 20 12ZM16 16L16 12A4 4 0 0 1 20 16ZM4 16A4 4 0 0 1 0 20L0 18A2 2 0 0 0 2 16ZM8 16A4 4 0 0 1 4 20L4 18A2 2 0 0 0 6 16ZM8 20A4 4 0 0 1 4 24L4 22A2 2 0 0 0 6 20ZM4 20A4 4 0 0 1 0 24L0 22A2 2 0 0 0 2 20Z"
            ></path>
            <path
                class="tile-wall__figure tile-wall__figure--pale"
                d="M12 0A4 4 0 0 1 8 4L8 2A2 2 0 0 0 10 0ZM12 0A4 4 0 0 1 16 4L14 4A2 2 0 0 0 12 2ZM12 8A4 4 0 0 1 16 4L16 6A2 2 0 0 0 14 8ZM12 8A4 4 0 0 1 8 4L10 4A2 2 0 0 0 12 6ZM4 12L0 12A4 4 0 0 1 4 8ZM4 12L4 8A4 4 0 0 1 8 12ZM4 12L8 12A4 4 0 0 1 4 16ZM4 12L4 16A4 4 0 0 1 0 12ZM12 16A4 4 0 0 1 8 20L8 18A2 2 0 0 0 10 16ZM12 20A4 4 0 0 1 16 16L16 18A2 2 0 0 0 14 20ZM16 20A4 4 0 0 1 12 24L12 22A2 2 0 0 0 14 20ZM8 24A4 4 0 0 1 12 20L12 22A2 2 0 0 0 10 24ZM20 20A4 4 0 0 1 16 16A4 4 0 0 1 20 20ZM20 20A4 4 0 0 1 24 16A4 4 0 0 1 20 20ZM20 20A4 4 0 0 1 24 24A4 4 0 0 1 20 20ZM20 20A4 4 0 0 1 16 24A4 4 0 0 1 20 20Z"
            ></path>
            <path class="tile-wall__joint" d="M8 0V24M16 0V24M0 8H24M0 16H24"></path>
            <rect class="tile-wall__slot" x="8.5" y="8.5" width="7" height="7" rx="1"></rect>
        </svg>
    }
}
