//! You, at the foot of the rail: your tile, your name, and whether you are heard.

use chat::Member;
use leptos::either::Either;
use leptos::prelude::*;

use super::Avatar;
use crate::app::{room, texts};

/// The reader.
#[component]
pub fn MeCard() -> impl IntoView {
    let room = room();
    view! {
        <div class="me-card">
            {move || match room.me.get() {
                Some(me) => Either::Left(view! { <Named me /> }),
                None => Either::Right(view! { <Nameless /> }),
            }}
        </div>
    }
}

#[component]
fn Named(me: Member) -> impl IntoView {
    let texts = texts();
    let line = room().line;
    let lost = Memo::new(move |_| line.get().is_lost());
    let name = me.name.clone();
    view! {
        <div class="me-card__who">
            <Avatar member=me away=lost />
            <span class="me-card__text">
                <span class="me-card__name" dir="auto">
                    {name}
                </span>
                <span class="me-card__status">
                    {move || if lost.get() { texts.offline } else { texts.available }}
                </span>
            </span>
        </div>
    }
}

#[component]
fn Nameless() -> impl IntoView {
    let texts = texts();
    view! {
        <a class="me-card__who" href="#name">
            <span class="avatar avatar--empty" aria-hidden="true"></span>
            <span class="me-card__text">
                <span class="me-card__name">{texts.nobody}</span>
                <span class="me-card__status">{texts.reading}</span>
            </span>
        </a>
    }
}
