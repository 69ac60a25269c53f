//! What a device is told of the chat when it is put on the home screen: the site's manifest, under the server's name.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::Value;

use crate::App;

/// Its address: not that of the file, which is kept for ever.
pub const PATH: &str = "/server.webmanifest";

/// The file it is made from.
const SITE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../public/manifest.webmanifest"));

/// The manifest.
pub async fn manifest(State(app): State<App>) -> impl IntoResponse {
    let mut manifest: Value = serde_json::from_str(SITE).expect("invariant: the site's manifest is JSON");
    if let Some(name) = &app.settings.now().name {
        for field in ["name", "short_name"] {
            manifest[field] = name.as_str().into();
        }
    }
    ([(CONTENT_TYPE, "application/manifest+json"), (CACHE_CONTROL, "no-cache")], Json(manifest))
}
