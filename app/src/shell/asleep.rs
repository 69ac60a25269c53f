//! What a page says that does not wake up: it can be read and written to, and does not live.

use leptos::prelude::*;

use crate::i18n::Lang;

/// The bar's `id`. The script that starts the page shows it where that fails.
pub(super) const ASLEEP: &str = "asleep";

/// The bar, hidden.
pub(super) fn asleep(lang: Lang) -> impl IntoView {
    let (text, again) = lang.asleep();
    view! {
        <div class="asleep" id=ASLEEP role="status" hidden>
            <span>{text}</span>
            <a class="text-button" href="">
                {again}
            </a>
        </div>
    }
}
