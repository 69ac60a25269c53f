//! The person's other tabs: texts to them and from them, and the lock that one of them holds.

use std::cell::Cell;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

use super::task;

thread_local! {
    static CHANNEL: Cell<Option<BroadcastChannel>> = const { Cell::new(None) };
    /// Gives the lock back.
    static RELEASE: Cell<Option<Function>> = const { Cell::new(None) };
}

/// Listens to the tabs that listen under the same name, and to no others any more. Where a browser knows no
/// channels, nothing is heard.
pub fn listen(name: &str, mut hear: impl FnMut(String) + 'static) {
    let channel = BroadcastChannel::new(name).ok();
    if let Some(channel) = &channel {
        let heard = task::listener(move |event| {
            if let Some(text) = event.unchecked_ref::<MessageEvent>().data().as_string() {
                hear(text);
            }
        });
        channel.set_onmessage(Some(&heard));
    }
    if let Some(old) = CHANNEL.replace(channel) {
        old.close();
    }
}

/// Tells the other tabs.
pub fn tell(text: &str) {
    let channel = CHANNEL.take();
    if let Some(channel) = &channel {
        // Only a closed channel refuses, and this one is not.
        let _ = channel.post_message(&text.into());
    }
    CHANNEL.set(channel);
}

/// Tells every tab that listens under this name, once.
pub fn tell_all(name: &str, text: &str) {
    if let Ok(channel) = BroadcastChannel::new(name) {
        // Only a closed channel refuses, and this one is not.
        let _ = channel.post_message(&text.into());
        channel.close();
    }
}

/// Asks for the lock of this name, and calls `granted` when this tab holds it. False where there are no locks: an
/// old browser, or a page that did not come over a secure line.
pub fn lock(name: &str, granted: impl FnOnce() + 'static) -> bool {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or_default();
    let held = task::once(move || {
        let until = Promise::new(&mut |release, _| {
            RELEASE.set(Some(release));
        });
        granted();
        JsValue::from(until)
    });
    // By name: to the bindings, locks are still a draft.
    let asked = Reflect::get(&locks, &"request".into())
        .and_then(|request| request.unchecked_into::<Function>().call2(&locks, &name.into(), &held));
    let Ok(asked) = asked else { return false };
    task::spawn(async move {
        // It ends when the lock is given back, or fails with the page.
        let _ = JsFuture::from(asked.unchecked_into::<Promise>()).await;
    });
    true
}

/// Gives the lock back.
pub fn unlock() {
    if let Some(release) = RELEASE.take() {
        // A promise's function does not fail.
        let _ = release.call0(&JsValue::UNDEFINED);
    }
}
