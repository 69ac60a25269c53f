//! Parts of a page that never change once the server has written them.
//!
//! The browser steps over such a part instead of taking it over: neither its markup nor the data it was made from is
//! in the page's program. What becomes alive later is taken out of its `frozen` and that is all.

#[cfg(feature = "ssr")]
use leptos::prelude::IntoView;
#[cfg(not(feature = "ssr"))]
use leptos::tachys::html::InertElement;

/// One element, written by the server.
#[cfg(feature = "ssr")]
pub fn frozen<V: IntoView>(view: impl FnOnce() -> V) -> V {
    view()
}

/// The same element in the browser: one step over it. `view` is never called, so it costs nothing.
#[cfg(not(feature = "ssr"))]
pub fn frozen<V>(_view: impl FnOnce() -> V) -> InertElement {
    InertElement::new("")
}
