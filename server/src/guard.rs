//! The door: `Host`, `Origin` and cross-site requests, decided before anything else sees the request. What is for the
//! socket engine is read here, too, and nowhere else.
//!
//! The table of docs/threats.md section 3, first match wins. Engine.IO checks none of it. Not here: who the person
//! is ([`crate::forms`], [`crate::socket`]) and which session a socket belongs to ([`crate::socket::binding`]).

mod client;
mod engine;
mod host;

use app::pages::Notice;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE,
    COOKIE, HOST, HeaderName, ORIGIN, SET_COOKIE, UPGRADE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub use client::{Client, Unreadable, network};
pub use engine::{EngineRequest, Malformed, Transport};

use crate::App;
use crate::config::{Config, Origin};
use crate::forms::cookie;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not for us: DNS rebinding, or a wrong proxy.
    Host,
    /// Another site made it.
    Site,
    /// A trusted proxy forwards an address or a scheme that cannot be read.
    Proxy,
    /// It says nothing, or two things, about what it is for.
    Request,
    /// A proxy has left the port out of what it is for.
    Port,
}

/// Lets a request pass, with its [`Client`] attached, or answers it.
pub async fn check(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(connection) = client::connection(request.extensions()) else {
        return answer(Refused::Host, false);
    };
    let peer = connection.peer;
    let Ok(client) = Client::of(&app.config, app.port(), peer, request.headers()) else {
        tracing::debug!(%peer, "a trusted proxy forwards what cannot be read");
        return answer(Refused::Proxy, false);
    };
    host::notice_proxy(&app.config, peer, request.headers());
    let socket = is_socket(request.uri());
    if let Err(refused) = judge(&app.config, client, &request, socket) {
        let path = crate::telemetry::without_token(request.uri().path());
        tracing::debug!(?refused, path, "request refused at the door");
        return answer(refused, socket);
    }
    let readable = is_readable(request.uri());
    let site = listed(&app.config, client, &request);
    request.extensions_mut().insert(client);
    if site.is_some() {
        // A site that is not ours acts for nobody: it brings no cookie, and leaves none behind.
        request.headers_mut().remove(COOKIE);
    }
    let asks_beforehand = preflight(&request).filter(|_| readable && site.is_some());
    let mut response = match (asks_beforehand, socket.then(|| EngineRequest::of(&request)).transpose()) {
        (Some(answer), _) => answer,
        (None, Ok(asked)) => {
            if let Some(asked) = asked {
                request.extensions_mut().insert(asked);
            }
            next.run(request).await
        }
        (None, Err(malformed)) => {
            tracing::debug!(?malformed, "request for the engine refused");
            malformed.into_response()
        }
    };
    if site.is_some() {
        response.headers_mut().remove(SET_COOKIE);
    }
    response.extensions_mut().insert(client);
    if readable && !app.config.allow_origin.is_empty() {
        response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
        if let Some(value) = site.and_then(|site| HeaderValue::from_str(&site.to_string()).ok()) {
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        }
    }
    response
}

/// The listed site whose page made the request, if it is not our own.
fn listed(config: &Config, client: Client, request: &Request) -> Option<Origin> {
    let own =
        host::authority(request.headers(), request.uri()).ok().and_then(|host| own(config, client, host));
    let named = request.headers().get_all(ORIGIN).iter();
    named
        .filter_map(|named| named.to_str().ok()?.parse::<Origin>().ok())
        .find(|named| config.allow_origin.contains(named) && own.as_ref() != Some(named))
}

/// The answer to a browser that asks whether a page of a listed site may send such a request. It may, whatever headers
/// its client library adds: none of them is a cookie.
fn preflight(request: &Request) -> Option<Response> {
    if *request.method() != Method::OPTIONS || !request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    if let Some(asked) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    Some(response)
}

/// The table.
fn judge(config: &Config, client: Client, request: &Request, socket: bool) -> Result<(), Refused> {
    let headers = request.headers();
    let Some(authority) = host::of(config, request)? else { return Ok(()) };
    let own_data = request.uri().path() == crate::headers::REPORT_PATH;
    if own_data || !(socket || changes_state(request.method())) {
        return Ok(());
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    if let Some(named) = origins.next() {
        let named = named.to_str().ok().and_then(|text| text.parse::<Origin>().ok()).ok_or(Refused::Site)?;
        let own = own(config, client, authority);
        let allowed = own.as_ref() == Some(&named) || config.allow_origin.contains(&named);
        if allowed && origins.next().is_none() {
            return Ok(());
        }
        return Err(host::other(config, own.as_ref(), &named, authority));
    }
    if let Some(site) = headers.get(&SEC_FETCH_SITE) {
        return if site == "same-origin" { Ok(()) } else { Err(Refused::Site) };
    }
    // On plain HTTP a browser names neither for a same-origin poll.
    let poll = socket && !client.secure && *request.method() == Method::GET && !headers.contains_key(UPGRADE);
    if cookie::is_present(client, headers) && !poll { Err(Refused::Site) } else { Ok(()) }
}

/// The origin of our own pages: the configured one, or that of the host that was asked.
fn own(config: &Config, client: Client, authority: &str) -> Option<Origin> {
    config.public_url.clone().or_else(|| Origin::of(client.secure, authority).ok())
}

fn changes_state(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The request is for the socket engine; the client bundle beside it is a file as any other.
fn is_socket(uri: &Uri) -> bool {
    matches!(uri.path(), "/socket.io" | "/socket.io/")
}

/// Pages of listed sites may read the answer: the socket engine's, and the client bundle beside it.
fn is_readable(uri: &Uri) -> bool {
    is_socket(uri) || uri.path().starts_with("/socket.io/")
}

/// The host name of the `Host` header in lower case, without its port.
fn host_name(headers: &HeaderMap) -> Option<String> {
    Origin::of(false, headers.get(HOST)?.to_str().ok()?).ok().map(|origin| origin.host().to_owned())
}

/// What an address of ours begins with, for a link to be given away: the configured name, or what the asker calls us,
/// which is one of ours too.
pub fn base(config: &Config, client: Client, headers: &HeaderMap) -> Option<Origin> {
    match &config.public_url {
        Some(url) => Some(url.clone()),
        None => Origin::of(client.secure, headers.get(HOST)?.to_str().ok()?).ok(),
    }
}

fn answer(refused: Refused, socket: bool) -> Response {
    let (status, text) = match refused {
        Refused::Host => (StatusCode::MISDIRECTED_REQUEST, "Misdirected request"),
        Refused::Site => (StatusCode::FORBIDDEN, "Forbidden"),
        Refused::Proxy => (
            StatusCode::BAD_REQUEST,
            "The proxy in front of this server sends an X-Forwarded-For or X-Forwarded-Proto that cannot be read",
        ),
        Refused::Request => (StatusCode::BAD_REQUEST, "Bad request: one Host, please"),
        Refused::Port => (StatusCode::FORBIDDEN, "Forbidden: the proxy has left the port out of Host"),
    };
    // What Socket.IO for Node says, so that clients recognize it.
    let (kind, body) = if socket && status == StatusCode::FORBIDDEN {
        ("application/json", r#"{"code":4,"message":"Forbidden"}"#)
    } else {
        ("text/plain; charset=utf-8", text)
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if refused == Refused::Port {
        response.extensions_mut().insert(Notice::Port);
    }
    response
}

#[cfg(test)]
#[path = "guard/tests.rs"]
mod tests;
