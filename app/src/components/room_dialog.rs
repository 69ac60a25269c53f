//! What is asked before something is done: the name of a new room, and whether to leave one that one cannot enter
//! again. They open by `popover`, so they are there without script; with it they are modal.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::view::RoomKind;

use super::{Refused, RoomSettings, Switcher};
use crate::app::Screen;
use crate::browser::document;
use crate::frozen::frozen;
use crate::i18n::join;
use crate::page::{Page, Typed};
use crate::renewed::words;

/// The `id` of the one that makes a room.
pub const NEW_ROOM: &str = "new-room";

/// The `id` of the one that asks before a private room is left.
pub const LEAVE_ROOM: &str = "leave-room";

/// The field with the new room's name.
pub const NAME: &str = "new-room-name";

/// The choice that makes it private.
const PRIVATE: &str = "new-room-private";

/// The dialogs of rooms.
#[component]
pub fn RoomDialog<'a>(
    /// What every component can reach.
    screen: Screen,
    /// The page.
    page: &'a Page,
) -> impl IntoView + use<> {
    view! {
        <NewRoom screen page />
        <LeaveRoom screen />
        <RoomSettings screen />
        <Switcher screen />
    }
}

#[component]
fn NewRoom<'a>(
    /// What every component can reach.
    screen: Screen,
    page: &'a Page,
) -> impl IntoView + use<> {
    let texts = screen.texts();
    let refused = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let private = document::is_checked(PRIVATE);
        let kind = if private { RoomKind::Private } else { RoomKind::Public };
        screen.live.create_room(document::value_of(NAME), kind, refused);
    };
    view! {
        <dialog class="dialog room-dialog" id=NEW_ROOM popover="auto" aria-labelledby="new-room-title">
            <form action="/rooms" method="post" on:submit=submit>
                {frozen(|| {
                    view! { <input type="hidden" name="key" value=page.frame().room_key.to_string() /> }
                })}
                {frozen(|| {
                    view! { <input type="hidden" name="next" value=join(&["/r/", page.room.as_str()]) /> }
                })}
                {frozen(|| {
                    view! {
                        <h2 class="dialog__title" id="new-room-title">
                            {texts.new_room}
                        </h2>
                    }
                })}
                {frozen(|| view! { <Fields screen page /> })}
                <Refused screen code=refused />
                {frozen(|| view! { <Acts cancel=texts.cancel act=texts.create dialog=NEW_ROOM main="button button--main" /> })}
            </form>
        </dialog>
    }
}

/// Name and kind of a new room.
#[component]
fn Fields<'a>(screen: Screen, page: &'a Page) -> impl IntoView + use<> {
    let texts = screen.texts();
    let typed = page.frame().typed(Typed::NewRoom, page).to_owned();
    view! {
        <div class="dialog__body">
            <div class="field">
                <label class="field__label" for=NAME>
                    {texts.room_name}
                </label>
                <input
                    class="field__input"
                    id=NAME
                    name="name"
                    value=typed
                    required
                    maxlength=chat::name::MAX_ROOM_NAME_CHARS.to_string()
                    autocomplete="off"
                    autofocus
                    dir="auto"
                />
            </div>
            <div class="choice-group" role="radiogroup" aria-label=texts.who_enters>
                <label class="choice-group__choice">
                    <input type="radio" name="kind" value="public" checked />
                    {texts.everybody}
                </label>
                <label class="choice-group__choice">
                    <input type="radio" name="kind" value="private" id=PRIVATE />
                    {texts.invited_only}
                </label>
            </div>
        </div>
    }
}

/// The two buttons of a dialog: the first closes it.
#[component]
pub fn Acts(
    /// What the first one says.
    cancel: &'static str,
    /// What the second one says.
    act: &'static str,
    /// The dialog's `id`.
    dialog: &'static str,
    /// The second one's classes.
    main: &'static str,
) -> impl IntoView {
    view! {
        <div class="dialog__acts">
            <button class="button" type="button" popovertarget=dialog popovertargetaction="hide">
                {cancel}
            </button>
            <button class=main type="submit">
                {act}
            </button>
        </div>
    }
}

#[component]
fn LeaveRoom(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    view! {
        <dialog class="dialog" id=LEAVE_ROOM popover="auto" role="alertdialog" aria-labelledby="leave-title">
            <form
                action=join(&["/r/", screen.room.id().as_str(), "/leave"])
                method="post"
                on:submit=move |event| {
                    event.prevent_default();
                    document::hide_popover(LEAVE_ROOM);
                    screen.live.leave_room(screen.refused);
                }
            >
                <h2 class="dialog__title" id="leave-title">
                    {move || words((texts.leave_title)(texts.called(&screen.rail.get().here().0.name)))}
                </h2>
                {frozen(|| view! { <p class="dialog__text">{texts.leave_text}</p> })}
                {frozen(|| {
                    view! {
                        <Acts
                            cancel=texts.stay
                            act=texts.leave_room
                            dialog=LEAVE_ROOM
                            main="button button--danger-main"
                        />
                    }
                })}
            </form>
        </dialog>
    }
}
