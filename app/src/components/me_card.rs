//! You, at the foot of the rail: your tile, your name, and whether you are heard.

use leptos::prelude::*;

use super::avatar;
use crate::app::Screen;
use crate::i18n::join;
use crate::renewed::words;
use crate::tile::{Tile, tile};

/// The reader. One structure with and without a name: the page never builds it anew. What changes is a `String`
/// throughout: every other kind of value would bring the machinery around it once more.
#[component]
pub fn MeCard(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let room = screen.room;
    let (me, named) = (room.me, room.named);
    let lost = move || room.line.get().is_lost();
    let drawing = move || me.with(|me| me.as_ref().map(|me| (tile(me.id.as_str()), me.hue)));
    let class = move || match drawing() {
        Some((Tile { dark, .. }, hue)) => avatar::classes(hue, dark),
        None => "avatar avatar--empty".to_owned(),
    };
    let path = move || drawing().map_or_else(String::new, |(tile, _)| tile.path);
    let name = move || me.with(|me| me.as_ref().map_or(texts.nobody.to_owned(), |me| me.name.clone()));
    let status = move || match (named.get(), lost()) {
        (false, _) => texts.reading.to_owned(),
        (true, true) => texts.offline.to_owned(),
        (true, false) => texts.available.to_owned(),
    };
    let presence = move || {
        let away = if lost() { " avatar__presence--away" } else { "" };
        join(&["avatar__presence", away])
    };
    // A name that lives in this browser alone says what would keep it.
    let account = move || {
        me.with(|me| match me {
            Some(me) if me.role == chat::Role::Guest => (texts.keep_name)(&me.name),
            _ => texts.account.to_owned(),
        })
    };
    view! {
        <div class="me-card">
            <div class="me-card__who">
                <span class=class aria-hidden="true">
                    <svg class="avatar__tile" viewBox="0 0 8 8" hidden=move || !named.get()>
                        <path d=path></path>
                    </svg>
                    <span class=presence hidden=move || !named.get()></span>
                </span>
                <span class="me-card__text">
                    <span class="me-card__name" dir="auto">
                        {move || words(name())}
                    </span>
                    <span class="me-card__status">{move || words(status())}</span>
                </span>
            </div>
            <a class="text-button me-card__account" href="/account" dir="auto" hidden=move || !named.get()>
                {move || words(account())}
            </a>
        </div>
    }
}
