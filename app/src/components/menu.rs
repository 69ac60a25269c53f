//! What one may do with the room on the screen. It opens by `popover`, and each act is a form: all of it works without
//! script.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use protocol::view::{Notify, RoomKind};

use super::{Icon, room_dialog, room_settings};
use crate::app::Screen;
use crate::browser::document;
use crate::frozen::frozen;
use crate::i18n::join;
use crate::state::Zone;
use crate::state::rail::keeps;

/// The menu's `id`.
pub const ROOM_MENU: &str = "room-menu";

const LEVELS: [(Notify, &str); 3] =
    [(Notify::All, "all"), (Notify::Mentions, "mentions"), (Notify::None, "none")];

/// The button and the menu that hangs from it.
#[component]
pub fn Menu(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let outside = move || !screen.room.named.get() || !screen.rail.get().here().1;
    let stays = move || screen.rail.get().here().0.id.as_str() == chat::LOBBY;
    let closed = move || screen.rail.get().here().0.kind != RoomKind::Public;
    let browser = move || screen.room.zone.get() == Zone::Browser;
    let keeper = move || {
        let rooms = screen.rail.get();
        screen.room.me.with(|me| me.as_ref().is_some_and(|me| keeps(me, rooms.here().0)))
    };
    view! {
        <button
            class="icon-button"
            type="button"
            popovertarget=ROOM_MENU
            aria-label=texts.room_menu
            hidden=outside
        >
            {frozen(|| view! { <Icon href="#icon-ellipsis" /> })}
        </button>
        <div
            class="menu"
            id=ROOM_MENU
            popover="auto"
            role="menu"
            aria-label=texts.room_menu
            on:keydown=|event| moved(&event, ROOM_MENU)
            on:toggle=|_| opened(ROOM_MENU)
        >
            <Levels screen />
            {frozen(|| view! { <hr class="menu__rule" /> })}
            <button
                class="menu__item"
                type="button"
                role="menuitem"
                popovertarget=ROOM_MENU
                popovertargetaction="hide"
                on:click=move |_| screen.live.mark_read()
            >
                {frozen(|| view! { <Icon href="#icon-check" /> })}
                {texts.mark_read}
            </button>
            <button
                class="menu__item"
                type="button"
                role="menuitem"
                popovertarget=room_settings::ROOM_SETTINGS
                hidden=move || !browser() || !keeper()
            >
                {frozen(|| view! { <Icon href="#icon-settings" /> })}
                {texts.room_settings}
            </button>
            <button
                class="menu__item"
                type="button"
                role="menuitem"
                popovertarget=room_dialog::LEAVE_ROOM
                hidden=move || stays() || !closed()
            >
                {frozen(|| view! { <Icon href="#icon-log-out" /> })}
                {texts.leave_room}
            </button>
            <form
                role="none"
                action=join(&["/r/", screen.room.id().as_str(), "/leave"])
                method="post"
                hidden=move || stays() || closed()
                on:submit=move |event| {
                    event.prevent_default();
                    screen.live.leave_room(screen.refused);
                }
            >
                <button class="menu__item" type="submit" role="menuitem">
                    {frozen(|| view! { <Icon href="#icon-log-out" /> })}
                    {texts.leave_room}
                </button>
            </form>
        </div>
    }
}

/// What to be told of: one of three.
#[component]
fn Levels(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let level = move |(notify, word): (Notify, &'static str), label: &'static str| {
        let chosen = move || screen.rail.get().here().0.notify == notify;
        view! {
            <button
                class="menu__item"
                type="submit"
                role="menuitemradio"
                name="notify"
                value=word
                aria-checked=move || if chosen() { "true" } else { "false" }
                on:click=move |event| {
                    event.prevent_default();
                    document::hide_popover(ROOM_MENU);
                    screen.live.set_notify(notify, screen.refused);
                }
            >
                <span class="menu__check">
                    <span hidden=move || !chosen()>
                        {frozen(|| view! { <Icon href="#icon-check" /> })}
                    </span>
                </span>
                {label}
            </button>
        }
    };
    let [all, mentions, none] = LEVELS;
    let [everything, calls, nothing] = texts.notify_levels;
    view! {
        <form role="none" action=join(&["/r/", screen.room.id().as_str(), "/notify"]) method="post">
            <div role="group" aria-labelledby="notify-title">
                {frozen(|| {
                    view! {
                        <p class="menu__title" id="notify-title">
                            {texts.notify}
                        </p>
                    }
                })}
                {level(all, everything)}
                {level(mentions, calls)}
                {level(none, nothing)}
            </div>
        </form>
    }
}

/// What the items of a menu are.
const ITEMS: &str = "[role^=menuitem]";

/// A menu that was opened takes the focus; one that was closed has given it back.
pub(super) fn opened(id: &str) {
    if document::is_open(id) {
        document::focus_among(id, ITEMS, i32::MIN);
    }
}

/// The arrows go from item to item of the menu `id`, Home and End to the first and last, a letter to the next that
/// begins with it.
pub(super) fn moved(event: &KeyboardEvent, id: &str) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "Home" => i32::MIN,
        "End" => i32::MAX,
        key => {
            let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            // A key that writes has one letter for a name; the space bar presses.
            let letter = plain && key.trim().chars().count() == 1;
            if letter && document::focus_lettered(id, ITEMS, key) {
                event.prevent_default();
            }
            return;
        }
    };
    event.prevent_default();
    document::focus_among(id, ITEMS, step);
}
