//! Who is this? Their tile laid side by side until it is a wall, what they are, and what one can do.

use chat::{Member, Role};
use leptos::prelude::*;

use super::{RoleChip, SmallIcon, avatar};
use crate::app::Screen;
use crate::i18n::join;
use crate::live::deeds::CARD;
use crate::renewed::renewed;
use crate::state::Deed;
use crate::state::deed::Standing;
use crate::tile::tile;

/// What the card's wall is painted with. Not a literal in the view: what is wholly literal is made from an HTML text,
/// which trusted types would refuse.
const WALL: &str = "url(#person-wall)";

/// The card of whom the reader looks at. It stands there empty until somebody is looked at.
#[component]
pub fn PersonCard(screen: Screen) -> impl IntoView {
    let room = screen.room;
    let card = move || room.people.card(room.me.get());
    let label =
        move || card().map_or_else(String::new, |(member, ..)| (screen.texts().people.card)(&member.name));
    // Chosen when it is called: where the focus is later moves nothing.
    let class = move || {
        join(&["person-card", if room.people.is_card_in_talk() { " person-card--in-talk" } else { "" }])
    };
    view! {
        <div class=class id=CARD popover="auto" role="dialog" aria-label=label>
            {move || card().map(|(member, here, standing)| body(screen, member, here, &standing))}
        </div>
    }
}

fn body(screen: Screen, member: Member, here: bool, standing: &Standing) -> impl IntoView + use<> {
    let texts = screen.texts();
    let words = &texts.people;
    let deeds = standing.deeds(&member);
    let drawing = tile(member.id.as_str());
    let class = join(&[&avatar::classes(member.hue, drawing.dark), " person-card__wall"]);
    let guest = (member.role == Role::Guest)
        .then(|| view! { <span class="role-chip role-chip--guest">{texts.roles[4]}</span> });
    let presence = if here { words.is_here } else { words.is_away };
    let blocked = standing.blocked.then(|| {
        view! {
            <li>
                <SmallIcon href="#icon-ban" />
                {words.is_blocked}
            </li>
        }
    });
    let shown = (member.clone(), here, deeds.clone());
    let card = view! {
        <span class=class aria-hidden="true">
            <svg class="avatar__tile" viewBox="0 0 48 16" preserveAspectRatio="xMidYMid slice">
                <defs>
                    <pattern id="person-wall" width="8" height="8" patternUnits="userSpaceOnUse">
                        <path d=drawing.path></path>
                    </pattern>
                </defs>
                <rect width="48" height="16" fill=WALL></rect>
            </svg>
        </span>
        <div class="person-card__body">
            <h3 class="person-card__name">
                <bdi>{member.name}</bdi>
                <RoleChip screen role=member.role />
                {guest}
            </h3>
            <ul class="person-card__facts">
                <li>
                    <SmallIcon href="#icon-clock" />
                    {presence}
                </li>
                {blocked}
            </ul>
            <div class="person-card__acts">
                {deeds.into_iter().map(|deed| act(screen, deed)).collect::<Vec<_>>()}
            </div>
        </div>
    };
    renewed(shown, card)
}

fn act(screen: Screen, deed: Deed) -> impl IntoView {
    let kind = match &deed {
        Deed::Talk(_) => " button--main",
        Deed::Ban(..) | Deed::DeleteAll(_) | Deed::Kick(_) => " button--danger",
        _ => "",
    };
    let class = join(&["button button--small", kind]);
    let word = (screen.texts().people.deed)(&deed);
    let live = screen.live;
    view! {
        <button class=class type="button" on:click=move |_| live.wants(deed.clone())>
            {word}
        </button>
    }
}
