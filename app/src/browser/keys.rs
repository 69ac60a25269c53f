//! Keys that are heard wherever the focus is.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::task;

/// A key, and what was held down with it.
#[derive(Clone, Debug, Default)]
pub struct Pressed {
    /// Its name, as `KeyboardEvent.key` has it.
    pub key: String,
    /// Alt was held down.
    pub alt: bool,
    /// Control was, or the command key.
    pub ctrl: bool,
    /// Shift was.
    pub shift: bool,
    /// A word is being composed: the key belongs to that.
    pub composing: bool,
}

/// Calls `pressed` with every key, for as long as the page lives. What it says it has used is not used again.
pub fn watch(mut pressed: impl FnMut(&Pressed) -> bool + 'static) {
    let handler = task::listener(move |event| {
        let key: &KeyboardEvent = event.unchecked_ref();
        let used = !event.default_prevented()
            && pressed(&Pressed {
                key: key.key(),
                alt: key.alt_key(),
                ctrl: key.ctrl_key() || key.meta_key(),
                shift: key.shift_key(),
                composing: key.is_composing(),
            });
        if used {
            event.prevent_default();
        }
    });
    // It does not fail with these arguments.
    let _ = document().add_event_listener_with_callback("keydown", &handler);
}
