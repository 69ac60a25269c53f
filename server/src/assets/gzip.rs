//! Gzip for browsers that take no brotli, which they all do only over TLS. The crate that serves the files could do the
//! same, at every start and before listening; here a file is compressed when it is first asked for, and kept.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::OnceCell;

/// Below this, in bytes, the saving is less than a packet.
const WORTHWHILE: usize = 1024;

const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const BY_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");

/// One file compressed at most once, however many ask for it at the same time.
type Kept = Arc<OnceCell<Bytes>>;

/// What was compressed, by the validator of the file. It grows with the files only: they are ours.
static KEPT: LazyLock<Mutex<HashMap<HeaderValue, Kept>>> = LazyLock::new(Mutex::default);

/// Compresses what the routes within answer, where the client takes it and nothing has compressed it yet.
pub(super) async fn serve(request: Request, next: Next) -> Response {
    let takes_gzip = *request.method() == Method::GET && takes(request.headers(), "gzip");
    let mut response = next.run(request).await;
    if !is_text(response.headers()) {
        return response;
    }
    response.headers_mut().insert(VARY, BY_ENCODING);
    if takes_gzip && response.status() == StatusCode::OK && !response.headers().contains_key(CONTENT_ENCODING)
    {
        response = compressed(response).await;
    }
    // The validator is that of the file, as for brotli: with `Vary` caches keep the two apart.
    response
}

async fn compressed(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let Ok(plain) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Some(tag) = head.headers.get(ETAG).filter(|_| plain.len() >= WORTHWHILE) else {
        return Response::from_parts(head, Body::from(plain));
    };
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).entry(tag.clone()).or_default().clone();
    let source = plain.clone();
    // Some hundredths of a second for the largest file: too long for the threads that serve.
    let work = || async { tokio::task::spawn_blocking(move || gzip(&source)).await };
    match kept.get_or_try_init(work).await {
        Ok(small) => {
            head.headers.insert(CONTENT_ENCODING, GZIP);
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(small.len()));
            Response::from_parts(head, Body::from(small.clone()))
        }
        // The server is ending.
        Err(_) => Response::from_parts(head, Body::from(plain)),
    }
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).expect("invariant: a Vec takes every byte");
    encoder.finish().expect("invariant: a Vec takes every byte").into()
}

/// Pictures and fonts are compressed in themselves.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim_end();
    kind.starts_with("text/") || ["javascript", "json", "xml", "wasm"].iter().any(|end| kind.ends_with(end))
}

/// Whether the client takes `coding`: named or by `*`, and not with a quality of zero.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
    let mut any = false;
    for item in lines.flat_map(|line| line.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        let wanted = quality.is_ok_and(|quality| quality > 0.0);
        if name.eq_ignore_ascii_case(coding) {
            return wanted;
        }
        any |= name == "*" && wanted;
    }
    any
}

#[cfg(test)]
mod tests;
