//! The WASM entry point. Everything else is in `app`.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes the server's page over. The page's own script calls it once the module is there.
#[wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}

/// Builds the page anew from its data, in the place of a document that is not as the server wrote it.
#[wasm_bindgen]
pub fn render() {
    app::render();
}
