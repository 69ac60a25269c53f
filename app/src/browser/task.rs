//! What runs by itself. All of it is taken in a box: the machinery around it is then in the page once, not once
//! for each kind of work.

use std::future::Future;
use std::pin::Pin;

use js_sys::Function;
use leptos::prelude::Effect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Event;

/// Runs `work` on the page's thread until it is done.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    spawn_local(work);
}

/// Runs `work` once the page is alive, and again whenever a signal it has read changes. Never on the server.
pub fn effect(work: impl FnMut() + 'static) {
    let mut work: Box<dyn FnMut()> = Box::new(work);
    Effect::new(move |_| work());
}

/// A function that the browser calls once.
pub(super) fn once(work: impl FnOnce() -> JsValue + 'static) -> Function {
    let work: Box<dyn FnOnce() -> JsValue> = Box::new(work);
    Closure::once_into_js(work).unchecked_into()
}

/// A function that the browser calls with every event, for as long as the page lives.
pub(super) fn listener(work: impl FnMut(Event) + 'static) -> Function {
    let work: Box<dyn FnMut(Event)> = Box::new(work);
    Closure::wrap(work).into_js_value().unchecked_into()
}
