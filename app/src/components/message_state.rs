//! What became of your message, in words, and what to do if it stopped.

use chat::{Key, Seq};
use leptos::prelude::*;

use super::{AvatarGroup, SmallIcon};
use crate::app::Screen;
use crate::i18n;
use crate::live::Live;
use crate::renewed::renewed;
use crate::state::Delivery;

/// How far a message is; nothing if that is not to be said.
#[component]
pub fn MessageState(
    /// What every component can reach.
    screen: Screen,
    /// How far.
    delivery: Delivery,
    /// Its address, if it has one.
    seq: Option<Seq>,
    /// The message, if it is one's own.
    key: Option<Key>,
) -> impl IntoView {
    let texts = screen.texts();
    let (icon, words) = match delivery {
        // The words that are expected take their place, and cannot be seen.
        Delivery::Going => ("#icon-check", texts.sent.to_owned()),
        Delivery::Sending => ("#icon-clock", texts.sending.to_owned()),
        Delivery::Queued { last: true, lost } => {
            ("#icon-clock", if lost { texts.queued } else { texts.held }.to_owned())
        }
        Delivery::Sent => ("#icon-check", texts.sent.to_owned()),
        Delivery::Stuck => ("#icon-clock", texts.stuck.to_owned()),
        Delivery::Failed(code) => ("#icon-circle-alert", (texts.not_sent)((texts.refusal)(code))),
        Delivery::Quiet | Delivery::Queued { last: false, .. } => return None,
    };
    let failed = matches!(delivery, Delivery::Failed(_));
    let stopped = key.filter(|_| failed || delivery == Delivery::Stuck);
    let readers = seq.filter(|_| delivery == Delivery::Sent).map(|seq| view! { <Readers screen seq /> });
    let going = delivery == Delivery::Going;
    let class = match (failed, going) {
        (true, _) => "message-state message-state--failed",
        (_, true) => "message-state message-state--going",
        _ => "message-state",
    };
    let line = view! {
        <p class=class aria-hidden=going.then_some("true")>
            <span class="message-state__what">
                <SmallIcon href=icon />
                {words}
            </span>
            {readers}
            {stopped.map(|key| view! { <Acts screen key /> })}
        </p>
    };
    Some(renewed(delivery, line))
}

/// Who has read it. It comes and goes quietly: it is no answer to anything.
#[component]
fn Readers(
    /// What every component can reach.
    screen: Screen,
    seq: Seq,
) -> impl IntoView {
    let texts = &screen.texts().people;
    move || {
        let me = screen.room.me.with(|me| me.as_ref().map(|me| me.id.clone()))?;
        let readers = screen.room.people.readers(&me, seq);
        (!readers.is_empty()).then(|| {
            let names = i18n::names(&readers);
            let group = view! {
                <span class="message-state__readers" aria-live="off">
                    <AvatarGroup members=&readers />
                    {(texts.seen_by)(readers.len())}
                    <span class="message-state__names">{names}</span>
                </span>
            };
            renewed(readers, group)
        })
    }
}

/// What to do with a message that was refused, or that does not get through.
#[component]
fn Acts(
    /// What every component can reach.
    screen: Screen,
    key: Key,
) -> impl IntoView {
    let (texts, live) = (screen.texts(), screen.live);
    let act = move |what: fn(Live, Key)| move |_| what(live, key);
    view! {
        <button class="text-button" type="button" on:click=act(Live::again)>
            {texts.retry}
        </button>
        <button class="text-button" type="button" on:click=act(Live::copy)>
            {texts.copy}
        </button>
        <button class="text-button text-button--danger" type="button" on:click=act(Live::discard)>
            {texts.discard}
        </button>
    }
}
