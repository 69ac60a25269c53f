//! Time and chance.

use std::time::Duration;

use chat::{Key, Millis};
use js_sys::{Date, Math};
use leptos::prelude::{request_animation_frame, set_timeout};

/// Now, Unix milliseconds.
pub fn now() -> Millis {
    Date::now() as Millis
}

/// Any number.
pub fn roll() -> u32 {
    (Math::random() * f64::from(u32::MAX)) as u32
}

/// A new idempotency key.
pub fn key() -> Key {
    // Unique, not secret: the key is scoped to its author, and the time is half of it.
    let mut random = [0; 10];
    for byte in &mut random {
        *byte = (Math::random() * 256.0) as u8;
    }
    Key::v7(now().unsigned_abs(), &random)
}

/// Minutes east of UTC at the moment `at`, summer time included.
pub fn utc_offset(at: Millis) -> i32 {
    -(Date::new(&(at as f64).into()).get_timezone_offset() as i32)
}

/// Calls `then` after so many milliseconds.
pub fn after(ms: Millis, then: impl FnOnce() + 'static) {
    // In a box: the code around it is then in the page once.
    let then: Box<dyn FnOnce()> = Box::new(then);
    set_timeout(then, Duration::from_millis(ms.max(0).unsigned_abs()));
}

/// Calls `then` before the next picture; while the page is hidden there are none, and a moment later will do.
pub fn next_frame(then: impl FnOnce() + 'static) {
    if super::document::is_visible() { request_animation_frame(then) } else { after(100, then) }
}
