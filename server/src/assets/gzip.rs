//! What a client is sent compressed, and how: brotli where the crate that serves the files has it, which browsers take
//! over TLS only, else gzip. That crate could make gzip as well, at every start and before listening; here a file is
//! compressed when it is first asked for, and kept. Pages are compressed one by one.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io::Write;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Frame;
use tokio::sync::OnceCell;

/// Below this, in bytes, the saving is less than a packet.
const WORTHWHILE: usize = 1024;

const BROTLI: HeaderValue = HeaderValue::from_static("br");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const BY_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");

/// One file compressed at most once, however many ask for it at the same time.
type Kept = Arc<OnceCell<Bytes>>;

/// What was compressed, by the validator of the file. It grows with the files only: they are ours.
static KEPT: LazyLock<Mutex<HashMap<HeaderValue, Kept>>> = LazyLock::new(Mutex::default);

/// Sends what the routes within answer in the form that the client likes best, each with a validator of its own.
pub(super) async fn serve(mut request: Request, next: Next) -> Response {
    let wanted = Wanted::of(request.headers());
    // Asked as GET, so that both methods say the same of it.
    let head = *request.method() == Method::HEAD;
    if head {
        *request.method_mut() = Method::GET;
    }
    let known: Vec<_> = request.headers().get_all(IF_NONE_MATCH).iter().cloned().collect();
    request.headers_mut().remove(IF_NONE_MATCH);
    request.headers_mut().remove(ACCEPT_ENCODING);
    if wanted.brotli > 0 && wanted.brotli >= wanted.gzip.max(wanted.plain) {
        request.headers_mut().insert(ACCEPT_ENCODING, BROTLI);
    }
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        if is_text(response.headers()) {
            response.headers_mut().insert(VARY, BY_ENCODING);
            if wanted.gzip > 0
                && wanted.gzip >= wanted.plain
                && !response.headers().contains_key(CONTENT_ENCODING)
            {
                response = compressed(response).await;
            }
            tell_apart(response.headers_mut());
        }
        if response.headers().get(ETAG).is_some_and(|tag| is_known(&known, tag)) {
            response = unchanged(response);
        }
    }
    if head { without_body(response) } else { response }
}

/// Compresses the answer if it is a page.
pub(crate) async fn page(request: Request, next: Next) -> Response {
    let wanted = Wanted::of(request.headers());
    let head = *request.method() == Method::HEAD;
    let response = next.run(request).await;
    let headers = response.headers();
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    // A file that may be asked for in parts is sent as it is.
    if !kind.starts_with(b"text/html")
        || [CONTENT_ENCODING, ACCEPT_RANGES].iter().any(|it| headers.contains_key(it))
    {
        return response;
    }
    let (mut head_of, body) = response.into_parts();
    head_of.headers.append(VARY, BY_ENCODING);
    let length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let small = length.is_none_or(|length| length < WORTHWHILE);
    if head || small || wanted.gzip == 0 || wanted.gzip < wanted.plain {
        return Response::from_parts(head_of, body);
    }
    let Ok(plain) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let source = plain.clone();
    // Some thousandths of a second: too long for the threads that serve.
    match tokio::task::spawn_blocking(move || gzip(&source)).await {
        Ok(small) => {
            head_of.headers.insert(CONTENT_ENCODING, GZIP);
            head_of.headers.insert(CONTENT_LENGTH, HeaderValue::from(small.len()));
            Response::from_parts(head_of, Body::from(small))
        }
        // The server is ending.
        Err(_) => Response::from_parts(head_of, Body::from(plain)),
    }
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

/// Two codings of a file are two things, each with its validator.
fn tell_apart(headers: &mut HeaderMap) {
    let Some(coding) = headers.get(CONTENT_ENCODING).and_then(|coding| coding.to_str().ok()) else { return };
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok()?.strip_suffix('"'));
    if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(format!("{tag}-{coding}\"")).ok()) {
        headers.insert(ETAG, tag);
    }
}

/// The client has what `tag` names (RFC 9110, section 13.1.2).
fn is_known(known: &[HeaderValue], tag: &HeaderValue) -> bool {
    let lines = known.iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known).as_bytes() == tag.as_bytes())
}

/// That the client has it already. What would be said of the body is not: there is none.
fn unchanged(response: Response) -> Response {
    let (mut head, _) = response.into_parts();
    head.status = StatusCode::NOT_MODIFIED;
    for name in [CONTENT_LENGTH, CONTENT_TYPE, CONTENT_ENCODING] {
        head.headers.remove(name);
    }
    Response::from_parts(head, Body::new(Nothing))
}

/// A body that is not there: of an empty one the length would be said.
struct Nothing;

impl HttpBody for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }
}

/// What HEAD is answered. The length stays that of the body.
fn without_body(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let length = body.size_hint().exact().filter(|_| head.status == StatusCode::OK);
    if let Some(length) = length {
        head.headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    Response::from_parts(head, Body::new(Nothing))
}

/// Pictures and fonts are compressed in themselves.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim_end();
    kind.starts_with("text/") || ["javascript", "json", "xml", "wasm"].iter().any(|end| kind.ends_with(end))
}

/// How much a client likes each coding, in thousandths; one it does not take is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    brotli: u16,
    gzip: u16,
    plain: u16,
}

impl Wanted {
    fn of(headers: &HeaderMap) -> Wanted {
        let lines = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
        let items: Vec<_> = lines.flat_map(|line| line.split(',')).filter_map(item).collect();
        let named = |name: &str| items.iter().find(|(known, _)| known == name).map(|(_, quality)| *quality);
        let any = named("*");
        let coding = |name| named(name).or(any).unwrap_or(0);
        // What nobody speaks of is taken, but liked least.
        Wanted { brotli: coding("br"), gzip: coding("gzip"), plain: named("identity").or(any).unwrap_or(1) }
    }
}

/// A coding in lower case, and how much it is liked; none for an empty item.
fn item(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let quality = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    let quality = quality.map_or(Ok(1.0), str::parse::<f32>).unwrap_or(0.0);
    // A number out of range, or none, is as good as no wish for it.
    let quality = if (0.0..=1.0).contains(&quality) { (quality * 1_000.0).round() } else { 0.0 };
    Some((if name == "x-gzip" { "gzip".to_owned() } else { name }, quality as u16))
}

#[cfg(test)]
mod tests;
