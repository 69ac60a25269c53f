//! Engine.IO v4 frames, as a client meets them (engine.io-protocol, revision 4).

use serde_json::Value;

use crate::Millis;

const MAX_SID: usize = 256;

/// A frame of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame<'a> {
    /// `0{…}`: the session is open.
    Open(Handshake),
    /// `1`: the session is over.
    Close,
    /// `2`: asks for a PONG.
    Ping,
    /// `4…`: a Socket.IO packet.
    Message(&'a str),
    /// `3`, `6`: nothing to do.
    Ignored,
}

/// What OPEN says. Unknown fields and `upgrades` are not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handshake {
    /// The Engine.IO session id: opaque, 1 to 256 bytes.
    pub sid: String,
    /// Milliseconds between two PINGs.
    pub ping_interval: Millis,
    /// Milliseconds that a PING may be late.
    pub ping_timeout: Millis,
    /// Most bytes that the server takes in one POST, if it says so.
    pub max_payload: Option<u64>,
}

/// Not a frame that this client takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadFrame;

/// Reads one text frame.
///
/// # Errors
/// If it is empty, of another type, or an OPEN without `sid`, `pingInterval` and `pingTimeout`.
pub fn decode(text: &str) -> Result<Frame<'_>, BadFrame> {
    let (kind, rest) = text.split_at_checked(1).ok_or(BadFrame)?;
    match kind {
        "0" => handshake(rest).map(Frame::Open).ok_or(BadFrame),
        "1" => Ok(Frame::Close),
        "2" => Ok(Frame::Ping),
        "3" | "6" => Ok(Frame::Ignored),
        "4" => Ok(Frame::Message(rest)),
        _ => Err(BadFrame),
    }
}

fn handshake(json: &str) -> Option<Handshake> {
    let open: Value = serde_json::from_str(json).ok()?;
    let sid = open.get("sid")?.as_str()?;
    if sid.is_empty() || sid.len() > MAX_SID {
        return None;
    }
    Some(Handshake {
        sid: sid.to_owned(),
        ping_interval: open.get("pingInterval")?.as_u64()?,
        ping_timeout: open.get("pingTimeout")?.as_u64()?,
        max_payload: open.get("maxPayload").and_then(Value::as_u64),
    })
}
