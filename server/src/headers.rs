//! The headers every response carries: docs/threats.md section 1. The pages' own content policy, with its nonce, is
//! set where pages are rendered.

mod report;

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

pub use report::{Reports, take as take_report};

use crate::guard::Client;

/// Where browsers report what the content policy refused.
pub const REPORT_PATH: &str = "/csp-report";

const PAGE: [(HeaderName, &str); 5] = [
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("reporting-endpoints"), "csp=\"/csp-report\""),
    (CACHE_CONTROL, "no-store"),
];

/// Browsers heed it, and say on the console that they do not, by whether they trust the way the page came.
const OPENER: (HeaderName, HeaderValue) =
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));

const TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Adds what every response carries, and to an HTML page what every page carries.
pub async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // The door, which is further in, says who asked.
    let client = response.extensions().get::<Client>().copied();
    let secure = client.is_some_and(|client| client.secure);
    let trusted = secure || client.is_some_and(|client| client.ip.is_loopback());
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_page(headers) {
        for (name, value) in PAGE {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if trusted {
            headers.insert(OPENER.0, OPENER.1);
        }
        if secure {
            headers.insert(STRICT_TRANSPORT_SECURITY, TRANSPORT);
        }
    }
    response
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
