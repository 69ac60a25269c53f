//! The door: `Host`, `Origin` and cross-site requests, decided before anything else sees the request. What is for the
//! socket engine is read here, too, and nowhere else.
//!
//! The table of security.md section 3, first match wins. Engine.IO checks none of it. Not here: who the person
//! is ([`crate::forms`], [`crate::socket`]) and which session a socket belongs to ([`crate::socket::binding`]).

mod client;
mod engine;

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HOST, HeaderName, ORIGIN, UPGRADE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub use client::{Client, network};
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
}

/// Lets a request pass, with its [`Client`] attached, or answers it.
pub async fn check(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(connection) = client::connection(request.extensions()) else {
        return answer(Refused::Host, false);
    };
    let client = Client::of(&app.config, connection.peer, request.headers());
    let socket = is_socket(request.uri());
    let origin = match judge(&app.config, client, &request, socket) {
        Ok(origin) => origin,
        Err(refused) => {
            let path = crate::telemetry::without_token(request.uri().path());
            tracing::debug!(?refused, path, "request refused at the door");
            return answer(refused, socket);
        }
    };
    request.extensions_mut().insert(client);
    let mut response = match socket.then(|| EngineRequest::of(&request)).transpose() {
        Ok(asked) => {
            if let Some(asked) = asked {
                request.extensions_mut().insert(asked);
            }
            next.run(request).await
        }
        Err(malformed) => {
            tracing::debug!(?malformed, "request for the engine refused");
            malformed.into_response()
        }
    };
    response.extensions_mut().insert(client);
    // Only a listed site may read an answer, and never with cookies.
    if let Some(origin) = origin.filter(|origin| socket && app.config.allow_origin.contains(origin)) {
        if let Ok(value) = HeaderValue::from_str(&origin.to_string()) {
            response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        }
        response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    }
    response
}

/// The table. The origin that was named and is allowed, if one was named.
fn judge(
    config: &Config,
    client: Client,
    request: &Request,
    socket: bool,
) -> Result<Option<Origin>, Refused> {
    let headers = request.headers();
    let authority =
        authority(headers, request.uri()).filter(|it| is_ours(config, it)).ok_or(Refused::Host)?;
    let own_data = request.uri().path() == crate::headers::REPORT_PATH;
    if own_data || !(socket || changes_state(request.method())) {
        return Ok(None);
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    if let Some(named) = origins.next() {
        let named = named.to_str().ok().and_then(|text| text.parse::<Origin>().ok()).ok_or(Refused::Site)?;
        let own = config.public_url.clone().or_else(|| Origin::of(client.secure, authority).ok());
        let allowed = own.as_ref() == Some(&named) || config.allow_origin.contains(&named);
        return if allowed && origins.next().is_none() { Ok(Some(named)) } else { Err(Refused::Site) };
    }
    if let Some(site) = headers.get(&SEC_FETCH_SITE) {
        return if site == "same-origin" { Ok(None) } else { Err(Refused::Site) };
    }
    // On plain HTTP a browser names neither for a same-origin poll.
    let poll = socket && !client.secure && *request.method() == Method::GET && !headers.contains_key(UPGRADE);
    if cookie::is_present(headers) && !poll { Err(Refused::Site) } else { Ok(None) }
}

fn changes_state(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The request is for the socket engine; the client bundle beside it is a file as any other.
fn is_socket(uri: &Uri) -> bool {
    matches!(uri.path(), "/socket.io" | "/socket.io/")
}

/// What the request says it is for, if it says one thing only.
fn authority<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    let absolute = uri.authority().is_none_or(|named| named.as_str().eq_ignore_ascii_case(host));
    (absolute && hosts.next().is_none()).then_some(host)
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

/// The configured name, a loopback name or an IP literal: a name that an attacker's DNS cannot make ours.
fn is_ours(config: &Config, authority: &str) -> bool {
    let Ok(origin) = Origin::of(false, authority) else { return false };
    let host = origin.host();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost"
        || host.ends_with(".localhost")
        || bare.parse::<IpAddr>().is_ok()
        || config.public_url.as_ref().is_some_and(|url| url.host() == host)
}

fn answer(refused: Refused, socket: bool) -> Response {
    let (status, text) = match refused {
        Refused::Host => (StatusCode::MISDIRECTED_REQUEST, "Misdirected request"),
        Refused::Site => (StatusCode::FORBIDDEN, "Forbidden"),
    };
    // What Socket.IO for Node says, so that clients recognize it.
    let (kind, body) = if socket && refused == Refused::Site {
        ("application/json", r#"{"code":4,"message":"Forbidden"}"#)
    } else {
        ("text/plain; charset=utf-8", text)
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
#[path = "guard/tests.rs"]
mod tests;
