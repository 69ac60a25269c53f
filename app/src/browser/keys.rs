//! Keys that are heard wherever the focus is.

use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::{document, task};

/// A key, and what was held down with it.
#[derive(Clone, Debug, Default)]
pub struct Pressed {
    /// Its name, as `KeyboardEvent.key` has it.
    pub key: String,
    /// Where it is, as `KeyboardEvent.code` has it.
    pub code: String,
    /// Alt was held down.
    pub alt: bool,
    /// Control was, or the command key.
    pub ctrl: bool,
    /// Shift was.
    pub shift: bool,
    /// A word is being composed: the key belongs to that.
    pub composing: bool,
}

/// A word is being composed, or has just been: Safari says so of the key that ended it by its code alone.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Enter was pressed to send or to choose. Where one points with a finger, the key on the glass breaks lines, and
/// Control or the command key with that of a real keyboard sends.
pub fn is_send(event: &KeyboardEvent) -> bool {
    let plain = !event.shift_key() && !document::has_touch();
    event.key() == "Enter" && !is_composing(event) && (plain || event.ctrl_key() || event.meta_key())
}

impl Pressed {
    /// The letter `letter` was pressed: the key that makes it or, where a keyboard has no Latin letters, that stands
    /// where it would be.
    pub fn is(&self, letter: &str, code: &str) -> bool {
        self.key.eq_ignore_ascii_case(letter) || (!self.key.is_ascii() && self.code == code)
    }
}

/// Calls `pressed` with every key, for as long as the page lives. What it says it has used is not used again.
pub fn watch(mut pressed: impl FnMut(&Pressed) -> bool + 'static) {
    let handler = task::listener(move |event| {
        let key: &KeyboardEvent = event.unchecked_ref();
        let used = !event.default_prevented()
            && pressed(&Pressed {
                key: key.key(),
                code: key.code(),
                alt: key.alt_key(),
                ctrl: key.ctrl_key() || key.meta_key(),
                shift: key.shift_key(),
                composing: is_composing(key),
            });
        if used {
            event.prevent_default();
        }
    });
    // It does not fail with these arguments.
    let _ = leptos::prelude::document().add_event_listener_with_callback("keydown", &handler);
}
