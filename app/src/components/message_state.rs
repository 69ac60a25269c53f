//! What became of your message, in words, and what to do if it stopped.

use chat::Key;
use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::SmallIcon;
use crate::app::{live, texts};
use crate::state::Delivery;

/// How far a message is.
#[component]
pub fn MessageState(
    /// How far.
    delivery: Delivery,
    /// The message, if it is one's own.
    key: Option<Key>,
) -> impl IntoView {
    let texts = texts();
    let (icon, words) = match delivery {
        Delivery::Sending => ("#icon-clock", texts.sending),
        Delivery::Queued { last: true } => ("#icon-clock", texts.queued),
        Delivery::Sent => ("#icon-check", texts.sent),
        Delivery::Failed(code) => {
            let words = (texts.not_sent)((texts.refusal)(code));
            return EitherOf3::A(view! { <Failed words key /> });
        }
        Delivery::Quiet | Delivery::Queued { last: false } => return EitherOf3::B(()),
    };
    EitherOf3::C(view! {
        <p class="message-state">
            <span class="message-state__what">
                <SmallIcon href=icon />
                {words}
            </span>
        </p>
    })
}

#[component]
fn Failed(words: String, key: Option<Key>) -> impl IntoView {
    let texts = texts();
    let live = live();
    let act = move |what: fn(crate::live::Live, Key)| {
        move |_| {
            if let Some(key) = key {
                what(live, key);
            }
        }
    };
    view! {
        <p class="message-state message-state--failed">
            <span class="message-state__what">
                <SmallIcon href="#icon-circle-alert" />
                {words}
            </span>
            <button class="text-button" type="button" on:click=act(|live, key| live.again(key))>
                {texts.retry}
            </button>
            <button class="text-button" type="button" on:click=act(|live, key| live.copy(key))>
                {texts.copy}
            </button>
            <button
                class="text-button text-button--danger"
                type="button"
                on:click=act(|live, key| live.discard(key))
            >
                {texts.discard}
            </button>
        </p>
    }
}
