//! You, at the foot of the rail: your tile, your name, and whether you are heard.

use chat::Member;
use leptos::prelude::*;

use super::Avatar;
use crate::app::{room, texts};
use crate::state::Line;

/// The reader.
#[component]
pub fn MeCard() -> impl IntoView {
    let room = room();
    view! {
        <div class="me-card">
            {move || match room.me.get() {
                Some(me) => view! { <Named me /> }.into_any(),
                None => view! { <Nameless /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Named(me: Member) -> impl IntoView {
    let texts = texts();
    let line = room().line;
    let lost = move || line.with(|line: &Line| line.is_lost());
    let name = me.name.clone();
    view! {
        <div class="me-card__who">
            <Avatar member=me>
                <span class=move || {
                    if lost() {
                        "avatar__presence avatar__presence--away"
                    } else {
                        "avatar__presence"
                    }
                }></span>
            </Avatar>
            <span class="me-card__text">
                <span class="me-card__name" dir="auto">
                    {name}
                </span>
                <span class="me-card__status">
                    {move || if lost() { texts.offline } else { texts.available }}
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
