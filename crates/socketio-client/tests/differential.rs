//! Against socketioxide: what one side writes the other reads the same, and both refuse the same texts but
//! for a closed list of known differences.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use engineioxide_core::{Packet as EnginePacket, ProtocolVersion};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use socketio_client::engine::{self, Frame};
use socketio_client::packet::{self, BadPacket, Body, Packet};
use socketioxide_core::Value as Payload;
use socketioxide_core::packet::{Packet as TheirPacket, PacketData};
use socketioxide_core::parser::{Parse, ParseConfig, ParseError, ParserState};
use socketioxide_parser_common::CommonParser;

fn their_decode(text: &str) -> Result<TheirPacket, ParseError> {
    CommonParser.decode_str(&ParseConfig::default(), &ParserState::default(), text.to_owned().into())
}

fn their_encode(packet: TheirPacket) -> String {
    match CommonParser.encode(packet) {
        Payload::Str(text, _) => text.into(),
        Payload::Bytes(_) => panic!("a text packet is text"),
    }
}

fn text_payload(json: &Value) -> Payload {
    Payload::Str(json.to_string().into(), None)
}

fn json_payload(payload: &Payload) -> Option<Value> {
    match payload {
        Payload::Str(text, _) => serde_json::from_str(text.as_str()).ok(),
        Payload::Bytes(_) => None,
    }
}

fn with_name(name: &str, args: &[Value]) -> Value {
    std::iter::once(json!(name)).chain(args.iter().cloned()).collect()
}

/// Ours in their words.
fn to_theirs(packet: &Packet) -> TheirPacket {
    let id = |id: u64| i64::try_from(id).unwrap();
    let inner = match &packet.body {
        Body::Connect(data) => {
            PacketData::Connect(data.clone().map(|data| text_payload(&Value::Object(data))))
        }
        Body::Disconnect => PacketData::Disconnect,
        Body::Event { name, args, id: ack } => {
            PacketData::Event(text_payload(&with_name(name, args)), ack.map(id))
        }
        Body::Ack { id: ack, args } => {
            PacketData::EventAck(text_payload(&Value::Array(args.clone())), id(ack.unwrap()))
        }
        Body::ConnectError(data) => PacketData::ConnectError(data["message"].as_str().unwrap().to_owned()),
    };
    TheirPacket { inner, ns: packet.namespace.clone().into() }
}

/// Theirs in our words; `None` where they accept what they have not looked at.
fn to_ours(packet: &TheirPacket) -> Option<Packet> {
    let ours = |id: &i64| u64::try_from(*id).unwrap();
    let body = match &packet.inner {
        PacketData::Connect(None) => Body::Connect(None),
        PacketData::Connect(Some(payload)) => match json_payload(payload)? {
            Value::Object(data) => Body::Connect(Some(data)),
            _ => return None,
        },
        PacketData::Disconnect => Body::Disconnect,
        PacketData::Event(payload, id) => match json_payload(payload)? {
            Value::Array(items) => {
                let (name, args) = items.split_first()?;
                let name = name.as_str().filter(|name| !packet::is_reserved(name))?;
                Body::Event { name: name.to_owned(), args: args.to_vec(), id: id.as_ref().map(ours) }
            }
            _ => return None,
        },
        PacketData::EventAck(payload, id) => match json_payload(payload)? {
            Value::Array(args) => Body::Ack { id: Some(ours(id)), args },
            _ => return None,
        },
        _ => return None,
    };
    Some(Packet { namespace: packet.ns.to_string(), body })
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Short enough for serde_json, which may lose the last bit of a longer fraction.
        any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map(".{0,6}", json(), 0..4).prop_map(|map| map.into_iter().collect())
}

fn packets() -> impl Strategy<Value = Packet> {
    let args = || prop::collection::vec(json(), 0..5);
    let id = || 0..1_000_000_000_000_000_u64;
    let name = ".{0,20}".prop_filter("reserved", |name: &String| !packet::is_reserved(name));
    let body = prop_oneof![
        prop::option::of(object()).prop_map(Body::Connect),
        Just(Body::Disconnect),
        (name, args(), prop::option::of(id())).prop_map(|(name, args, id)| Body::Event { name, args, id }),
        (args(), id()).prop_map(|(args, id)| Body::Ack { args, id: Some(id) }),
        ".{0,20}".prop_map(|text| Body::ConnectError(json!({ "message": text }))),
    ];
    let namespace = prop_oneof![3 => Just("/".to_owned()), 1 => "/[a-zé™]{1,8}"];
    (namespace, body).prop_map(|(namespace, body)| Packet { namespace, body })
}

/// Texts that look like packets, and texts that do not.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        r#"[0-9]?(/[a-zé]{0,4},?)?[0-9]{0,20}[\[{"]?[a-zé"\[\]{}:,0-9 ]{0,16}[\]}]?"#,
        (packets(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<char>()).prop_map(
            |(packet, cut, at, other)| {
                // A good packet with one character replaced or cut off.
                let mut text: Vec<char> = packet.encode().chars().collect();
                let at = at.index(text.len());
                text[at] = other;
                text.truncate(cut.index(text.len()) + 1);
                text.into_iter().collect()
            }
        ),
    ]
}

/// What follows the type and the namespace.
fn id_and_payload(text: &str) -> &str {
    let rest = &text[1..];
    if rest.starts_with('/') { rest.split_once(',').map_or("", |(_, rest)| rest) } else { rest }
}

/// They take digits for an ack id only if a bracket follows at once.
fn hides_its_id(text: &str) -> bool {
    let rest = id_and_payload(text);
    let payload = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    payload.len() < rest.len() && payload.starts_with([' ', '\t', '\n', '\r'])
}

/// Why we refuse a text that socketioxide accepts. Whatever is not here is a bug on one side.
fn they_accept_because(text: &str, theirs: &TheirPacket) -> Option<&'static str> {
    if id_and_payload(text).bytes().take_while(u8::is_ascii_digit).count() > 15 {
        return Some("more than 15 digits of ack id: they take up to an i64 and drop what overflows");
    }
    match &theirs.inner {
        PacketData::Disconnect => Some("DISCONNECT with a payload"),
        PacketData::Connect(Some(_)) | PacketData::Event(..) | PacketData::EventAck(..)
            if to_ours(theirs).is_none() =>
        {
            Some("they do not look at the JSON when decoding, nor for reserved names")
        }
        _ => None,
    }
}

/// Why socketioxide refuses a text that we accept.
fn they_refuse_because(text: &str, ours: &Packet) -> Option<&'static str> {
    match &ours.body {
        Body::ConnectError(_) => Some("type 4 is for clients"),
        Body::Ack { id: None, .. } => Some("an ACK without id: the official client ignores it, and so do we"),
        Body::Ack { args, .. } if args.is_empty() => Some("an ACK without payload: an empty list here"),
        Body::Ack { .. } if hides_its_id(text) => Some("white space between an ACK's id and its payload"),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_we_write_socketioxide_reads_the_same(packet in packets()) {
        prop_assume!(!matches!(packet.body, Body::ConnectError(_)));
        let text = packet.clone().encode();
        let theirs = their_decode(&text).expect("socketioxide reads it");
        prop_assert_eq!(to_ours(&theirs), Some(packet));
    }

    #[test]
    fn what_socketioxide_writes_we_read_the_same(packet in packets()) {
        let text = their_encode(to_theirs(&packet));
        prop_assert_eq!(packet::decode(&text), Ok(packet));
    }

    #[test]
    fn what_we_write_we_read_the_same(packet in packets()) {
        prop_assert_eq!(packet::decode(&packet.clone().encode()), Ok(packet));
    }

    #[test]
    fn both_accept_and_refuse_the_same_texts_but_for_known_differences(text in texts()) {
        // Binary is out of scope here, and half of theirs is state.
        prop_assume!(!text.starts_with(['5', '6']));
        match (packet::decode(&text), their_decode(&text)) {
            (Err(BadPacket), Err(_)) => {}
            (Ok(ours), Err(_)) => prop_assert!(they_refuse_because(&text, &ours).is_some(), "they refuse {text:?}"),
            (Err(BadPacket), Ok(theirs)) => {
                prop_assert!(they_accept_because(&text, &theirs).is_some(), "we refuse {text:?}");
            }
            (Ok(ours), Ok(theirs)) => {
                let Some(mut theirs) = to_ours(&theirs) else {
                    return Err(TestCaseError::fail(format!("they read less than we do: {text:?}")));
                };
                if let (Body::Event { id, .. }, Body::Event { id: seen, .. }) = (&ours.body, &mut theirs.body)
                    && hides_its_id(&text)
                {
                    prop_assert_eq!(*seen, None);
                    *seen = *id;
                }
                prop_assert_eq!(ours, theirs);
            }
        }
    }

    #[test]
    fn both_engines_read_the_same_frames_but_for_known_differences(
        text in prop_oneof![".{0,20}", "[0-9b]?[a-zé]{0,8}", "[23]probe"]
    ) {
        let theirs = EnginePacket::parse(ProtocolVersion::V4, text.clone());
        match (engine::decode(&text), theirs) {
            (Ok(Frame::Close), Ok(EnginePacket::Close))
            | (Ok(Frame::Ping), Ok(EnginePacket::Ping | EnginePacket::PingUpgrade))
            | (Ok(Frame::Ignored), Ok(EnginePacket::Pong | EnginePacket::PongUpgrade | EnginePacket::Noop))
            | (Err(_), Err(_)) => {}
            (Ok(Frame::Message(ours)), Ok(EnginePacket::Message(theirs))) => prop_assert_eq!(ours, theirs.as_str()),
            // OPEN is for clients; polling's binary and the upgrade are not for a WebSocket client.
            (Ok(Frame::Open(_)), Err(_)) => prop_assert!(text.starts_with('0')),
            (Err(_), Ok(EnginePacket::Binary(_) | EnginePacket::Upgrade)) => {
                prop_assert!(text.starts_with(['b', '5']));
            }
            (ours, theirs) => prop_assert!(false, "{text:?}: {ours:?} and {theirs:?}"),
        }
    }
}
