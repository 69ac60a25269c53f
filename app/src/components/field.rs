//! What is wrong with what was typed, beside the field it was typed in.

use leptos::prelude::*;
use protocol::Refusal;

use super::SmallIcon;
use crate::app::texts;
use crate::frozen::frozen;

/// The code of `?refused=` for a form that was sent where no session can be given.
pub const INSECURE: &str = "insecure";

/// Says why the last thing sent was not done; nothing if it was.
#[component]
pub fn Refused(
    /// The code.
    code: ReadSignal<Option<String>>,
) -> impl IntoView {
    let texts = texts();
    let why = move |code: String| match code.as_str() {
        INSECURE => texts.insecure,
        NOT_TOLD => texts.name_not_told,
        FULL => texts.outbox_full,
        code => (texts.refusal)(Refusal::from_code(code)),
    };
    view! {
        <p class="field__error" role="alert" hidden=move || code.with(Option::is_none)>
            {frozen(|| view! { <SmallIcon href="#icon-circle-alert" /> })}
            {move || code.get().map_or("", why).to_owned()}
        </p>
    }
}

/// The page's own code: the server could not be told the name.
pub const NOT_TOLD: &str = "not_told";

/// The page's own code: too much waits to be sent.
pub const FULL: &str = "full";
