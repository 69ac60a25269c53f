//! Parts of a page that never change once the server has written them.
//!
//! The browser steps over such a part instead of taking it over: neither its markup nor the data it was made from is
//! in the page's program. What becomes alive later is taken out of its `frozen` and that is all.
//!
//! A page that cannot be taken over is built anew, and needs these parts: the document carries them a second time, as
//! data, in the order in which the page asks for them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

#[cfg(feature = "ssr")]
use leptos::prelude::{IntoView, RenderHtml};
use leptos::tachys::html::InertElement;

/// The `id` of the script element that carries the parts.
pub const PARTS_ID: &str = "page-parts";

thread_local! {
    /// Of the page that is being made: those written, or those still to be put into it.
    static PARTS: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
    /// How many parts are being written, one within the other. The browser asks for the outermost alone.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// One element, written by the server.
#[cfg(feature = "ssr")]
pub fn frozen<V: IntoView>(view: impl FnOnce() -> V) -> InertElement {
    DEPTH.set(DEPTH.get() + 1);
    let html = view().into_view().to_html();
    DEPTH.set(DEPTH.get() - 1);
    if DEPTH.get() == 0 {
        PARTS.with_borrow_mut(|parts| parts.push_back(html.clone()));
    }
    InertElement::new(html)
}

/// The same element in the browser: one step over it, or the server's words for it. `view` is never called, so it
/// costs nothing.
#[cfg(not(feature = "ssr"))]
pub fn frozen<V>(_view: impl FnOnce() -> V) -> InertElement {
    InertElement::new(PARTS.with_borrow_mut(VecDeque::pop_front).unwrap_or_default())
}

/// The parts of the page that was made on this thread since this was last asked.
#[cfg(feature = "ssr")]
pub(crate) fn take_parts() -> Vec<String> {
    PARTS.take().into()
}

/// Puts `parts` into the page that is built next. An element of each kind: without them there is none to build.
#[cfg(feature = "hydrate")]
pub(crate) fn put_parts(parts: Vec<String>) {
    PARTS.set(parts.into());
}
