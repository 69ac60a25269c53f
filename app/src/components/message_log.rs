//! The list of messages and its scroller: it opens at the newest one, loads the past upward without a jump, and
//! never moves under the reader.

use chat::RoomId;
use leptos::either::EitherOf4;
use leptos::prelude::*;

use super::{Avatar, DaySeparator, EmptyState, MessageItem, SystemLine, UnreadLine};
use crate::app::Screen;
use crate::browser::scroll;
use crate::frozen::frozen;
use crate::i18n::join;
use crate::page::Page;
use crate::state::RowId;

/// The messages of the page's room.
#[component]
pub fn MessageLog<'a>(
    /// What every component can reach.
    screen: Screen,
    /// The page.
    page: &'a Page,
) -> impl IntoView + use<> {
    let texts = screen.texts();
    let (room, live) = (screen.room, screen.live);
    let place = page.room.clone();
    let label = move || (texts.log)(texts.called(&screen.rail.get().here().0.name));
    let class = move || {
        let empty = if room.empty.get() { " message-log__list--empty" } else { "" };
        join(&["message-log__list column", empty])
    };
    view! {
        <div
            class="message-log"
            role="log"
            aria-label=label
            tabindex="0"
            id=scroll::LOG
            on:scroll=move |_| live.looked()
        >
            <ol class=class>
                <Start screen page />
                <For each=move || room.rows.get() key=|row| *row let:id>
                    {row(screen, id, place.clone())}
                </For>
                {frozen(|| view! { <Newer screen page /> })}
            </ol>
        </div>
    }
}

fn row(screen: Screen, row: RowId, place: RoomId) -> impl IntoView {
    match row {
        RowId::Day(day) => EitherOf4::A(view! { <DaySeparator screen day /> }),
        RowId::Unread => EitherOf4::B(view! { <UnreadLine screen /> }),
        // A row that is gone before it is drawn draws nothing.
        RowId::Note(_) => {
            EitherOf4::C(screen.room.note(row).map(|note| view! { <SystemLine screen note /> }))
        }
        row => {
            EitherOf4::D(screen.room.said(row).map(|said| view! { <MessageItem screen row said place /> }))
        }
    }
}

/// What stands before the first row: nothing yet, the way to the past, or the beginning of it all.
#[component]
fn Start<'a>(
    /// What every component can reach.
    screen: Screen,
    page: &'a Page,
) -> impl IntoView + use<> {
    let texts = screen.texts();
    let (room, live) = (screen.room, screen.live);
    let more = room.more_before;
    let older = join(&["/r/", page.room.as_str(), "?before="]);
    let older = move || {
        room.rows.track();
        let first = room.read(|timeline| timeline.first()).unwrap_or_default();
        join(&[older.as_str(), &first.to_string()])
    };
    view! {
        <li class="message-log__empty" hidden=move || !room.empty.get()>
            {frozen(|| {
                let title = (texts.empty_title)(texts.called(&page.frame().room.name));
                view! { <EmptyState title text=texts.empty_text /> }
            })}
        </li>
        <li class="message-log__more" hidden=move || !more.get()>
            <a
                class="text-button"
                href=older
                on:click=move |event| {
                    event.prevent_default();
                    live.older();
                }
            >
                {texts.older}
            </a>
        </li>
        <li class="message-log__start" hidden=move || more.get() || room.empty.get()>
            {frozen(|| {
                let tiles = page.frame().mural().map(|who| view! { <Avatar member=who.clone().into() /> });
                view! {
                    <div class="message-log__mural" aria-hidden="true">
                        {tiles.collect_view()}
                    </div>
                }
            })}
            {frozen(|| view! { <h2>{(texts.start)(texts.called(&page.frame().room.name))}</h2> })}
            {frozen(|| {
                let lobby = page.room.as_str() == chat::LOBBY;
                view! { <p>{if lobby { texts.lobby_start } else { texts.room_start }}</p> }
            })}
        </li>
    }
}

/// The way on, for a page of the past without script: with it, scrolling is enough.
#[component]
fn Newer<'a>(
    /// What every component can reach.
    screen: Screen,
    page: &'a Page,
) -> impl IntoView + use<> {
    let last = screen.room.read(|timeline| timeline.last()).unwrap_or_default().to_string();
    view! {
        <li class="message-log__more message-log__more--plain" hidden=!page.more_after>
            <a class="text-button" href=join(&["/r/", page.room.as_str(), "?after=", &last])>
                {screen.texts().newer}
            </a>
        </li>
    }
}
