//! The way back to the newest message, there while one is away from it, and the way up to the first unread one.

use chat::RoomId;
use leptos::prelude::*;

use super::SmallIcon;
use crate::app::Screen;
use crate::frozen::frozen;
use crate::i18n::join;
use crate::renewed;

/// A link to the room, which script makes a jump. It counts what came meanwhile.
#[component]
pub fn JumpPill(
    /// What every component can reach.
    screen: Screen,
    /// The room.
    place: RoomId,
) -> impl IntoView {
    let texts = screen.texts();
    let (room, live) = (screen.room, screen.live);
    let href = join(&["/r/", place.as_str()]);
    let away = move || room.cut.get() || !room.at_end.get();
    let class = move || join(&["jump-pill", if room.below.get() == 0 { " jump-pill--quiet" } else { "" }]);
    let words = move || match room.below.get() {
        0 => texts.to_present.to_owned(),
        count => (texts.new_below)(count),
    };
    view! {
        <a
            class=class
            href=href
            hidden=move || !away()
            on:click=move |event| {
                if live.to_present() {
                    event.prevent_default();
                }
            }
        >
            {frozen(|| view! { <SmallIcon href="#icon-arrow-down" /> })}
            <span>{move || renewed::words(words())}</span>
        </a>
    }
}

/// A link to the first unread message, there until that has been seen.
#[component]
pub fn UnreadPill(
    /// What every component can reach.
    screen: Screen,
    /// The room.
    place: RoomId,
) -> impl IntoView {
    let texts = screen.texts();
    let (room, live) = (screen.room, screen.live);
    let read = room.unread().unwrap_or_default().to_string();
    let href = join(&["/r/", place.as_str(), "?after=", &read]);
    view! {
        <a
            class="jump-pill jump-pill--quiet jump-pill--unread"
            href=href
            // What fits on a screen is seen at once.
            hidden=move || room.above.get() < 8
            on:click=move |event| {
                event.prevent_default();
                live.to_unread();
            }
        >
            {frozen(|| view! { <SmallIcon href="#icon-arrow-up" /> })}
            <span>{move || renewed::words((texts.new_above)(room.above.get()))}</span>
        </a>
    }
}
