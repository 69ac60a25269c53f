//! `--pages DIR`: the operator's own page at `/`, beside the chat.
//!
//! It is looked at before the routes, so that `/` and icons may be the operator's; the product's own addresses stay.

use std::path::Component;

use axum::extract::{Request, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::folder;
use crate::App;

/// First segments that are never the operator's.
const OURS: [&str; 8] = ["r", "pkg", "socket.io", "healthz", "readyz", "name", "upload", "csp-report"];

/// The part of the policy that forbids nothing an own page may want to do.
const POLICY: HeaderValue = HeaderValue::from_static(
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// Answers from the folder what is a file there.
pub async fn serve(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(folder) = &app.config.pages else { return next.run(request).await };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || is_ours(request.uri().path()) {
        return next.run(request).await;
    }
    match folder::file(folder, request.uri().path()).await {
        Some(mut response) => {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
            response
        }
        None => next.run(request).await,
    }
}

fn is_ours(path: &str) -> bool {
    let relative = folder::relative(path);
    let first = relative.as_deref().and_then(|path| path.components().next());
    matches!(first, Some(Component::Normal(first)) if OURS.iter().any(|ours| first == *ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_own_addresses_are_not_the_operators() {
        for path in
            ["/r/lobby", "/pkg/x.js", "/socket.io/socket.io.js", "/healthz", "/readyz", "/r%2Fx", "/%72/x"]
        {
            assert!(is_ours(path), "{path}");
        }
        assert!(!is_ours("/") && !is_ours("/js/r/x.js"));
    }
}
