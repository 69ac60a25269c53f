//! A page in the place of an answer that is an error and says nothing: what is wrong, and a way on.
//!
//! For people only: what a program asks for is answered as it is.

use app::i18n::Lang;
use app::pages::Notice;
use app::shell;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE,
    ORIGIN,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::language::language;
use super::{appearance, urls};
use crate::guard::Client;
use crate::session::Author;
use crate::{App, forms};

/// What the browser will do with the answer.
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Addresses, or beginnings of addresses, that programs ask for.
const OF_PROGRAMS: [&str; 5] = ["/socket.io", "/pkg/", "/healthz", "/readyz", crate::headers::REPORT_PATH];

/// It runs no script, and the host may be any.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// Puts a page in the place of an error without one.
pub async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    if !is_for_people(&request) {
        return next.run(request).await;
    }
    // Another site that may read answers acts for nobody: its cookie is not looked at.
    let foreign = !app.config.allow_origin.is_empty() && request.headers().contains_key(ORIGIN);
    let headers: HeaderMap = [ACCEPT_LANGUAGE, COOKIE]
        .into_iter()
        .filter(|name| *name != COOKIE || !foreign)
        .flat_map(|name| {
            request.headers().get_all(&name).iter().map(move |value| (name.clone(), value.clone()))
        })
        .collect();
    let response = next.run(request).await;
    let named = response.extensions().get::<Notice>().copied();
    match named.or_else(|| notice(response.status())) {
        Some(notice) if !is_page(&response) => {
            let client = response.extensions().get::<Client>().copied();
            let lang = language(reader(&app, client, &headers).await.as_ref(), &headers);
            page(&app, notice, lang, &headers, response)
        }
        _ => response,
    }
}

/// Who is told; nobody known where the answer was given at the door, or cannot be known.
async fn reader(app: &App, client: Option<Client>, headers: &HeaderMap) -> Option<Author> {
    forms::visitor(app, client?, headers).await.ok().flatten()
}

fn is_for_people(request: &Request) -> bool {
    let path = request.uri().path();
    let accepted = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut accepted =
        accepted.flat_map(|value| value.split(',')).map(|item| item.split(';').next().unwrap_or("").trim());
    let reads = !request.headers().contains_key(ACCEPT)
        || accepted.any(|kind| ["text/html", "text/*", "*/*"].contains(&kind));
    let dest = request.headers().get(SEC_FETCH_DEST).map(HeaderValue::as_bytes);
    let shown = dest.is_none_or(|dest| [&b"document"[..], b"empty", b"iframe"].contains(&dest));
    reads && shown && *request.method() != Method::HEAD && !OF_PROGRAMS.iter().any(|of| path.starts_with(of))
}

fn notice(status: StatusCode) -> Option<Notice> {
    Some(match status {
        StatusCode::UNAUTHORIZED => Notice::SignedOut,
        StatusCode::FORBIDDEN => Notice::Elsewhere,
        StatusCode::NOT_FOUND => Notice::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Notice::TooLarge,
        StatusCode::MISDIRECTED_REQUEST => Notice::Misdirected,
        StatusCode::TOO_MANY_REQUESTS => Notice::TooMany,
        status if status.is_client_error() => Notice::Unreadable,
        status if status.is_server_error() => Notice::Broken,
        _ => return None,
    })
}

fn is_page(response: &Response) -> bool {
    response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The page, with what else the answer says.
fn page(app: &App, notice: Notice, lang: Lang, headers: &HeaderMap, response: Response) -> Response {
    let server = app.settings.now().name.as_ref().map(|name| name.as_str().to_owned());
    let assets = shell::Assets { server: server.as_deref(), ..urls("", None, appearance(headers)) };
    let document = shell::notice(notice, lang, &assets);
    let (mut head, _) = response.into_parts();
    for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
        head.headers.remove(name);
    }
    let mut page = (head.status, Html(document)).into_response();
    for (name, value) in &head.headers {
        page.headers_mut().append(name, value.clone());
    }
    *page.extensions_mut() = head.extensions;
    page.headers_mut().insert(CONTENT_SECURITY_POLICY, POLICY);
    page
}
