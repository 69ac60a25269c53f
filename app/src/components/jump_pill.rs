//! The way back to the newest message, there while one is away from it.

use chat::RoomId;
use leptos::prelude::*;

use super::SmallIcon;
use crate::app::Screen;
use crate::frozen::frozen;
use crate::i18n::join;

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
            {words}
        </a>
    }
}
