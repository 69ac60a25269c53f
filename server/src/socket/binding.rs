//! Binds every Engine.IO session to the browser session that opened it.
//!
//! A `sid` is all a polling request shows, and the engine believes it: whoever learns one could speak as its
//! owner. So a later request must also present the session cookie of the first one, or none if there was none
//! (security.md section 4). The same record holds the switch that ends a connection whatever its state.

mod registry;
mod slot;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use tokio_util::sync::CancellationToken;
use tower::Service;

pub use registry::Bindings;
pub use slot::Slot;

use super::adapter::Engine;
use crate::App;
use crate::forms::cookie::{self, Presented};
use crate::guard::Client;
use crate::listener::Connection;
use crate::session::SecretKind;
use slot::Fingerprint;

/// Largest OPEN packet read back, in bytes; ours has about a hundred.
const MAX_OPEN: usize = 4 * 1024;

/// What the query says; the engine reads the first of each name, so we do.
struct Query<'a> {
    sid: Option<&'a str>,
    websocket: bool,
}

impl<'a> Query<'a> {
    fn of(request: &'a Request) -> Query<'a> {
        let query = request.uri().query().unwrap_or_default();
        let first = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
        Query { sid: first("sid="), websocket: first("transport=") == Some("websocket") }
    }
}

/// Answers a request for `/socket.io/`: opens a session, or lets one go on.
pub async fn serve(
    app: App,
    engine: Engine,
    client: Client,
    connection: Connection,
    request: Request,
) -> Response {
    let query = Query::of(&request);
    let websocket = query.websocket;
    let kill = websocket.then(|| connection.kill.clone());
    let response = match query.sid.map(str::to_owned) {
        Some(sid) => follow(&app, engine, client, kill, request, &sid).await,
        None => open(&app, engine, client, kill, request).await,
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        connection.upgrade();
    }
    response
}

async fn open(
    app: &App,
    engine: Engine,
    client: Client,
    kill: Option<CancellationToken>,
    request: Request,
) -> Response {
    if app.stage.is_closing() || app.bindings.is_full(client, &app.config) {
        return overloaded();
    }
    let slot = app.bindings.open(client, fingerprint(client, &request));
    let polling = kill.is_none();
    if let Some(kill) = kill {
        slot.carried_by(kill);
    }
    let mut request = without_buffer(request);
    request.extensions_mut().insert(slot.clone());
    let response = call(engine, request).await;
    if !polling || response.status() != StatusCode::OK {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_OPEN).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(sid) = opened_sid(&bytes) {
        app.bindings.remember(sid, &slot);
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The request as the engine may keep it for as long as the session lasts: address and headers are slices of the 8 KiB
/// that hyper reads requests into, and one of them keeps all of it. Of the extensions only what an upgrade needs goes
/// along: the router's hold the address once more.
fn without_buffer(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    parts.extensions.clear();
    if let Some(upgrade) = upgrade {
        parts.extensions.insert(upgrade);
    }
    if let Ok(uri) = parts.uri.to_string().parse() {
        parts.uri = uri;
    }
    for value in parts.headers.values_mut() {
        if let Ok(mut copy) = HeaderValue::from_bytes(value.as_bytes()) {
            copy.set_sensitive(value.is_sensitive());
            *value = copy;
        }
    }
    Request::from_parts(parts, body)
}

async fn follow(
    app: &App,
    engine: Engine,
    client: Client,
    kill: Option<CancellationToken>,
    request: Request,
    sid: &str,
) -> Response {
    let Some(slot) = app.bindings.by_sid(sid) else { return unknown() };
    let presented = fingerprint(client, &request);
    if !slot.opened_by(&presented) && !goes_on(app, &slot, client, request.headers()).await {
        return unknown();
    }
    if let Some(kill) = kill {
        slot.carried_by(kill);
    }
    tokio::select! {
        biased;
        () = slot.killed() => unknown(),
        response = call(engine, request) => response,
    }
}

/// The cookie is another one, but of the same session: its secret has changed under the open page.
async fn goes_on(app: &App, slot: &Slot, client: Client, headers: &HeaderMap) -> bool {
    let (Some(session), Presented::One(secret)) = (slot.session(), cookie::presented(client, headers)) else {
        return false;
    };
    let known = app.sessions.known(SecretKind::Cookie, secret).await;
    slot.is_alive() && known.is_ok_and(|known| known.is_some_and(|known| known.session == *session))
}

async fn call(mut engine: Engine, request: Request) -> Response {
    match engine.call(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn fingerprint(client: Client, request: &Request) -> Fingerprint {
    match cookie::presented(client, request.headers()) {
        Presented::Nothing => Fingerprint::Nothing,
        Presented::One(secret) => Fingerprint::of(secret),
        Presented::Doubtful => Fingerprint::Doubtful,
    }
}

/// The `sid` of an OPEN packet, `0{"sid":…}`.
fn opened_sid(packet: &[u8]) -> Option<String> {
    let open: serde_json::Value = serde_json::from_slice(packet.strip_prefix(b"0")?).ok()?;
    Some(open.get("sid")?.as_str()?.to_owned())
}

/// Byte for byte what the engine says of a `sid` it does not know.
fn unknown() -> Response {
    let mut response = Response::new(Body::from(r#"{"code":"1","message":"Session ID unknown"}"#));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Refused below Socket.IO: after a `connect_error` a stock client would not try again.
fn overloaded() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")]).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use http::Uri;

    use super::*;

    #[test]
    fn what_the_engine_keeps_of_a_request_holds_no_buffer() {
        let read = Bytes::from(b"/socket.io/?EIO=4 cm_sid=secret".to_vec());
        let uri = Uri::from_maybe_shared(read.slice(..17)).unwrap();
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri.clone();
        request.extensions_mut().insert(uri);
        let cookie = HeaderValue::from_maybe_shared(read.slice(18..)).unwrap();
        request.headers_mut().insert("cookie", cookie);
        assert!(!read.is_unique());
        let kept = without_buffer(request);
        assert!(read.is_unique(), "something still holds what was read");
        assert_eq!(
            (kept.uri().to_string().as_str(), &kept.headers()["cookie"]),
            ("/socket.io/?EIO=4", &HeaderValue::from_static("cm_sid=secret"))
        );
    }
}
