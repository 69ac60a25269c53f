//! The page comes alive in the browser: the same data, the same view, then the line.

use leptos::mount::hydrate_body;
use leptos::prelude::*;

use crate::app::App;
use crate::browser::document;
use crate::live::Live;
use crate::page::{DATA_ID, Page};
use crate::state::Room;

/// Takes the server's page over. Does nothing on a page that carries no data.
pub fn hydrate() {
    let Some(mut page) = page() else { return };
    hydrate_body(move || {
        let room = Room::new(&mut page);
        let live = Live::new(room);
        #[cfg(target_arch = "wasm32")]
        crate::browser::task::effect(move || live.start());
        view! { <App page room live /> }
    });
}

fn page() -> Option<Page> {
    let text = document::text_of(DATA_ID)?;
    // By way of a value, as the socket's messages are read: the code for it is there once.
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    protocol::json::read(value)
}
