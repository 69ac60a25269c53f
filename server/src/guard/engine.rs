//! A request for the socket engine, read once: which transport, which session.
//!
//! Whoever needs to know it (the kill switch, the binding, the meter) takes it from here, and the engine is asked with
//! a query made from it. So there is one reader, and nothing that two readers could understand differently.

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::header::{CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use axum::response::{IntoResponse, Response};

/// The names of the query that decide; every other one is the client's own.
const NAMES: [&str; 3] = ["EIO", "transport", "sid"];
/// The engine's protocol.
const PROTOCOL: &str = "4";
/// The protocol of WebSockets.
const WEBSOCKET: &str = "13";
/// Longest id of a session that is looked up.
const MAX_SID: usize = 64;
/// Characters of a WebSocket's key: 16 bytes as base64.
const KEY_LENGTH: usize = 24;

/// What carries a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// HTTP long-polling.
    Polling,
    /// A WebSocket.
    WebSocket,
}

/// What a request for the engine asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineRequest {
    /// How.
    pub transport: Transport,
    /// The session that goes on; `None` opens one.
    pub sid: Option<String>,
}

/// Why a request does not reach the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// `transport` is missing, doubled or unknown.
    Transport,
    /// `sid` is no session's.
    Session,
    /// The method opens nothing.
    Method,
    /// The rest of it is not what the transport asks for.
    Request,
    /// `EIO` is missing, doubled or another version.
    Protocol,
    /// Another version of WebSockets.
    Version,
}

impl EngineRequest {
    /// Reads the query, and of a WebSocket the whole opening handshake.
    ///
    /// # Errors
    /// Each of the three names must stand once and be exactly right. A name that only looks like one of them (other
    /// case, escaped) is refused as well: somebody else might read it as one.
    pub fn of(request: &Request) -> Result<EngineRequest, Malformed> {
        let query = Query::of(request.uri().query().unwrap_or_default())?;
        let get = *request.method() == Method::GET;
        let post = *request.method() == Method::POST;
        if !get && query.sid.is_none() {
            return Err(Malformed::Method);
        }
        match query.transport {
            Transport::Polling if get || post => {}
            Transport::WebSocket if get => opening(request)?,
            _ => return Err(Malformed::Request),
        }
        Ok(query)
    }

    /// Where the engine is asked the same.
    pub fn path_and_query(&self) -> String {
        let transport = match self.transport {
            Transport::Polling => "polling",
            Transport::WebSocket => "websocket",
        };
        let sid = self.sid.as_ref().map(|sid| format!("&sid={sid}")).unwrap_or_default();
        format!("/socket.io/?EIO={PROTOCOL}&transport={transport}{sid}")
    }
}

/// Reads a query.
struct Query;

impl Query {
    fn of(query: &str) -> Result<EngineRequest, Malformed> {
        let mut values: [Option<Option<&str>>; 3] = [None; 3];
        for pair in query.split('&') {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (pair, None),
            };
            if let Some(index) = NAMES.iter().position(|known| *known == name) {
                if values[index].replace(value).is_some() {
                    return Err(Self::wrong(index));
                }
            } else if let Some(index) = NAMES.iter().position(|known| resembles(name, known)) {
                return Err(Self::wrong(index));
            }
        }
        let [protocol, transport, sid] = values;
        if protocol.flatten() != Some(PROTOCOL) {
            return Err(Malformed::Protocol);
        }
        let sid = match sid {
            Some(sid) => Some(sid.filter(|sid| is_sid(sid)).ok_or(Malformed::Session)?.to_owned()),
            None => None,
        };
        let transport = match transport.flatten() {
            Some("polling") => Transport::Polling,
            Some("websocket") => Transport::WebSocket,
            _ => return Err(Malformed::Transport),
        };
        Ok(EngineRequest { transport, sid })
    }

    fn wrong(index: usize) -> Malformed {
        [Malformed::Protocol, Malformed::Transport, Malformed::Session][index]
    }
}

/// Once unescaped, and whatever the case, `name` is `known`.
fn resembles(name: &str, known: &str) -> bool {
    let mut bytes = name.bytes();
    let unescaped = std::iter::from_fn(|| match bytes.next()? {
        b'%' => {
            let mut rest = bytes.clone();
            let digits = [rest.next(), rest.next()].map(|digit| digit.and_then(hexadecimal));
            let [Some(high), Some(low)] = digits else { return Some(b'%') };
            bytes = rest;
            Some(high << 4 | low)
        }
        byte => Some(byte),
    });
    unescaped.map(|byte| byte.to_ascii_lowercase()).eq(known.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn hexadecimal(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

fn is_sid(text: &str) -> bool {
    (1..=MAX_SID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The opening handshake of a WebSocket, RFC 6455 section 4.2.1.
fn opening(request: &Request) -> Result<(), Malformed> {
    let headers = request.headers();
    let upgrades = has_token(headers, &CONNECTION, "upgrade") && has_token(headers, &UPGRADE, "websocket");
    if request.version() != Version::HTTP_11 || !upgrades || !request.body().is_end_stream() {
        return Err(Malformed::Request);
    }
    if one(headers, &SEC_WEBSOCKET_VERSION) != Some(WEBSOCKET) {
        return Err(Malformed::Version);
    }
    if one(headers, &SEC_WEBSOCKET_KEY).is_some_and(is_key) { Ok(()) } else { Err(Malformed::Request) }
}

/// The value of a header that must stand once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// One of the header's comma-separated values is `token`.
fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
}

/// 16 bytes as base64.
fn is_key(key: &str) -> bool {
    let Some(digits) = key.strip_suffix("==") else { return false };
    key.len() == KEY_LENGTH
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

impl IntoResponse for Malformed {
    /// In the engine's own words, which clients know.
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Malformed::Transport => {
                (StatusCode::BAD_REQUEST, r#"{"code":"0","message":"Transport unknown"}"#)
            }
            Malformed::Session => (StatusCode::BAD_REQUEST, r#"{"code":"1","message":"Session ID unknown"}"#),
            Malformed::Method => {
                (StatusCode::BAD_REQUEST, r#"{"code":"2","message":"Bad handshake method"}"#)
            }
            Malformed::Request => (StatusCode::BAD_REQUEST, r#"{"code":"3","message":"Bad request"}"#),
            Malformed::Protocol => {
                (StatusCode::BAD_REQUEST, r#"{"code":"5","message":"Unsupported protocol version"}"#)
            }
            Malformed::Version => {
                (StatusCode::UPGRADE_REQUIRED, r#"{"code":"3","message":"Unsupported WebSocket version"}"#)
            }
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self == Malformed::Version {
            headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(WEBSOCKET));
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        }
        response
    }
}

#[cfg(test)]
#[path = "engine/tests.rs"]
mod tests;
