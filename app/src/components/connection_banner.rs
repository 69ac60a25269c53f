//! The truth about the line, said calmly. The composer works on.

use leptos::prelude::*;

use crate::app::Screen;
use crate::i18n::join;
use crate::renewed;
use crate::state::Line;

/// Says that there is no connection, and that there is one again. The region stands before its words come, or a
/// screen reader would not tell them.
#[component]
pub fn ConnectionBanner(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let (room, live) = (screen.room, screen.live);
    let (line, banned) = (room.line, room.people.banned);
    let class = move || {
        let back = if matches!(line.get(), Line::Back { .. }) { " connection-banner--back" } else { "" };
        join(&["connection-banner", back])
    };
    let words = move || match line.get() {
        Line::Lost => texts.line_lost.to_owned(),
        Line::Ended if banned.get() => join(&[texts.banned_title, ". ", texts.banned_text]),
        Line::Ended => texts.line_ended.to_owned(),
        Line::Back { sent, received } => (texts.line_back)(sent, received),
        Line::Waiting | Line::Up => String::new(),
    };
    let icon = move || join(&["#icon-", if line.get().is_lost() { "cloud-off" } else { "check" }]);
    let nothing = move || matches!(line.get(), Line::Waiting | Line::Up);
    view! {
        <div role="status">
            <div class=class hidden=nothing>
                <svg class="icon" aria-hidden="true">
                    <use href=icon></use>
                </svg>
                <p class="connection-banner__text">{move || renewed::words(words())}</p>
                <button
                    class="text-button"
                    type="button"
                    hidden=move || line.get() != Line::Lost
                    on:click=move |_| live.try_now()
                >
                    {texts.try_now}
                </button>
                <a class="text-button" href="" hidden=move || line.get() != Line::Ended || banned.get()>
                    {texts.reload}
                </a>
            </div>
        </div>
    }
}
