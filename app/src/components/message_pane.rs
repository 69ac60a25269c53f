//! Holds the scroller and what floats over it, so that pills stay put while messages move.

use leptos::prelude::*;

use super::{JumpPill, MessageLog, UnreadPill};
use crate::app::Screen;
use crate::page::Page;

/// The messages of the page's room, and the way back to the newest one.
#[component]
pub fn MessagePane<'a>(
    /// What every component can reach.
    screen: Screen,
    /// The page.
    page: &'a Page,
) -> impl IntoView + use<> {
    view! {
        <div class="message-pane">
            <MessageLog screen page />
            <UnreadPill screen place=page.room.clone() />
            <JumpPill screen place=page.room.clone() />
        </div>
    }
}
