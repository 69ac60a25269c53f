//! One message of the list: who, when, what, and how far it is.

use chat::{Member, RoomId, Seq, rich_text};
use leptos::either::Either;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::{Avatar, Icon, MessageState, MessageText, RoleChip};
use crate::app::Screen;
use crate::browser::document;
use crate::calendar;
use crate::i18n::join;
use crate::live::deeds::{CARD, MENU};
use crate::renewed::renewed;
use crate::state::{Delivery, RowId, Said, Zone};

/// A message's row. One effect draws it; where other words are to be read it is a new one, and else the nodes that are
/// there are changed.
#[component]
pub fn MessageItem(
    /// What every component can reach.
    screen: Screen,
    /// The row.
    row: RowId,
    /// What it shows.
    said: ArcRwSignal<Said>,
    /// Where it was said, for its address.
    place: RoomId,
) -> impl IntoView {
    view! { <li>{move || article(screen, row, said.get(), &place)}</li> }
}

fn article(screen: Screen, row: RowId, said: Said, place: &RoomId) -> impl IntoView + use<> {
    let texts = screen.texts();
    let clock = screen.room.zone.get().moment(said.at).clock();
    let name = texts.called(&said.author.name).to_owned();
    let who = if said.own { texts.you } else { &name };
    let label = (texts.message)(who, &clock);
    let class = classes(&said, row);
    let blocked = screen.room.people.is_blocked(&said.author.id);
    let words = (said.author.clone(), said.blocks.clone(), clock.clone());
    let flags = (said.deleted, said.edited, said.followup, blocked, leads(screen, &said.author));
    let shown = (words, flags);
    let key = if let RowId::Own(key) = row { Some(key) } else { None };
    let (id, address) = address(row, said.seq, place);
    let time = Time { at: calendar::iso(said.at), clock, address };
    let Said { pointed, delivery, deleted, seq, .. } = said;
    let more = seq.filter(|_| !deleted).map(|seq| more(screen, seq));
    let blocks = if deleted { rich_text::plain((texts.deleted)(said.deleted_by)) } else { said.blocks };
    let (gutter, head) = if said.followup {
        (Either::Left(time.view()), None)
    } else {
        let head = view! {
            <header class="message-item__head">
                {author(screen, &said.author)}
                <RoleChip screen role=said.author.role />
                {time.view()}
                {said.edited.then(|| view! { <span class="message-item__edited">{texts.edited}</span> })}
            </header>
        };
        (Either::Right(face(screen, &said.author)), Some(head))
    };
    let inside = view! {
        {head}
        <div class="message-item__body">
            <MessageText blocks />
        </div>
    };
    let inside = if blocked { Either::Right(folded(screen, inside)) } else { Either::Left(inside) };
    let article = view! {
        // Whom the address points at takes the focus: the browser then scrolls there, with or without script.
        <article class=class id=id aria-label=label tabindex=pointed.then_some("-1") autofocus=pointed>
            <div class="message-item__gutter">{gutter}</div>
            <div class="message-item__main">
                {inside}
                <MessageState screen delivery seq key />
            </div>
            {more}
        </article>
    };
    renewed(shown, article)
}

/// There is a person to look at, and script to do it with.
fn leads(screen: Screen, author: &Member) -> bool {
    screen.room.zone.get() == Zone::Browser && !author.name.is_empty()
}

/// The author's name, which leads to the person.
fn author(screen: Screen, author: &Member) -> impl IntoView + use<> {
    let name = screen.texts().called(&author.name).to_owned();
    if !leads(screen, author) {
        return Either::Left(view! { <bdi class="message-item__author">{name}</bdi> });
    }
    let look = look(screen, author);
    Either::Right(view! {
        <button
            class="message-item__author"
            type="button"
            popovertarget=CARD
            popovertargetaction="show"
            aria-haspopup="dialog"
            dir="auto"
            on:click=look
        >
            {name}
        </button>
    })
}

/// The author's tile. For those who go by keyboard or by ear the name beside it is enough.
fn face(screen: Screen, author: &Member) -> impl IntoView + use<> {
    let tile = view! { <Avatar member=author.clone() /> };
    if !leads(screen, author) {
        return Either::Left(tile);
    }
    let look = look(screen, author);
    Either::Right(view! {
        <button
            class="message-item__face"
            type="button"
            popovertarget=CARD
            popovertargetaction="show"
            aria-hidden="true"
            tabindex="-1"
            on:click=look
        >
            {tile}
        </button>
    })
}

/// Turns the card to the author, before the button opens it.
fn look(screen: Screen, author: &Member) -> impl Fn(MouseEvent) + 'static + use<> {
    let author = author.clone();
    move |_| {
        document::hide_popover(CARD);
        screen.room.people.look_at(author.clone(), true);
    }
}

/// What somebody said of whom the reader hears nothing: there for who wants to see it.
fn folded(screen: Screen, inside: impl IntoView) -> impl IntoView {
    view! {
        <details class="message-item__blocked">
            <summary>{screen.texts().people.blocked_message}</summary>
            {inside}
        </details>
    }
}

/// Opens what can be done with a message. One menu serves all of them.
fn more(screen: Screen, seq: Seq) -> impl IntoView {
    let people = screen.room.people;
    view! {
        <button
            class="icon-button message-item__more"
            type="button"
            popovertarget=MENU
            popovertargetaction="show"
            aria-label=screen.texts().people.more
            on:click=move |_| {
                document::hide_popover(MENU);
                people.point_at(seq);
            }
        >
            <Icon href="#icon-ellipsis" />
        </button>
    }
}

/// The row's `id`, and the address that leads to it: of what is on its way, within the page only.
fn address(row: RowId, seq: Option<Seq>, place: &RoomId) -> (String, String) {
    match (seq, row) {
        (Some(seq), _) => {
            let seq = seq.to_string();
            let id = join(&["m-", &seq]);
            let address = join(&["/r/", place.as_str(), "/", &seq, "#", &id]);
            (id, address)
        }
        (None, RowId::Own(key)) => {
            let id = join(&["k-", &key.to_string()]);
            let address = join(&["#", &id]);
            (id, address)
        }
        (None, _) => (String::new(), String::new()),
    }
}

struct Time {
    at: String,
    clock: String,
    address: String,
}

impl Time {
    fn view(self) -> impl IntoView + use<> {
        view! {
            <a class="message-item__time" href=self.address>
                <time datetime=self.at>{self.clock}</time>
            </a>
        }
    }
}

fn classes(said: &Said, row: RowId) -> String {
    let mut classes = String::from("message-item");
    for (class, applies) in [
        (" message-item--followup", said.followup),
        (" message-item--own", said.own),
        (" message-item--deleted", said.deleted),
        (" message-item--pointed", said.pointed),
        (" message-item--queued", matches!(said.delivery, Delivery::Queued { .. })),
        (" message-item--failed", matches!(said.delivery, Delivery::Failed(_))),
        // The row was born here: it has no address yet, or it had none.
        (" message-item--new", matches!(row, RowId::Own(_)) && said.seq.is_none()),
    ] {
        if applies {
            classes.push_str(class);
        }
    }
    classes
}
