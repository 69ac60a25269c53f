//! The line under the composer. It is always there, so that nothing jumps when it has something to say.

use leptos::prelude::*;

use crate::app::texts;
use crate::pages::room::has_name;

/// What the keys do. Who is writing will stand here too.
#[component]
pub fn TypingLine() -> impl IntoView {
    let texts = texts();
    let named = has_name();
    view! {
        <div class="typing-line">
            <span class="typing-line__keys" hidden=move || !named.get()>
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
