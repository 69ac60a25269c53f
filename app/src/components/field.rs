//! What is wrong with what was typed, beside the field it was typed in.

use leptos::prelude::*;
use protocol::Refusal;

use super::SmallIcon;
use crate::app::Screen;
use crate::frozen::frozen;
use crate::renewed::words;

/// The code of `?refused=` for a form that was sent where no session can be given.
pub const INSECURE: &str = "insecure";

/// The code of `?refused=` for a name that would be forgotten at once: the browser keeps no cookies.
pub const NO_COOKIES: &str = "no_cookies";

/// The code of `?refused=` for a name that nobody has who could be brought into the room.
pub const NOBODY: &str = "nobody";

/// Before the length of a message that is too long: the page's own code.
pub const LONG: &str = "long:";

/// Says why the last thing sent was not done; nothing if it was.
#[component]
pub fn Refused(
    /// What every component can reach.
    screen: Screen,
    /// The code, or several with spaces between; empty if nothing was refused.
    code: RwSignal<String>,
) -> impl IntoView {
    let texts = screen.texts();
    let sentence = move |code: &str| -> String {
        match code {
            INSECURE => texts.insecure.to_owned(),
            NOT_TOLD => texts.name_not_told.to_owned(),
            FULL => texts.outbox_full.to_owned(),
            UNDONE => texts.undone.to_owned(),
            NO_COOKIES => texts.no_cookies.to_owned(),
            NOBODY => texts.people.nobody.to_owned(),
            code => match code.strip_prefix(LONG).and_then(|count| count.parse().ok()) {
                Some(count) => (texts.too_long)(count),
                None => (texts.refusal)(Refusal::from_code(code)).to_owned(),
            },
        }
    };
    let why = move || {
        let mut why = String::new();
        for code in code.get().split(' ').filter(|code| !code.is_empty()) {
            if !why.is_empty() {
                why.push(' ');
            }
            why.push_str(&sentence(code));
        }
        why
    };
    view! {
        <p class="field__error" role="alert" hidden=move || code.get().is_empty()>
            {frozen(|| view! { <SmallIcon href="#icon-circle-alert" /> })}
            <span>{move || words(why())}</span>
        </p>
    }
}

/// Adds a code to what was refused already, once.
pub fn add(codes: &mut String, code: &str) {
    if codes.split(' ').all(|known| known != code) {
        codes.push(' ');
        codes.push_str(code);
    }
}

/// The page's own code: the server could not be told the name.
pub const NOT_TOLD: &str = "not_told";

/// The page's own code: too much waits to be sent.
pub const FULL: &str = "full";

/// The page's own code: the server did not answer.
pub const UNDONE: &str = "undone";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_is_told_once_beside_the_others() {
        let mut codes = String::new();
        ["name_taken", "too_long", "name_taken"].into_iter().for_each(|code| add(&mut codes, code));
        assert_eq!(codes.split_whitespace().collect::<Vec<_>>(), ["name_taken", "too_long"]);
    }
}
