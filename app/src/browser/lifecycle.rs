//! The life of a page: when it comes and goes, and what it asks of the browser to live on.

use std::cell::RefCell;

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;

use super::document::is_visible;
use super::task;

/// Something that happened to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It can be seen, it was shown again, or the device has a network again.
    Back,
    /// It cannot be seen.
    Hidden,
    /// Its reader has gone to another one. It may come back, as it was.
    Left,
}

thread_local! {
    /// Stops somebody who closes the page.
    static WARNING: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
}

/// Calls `turned` at every turn, for as long as the page lives.
pub fn watch(mut turned: impl FnMut(Turn) + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        turned(match event.type_().as_str() {
            "pagehide" => Turn::Left,
            "visibilitychange" if !is_visible() => Turn::Hidden,
            _ => Turn::Back,
        });
    });
    let handler = handler.into_js_value();
    let handler = handler.unchecked_ref();
    // Neither call fails with these arguments.
    for name in ["online", "pageshow", "pagehide"] {
        let _ = window().add_event_listener_with_callback(name, handler);
    }
    let _ = document().add_event_listener_with_callback("visibilitychange", handler);
}

/// Whether the browser is to ask before it closes the page: something would be lost.
pub fn hold_open(hold: bool) {
    if !hold {
        return window().set_onbeforeunload(None);
    }
    WARNING.with_borrow_mut(|warning| {
        let warning = warning.get_or_insert_with(|| {
            let stop = Closure::<dyn FnMut(Event)>::new(|event: Event| event.prevent_default());
            stop.into_js_value().unchecked_into()
        });
        window().set_onbeforeunload(Some(warning));
    });
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
