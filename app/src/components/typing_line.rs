//! The line under the composer. It is always there, so that nothing jumps when it has something to say.

use leptos::prelude::*;

use crate::app::Screen;

/// What the keys do. Who is writing will stand here too.
#[component]
pub fn TypingLine(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    view! {
        <div class="typing-line">
            <span class="typing-line__keys">
                <kbd>"Enter"</kbd>
                " "
                {texts.enter_sends}
                " · "
                <kbd>"Shift Enter"</kbd>
                " "
                {texts.shift_enter_breaks}
            </span>
        </div>
    }
}
