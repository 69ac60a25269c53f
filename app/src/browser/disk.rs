//! Rows that outlive the page: texts under a key, in the IndexedDB, or where there is none in the local storage. What
//! a row means is not known here. The browser does it in the order asked for, over all tabs.

use std::cell::Cell;

use chat::Key;
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest};

use super::{store, task};

const BASE: &str = "chat-moderno";
const STORE: &str = "outbox";

/// A disk that takes longer, in milliseconds, is none: what waits for it must go out.
const TOO_LONG_MS: i32 = 10_000;

thread_local! {
    /// Kept open; `None` before the first use, and after it failed.
    static OPEN: Cell<Option<IdbDatabase>> = const { Cell::new(None) };
    /// There is a base on this device.
    static WAS_OPEN: Cell<bool> = const { Cell::new(false) };
    /// It has once taken too long: for as long as the page lives, nothing waits for it again.
    static HANGS: Cell<bool> = const { Cell::new(false) };
}

/// A row and its text; without a text it is taken off the disk.
pub type Write = (Key, Option<String>);

/// Writes all of it, in this order, or nothing. True once it is on the disk and survives a crash.
pub async fn write(rows: &[Write]) -> bool {
    let put = |store: &IdbObjectStore| -> Result<(), JsValue> {
        for (key, row) in rows {
            let key = key.to_string().into();
            match row {
                Some(row) => store.put_with_key(&row.into(), &key)?,
                None => store.delete(&key)?,
            };
        }
        Ok(())
    };
    match transaction("readwrite").await {
        Some((transaction, store)) => {
            let done = put(&store).is_ok() && settled(&transaction, "oncomplete", "onabort").await.is_ok();
            if done {
                // Written there while the base did not open: it is stale now.
                store::forget(rows);
            }
            // What the base did not take in time may still be in it later: the key is the same.
            done || (HANGS.get() && store::write(rows))
        }
        None => store::write(rows),
    }
}

/// Every row there is, in no order. `None` if a base that was there does not answer: that is not the same as no rows.
pub async fn rows() -> Option<Vec<String>> {
    // What was written while the base did not open lies there, wherever later rows lie.
    let mut rows = store::rows();
    match transaction("readonly").await {
        Some((_, store)) => {
            let found = result(&store.get_all().ok()?).await?;
            rows.extend(Array::from(&found).iter().filter_map(|row| row.as_string()));
            Some(rows)
        }
        None if WAS_OPEN.get() => None,
        None => Some(rows),
    }
}

/// `None` where there is no IndexedDB, or one that does not answer.
async fn transaction(mode: &str) -> Option<(JsValue, IdbObjectStore)> {
    if HANGS.get() {
        return None;
    }
    let mut base = OPEN.take();
    let mut begun = base.as_ref().and_then(|base| begin(base, mode));
    if begun.is_none() {
        // Not yet open, or the browser has closed it.
        base = Some(open().await?);
        WAS_OPEN.set(true);
        begun = base.as_ref().and_then(|base| begin(base, mode));
    }
    OPEN.set(base);
    begun
}

/// By name: the bindings do not know yet that a transaction takes options.
fn begin(base: &IdbDatabase, mode: &str) -> Option<(JsValue, IdbObjectStore)> {
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &"strict".into()).ok()?;
    let begin: Function = Reflect::get(base, &"transaction".into()).ok()?.unchecked_into();
    let transaction = begin.call3(base, &STORE.into(), &mode.into(), &options).ok()?;
    let store = transaction.unchecked_ref::<web_sys::IdbTransaction>().object_store(STORE).ok()?;
    Some((transaction, store))
}

async fn open() -> Option<IdbDatabase> {
    let request = window().indexed_db().ok()??.open_with_u32(BASE, 1).ok()?;
    let new = request.clone();
    let make = task::once(move || {
        if let Ok(base) = new.result() {
            // Fails only where it exists, and it does not.
            let _ = base.unchecked_into::<IdbDatabase>().create_object_store(STORE);
        }
        JsValue::UNDEFINED
    });
    request.set_onupgradeneeded(Some(&make));
    result(&request).await.map(JsCast::unchecked_into)
}

async fn result(request: &IdbRequest) -> Option<JsValue> {
    settled(request, "onsuccess", "onerror").await.ok()?;
    request.result().ok()
}

/// Ends well with the one event; ends badly with the other, or when it takes too long.
async fn settled(target: &JsValue, good: &str, bad: &str) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        // What takes no handlers will take too long.
        let _ = Reflect::set(target, &good.into(), &resolve);
        let _ = Reflect::set(target, &bad.into(), &reject);
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, TOO_LONG_MS);
    });
    let ended = JsFuture::from(promise).await;
    // An event is what went wrong; the clock gives none.
    if ended.as_ref().is_err_and(JsValue::is_undefined) {
        HANGS.set(true);
    }
    ended
}
