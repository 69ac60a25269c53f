//! The page comes alive in the browser: the same data, the same view, then the line.
//!
//! A document that another program has changed is not taken over: the same view is built anew in its place. Which of
//! the two is to be done, the page's own script says (`shell`).

use any_spawner::Executor;
use leptos::prelude::*;
use leptos::tachys::dom::body;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::Element;
use leptos::tachys::view::{Mountable, PositionState, Render, RenderHtml};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;

use crate::app::App;
use crate::browser::{document, task};
use crate::frozen::{self, PARTS_ID};
use crate::live::Live;
use crate::page::{DATA_ID, END_ID, Page};
use crate::state::{Rail, Room};

/// Takes the server's page over. Does nothing on a page that carries no data.
///
/// Like `leptos::mount::hydrate_body`, without what serves resources and error boundaries: the page has neither.
pub fn hydrate() {
    wake(false);
}

/// Builds the page anew in the place of the document, which is not as the server wrote it.
pub fn render() {
    frozen::put_parts(data(PARTS_ID).unwrap_or_default());
    wake(true);
}

fn wake(anew: bool) {
    let Some(mut page) = data::<Page>(DATA_ID) else { return };
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
        let body: Element = body().unchecked_into();
        if !anew {
            return view.hydrate::<true>(&Cursor::new(body), &PositionState::default());
        }
        // All of it is there before anything of the document goes.
        let mut state = view.build();
        let typed = document::clear_before(END_ID);
        state.mount(&body, document::element(END_ID).as_deref());
        document::type_again(&typed);
        state
    });
    // For as long as the page is open.
    std::mem::forget((owner, state));
}

fn data<T: DeserializeOwned>(id: &str) -> Option<T> {
    let text = document::text_of(id)?;
    // By way of a value, as the socket's messages are read: the code for it is there once.
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    protocol::json::read(value)
}
