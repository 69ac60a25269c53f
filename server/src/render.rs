//! The page. A seam of one line until the screen is wired in.

use axum::extract::State;
use axum::response::Html;

use crate::App;

/// Any of the page's routes.
pub async fn page(State(_): State<App>) -> Html<&'static str> {
    Html("<!DOCTYPE html><title>Chat Moderno</title>")
}
