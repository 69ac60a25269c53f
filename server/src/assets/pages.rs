//! `--pages DIR`: the operator's own page at `/`, beside the chat.
//!
//! At `/` it stands before the product's page; at every other address what the product has there comes first.

use std::path::{Component, Path, PathBuf};

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::folder::{self, Found};
use crate::App;
use crate::store::private;

/// First segments that are never the operator's, however they are written.
const OURS: [&str; 19] = [
    "account",
    "claim",
    "csp-report",
    "healthz",
    "i",
    "moderation",
    "name",
    "pkg",
    "r",
    "readyz",
    "recover",
    "rooms",
    "server.webmanifest",
    "session",
    "settings",
    "sign-in",
    "sign-out",
    "socket.io",
    "upload",
];

/// The part of the policy that forbids nothing an own page may want to do.
const POLICY: HeaderValue = HeaderValue::from_static(
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// Answers `/` from the folder, if there is a page for it.
pub async fn serve(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.uri().path() != "/" {
        return next.run(request).await;
    }
    match answer(&app, request).await {
        Ok(response) => response,
        Err(request) => next.run(request).await,
    }
}

/// Answers an address that is none of the product's from the folder; else the request, which was not for it.
pub(crate) async fn answer(app: &App, request: Request) -> Result<Response, Request> {
    let Some(pages) = &app.config.pages else { return Err(request) };
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) || is_ours(path) {
        return Err(request);
    }
    let hidden = Hidden::of(pages, &app.config.data).await;
    let mut response = match folder::find(pages, path, |file| hidden.has(file)).await {
        Some(Found::File(file)) => folder::serve(&file, request).await,
        Some(Found::Folder) => match HeaderValue::try_from(format!("{path}/")) {
            Ok(to) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, to)]).into_response(),
            Err(_) => return Err(request),
        },
        None => return Err(request),
    };
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

/// The address belongs to the product, also where it is written in another way.
pub(crate) fn is_ours(path: &str) -> bool {
    let relative = folder::relative(path);
    let first = relative.as_deref().and_then(|path| path.components().next());
    matches!(first, Some(Component::Normal(first)) if OURS.iter().any(|ours| first.eq_ignore_ascii_case(ours)))
}

/// What is never shown, although it lies in the folder: the server's own data.
struct Hidden {
    pages: PathBuf,
    data: PathBuf,
}

impl Hidden {
    async fn of(pages: &Path, data: &Path) -> Hidden {
        let full =
            async |path: &Path| tokio::fs::canonicalize(path).await.unwrap_or_else(|_| path.to_owned());
        Hidden { pages: full(pages).await, data: full(data).await }
    }

    fn has(&self, file: &Path) -> bool {
        if self.data != self.pages && self.data.starts_with(&self.pages) {
            return file.starts_with(&self.data);
        }
        // The folder is in the data folder, or is it: then the server's files are known by their names.
        let inside = file.strip_prefix(&self.data).ok().and_then(|inside| inside.components().next());
        inside.is_some_and(|first| first.as_os_str().to_str().is_some_and(private::is_ours))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_products_own_addresses_are_not_the_operators() {
        for path in [
            "/r/lobby",
            "/pkg/x.js",
            "/socket.io/socket.io.js",
            "/healthz",
            "/readyz",
            "/r%2Fx",
            "/%72/x",
            "/R/x",
        ] {
            assert!(is_ours(path), "{path}");
        }
        assert!(!is_ours("/") && !is_ours("/js/r/x.js"));
    }

    #[test]
    fn l113_every_address_of_the_router_is_known_here() {
        let source = concat!(include_str!("../router.rs"), ".route(\"/server.webmanifest\"");
        let routes = source.split("route(\"/").chain(source.split("nest(\"/")).skip(1);
        let firsts =
            routes.filter_map(|route| route.split(['/', '"']).next()).filter(|first| !first.is_empty());
        let mut count = 0;
        for first in firsts
            .filter(|first| first.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)))
        {
            count += 1;
            assert!(OURS.contains(&first), "{first}");
        }
        assert!(count > 25, "{count}");
    }
}
