//! What can be done with a message: one menu, called by the button of whichever row.

use chat::Seq;
use leptos::prelude::*;

use super::SmallIcon;
use super::menu::{moved, opened};
use crate::app::Screen;
use crate::live::deeds::MENU;
use crate::renewed::renewed;
use crate::state::Deed;

/// The menu. It stands there empty until a row has called it.
#[component]
pub fn MessageActions(screen: Screen) -> impl IntoView {
    let room = screen.room;
    view! {
        <div
            class="menu menu--sheet message-actions"
            id=MENU
            popover="auto"
            role="menu"
            aria-label=screen.texts().people.more
            on:keydown=|event| moved(&event, MENU)
            on:toggle=|_| opened(MENU)
        >
            {move || room.people.pointed().map(|seq| acts(screen, seq))}
        </div>
    }
}

fn acts(screen: Screen, seq: Seq) -> impl IntoView {
    let room = screen.room;
    let live = screen.live;
    let said = room.read(|timeline| timeline.message(seq).map(|said| said.author.clone()));
    let deeds = said.map_or_else(Vec::new, |author| {
        let standing = room.people.standing(room.me.get_untracked(), &author.id);
        standing.about(seq, &author.id, author.role)
    });
    let shown = (seq, deeds.clone());
    let items = view! {
        <button class="menu__item" type="button" role="menuitem" on:click=move |_| live.copy_text(seq)>
            <SmallIcon href="#icon-copy" />
            {screen.texts().copy}
        </button>
        {deeds.into_iter().map(|deed| item(screen, deed)).collect::<Vec<_>>()}
    };
    renewed(shown, items)
}

fn item(screen: Screen, deed: Deed) -> impl IntoView {
    let live = screen.live;
    let (class, icon) = match &deed {
        Deed::Delete(_) => ("menu__item message-actions__danger", "#icon-trash-2"),
        _ => ("menu__item", "#icon-flag"),
    };
    let word = (screen.texts().people.deed)(&deed);
    view! {
        <button class=class type="button" role="menuitem" on:click=move |_| live.wants(deed.clone())>
            <SmallIcon href=icon />
            {word}
        </button>
    }
}
