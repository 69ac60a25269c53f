//! What is wrong with what was typed, beside the field it was typed in.

use leptos::prelude::*;
use protocol::Refusal;

use super::SmallIcon;
use crate::app::Screen;
use crate::frozen::frozen;

/// The code of `?refused=` for a form that was sent where no session can be given.
pub const INSECURE: &str = "insecure";

/// Says why the last thing sent was not done; nothing if it was.
#[component]
pub fn Refused(
    /// What every component can reach.
    screen: Screen,
    /// The code; empty if nothing was refused.
    code: RwSignal<String>,
) -> impl IntoView {
    let texts = screen.texts();
    let why = move || match code.get().as_str() {
        "" => String::new(),
        INSECURE => texts.insecure.to_owned(),
        NOT_TOLD => texts.name_not_told.to_owned(),
        FULL => texts.outbox_full.to_owned(),
        UNDONE => texts.undone.to_owned(),
        code => (texts.refusal)(Refusal::from_code(code)).to_owned(),
    };
    view! {
        <p class="field__error" role="alert" hidden=move || code.get().is_empty()>
            {frozen(|| view! { <SmallIcon href="#icon-circle-alert" /> })}
            {why}
        </p>
    }
}

/// The page's own code: the server could not be told the name.
pub const NOT_TOLD: &str = "not_told";

/// The page's own code: too much waits to be sent.
pub const FULL: &str = "full";

/// The page's own code: the server did not answer.
pub const UNDONE: &str = "undone";
