//! Stands where the composer will stand one second later: one field, one button.

use chat::{Nickname, RoomId};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use protocol::Refusal;

use super::field::NOT_TOLD;
use crate::app::{live, texts};
use crate::browser::{forms::Answer, task};
use crate::pages::room::has_name;

/// Asks for a name. A plain form; with script it stays on the page.
#[component]
pub fn JoinCard(
    /// Where to go back to.
    room: RoomId,
    /// Where to say why it did not work.
    set_refused: WriteSignal<Option<String>>,
) -> impl IntoView {
    let texts = texts();
    let live = live();
    let named = has_name();
    let field = NodeRef::<html::Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        // The same limits as the server's: what it would refuse does not leave.
        let name = match Nickname::parse(&field.value()) {
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
    };
    view! {
        <form class="join-card" action="/name" method="post" hidden=move || named.get() on:submit=submit>
            <input type="hidden" name="next" value=["/r/", room.as_str()].concat() />
            <span class="avatar avatar--empty join-card__tile" aria-hidden="true"></span>
            <label class="join-card__label" for="name">
                {texts.ask_name}
            </label>
            <input
                class="field__input"
                id="name"
                name="name"
                type="text"
                autocomplete="nickname"
                maxlength="80"
                required
                dir="auto"
                placeholder=texts.name_example
                aria-describedby="name-note"
                node_ref=field
            />
            <button class="button button--main button--voice join-card__go" type="submit">
                {texts.enter}
            </button>
            <p class="join-card__note" id="name-note">
                <span>{texts.no_sign_up}</span>
            </p>
        </form>
    }
}
