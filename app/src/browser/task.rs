//! What runs by itself. Both take their work in a box: the machinery around it is then in the page once, not once
//! for each kind of work.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::Effect;
use wasm_bindgen_futures::spawn_local;

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
