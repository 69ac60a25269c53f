//! Go to any room or person, or do something, by typing some of its name: a field over a list.

use chat::Member;
use leptos::either::{Either, EitherOf3};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use protocol::OpenRoom;
use protocol::list_rooms::MAX_FIND;
use protocol::view::{Notify, RoomKind};

use super::{Avatar, Icon, room_dialog};
use crate::app::Screen;
use crate::browser::{clock, document, keys};
use crate::frozen::frozen;
use crate::i18n::{Texts, join};
use crate::renewed::{renewed, words};
use crate::state;
use crate::state::crowd::Seen;
use crate::state::goals::{Deed, Goal, Group, Place, To, goals, read};

/// The dialog's `id`.
pub const SWITCHER: &str = "switcher";

/// The field's `id`.
const FIELD: &str = "switcher-field";

/// The list's `id`; the options have it with their number.
const LIST: &str = "switcher-list";

/// How long, in milliseconds, nothing more has to be typed before the server is asked.
const PAUSE_MS: i64 = 200;

/// Opens it over everything else, and empty, whatever was looked for before.
pub fn open() {
    if !document::is_open(SWITCHER) {
        // Not every browser tells of a dialog that it is about to open, as it does of a popover.
        document::set_value(FIELD, "");
        document::show_modal(SWITCHER);
    }
}

/// The switcher. It opens empty: what is new comes first.
#[component]
pub fn Switcher(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let words = &texts.goals;
    let goals = RwSignal::new(Vec::<Goal>::new());
    let active = RwSignal::new(0_usize);
    let far = RwSignal::new(Far::default());
    let further = move |typed: String| {
        look_further(screen, typed, move |more| {
            far.set(more);
            let typed = document::value_of(FIELD);
            let then = far.with_untracked(|far| found(screen, &typed, far));
            // What one is about to choose stays where it is.
            let at = active.get_untracked();
            let chosen = goals.with_untracked(|goals| goals.get(at).map(|goal| goal.to.clone()));
            let place = chosen.and_then(|chosen| then.iter().position(|goal| goal.to == chosen));
            active.set(place.filter(|_| at > 0).unwrap_or(0));
            goals.set(then);
        });
    };
    // What was there when one began to look: what is said meanwhile moves nothing under the finger.
    let look = move || {
        active.set(0);
        let typed = document::value_of(FIELD);
        if typed.is_empty() {
            far.set(Far::default());
        }
        goals.set(found(screen, &typed, &far.get_untracked()));
        further(typed);
    };
    // Nobody answers before there is a line.
    let up = Memo::new(move |_| screen.room.line.get().is_up());
    Effect::new(move || {
        if up.get() && document::is_open(SWITCHER) {
            further(document::value_of(FIELD));
        }
    });
    let pressed = move |event: KeyboardEvent| {
        let last = goals.with_untracked(Vec::len).saturating_sub(1);
        let at = active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => point(active, if at >= last { 0 } else { at + 1 }),
            "ArrowUp" => point(active, if at == 0 { last } else { at - 1 }),
            "Enter" if !keys::is_composing(&event) => {
                if let Some(goal) = goals.with_untracked(|goals| goals.get(at).cloned()) {
                    choose(screen, goal.to);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        let mut group = None;
        let options = goals.get().into_iter().enumerate().map(|(n, goal)| {
            let first = group != Some(goal.group());
            group = Some(goal.group());
            let heading = first.then(|| heading(texts, goal.group()));
            (heading, option(screen, n, active, goal))
        });
        options.collect::<Vec<_>>()
    };
    view! {
        <dialog
            class="switcher"
            id=SWITCHER
            popover="auto"
            aria-label=words.title
            // Called before the field has the focus. `close` comes later, perhaps once it is open again.
            on:beforetoggle=|_: leptos::ev::Event| document::set_value(FIELD, "")
        >
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
                    aria-activedescendant=move || id(active.get())
                    aria-label=words.label
                    placeholder=words.example
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                    on:focus=move |_| look()
                    on:input=move |_| look()
                />
                {frozen(|| view! { <kbd>"Esc"</kbd> })}
            </div>
            <div class="switcher__list" tabindex="0">
                <ul id=LIST role="listbox" aria-label=words.title>
                    {options}
                </ul>
            </div>
            {frozen(|| view! { <Foot screen /> })}
        </dialog>
    }
}

/// What the keys do.
#[component]
fn Foot(screen: Screen) -> impl IntoView {
    let [choose, go, people, deeds] = screen.texts().goals.keys;
    view! {
        <div class="switcher__foot">
            <span>
                <kbd>"↑"</kbd>
                " "
                <kbd>"↓"</kbd>
                " "
                {choose}
            </span>
            <span>
                <kbd>"Enter"</kbd>
                " "
                {go}
            </span>
            <span>
                <kbd>"@"</kbd>
                " "
                {people}
            </span>
            <span>
                <kbd>">"</kbd>
                " "
                {deeds}
            </span>
        </div>
    }
}

fn id(n: usize) -> String {
    join(&[LIST, "-", &n.to_string()])
}

/// Points at an option, and brings it into the view.
fn point(active: RwSignal<usize>, n: usize) {
    active.set(n);
    document::reveal(&id(n));
}

/// People and rooms of the server that the page does not hold.
type Far = (Vec<Seen>, Vec<OpenRoom>);

/// Asks the server for more of what is called as was typed, once nothing more is typed for a moment.
fn look_further(screen: Screen, typed: String, found: impl FnOnce(Far) + 'static) {
    let (only, text) = read(&typed);
    if text.is_empty() || only == Some(Group::Deeds) || text.chars().count() > MAX_FIND {
        return;
    }
    let text = text.to_owned();
    let waits = move || document::value_of(FIELD) == typed;
    clock::after(PAUSE_MS, move || {
        if waits() {
            screen.live.find(text, move |people, rooms| {
                if waits() {
                    found((people, rooms));
                }
            });
        }
    });
}

fn found(screen: Screen, typed: &str, (people, rooms): &Far) -> Vec<Goal> {
    let me = screen.room.me.get_untracked();
    let people = screen.room.people.others(me.as_ref(), people);
    let texts = screen.texts();
    let called = |deed: Deed, text: &str| match deed {
        Deed::MakeRoom if text.is_empty() => texts.new_room.to_owned(),
        Deed::MakeRoom => (texts.goals.make_room)(text),
        Deed::ReadAll => texts.goals.read_all.to_owned(),
        Deed::Account => texts.account.to_owned(),
        Deed::Moderation => texts.goals.moderation.to_owned(),
        Deed::Settings => texts.goals.settings.to_owned(),
    };
    goals(typed, &screen.rail.look().with_open(rooms), people, me.as_ref(), called)
}

fn choose(screen: Screen, to: To) {
    let deed = match to {
        To::Room(place, _) => return document::go(&join(&["/r/", place.id.as_str()])),
        To::Person(seen) => {
            document::hide_popover(SWITCHER);
            return screen.live.wants(state::Deed::Talk(seen.member));
        }
        To::Deed(deed) => deed,
    };
    match deed {
        Deed::MakeRoom => {
            let typed = document::value_of(FIELD);
            let (only, name) = read(&typed);
            document::hide_popover(SWITCHER);
            document::set_value(room_dialog::NAME, if only.is_none() { name } else { "" });
            document::show_modal(room_dialog::NEW_ROOM);
        }
        Deed::ReadAll => {
            document::hide_popover(SWITCHER);
            screen.live.mark_all_read();
        }
        Deed::Account => document::go("/account"),
        Deed::Moderation => document::go("/moderation"),
        Deed::Settings => document::go("/settings"),
    }
}

fn heading(texts: &'static Texts, group: Group) -> impl IntoView {
    let heading = match group {
        Group::Rooms => texts.rooms,
        Group::People => texts.people.title,
        Group::Deeds => texts.goals.deeds,
    };
    view! {
        <li class="switcher__heading" role="presentation">
            {words(heading)}
        </li>
    }
}

fn option(screen: Screen, n: usize, active: RwSignal<usize>, goal: Goal) -> impl IntoView {
    // A conversation with somebody whose account is deleted has no name to type.
    let goal = Goal { name: screen.texts().called(&goal.name).to_owned(), ..goal };
    let parts: Vec<_> = goal.parts().into_iter().map(|(part, marked)| (part.to_owned(), marked)).collect();
    let shown = parts.clone();
    let parts = parts.into_iter().map(|(part, marked)| {
        if marked { Either::Left(view! { <mark>{part}</mark> }) } else { Either::Right(part) }
    });
    let name = parts.collect::<Vec<_>>();
    let name = view! {
        <span class="switcher__name" dir="auto">
            {name}
        </span>
    };
    let place = place(screen.texts(), &goal.to);
    let sign = sign(&goal.to);
    let to = goal.to;
    view! {
        <li
            class="switcher__option"
            role="option"
            id=id(n)
            aria-selected=move || if active.get() == n { "true" } else { "false" }
            on:click=move |_| choose(screen, to.clone())
        >
            {sign}
            {renewed(shown, name)}
            <span class="switcher__where">{words(place)}</span>
        </li>
    }
}

/// What kind of thing it is, in words.
fn place(texts: &'static Texts, to: &To) -> &'static str {
    match to {
        To::Room(Place { notify: Notify::None, .. }, _) => texts.silenced,
        To::Room(Place { kind: RoomKind::Direct, .. }, _) => texts.goals.talk,
        To::Room(Place { kind: RoomKind::Private, .. }, _) => texts.goals.closed_room,
        To::Room(Place { kind: RoomKind::Public, .. }, _) => texts.goals.open_room,
        To::Person(seen) if seen.here => texts.people.is_here,
        To::Person(_) => texts.people.is_away,
        To::Deed(_) => "",
    }
}

/// The same as a picture: a room's sign, a person's tile, an icon.
fn sign(to: &To) -> impl IntoView + use<> {
    let face = |member: &Member| view! { <Avatar member=member.clone() small=true /> };
    let place = match to {
        To::Room(_, Some(member)) => return EitherOf3::A(face(member)),
        To::Person(seen) => return EitherOf3::A(face(&seen.member)),
        To::Deed(deed) => {
            let href = match deed {
                Deed::MakeRoom => "#icon-plus",
                Deed::ReadAll => "#icon-check",
                Deed::Account => "#icon-users",
                Deed::Moderation => "#icon-flag",
                Deed::Settings => "#icon-settings",
            };
            return EitherOf3::B(view! {
                <span class="switcher__lead">
                    <Icon href />
                </span>
            });
        }
        To::Room(place, None) => place,
    };
    let class = match (place.mentions, place.told) {
        (1.., 1..) => "room-sign room-sign--call",
        (_, 1..) => "room-sign room-sign--new",
        _ => "room-sign",
    };
    let icon = match (place.notify, place.kind) {
        (Notify::None, _) => Some("#icon-bell-off"),
        (_, RoomKind::Private) => Some("#icon-lock"),
        _ => None,
    };
    EitherOf3::C(view! {
        <span class=class aria-hidden="true">
            {icon.map(|href| view! { <super::SmallIcon href /> })}
        </span>
    })
}
