//! Stands where the composer will stand one second later: one field, one button.

use chat::Nickname;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::Refusal;

use super::field::{NO_COOKIES, NOT_TOLD};
use crate::app::Screen;
use crate::browser::forms::Answer;
use crate::browser::{document, task};
use crate::frozen::frozen;
use crate::i18n::join;
use crate::page::{Page, Typed};
use crate::tile::tile;

/// The field's `id`.
const FIELD: &str = "name";

/// The field that says of a name form that its page has given the browser a cookie to show.
pub const COOKIES: &str = "cookies";

/// Asks for a name. A plain form; with script it stays on the page.
#[component]
pub fn JoinCard<'a>(
    /// What every component can reach.
    screen: Screen,
    /// Where to go back to.
    page: &'a Page,
    /// Where to say why it did not work.
    refused: RwSignal<String>,
) -> impl IntoView + use<> {
    let texts = screen.texts();
    let named = screen.room.named;
    let submit = sender(screen, refused);
    let typed = RwSignal::new(String::new());
    task::effect(move || {
        if !named.get() && !document::keeps_cookies() {
            refused.set(NO_COOKIES.to_owned());
        }
    });
    let forming = move || {
        typed.with(|name| match name.trim() {
            "" => String::new(),
            name => tile(name).path,
        })
    };
    view! {
        <form
            class="join-card"
            action="/name"
            method="post"
            hidden=move || named.get()
            on:submit=submit
            on:input=move |_| typed.set(document::value_of(FIELD))
        >
            {frozen(|| {
                let next = join(&["/r/", page.room.as_str()]);
                view! { <input type="hidden" name="next" value=next /> }
            })}
            {frozen(|| view! { <input type="hidden" name=COOKIES value="on" /> })}
            // A tile takes shape as one types, without a colour: whose it will be is known with the name.
            <span class="avatar avatar--empty join-card__tile" aria-hidden="true">
                <svg class="avatar__tile" viewBox="0 0 8 8">
                    <path d=forming></path>
                </svg>
            </span>
            {frozen(|| {
                view! {
                    <label class="join-card__label" for=FIELD>
                        {texts.ask_name}
                    </label>
                }
            })} {frozen(|| view! { <Field screen page /> })}
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
                        " "
                        <a class="text-button" href="/sign-in">
                            {texts.have_name}
                        </a>
                    </p>
                }
            })}
        </form>
    }
}

#[component]
fn Field<'a>(screen: Screen, page: &'a Page) -> impl IntoView + use<> {
    let typed = page.frame().typed(Typed::OwnName, page).to_owned();
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
            placeholder=screen.texts().name_example
            value=typed
            aria-describedby="name-note"
        />
    }
}

/// Sends the name. What the server would refuse does not leave: the limits are the same.
fn sender(screen: Screen, refused: RwSignal<String>) -> impl Fn(SubmitEvent) + 'static {
    let live = screen.live;
    move |event| {
        event.prevent_default();
        if !document::keeps_cookies() {
            return refused.set(NO_COOKIES.to_owned());
        }
        let name = match Nickname::parse(&document::value_of(FIELD)) {
            Ok(name) => name,
            Err(error) => return refused.set(Refusal::from(error).code().to_owned()),
        };
        task::spawn(async move {
            refused.set(match live.name(name).await {
                Answer::Done => String::new(),
                Answer::Refused(code) => code,
                Answer::Failed => NOT_TOLD.to_owned(),
            });
        });
    }
}
