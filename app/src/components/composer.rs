//! Where one speaks. A plain form that works without script, and that the network never disables.

use chat::outbox::PushError;
use chat::{BodyError, MemberId, MessageBody, RoomId, body};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use protocol::Refusal;

use super::Icon;
use super::field::{FULL, LONG};
use crate::app::Screen;
use crate::browser::{document, keys, store, task};
use crate::frozen::frozen;
use crate::i18n::join;
use crate::page::Page;
use crate::renewed::words;
use crate::state::rail::Closed;

/// The field's `id`.
const FIELD: &str = "text";

/// As high as it grows where the browser does not let fields grow by themselves, in lines.
const MOST_ROWS: u32 = 8;

/// The place to write to the page's room.
#[component]
pub fn Composer<'a>(
    /// What every component can reach.
    screen: Screen,
    /// Where it goes.
    page: &'a Page,
    /// Where to say why it did not go.
    refused: RwSignal<String>,
) -> impl IntoView + use<> {
    let named = screen.room.named;
    let send = sender(screen, refused);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let pressed = move |event: KeyboardEvent| {
        if keys::is_send(&event) {
            event.prevent_default();
            send();
        }
    };
    let typed = move |_| {
        let text = document::value_of(FIELD);
        document::grow(FIELD, MOST_ROWS);
        document::set_direction(FIELD, &text);
        draft(screen, |me, room| store::keep_draft(me, room, &text));
        screen.live.typed(text.trim().is_empty());
    };
    take_up(screen);
    view! {
        <form
            class="composer"
            action=join(&["/r/", page.room.as_str()])
            method="post"
            hidden=move || !named.get() || screen.room.people.banned.get() || why_closed(screen).is_some()
            on:submit=submit
            on:input=typed
        >
            {frozen(|| {
                view! { <input type="hidden" name="key" value=page.frame().key.to_string() /> }
            })}
            // Keys are heard here and not on the field, which the browser need not take over.
            <div class="composer__row" on:keydown=pressed>
                <Field screen /> {frozen(|| view! { <Send screen /> })}
            </div>
        </form>
    }
}

/// Why the reader cannot write now, if the reader has a name at all.
fn why_closed(screen: Screen) -> Option<Closed> {
    if screen.room.people.banned.get() {
        return None;
    }
    let rooms = screen.rail.get();
    screen.room.me.with(|me| me.as_ref().and_then(|me| rooms.closed(me)))
}

/// Stands where the composer would, and says why it does not; the way in, if there is one.
#[component]
pub fn ClosedComposer(
    /// What every component can reach.
    screen: Screen,
    /// The room.
    place: RoomId,
) -> impl IntoView {
    let texts = screen.texts();
    let action = join(&["/r/", place.as_str(), "/join"]);
    let icon = move || match why_closed(screen) {
        Some(Closed::Outside) => "#icon-door-open",
        Some(Closed::Gone) => "#icon-log-out",
        Some(Closed::Archived) => "#icon-archive",
        Some(Closed::Muted) => "#icon-mic-off",
        Some(Closed::Locked) | None => "#icon-lock",
    };
    view! {
        <div class="composer composer--closed" role="status" hidden=move || why_closed(screen).is_none()>
            <svg class="icon" aria-hidden="true">
                <use href=icon></use>
            </svg>
            <span class="composer__why">{move || words(why_closed(screen).map_or("", texts.closed))}</span>
            <form
                action=action
                method="post"
                hidden=move || why_closed(screen) != Some(Closed::Outside)
                on:submit=move |event| {
                    event.prevent_default();
                    screen.live.join_room(place.clone(), screen.refused);
                }
            >
                <button class="button button--main" type="submit">
                    {texts.enter}
                </button>
            </form>
        </div>
    }
}

/// The field. What it says changes with the room's name, and with the first word in it.
#[component]
fn Field(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let label = move || (texts.compose)(texts.called(&screen.rail.get().here().0.name));
    let empty = screen.room.empty;
    let placeholder = move || if empty.get() { texts.compose_first.to_owned() } else { label() };
    view! {
        <textarea
            class="composer__input"
            id=FIELD
            name="body"
            rows="1"
            required
            dir="auto"
            aria-label=label
            placeholder=placeholder
            enterkeyhint="enter"
            autocomplete="off"
        ></textarea>
    }
}

#[component]
fn Send(screen: Screen) -> impl IntoView {
    view! {
        <button class="composer__send" type="submit" aria-label=screen.texts().send>
            <Icon href="#icon-arrow-up" />
        </button>
    }
}

/// Sends what is in the field, and empties it once the message has a place of its own.
fn sender(screen: Screen, refused: RwSignal<String>) -> impl Fn() + Copy + 'static {
    let live = screen.live;
    move || {
        let text = document::value_of(FIELD);
        let why = match MessageBody::parse(text.as_str()) {
            Err(BodyError::Empty) => String::new(),
            Err(BodyError::TooLong) => join(&[LONG, &body::count(&text).to_string()]),
            Ok(body) => match live.message(body) {
                Ok(()) => {
                    document::set_value(FIELD, "");
                    document::grow(FIELD, MOST_ROWS);
                    document::set_direction(FIELD, "");
                    draft(screen, |me, room| store::forget_draft(me, room, &text));
                    String::new()
                }
                Err(PushError::Full) => FULL.to_owned(),
                Err(PushError::TooLong) => Refusal::TooLong.code().to_owned(),
            },
        };
        refused.set(why);
        // A click on the button must not take the keyboard away.
        document::focus(FIELD);
    }
}

/// Puts the draft of an earlier visit back, and takes the focus if the reader has just come from another room or by an
/// invite, or later has said a name.
fn take_up(screen: Screen) {
    let (room, live) = (screen.room, screen.live);
    task::effect(move || {
        let named = room.named.get();
        if document::value_of(FIELD).is_empty()
            && let Some(text) = draft(screen, store::draft).flatten()
        {
            document::set_value(FIELD, &text);
            document::grow(FIELD, MOST_ROWS);
        }
        document::set_direction(FIELD, &document::value_of(FIELD));
        let arrived = !document::has_touch() && document::has_arrived();
        if named && (live.take_welcome() || arrived) {
            document::focus(FIELD);
        }
    });
    task::effect(move || {
        store::forget_drafts_of_nobody();
        // Another tab has sent something of its own: what is written here outlives this tab all the same.
        store::watch(move || {
            let text = document::value_of(FIELD);
            if !text.is_empty() {
                draft(screen, |me, room| store::keep_in_all_tabs(me, room, &text));
            }
        });
    });
}

/// Does something with the reader's draft of this room; nothing for who has no name.
fn draft<T>(screen: Screen, act: impl FnOnce(&MemberId, &RoomId) -> T) -> Option<T> {
    let me = screen.room.me.with_untracked(|me| me.as_ref().map(|me| me.id.clone()))?;
    Some(act(&me, &screen.room.id()))
}
