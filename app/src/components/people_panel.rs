//! Who is here and who is not. A column beside the talk, or a drawer where there is no room for one.

use chat::Member;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{Icon, Refused, avatar};
use crate::app::Screen;
use crate::browser::document;
use crate::frozen::frozen;
use crate::i18n::join;
use crate::live::deeds::CARD;
use crate::page::{Page, Typed};
use crate::renewed::words;
use crate::state::crowd::Seen;
use crate::state::rail::adds;
use crate::tile::tile;

/// The `id` of the panel.
pub const PANEL: &str = "people";

/// The `id` of the field for the name of whom to bring in.
const ADDED: &str = "added-name";

/// The panel. What the server writes is a plain list; the live one takes its place once it is known who is here.
#[component]
pub fn PeoplePanel<'a>(
    /// What every component can reach.
    screen: Screen,
    /// Whose people they are at first.
    page: &'a Page,
) -> impl IntoView + use<> {
    let people = screen.room.people;
    let unknown = move || people.crowd(|crowd| !crowd.is_known());
    view! {
        <aside class="people-panel" id=PANEL popover="manual" aria-labelledby="people-title">
            {frozen(|| view! { <Head screen /> })}
            // Who scrolls by keyboard reaches it where nobody in it can be chosen.
            <div class="people-panel__body" tabindex="0">
                <AddMember screen page />
                <div hidden=move || !unknown()>{frozen(|| view! { <Plain screen page /> })}</div>
                <div hidden=unknown>
                    <Section screen here=true />
                    <Section screen here=false />
                </div>
            </div>
        </aside>
    }
}

/// The name of whom to bring into a private room, for those who may.
#[component]
fn AddMember<'a>(
    /// What every component can reach.
    screen: Screen,
    page: &'a Page,
) -> impl IntoView + use<> {
    let texts = &screen.texts().people;
    let refused = RwSignal::new(String::new());
    let outside = move || {
        let rail = screen.rail.get();
        let (room, here) = rail.here();
        !here || !screen.room.me.with(|me| me.as_ref().is_some_and(|me| adds(me, room)))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        screen.live.add_member(document::value_of(ADDED), refused, || document::set_value(ADDED, ""));
    };
    view! {
        <form
            class="people-panel__add"
            action=join(&["/r/", page.room.as_str(), "/people"])
            method="post"
            hidden=outside
            on:submit=submit
        >
            {frozen(|| {
                view! {
                    <label class="people-panel__section" for=ADDED>
                        {texts.add}
                    </label>
                }
            })}
            {frozen(|| {
                let typed = page.frame().typed(Typed::Added, page).to_owned();
                view! {
                    <div class="people-panel__field">
                        <input
                            class="field__input"
                            id=ADDED
                            name="name"
                            value=typed
                            required
                            maxlength=chat::name::MAX_NICKNAME_CHARS.to_string()
                            autocomplete="off"
                            autocapitalize="words"
                            dir="auto"
                        />
                        <button class="button" type="submit">
                            {texts.add_now}
                        </button>
                    </div>
                }
            })}
            <Refused screen code=refused />
        </form>
    }
}

#[component]
fn Head(screen: Screen) -> impl IntoView {
    let texts = &screen.texts().people;
    view! {
        <div class="people-panel__head">
            <h2 id="people-title">{texts.title}</h2>
            <button
                class="icon-button people-panel__close"
                type="button"
                popovertarget=PANEL
                popovertargetaction="hide"
                aria-label=texts.close
            >
                <Icon href="#icon-x" />
            </button>
        </div>
    }
}

/// Some people of the room, and nothing of who is here: that would be old before it is read.
#[component]
fn Plain<'a>(
    /// What every component can reach.
    screen: Screen,
    page: &'a Page,
) -> impl IntoView + use<> {
    let me = page.me.as_ref().map(|me| me.id.clone());
    let rows = page.frame().people.iter().map(|member| {
        let own = me.as_ref() == Some(&member.id);
        view! {
            <li>
                <div class="people-panel__person">{person(screen, &member.clone().into(), own, None)}</div>
            </li>
        }
    });
    view! {
        <div>
            <h3 class="people-panel__section">{screen.texts().people.all}</h3>
            <ul>{rows.collect_view()}</ul>
        </div>
    }
}

/// Those who are here, or those who are not.
#[component]
fn Section(
    /// What every component can reach.
    screen: Screen,
    /// Which of them.
    here: bool,
) -> impl IntoView {
    let texts = &screen.texts().people;
    let people = screen.room.people;
    let title = move || {
        let (count, away) = people.crowd(|crowd| (crowd.count(), crowd.away()));
        match people.lost_at() {
            _ if !here => (texts.away)(away),
            Some(at) => (texts.here_at)(&screen.room.zone.get().moment(at).clock(), count),
            None => (texts.here)(count),
        }
    };
    // Drawn again when it is another, not with every word that is said.
    let drawn = Memo::new(move |_| (people.lost_at().is_some(), people.crowd(|crowd| crowd.drawn(here))));
    let rows = move || {
        let (lost, seen) = drawn.get();
        seen.into_iter().map(|seen| row(screen, seen, lost)).collect::<Vec<_>>()
    };
    view! {
        <section>
            <h3 class="people-panel__section">{move || words(title())}</h3>
            <ul>{rows}</ul>
        </section>
    }
}

fn row(screen: Screen, seen: Seen, lost: bool) -> impl IntoView {
    let Seen { member, here } = seen;
    let own = screen.room.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.id == member.id));
    let class = join(&["people-panel__person", if here { "" } else { " people-panel__person--away" }]);
    let inside = person(screen, &member, own, Some(here).filter(|_| !lost));
    let people = screen.room.people;
    view! {
        <li>
            <button
                class=class
                type="button"
                popovertarget=CARD
                popovertargetaction="show"
                on:click=move |_| {
                    document::hide_popover(CARD);
                    people.look_at(member.clone(), false);
                }
            >
                {inside}
            </button>
        </li>
    }
}

/// Tile, name and what the person is. `here`: whether there is a dot, and which.
fn person(screen: Screen, member: &Member, own: bool, here: Option<bool>) -> impl IntoView + use<> {
    let texts = screen.texts();
    let [owner, admin, moderator, plain, guest] = texts.roles;
    let role = match member.role {
        chat::Role::Owner => owner,
        chat::Role::Admin => admin,
        chat::Role::Moderator => moderator,
        chat::Role::Member => plain,
        chat::Role::Guest => guest,
    };
    let note = match (role, own) {
        (role, false) => role.to_owned(),
        ("", true) => texts.people.you.to_owned(),
        (role, true) => join(&[role, " · ", texts.people.you]),
    };
    let drawing = tile(member.id.as_str());
    let dot = here.map(|here| {
        let class = if here { "avatar__presence" } else { "avatar__presence avatar__presence--away" };
        view! { <span class=class></span> }
    });
    view! {
        <span class=avatar::classes(member.hue, drawing.dark) aria-hidden="true">
            <svg class="avatar__tile" viewBox="0 0 8 8">
                <path d=drawing.path></path>
            </svg>
            {dot}
        </span>
        <span class="people-panel__who">
            <span class="people-panel__name" dir="auto">
                {words(&member.name)}
            </span>
            <span class="people-panel__note">{words(note)}</span>
        </span>
    }
}
