//! The page comes alive in the browser: the same data, the same view, then the line.

use any_spawner::Executor;
use leptos::prelude::*;
use leptos::tachys::dom::body;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::{PositionState, RenderHtml};
use wasm_bindgen::JsCast;

use crate::app::App;
use crate::browser::{document, task};
use crate::live::Live;
use crate::page::{DATA_ID, Page};
use crate::state::{Rail, Room};

/// Takes the server's page over. Does nothing on a page that carries no data.
///
/// Like `leptos::mount::hydrate_body`, without what serves resources and error boundaries: the page has neither.
pub fn hydrate() {
    let Some(mut page) = page() else { return };
    // An error means that there is an executor already.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new_root(None);
    let state = owner.with(|| {
        let room = Room::new(&mut page);
        let rail = Rail::new(&page);
        let live = Live::new(page.lang, room, rail);
        #[cfg(target_arch = "wasm32")]
        task::effect(move || live.start());
        let view = view! { <App page room rail live /> };
        view.hydrate::<true>(&Cursor::new(body().unchecked_into()), &PositionState::default())
    });
    // For as long as the page is open.
    std::mem::forget((owner, state));
}

fn page() -> Option<Page> {
    let text = document::text_of(DATA_ID)?;
    // By way of a value, as the socket's messages are read: the code for it is there once.
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    protocol::json::read(value)
}
