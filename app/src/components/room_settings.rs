//! What a room is called and about, and who may speak in it: for those who keep the peace there.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::room_dialog::Acts;
use crate::app::Screen;
use crate::browser::document;
use crate::frozen::frozen;
use crate::live::Settings;

/// The dialog's `id`.
pub const ROOM_SETTINGS: &str = "room-settings";

const NAME: &str = "room-settings-name";
const TOPIC: &str = "room-settings-topic";
const SLOW: &str = "room-settings-slow";
const LOCKED: &str = "room-settings-locked";
const ARCHIVED: &str = "room-settings-archived";

/// Choices of how long each waits between two messages, in seconds.
const WAITS: [u32; 6] = [0, 5, 15, 30, 60, 300];

/// The settings of the room on the screen.
#[component]
pub fn RoomSettings(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        document::hide_popover(ROOM_SETTINGS);
        let settings = Settings {
            name: document::value_of(NAME),
            topic: document::value_of(TOPIC),
            slow_mode: document::value_of(SLOW).parse().unwrap_or(0),
            locked: document::is_checked(LOCKED),
            archived: document::is_checked(ARCHIVED),
        };
        screen.live.set_room(settings, screen.refused);
    };
    view! {
        <dialog
            class="dialog room-settings"
            id=ROOM_SETTINGS
            popover="auto"
            aria-labelledby="room-settings-title"
        >
            <form on:submit=submit>
                {frozen(|| {
                    view! {
                        <h2 class="dialog__title" id="room-settings-title">
                            {texts.room_settings}
                        </h2>
                    }
                })}
                <div class="dialog__body">
                    <Words screen />
                    <Waits screen />
                    <Switches screen />
                </div>
                {frozen(|| {
                    view! {
                        <Acts
                            cancel=texts.cancel
                            act=texts.save
                            dialog=ROOM_SETTINGS
                            main="button button--main"
                        />
                    }
                })}
            </form>
        </dialog>
    }
}

/// Name and topic. What somebody else changes meanwhile is shown unless one has begun to write.
#[component]
fn Words(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    view! {
        <div class="field">
            {frozen(|| {
                view! {
                    <label class="field__label" for=NAME>
                        {texts.room_name}
                    </label>
                }
            })}
            <input
                class="field__input"
                id=NAME
                required
                maxlength=chat::name::MAX_ROOM_NAME_CHARS.to_string()
                autocomplete="off"
                dir="auto"
                value=move || screen.rail.get().here().0.name.clone()
            />
        </div>
        <div class="field">
            {frozen(|| {
                view! {
                    <label class="field__label" for=TOPIC>
                        {texts.topic}
                    </label>
                }
            })}
            <input
                class="field__input"
                id=TOPIC
                autocomplete="off"
                dir="auto"
                value=move || screen.rail.get().here().0.topic.clone().unwrap_or_default()
            />
        </div>
    }
}

#[component]
fn Waits(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let choice = move |seconds: u32| {
        let chosen = move || screen.rail.get().here().0.slow_mode == seconds;
        view! {
            <option value=seconds.to_string() selected=chosen>
                {(texts.wait)(seconds)}
            </option>
        }
    };
    view! {
        <div class="field">
            {frozen(|| {
                view! {
                    <label class="field__label" for=SLOW>
                        {texts.slow_mode}
                    </label>
                }
            })}
            <select class="field__input" id=SLOW>
                {WAITS.map(choice)}
                // What a program has chosen stays as it is.
                {move || {
                    let seconds = screen.rail.get().here().0.slow_mode;
                    (!WAITS.contains(&seconds)).then(|| choice(seconds))
                }}
            </select>
        </div>
    }
}

#[component]
fn Switches(screen: Screen) -> impl IntoView {
    let texts = screen.texts();
    let lobby = screen.room.id().as_str() == chat::LOBBY;
    view! {
        <label class="switch">
            {frozen(|| view! { <span class="switch__label">{texts.lock}</span> })}
            <input
                class="switch__input"
                id=LOCKED
                type="checkbox"
                role="switch"
                checked=move || screen.rail.get().here().0.locked
            />
        </label>
        <label class="switch" hidden=lobby>
            {frozen(|| view! { <span class="switch__label">{texts.archive}</span> })}
            <input
                class="switch__input"
                id=ARCHIVED
                type="checkbox"
                role="switch"
                checked=move || screen.rail.get().here().0.archived
            />
        </label>
    }
}
