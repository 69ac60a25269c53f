//! The session of a page that stays open. The browser counts the cookie's life from when it was given, and a page that is
//! never left asks for nothing: so it asks for its cookie once a day.

use chat::Millis;
use leptos::prelude::*;

use super::Live;
use crate::browser::forms::Answer;
use crate::browser::{clock, forms, task};

/// How old the cookie becomes until it is asked for again.
const DAY_MS: Millis = 24 * 60 * 60 * 1_000;

/// How often that is looked at: a page that was asleep notices soon after it wakes.
const LOOK_MS: Millis = 15 * 60 * 1_000;

impl Live {
    /// Has the cookie, which was given at `given`, given again in time, for as long as the page is open.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser opens the line"))]
    pub(super) fn keep_session(self, given: Millis) {
        clock::after(LOOK_MS, move || {
            let now = clock::now();
            let due = (now - given).abs() >= DAY_MS && self.room.me.with_untracked(Option::is_some);
            if !due {
                return self.keep_session(given);
            }
            task::spawn(async move {
                // What did not come is asked for again soon.
                let done = forms::post("/session", &[("of", "page")]).await == Answer::Done;
                self.keep_session(if done { now } else { given });
            });
        });
    }
}
