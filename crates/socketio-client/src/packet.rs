//! Socket.IO v5 packets as text (socket.io-protocol, revision 5). Binary packets are not taken.

use serde_json::{Map, Value};

/// Longest packet that is looked at, in bytes.
const MAX_TEXT: usize = 4 * 1024 * 1024;
/// More digits would not survive a JavaScript number.
const MAX_ID_DIGITS: usize = 15;

const CONNECT: &str = "0";
const DISCONNECT: &str = "1";
const EVENT: &str = "2";
const ACK: &str = "3";
const CONNECT_ERROR: &str = "4";

/// One packet.
#[derive(Debug, Clone, PartialEq)]
pub struct Packet {
    /// The namespace, `/` if the packet does not name one.
    pub namespace: String,
    /// The rest.
    pub body: Body,
}

/// A packet's type and payload.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// `0`: credentials to the server, the session to the client.
    Connect(Option<Map<String, Value>>),
    /// `1`
    Disconnect,
    /// `2`
    Event {
        /// Its name, never a reserved one.
        name: String,
        /// Its arguments.
        args: Vec<Value>,
        /// The id to answer with, if an answer is wanted.
        id: Option<u64>,
    },
    /// `3`
    Ack {
        /// The id of the event that is answered; an answer without one answers nothing.
        id: Option<u64>,
        /// The answer.
        args: Vec<Value>,
    },
    /// `4`: a string or an object.
    ConnectError(Value),
}

/// Not a packet that this client takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPacket;

/// Whether Socket.IO keeps this event name for itself.
pub fn is_reserved(event: &str) -> bool {
    matches!(
        event,
        "connect" | "connect_error" | "disconnect" | "disconnecting" | "newListener" | "removeListener"
    )
}

/// Reads one packet.
///
/// # Errors
/// If the type is unknown or binary, the ack id has more than 15 digits, the payload is not the type's, or
/// the text is longer than 4 MiB.
pub fn decode(text: &str) -> Result<Packet, BadPacket> {
    if text.len() > MAX_TEXT {
        return Err(BadPacket);
    }
    // Checked splits all the way: a panic's message would be larger than the parser.
    let (kind, rest) = text.split_at_checked(1).ok_or(BadPacket)?;
    let (namespace, rest) = split_namespace(rest);
    let (id, rest) = split_id(rest)?;
    let payload = match rest {
        "" => None,
        json => Some(serde_json::from_str(json).map_err(|_| BadPacket)?),
    };
    let body = match (kind, payload) {
        (CONNECT, None) => Body::Connect(None),
        (CONNECT, Some(Value::Object(data))) => Body::Connect(Some(data)),
        (DISCONNECT, None) => Body::Disconnect,
        (EVENT, Some(Value::Array(items))) => event(items, id)?,
        (ACK, None) => Body::Ack { id, args: Vec::new() },
        (ACK, Some(Value::Array(args))) => Body::Ack { id, args },
        (CONNECT_ERROR, Some(data @ (Value::String(_) | Value::Object(_)))) => Body::ConnectError(data),
        _ => return Err(BadPacket),
    };
    Ok(Packet { namespace: namespace.to_owned(), body })
}

fn split_namespace(rest: &str) -> (&str, &str) {
    if rest.starts_with('/') { rest.split_once(',').unwrap_or((rest, "")) } else { ("/", rest) }
}

fn split_id(rest: &str) -> Result<(Option<u64>, &str), BadPacket> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits > MAX_ID_DIGITS {
        return Err(BadPacket);
    }
    let (id, rest) = rest.split_at_checked(digits).ok_or(BadPacket)?;
    Ok((id.parse().ok(), rest))
}

fn event(mut items: Vec<Value>, id: Option<u64>) -> Result<Body, BadPacket> {
    if items.is_empty() {
        return Err(BadPacket);
    }
    match items.remove(0) {
        Value::String(name) if !is_reserved(&name) => Ok(Body::Event { name, args: items, id }),
        _ => Err(BadPacket),
    }
}

impl Packet {
    /// Writes the packet.
    pub fn encode(self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(self, text: &mut String) {
        let (kind, id, payload) = match self.body {
            Body::Connect(data) => (CONNECT, None, data.map(Value::Object)),
            Body::Disconnect => (DISCONNECT, None, None),
            Body::Event { name, args, id } => (EVENT, id, Some(with_name(name, args))),
            Body::Ack { id, args } => (ACK, id, Some(Value::Array(args))),
            Body::ConnectError(data) => (CONNECT_ERROR, None, Some(data)),
        };
        text.push_str(kind);
        if self.namespace != "/" {
            text.push_str(&self.namespace);
            text.push(',');
        }
        if let Some(id) = id {
            text.push_str(&id.to_string());
        }
        if let Some(payload) = payload {
            // Any Value is JSON: the default is never used, and spares a page the panic's message.
            text.push_str(&serde_json::to_string(&payload).unwrap_or_default());
        }
    }
}

/// The Engine.IO message with this packet of the namespace `/`.
pub(crate) fn frame(body: Body) -> String {
    let mut text = String::from('4');
    Packet { namespace: "/".to_owned(), body }.write(&mut text);
    text
}

fn with_name(name: String, mut args: Vec<Value>) -> Value {
    args.insert(0, Value::String(name));
    Value::Array(args)
}

/// Length in bytes of the WebSocket message that emitting this event sends, without the ack id of a request
/// (at most 15 bytes). For owners whose server limits messages: nothing is refused here.
pub fn encoded_len(event: &str, args: &[Value]) -> usize {
    frame(Body::Event { name: event.to_owned(), args: args.to_vec(), id: None }).len()
}
