//! What the owner of a client decides before it opens.

use crate::Millis;

/// How the bytes of a connection may travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Transports {
    /// A WebSocket. Where none opens, or nothing is heard on it for five seconds, HTTP long-polling without an
    /// upgrade; a WebSocket is then tried again later, beside the connection.
    #[default]
    WebSocketThenPolling,
    /// A WebSocket and nothing else.
    WebSocket,
    /// HTTP long-polling and nothing else.
    Polling,
}

/// Where and how to connect. [`Options::new`] gives the official client's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Origin of the server: `http://`, `https://`, `ws://` or `wss://`, host and optional port. A path
    /// after the origin is the mount point of the server, `/socket.io/` if there is none.
    pub url: String,
    /// Query parameters of the transport's URL, unescaped. `EIO`, `transport`, `sid` and `t` are the
    /// client's own and ignored here.
    pub query: Vec<(String, String)>,
    /// Cap the reconnection delay before the jitter and not after it (2.5–7.5 s instead of 4–5 s after the
    /// third failure), so that many clients of a restarted server do not come back in step. Off by default.
    pub spread: bool,
    /// Deadline of [`Client::request`](crate::Client::request), in milliseconds. 10,000 by default.
    pub ack_timeout_ms: Millis,
    /// Longest wait for OPEN, and then again for the reply to CONNECT, in milliseconds. 20,000 by default.
    pub open_timeout_ms: Millis,
    /// How bytes may travel. By default as a WebSocket first, and by polling where that does not work.
    pub transports: Transports,
    /// Reconnect after a lost connection or a failed attempt. On by default.
    pub reconnection: bool,
    /// Seed of the jitter. The drivers replace 0, the default, by a random number.
    pub seed: u64,
}

impl Options {
    /// The defaults, for the server at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            query: Vec::new(),
            spread: false,
            ack_timeout_ms: 10_000,
            open_timeout_ms: 20_000,
            transports: Transports::default(),
            reconnection: true,
            seed: 0,
        }
    }
}
