//! `/healthz`: the process lives. `/readyz`: it can store what people say.

use axum::extract::State;
use axum::http::StatusCode;

use crate::App;

/// 200 `ok` while the process answers at all.
pub async fn alive() -> &'static str {
    "ok"
}

/// 200 `ok` while a write succeeds; 503 while it does not, and on the way out.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.stage.is_closing() {
        return (StatusCode::SERVICE_UNAVAILABLE, "closing");
    }
    match app.store.is_ready().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(error) => {
            error.log("the database cannot store");
            (StatusCode::SERVICE_UNAVAILABLE, "cannot store")
        }
    }
}
