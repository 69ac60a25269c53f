//! The line under the composer. It is always there, so that nothing jumps when it has something to say.

use leptos::prelude::*;

use crate::app::Screen;
use crate::frozen::frozen;
use crate::renewed;

/// Who is writing, and what the keys do. The region stands before its words come.
#[component]
pub fn TypingLine(screen: Screen) -> impl IntoView {
    let people = screen.room.people;
    let words = move || (screen.texts().people.writing)(&people.writing());
    view! {
        <div class="typing-line">
            <span class="typing-line__who" role="status">
                <span class="typing-line__sign" hidden=move || people.writing().is_empty()>
                    {frozen(|| {
                        view! {
                            <svg class="typing-line__tile" viewBox="0 0 8 8" aria-hidden="true">
                                <path d="M0 0H3.6A3.6 3.6 0 0 1 0 3.6Z"></path>
                                <path d="M8 0V3.6A3.6 3.6 0 0 1 4.4 0Z"></path>
                                <path d="M8 8H4.4A3.6 3.6 0 0 1 8 4.4Z"></path>
                                <path d="M0 8V4.4A3.6 3.6 0 0 1 3.6 8Z"></path>
                            </svg>
                        }
                    })}
                </span>
                <span class="u-truncate">{move || renewed::words(words())}</span>
            </span>
            <Wait screen />
            {frozen(|| view! { <Keys screen /> })}
        </div>
    }
}

/// How long the reader waits in slow mode. The number is for who looks at it; it is said aloud once.
#[component]
fn Wait(screen: Screen) -> impl IntoView {
    let pace = screen.room.pace;
    let words = move |seconds: u64| match seconds {
        0 => String::new(),
        _ => (screen.texts().slowly)(seconds),
    };
    view! {
        <span class="typing-line__wait u-truncate" role="timer" hidden=move || pace.left.get() == 0>
            {move || renewed::words(words(pace.left.get()))}
        </span>
        <span class="u-hidden" aria-live="polite">
            {move || renewed::words(words(pace.first.get()))}
        </span>
    }
}

#[component]
fn Keys(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    view! {
        <span class="typing-line__keys">
            <kbd>"Enter"</kbd>
            " "
            {texts.enter_sends}
            " · "
            <kbd>"Shift Enter"</kbd>
            " "
            {texts.shift_enter_breaks}
        </span>
    }
}
