//! The left rail: the house, its rooms, and you at its foot. A drawer on a phone, by `popover`, without script.

use chat::RoomId;
use leptos::prelude::*;
use protocol::OpenRoom;
use protocol::view::RoomKind;

use super::{AppMark, Icon, MeCard, RoomLink, SmallIcon, room_dialog, switcher};
use crate::app::Screen;
use crate::browser::{clock, scroll, task};
use crate::frozen::frozen;
use crate::i18n::join;
use crate::page::Page;
use crate::renewed::words;
use crate::state::Zone;

/// The `id` of the list of rooms: it keeps its place from page to page.
pub const ROOMS: &str = "room-list";

/// The rooms in it with something new.
const UNREAD: &str = ".room-link--unread, .room-link--called";

/// The rail.
#[component]
pub fn RoomRail<'a>(
    /// What every component can reach.
    screen: Screen,
    /// What it leads to.
    page: &'a Page,
) -> impl IntoView + use<> {
    let texts = screen.texts();
    let here = page.room.clone();
    // Something new may stand where one does not look.
    let below = RwSignal::new(false);
    let look = move || below.set(scroll::is_below(ROOMS, UNREAD));
    task::effect(move || {
        drop(screen.rail.get());
        clock::next_frame(look);
    });
    view! {
        <nav class="room-rail" id="rooms" popover="auto" aria-label=texts.rail>
            <div class="room-rail__top">
                {frozen(|| {
                    view! {
                        <a class="room-rail__home" href="/">
                            <AppMark />
                            <span class="u-truncate" dir="auto">
                                {page.server.as_deref().unwrap_or(texts.product).to_owned()}
                            </span>
                        </a>
                    }
                })}
                // The list behind it is nothing without script.
                <button
                    class="room-rail__jump"
                    type="button"
                    popovertarget=switcher::SWITCHER
                    hidden=move || screen.room.zone.get() != Zone::Browser
                >
                    {frozen(|| view! { <SmallIcon href="#icon-search" /> })}
                    {frozen(|| view! { <span>{texts.goals.title}"…"</span> })}
                    {frozen(|| view! { <kbd>"Ctrl K"</kbd> })}
                </button>
            </div>
            <div class="room-rail__rooms" id=ROOMS on:scroll=move |_| look()>
                <div class="room-rail__heading">
                    {frozen(|| view! { <h2 id="rooms-title">{texts.rooms}</h2> })}
                    <button
                        class="icon-button icon-button--small"
                        type="button"
                        popovertarget=room_dialog::NEW_ROOM
                        aria-label=texts.new_room
                        hidden=move || !screen.room.named.get()
                    >
                        {frozen(|| view! { <Icon href="#icon-plus" /> })}
                    </button>
                </div>
                {list(screen, here.clone(), false)}
                <h2
                    class="room-rail__heading"
                    id="talks-title"
                    hidden=move || screen.rail.get().mine.iter().all(|room| room.kind != RoomKind::Direct)
                >
                    {texts.talks}
                </h2>
                {list(screen, here.clone(), true)}
                <h2
                    class="room-rail__heading"
                    id="open-title"
                    hidden=move || screen.rail.get().open.is_empty()
                >
                    {texts.open_rooms}
                </h2>
                {open(screen, here)}
            </div>
            <button
                class="room-rail__below"
                type="button"
                hidden=move || !below.get()
                on:click=move |_| scroll::show_below(ROOMS, UNREAD)
            >
                {frozen(|| view! { <SmallIcon href="#icon-arrow-down" /> })}
                {texts.unread_line}
            </button>
            <div class="room-rail__foot">
                <MeCard screen />
            </div>
        </nav>
    }
}

/// One's own rooms, or one's conversations.
fn list(screen: Screen, here: RoomId, direct: bool) -> impl IntoView {
    let links = move || {
        let rooms = screen.rail.get();
        let mine = rooms.mine.iter().filter(|room| (room.kind == RoomKind::Direct) == direct);
        let links = mine.map(|room| {
            view! {
                <li>
                    <RoomLink screen room here=room.id == here />
                </li>
            }
        });
        links.collect::<Vec<_>>()
    };
    view! { <ul aria-labelledby=if direct { "talks-title" } else { "rooms-title" }>{links}</ul> }
}

/// Public rooms one is not in: one may look, and enter.
fn open(screen: Screen, here: RoomId) -> impl IntoView {
    let links = move || {
        let rooms = screen.rail.get();
        rooms.open.iter().map(|room| open_room(screen, room, room.id == here)).collect::<Vec<_>>()
    };
    view! { <ul aria-labelledby="open-title">{links}</ul> }
}

/// The class of the sign before a room's name. Not a literal in the view: the page draws this after it lives, and what is
/// wholly literal is made from an HTML text, which trusted types would refuse.
const SIGN: &str = "room-sign";

fn open_room(screen: Screen, room: &OpenRoom, here: bool) -> impl IntoView + use<> {
    let texts = screen.texts();
    let path = join(&["/r/", room.id.as_str()]);
    let action = join(&[&path, "/join"]);
    let label = (texts.join_room)(&room.name);
    let id = room.id.clone();
    view! {
        <li class="room-rail__open">
            <a class="room-link" href=path aria-current=here.then_some("page")>
                <span class=SIGN aria-hidden="true"></span>
                <span class="room-link__name" dir="auto">
                    {words(&room.name)}
                </span>
            </a>
            <form
                action=action
                method="post"
                on:submit=move |event| {
                    event.prevent_default();
                    screen.live.join_room(id.clone(), screen.refused);
                }
            >
                <button class="text-button" type="submit" aria-label=label>
                    {texts.enter}
                </button>
            </form>
        </li>
    }
}
