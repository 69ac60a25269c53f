//! Stands where the composer will stand one second later: one field, one button.

use chat::Nickname;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::Refusal;

use super::field::NOT_TOLD;
use crate::app::{live, room, texts};
use crate::browser::forms::Answer;
use crate::browser::{document, task};
use crate::frozen::frozen;
use crate::i18n::join;
use crate::page::Page;

/// The field's `id`.
const FIELD: &str = "name";

/// Asks for a name. A plain form; with script it stays on the page.
#[component]
pub fn JoinCard<'a>(
    /// Where to go back to.
    page: &'a Page,
    /// Where to say why it did not work.
    set_refused: WriteSignal<Option<String>>,
) -> impl IntoView + use<> {
    let texts = texts();
    let named = room().named;
    let submit = sender(set_refused);
    view! {
        <form class="join-card" action="/name" method="post" hidden=move || named.get() on:submit=submit>
            {frozen(|| {
                let next = join(&["/r/", page.room.as_str()]);
                view! { <input type="hidden" name="next" value=next /> }
            })} <span class="avatar avatar--empty join-card__tile" aria-hidden="true"></span>
            {frozen(|| {
                view! {
                    <label class="join-card__label" for=FIELD>
                        {texts.ask_name}
                    </label>
                }
            })} {frozen(|| view! { <Field /> })}
            {frozen(|| {
                view! {
                    <button class="button button--main button--voice join-card__go" type="submit">
                        {texts.enter}
                    </button>
                }
            })}
            {frozen(|| {
                view! {
                    <p class="join-card__note" id="name-note">
                        <span>{texts.no_sign_up}</span>
                    </p>
                }
            })}
        </form>
    }
}

#[component]
fn Field() -> impl IntoView {
    view! {
        <input
            class="field__input"
            id=FIELD
            name="name"
            type="text"
            autocomplete="nickname"
            maxlength="80"
            required
            dir="auto"
            placeholder=texts().name_example
            aria-describedby="name-note"
        />
    }
}

/// Sends the name. What the server would refuse does not leave: the limits are the same.
fn sender(set_refused: WriteSignal<Option<String>>) -> impl Fn(SubmitEvent) + 'static {
    let live = live();
    move |event| {
        event.prevent_default();
        let name = match Nickname::parse(&document::value_of(FIELD)) {
            Ok(name) => name,
            Err(error) => return set_refused.set(Some(Refusal::from(error).code().to_owned())),
        };
        task::spawn(async move {
            let refused = match live.name(name).await {
                Answer::Done => None,
                Answer::Refused(code) => Some(code),
                Answer::Failed => Some(NOT_TOLD.to_owned()),
            };
            set_refused.set(refused);
        });
    }
}
