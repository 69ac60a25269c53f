//! Says that what waits would be lost with the page. The browser asks, too, before it closes it.

use leptos::prelude::*;

use super::SmallIcon;
use crate::app::Screen;
use crate::frozen::frozen;
use crate::renewed;

/// The notice, above the composer. The region stands before its words come, or a screen reader would not tell them.
#[component]
pub fn OutboxNotice(screen: Screen) -> impl IntoView {
    let memory = screen.room.memory;
    let words = move || if memory.get() { screen.texts().outbox_in_memory.to_owned() } else { String::new() };
    view! {
        <div role="status">
            <p class="outbox-notice" hidden=move || !memory.get()>
                {frozen(|| view! { <SmallIcon href="#icon-circle-alert" /> })}
                <span>{move || renewed::words(words())}</span>
            </p>
        </div>
    }
}
