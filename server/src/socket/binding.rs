//! Binds every Engine.IO session to the browser session that opened it.
//!
//! A `sid` is all a polling request shows, and the engine believes it: whoever learns one could speak as its
//! owner. So a later request must also present the session cookie of the first one, or none if there was none
//! (docs/threats.md section 4). The same record holds the switch that ends a connection whatever its state.

mod packets;
mod registry;
mod slot;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use tokio_util::sync::CancellationToken;
use tower::Service;

pub use registry::Bindings;
pub use slot::Slot;

use super::adapter::Engine;
use crate::App;
use crate::forms::cookie::{self, Presented};
use crate::guard::{Client, EngineRequest, Malformed, Transport};
use crate::listener::Connection;
use crate::session::SecretKind;
use slot::Fingerprint;

/// Largest OPEN packet read back, in bytes; ours has about a hundred.
const MAX_OPEN: usize = 4 * 1024;
/// The packet that ends a session.
const CLOSE: &str = "1";

/// Answers a request for `/socket.io/`: opens a session, or lets one go on.
pub async fn serve(
    app: App,
    engine: Engine,
    client: Client,
    connection: Connection,
    asked: EngineRequest,
    request: Request,
) -> Response {
    match &asked.sid {
        Some(sid) => follow(&app, engine, client, &connection, &asked, sid, request).await,
        None => open(&app, engine, client, &connection, &asked, request).await,
    }
}

async fn open(
    app: &App,
    engine: Engine,
    client: Client,
    connection: &Connection,
    asked: &EngineRequest,
    request: Request,
) -> Response {
    if app.stage.is_closing() || app.bindings.is_full(client, &app.config) || !app.limits.socket(client) {
        return overloaded();
    }
    let presented = fingerprint(app, client, request.headers()).await;
    let slot = app.bindings.open(client, presented, &app.config);
    let mut request = for_engine(request, asked);
    request.extensions_mut().insert(slot.clone());
    if asked.transport == Transport::WebSocket {
        return upgrade(engine, connection, &slot, request).await;
    }
    let response = call(engine.clone(), request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_OPEN).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(sid) = opened_sid(&bytes) {
        app.bindings.remember(sid.clone(), &slot);
        tokio::spawn(close_with(slot.over(), engine, sid));
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Asks the engine for a WebSocket. Only its yes binds the connection to the session.
async fn upgrade(engine: Engine, connection: &Connection, slot: &Slot, request: Request) -> Response {
    // Without the first, hyper has seen no upgrade, and the engine would say yes all the same.
    if request.extensions().get::<OnUpgrade>().is_none() || !slot.claim() {
        return Malformed::Request.into_response();
    }
    let response = call(engine, request).await;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        connection.upgrade(slot.intake.clone());
        slot.carried_by(connection.kill.clone());
    } else {
        slot.release();
    }
    response
}

/// Ends the engine's session with ours. Without a WebSocket that could be cut it would go on until its next ping, with
/// its place and its rooms. If it is gone already, the engine says so and that is all.
async fn close_with(over: CancellationToken, engine: Engine, sid: String) {
    over.cancelled().await;
    let asked = EngineRequest { transport: Transport::Polling, sid: Some(sid) };
    let mut request = Request::new(Body::from(CLOSE));
    *request.method_mut() = Method::POST;
    if let Ok(uri) = asked.path_and_query().parse() {
        *request.uri_mut() = uri;
        call(engine, request).await;
    }
}

/// The request as the engine may keep it for as long as the session lasts: address and headers are slices of the 8 KiB
/// that hyper reads requests into, and one of them keeps all of it. Of the extensions only what an upgrade needs goes
/// along: the router's hold the address once more. The address is made from what was read, so that the engine cannot
/// read anything else.
fn for_engine(request: Request, asked: &EngineRequest) -> Request {
    let (mut parts, body) = request.into_parts();
    let upgrade = parts.extensions.remove::<OnUpgrade>();
    parts.extensions.clear();
    if let Some(upgrade) = upgrade {
        parts.extensions.insert(upgrade);
    }
    parts.uri = asked.path_and_query().parse().unwrap_or_default();
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
    connection: &Connection,
    asked: &EngineRequest,
    sid: &str,
    request: Request,
) -> Response {
    let Some(slot) = app.bindings.by_sid(sid) else { return unknown() };
    let presented = fingerprint(app, client, request.headers()).await;
    if !slot.opened_by(&presented) && !goes_on(app, &slot, client, request.headers()).await {
        return unknown();
    }
    let request = for_engine(request, asked);
    let answered = async {
        match asked.transport {
            Transport::WebSocket => {
                // The engine gives an upgrade so much time; what has been posted before is handed on first.
                drop(slot.turn().await);
                slot.intake.gate.upgrade(true);
                let response = upgrade(engine, connection, &slot, request).await;
                if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                    slot.intake.gate.upgrade(false);
                }
                response
            }
            Transport::Polling if *request.method() == Method::POST => {
                packets::post(&app.config.tuning, engine, &slot, request).await
            }
            Transport::Polling => packets::fetch(&app.stage, engine, &slot, request).await,
        }
    };
    tokio::select! {
        biased;
        () = slot.killed() => unknown(),
        response = answered => response,
    }
}

/// The cookie is another one, but of the same session: its secret has changed under the open page.
async fn goes_on(app: &App, slot: &Slot, client: Client, headers: &HeaderMap) -> bool {
    let shown = cookie::shown(app, client, headers).await;
    let (Some(session), Ok(Presented::One(secret))) = (slot.session(), shown) else {
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

async fn fingerprint(app: &App, client: Client, headers: &HeaderMap) -> Fingerprint {
    match cookie::shown(app, client, headers).await {
        Ok(Presented::Nothing | Presented::Elsewhere) => Fingerprint::Nothing,
        Ok(Presented::One(secret)) => Fingerprint::of(secret),
        Ok(Presented::Doubtful) => Fingerprint::Doubtful,
        Err(error) => {
            error.log("sessions cannot be read");
            Fingerprint::Doubtful
        }
    }
}

/// The `sid` of an OPEN packet, `0{"sid":…}`.
fn opened_sid(packet: &[u8]) -> Option<String> {
    let open: serde_json::Value = serde_json::from_slice(packet.strip_prefix(b"0")?).ok()?;
    Some(open.get("sid")?.as_str()?.to_owned())
}

/// Byte for byte what is said of a `sid` that nobody knows.
fn unknown() -> Response {
    Malformed::Session.into_response()
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
    fn what_the_engine_keeps_of_a_request_holds_no_buffer_and_only_what_was_read() {
        let read = Bytes::from(b"/socket.io/?EIO=4&transport=polling&x=y cm_sid=secret".to_vec());
        let uri = Uri::from_maybe_shared(read.slice(..39)).unwrap();
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri.clone();
        request.extensions_mut().insert(uri);
        let cookie = HeaderValue::from_maybe_shared(read.slice(40..)).unwrap();
        request.headers_mut().insert("cookie", cookie);
        let asked = EngineRequest::of(&request).unwrap();
        assert!(!read.is_unique());
        let kept = for_engine(request, &asked);
        assert!(read.is_unique(), "something still holds what was read");
        assert_eq!(
            (kept.uri().to_string().as_str(), &kept.headers()["cookie"]),
            ("/socket.io/?EIO=4&transport=polling", &HeaderValue::from_static("cm_sid=secret"))
        );
    }
}
