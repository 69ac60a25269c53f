//! The life of a page: when it comes and goes, and what it asks of the browser to live on.

use leptos::prelude::{document, window};
use wasm_bindgen_futures::JsFuture;

use super::document::is_visible;
use super::task;

/// Something that happened to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It can be seen, it was shown again, or the device has a network again.
    Back,
    /// Its window has the focus again.
    Watched,
    /// It cannot be seen.
    Hidden,
    /// Its reader has gone to another one. It may come back, as it was.
    Left,
}

/// Calls `turned` at every turn, for as long as the page lives.
pub fn watch(mut turned: impl FnMut(Turn) + 'static) {
    let handler = task::listener(move |event| {
        turned(match event.type_().as_str() {
            "pagehide" => Turn::Left,
            "focus" => Turn::Watched,
            "visibilitychange" if !is_visible() => Turn::Hidden,
            _ => Turn::Back,
        });
    });
    // Neither call fails with these arguments.
    for name in ["online", "pageshow", "pagehide", "focus"] {
        let _ = window().add_event_listener_with_callback(name, &handler);
    }
    let _ = document().add_event_listener_with_callback("visibilitychange", &handler);
}

/// Whether the browser is to ask before it closes the page: something would be lost.
pub fn hold_open(hold: bool) {
    // What is not cancelled is not asked about.
    let stop = hold.then(|| task::listener(|event| event.prevent_default()));
    window().set_onbeforeunload(stop.as_ref());
}

/// Asks the browser not to clear away what this site keeps when the disk is full.
pub fn ask_to_keep() {
    // Where there is no such thing to ask, the call fails, and nothing is asked.
    if let Ok(answer) = window().navigator().storage().persist() {
        task::spawn(async move {
            // Whatever the browser decides, there is nothing else to do.
            let _ = JsFuture::from(answer).await;
        });
    }
}
