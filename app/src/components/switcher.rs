//! Go to any room by typing some of its name: a field over a list.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use protocol::view::{Notify, RoomKind};

use super::Icon;
use crate::app::Screen;
use crate::browser::document;
use crate::frozen::frozen;
use crate::i18n::join;
use crate::state::rail::Goal;

/// The dialog's `id`.
pub const SWITCHER: &str = "switcher";

/// The field's `id`.
const FIELD: &str = "switcher-field";

/// The list's `id`; the options have it with their number.
const LIST: &str = "switcher-list";

/// The switcher. It opens empty: what is new comes first.
#[component]
pub fn Switcher(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let typed = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let pressed = move |event: KeyboardEvent| {
        let goals = screen.rail.look().goals(&typed.get_untracked());
        let (at, last) = (active.get_untracked(), goals.len().saturating_sub(1));
        match event.key().as_str() {
            "ArrowDown" => active.set(if at >= last { 0 } else { at + 1 }),
            "ArrowUp" => active.set(if at == 0 { last } else { at - 1 }),
            "Enter" if !event.is_composing() => {
                if let Some(goal) = goals.get(at) {
                    document::go(&join(&["/r/", goal.id.as_str()]));
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        let goals = screen.rail.get().goals(&typed.get());
        let at = active.get();
        let options = goals.into_iter().enumerate().map(|(n, goal)| option(screen, n, n == at, goal));
        options.collect::<Vec<_>>()
    };
    view! {
        <div class="switcher" id=SWITCHER popover="auto" role="dialog" aria-label=texts.go_to>
            <div class="switcher__field" on:keydown=pressed>
                {frozen(|| view! { <Icon href="#icon-search" /> })}
                <input
                    class="switcher__input"
                    id=FIELD
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-autocomplete="list"
                    aria-activedescendant=move || join(&[LIST, "-", &active.get().to_string()])
                    aria-label=texts.go_to_room
                    placeholder=texts.go_to_room
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                    on:input=move |_| {
                        active.set(0);
                        typed.set(document::value_of(FIELD));
                    }
                />
                {frozen(|| view! { <kbd>"Esc"</kbd> })}
            </div>
            <div class="switcher__list">
                <ul id=LIST role="listbox" aria-label=texts.go_to>
                    {options}
                </ul>
            </div>
        </div>
    }
}

fn option(screen: Screen, n: usize, active: bool, goal: Goal) -> impl IntoView {
    let texts = screen.texts();
    let path = join(&["/r/", goal.id.as_str()]);
    let place = match (goal.notify, goal.kind) {
        (Notify::None, _) => texts.silenced,
        (_, RoomKind::Direct) => texts.talk,
        (_, RoomKind::Private) => texts.closed_room,
        (_, RoomKind::Public) => texts.open_room,
    };
    let sign = match (goal.mentions, goal.told) {
        (1.., 1..) => "room-sign room-sign--call",
        (_, 1..) => "room-sign room-sign--new",
        _ => "room-sign",
    };
    view! {
        <li
            class="switcher__option"
            role="option"
            id=join(&[LIST, "-", &n.to_string()])
            aria-selected=if active { "true" } else { "false" }
            on:click=move |_| document::go(&path)
        >
            <span class=sign aria-hidden="true"></span>
            <span class="switcher__name" dir="auto">
                {screen.texts().called(&goal.name).to_owned()}
            </span>
            <span class="switcher__where">{place}</span>
        </li>
    }
}
