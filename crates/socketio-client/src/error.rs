//! Why a connection ended, why an emit was refused, why an acknowledgement did not come.
//!
//! Errors are plain enums written by hand: the core has one dependency, and these go into a WASM page.

use std::error::Error;
use std::fmt;

/// Why a connection that had been established ended: the official client's six reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The server disconnected this socket on purpose. No reconnection follows.
    ServerDisconnect,
    /// [`Client::disconnect`](crate::Client::disconnect) was called. No reconnection follows.
    ClientDisconnect,
    /// No PING came within `pingInterval + pingTimeout`.
    PingTimeout,
    /// The transport was closed: the server left, or the device went offline.
    TransportClose,
    /// The transport failed, or sent what is not Engine.IO.
    TransportError,
    /// The server sent what is not a Socket.IO packet that this client takes.
    ParseError,
}

impl Reason {
    /// The reason as the official client spells it, for instance `"io server disconnect"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ServerDisconnect => "io server disconnect",
            Self::ClientDisconnect => "io client disconnect",
            Self::PingTimeout => "ping timeout",
            Self::TransportClose => "transport close",
            Self::TransportError => "transport error",
            Self::ParseError => "parse error",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an event was not taken for sending. Nothing was sent or buffered, and no ack id was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EmitError {
    /// The name is one that Socket.IO keeps for itself (`connect`, `disconnect`, …).
    Reserved,
    /// There is no connection, and 1,000 packets or 1 MiB wait for one already.
    BufferFull,
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reserved => "reserved event name",
            Self::BufferFull => "too many packets wait for a connection",
        })
    }
}

impl Error for EmitError {}

/// Why a request ended without the server's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AckError {
    /// The deadline passed. If the request was still waiting for a connection, it was never sent and
    /// never will be; otherwise the server may or may not have acted on it.
    Timeout,
    /// The connection ended after the request was sent. The server may or may not have acted on it.
    Disconnected,
    /// The request was not taken for sending.
    Refused(EmitError),
}

impl fmt::Display for AckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("operation has timed out"),
            Self::Disconnected => f.write_str("socket has been disconnected"),
            Self::Refused(why) => why.fmt(f),
        }
    }
}

impl Error for AckError {}
