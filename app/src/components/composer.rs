//! Where one speaks. A plain form that works without script, and that the network never disables.

use chat::{Key, MessageBody, RoomId};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use protocol::Refusal;

use super::Icon;
use super::field::FULL;
use crate::app::{live, room, texts};
use crate::browser::{document, store, task};
use crate::pages::room::has_name;

/// The place to write to `room`.
#[component]
pub fn Composer(
    /// Where it goes.
    room: RoomId,
    /// What that is called.
    name: String,
    /// The idempotency key of the plain form.
    key: Key,
    /// Where to say why it did not go.
    set_refused: WriteSignal<Option<String>>,
) -> impl IntoView {
    let texts = texts();
    let named = has_name();
    let label = (texts.compose)(&name);
    let place = placeholder(label.clone());
    let field = NodeRef::<html::Textarea>::new();
    let draft = StoredValue::new(room.clone());
    let send = sender(field, draft, set_refused);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let pressed = move |event: KeyboardEvent| {
        // While a word is being composed, Enter chooses it.
        let plain = !event.shift_key() && !event.is_composing() && !document::has_touch();
        if event.key() == "Enter" && plain {
            event.prevent_default();
            send();
        }
    };
    let typed = move |_| {
        if let Some(field) = field.get_untracked() {
            draft.with_value(|room| store::keep_draft(room, &field.value()));
        }
    };
    take_up(field, draft);
    view! {
        <form
            class="composer"
            action=["/r/", room.as_str()].concat()
            method="post"
            hidden=move || !named.get()
            on:submit=submit
        >
            <input type="hidden" name="key" value=key.to_string() />
            <div class="composer__row">
                <textarea
                    class="composer__input"
                    id="text"
                    name="body"
                    rows="1"
                    required
                    dir="auto"
                    aria-label=label
                    placeholder=place
                    enterkeyhint="send"
                    autocomplete="off"
                    node_ref=field
                    on:keydown=pressed
                    on:input=typed
                ></textarea>
                <button class="composer__send" type="submit" aria-label=texts.send>
                    <Icon href="#icon-arrow-up" />
                </button>
            </div>
        </form>
    }
}

/// What the empty field says: in an empty room something else.
fn placeholder(label: String) -> impl Fn() -> String + Send + Clone + 'static {
    let texts = texts();
    let rows = room().rows;
    move || if rows.with(Vec::is_empty) { texts.compose_first.to_owned() } else { label.clone() }
}

/// Sends what is in the field, and empties it once the message has a place of its own.
fn sender(
    field: NodeRef<html::Textarea>,
    draft: StoredValue<RoomId>,
    set_refused: WriteSignal<Option<String>>,
) -> impl Fn() + Copy + 'static {
    let (room, live) = (room(), live());
    move || {
        let Some(field) = field.get_untracked() else { return };
        let refused = match MessageBody::parse(field.value()) {
            Err(chat::BodyError::Empty) => None,
            Err(error) => Some(Refusal::from(error).code()),
            Ok(_) if room.is_full() => Some(FULL),
            Ok(body) => {
                live.message(body);
                field.set_value("");
                draft.with_value(|room| store::keep_draft(room, ""));
                None
            }
        };
        set_refused.set(refused.map(str::to_owned));
        // A click on the button must not take the keyboard away.
        let _ = field.focus();
    }
}

/// Puts the draft of an earlier visit back, and later takes the focus if the reader has just said a name.
fn take_up(field: NodeRef<html::Textarea>, draft: StoredValue<RoomId>) {
    let live = live();
    let named = has_name();
    task::effect(move || {
        let (Some(field), named) = (field.get(), named.get()) else { return };
        if field.value().is_empty()
            && let Some(text) = draft.with_value(store::draft)
        {
            field.set_value(&text);
        }
        if named && live.take_welcome() {
            let _ = field.focus();
        }
    });
}
