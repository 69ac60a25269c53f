//! Packet and frame vectors, against this crate and against the official parsers of npm.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/node.rs"]
mod node;

use std::process::Command;

use serde_json::{Value, json};
use socketio_client::engine::{self, Frame};
use socketio_client::packet::{self, Body, Packet};

fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a list of vectors")
}

/// In the shape of the official parser: `{type, nsp, id?, data?}`.
fn official(packet: Packet) -> Value {
    let (kind, id, data) = match packet.body {
        Body::Connect(data) => (0, None, data.map(Value::Object)),
        Body::Disconnect => (1, None, None),
        Body::Event { name, mut args, id } => {
            args.insert(0, Value::String(name));
            (2, id, Some(Value::Array(args)))
        }
        Body::Ack { id, args } => (3, id, Some(Value::Array(args))),
        Body::ConnectError(data) => (4, None, Some(data)),
    };
    let mut object = json!({ "type": kind, "nsp": packet.namespace });
    if let Some(id) = id {
        object["id"] = id.into();
    }
    if let Some(data) = data {
        object["data"] = data;
    }
    object
}

#[test]
fn every_packet_vector_is_read_and_written_as_it_says() {
    for vector in vectors(include_str!("vectors/packets.json")) {
        let (name, input) = (&vector["name"], vector["input"].as_str().unwrap());
        let decoded = packet::decode(input);
        if vector["error"] == true {
            assert!(decoded.is_err(), "{name}: {decoded:?}");
            continue;
        }
        let packet = decoded.unwrap_or_else(|_| panic!("{name}: refused"));
        assert_eq!(official(packet.clone()), vector["packet"], "{name}");
        let encoded = vector["encoded"].as_str().unwrap_or(input);
        assert_eq!(packet.encode(), encoded, "{name}");
    }
}

#[test]
fn every_frame_vector_is_read_as_it_says() {
    for vector in vectors(include_str!("vectors/frames.json")) {
        let frame = match engine::decode(vector["input"].as_str().unwrap()) {
            Err(engine::BadFrame) => Value::Null,
            Ok(Frame::Close) => json!("close"),
            Ok(Frame::Ping) => json!("ping"),
            Ok(Frame::Ignored) => json!("ignored"),
            Ok(Frame::Message(text)) => json!({ "message": text }),
            Ok(Frame::Open(open)) => json!({ "open": {
                "sid": open.sid, "pingInterval": open.ping_interval, "pingTimeout": open.ping_timeout,
            } }),
        };
        assert_eq!(frame, vector["frame"], "{}", vector["name"]);
        assert_eq!(vector["error"] == true, frame.is_null(), "{}: says both", vector["name"]);
    }
}

#[test]
fn multibyte_packets_cut_at_any_character_are_refused_or_read_but_never_panic() {
    for whole in [
        r#"42/é🎉,12["olá 🎉",{"chave é":"日本"}]"#,
        r#"43/ñ,7["ü",["ß"]]"#,
        r#"44{"message":"não é"}"#,
        r#"0{"sid":"é","pingInterval":1,"pingTimeout":1}"#,
    ] {
        for (cut, _) in whole.char_indices() {
            for part in [&whole[..cut], &whole[cut..]] {
                if let Ok(Frame::Message(text)) = engine::decode(part) {
                    let _ = packet::decode(text);
                }
                let _ = packet::decode(part);
            }
        }
    }
}

#[test]
fn a_packet_nested_without_end_is_refused_and_not_followed() {
    let deep = format!("2[\"e\",{}", "[".repeat(1_000_000));
    assert!(packet::decode(&deep).is_err());
}

#[test]
fn a_packet_of_four_mebibytes_is_read_and_one_byte_more_is_not() {
    const MAX: usize = 4 * 1024 * 1024;
    let of = |len: usize| format!("2[\"e\",\"{}\"]", "x".repeat(len - 9));
    assert_eq!(of(MAX).len(), MAX);
    assert!(packet::decode(&of(MAX)).is_ok());
    assert!(packet::decode(&of(MAX + 1)).is_err());
}

#[test]
fn the_length_for_the_owner_is_that_of_the_message_without_ack_id() {
    let args = [json!("olá"), json!({ "a": [1, 2.5] })];
    assert_eq!(socketio_client::encoded_len("evento", &args), r#"42["evento","olá",{"a":[1,2.5]}]"#.len());
}

#[test]
fn the_official_parsers_agree_with_the_vectors() {
    let Some(scripts) = node::scripts("socket.io-parser", "the_official_parsers_agree_with_the_vectors")
    else {
        return;
    };
    let run = Command::new("node").arg(scripts.join("vectors.mjs")).output().expect("Node.js starts");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    // A script that checks nothing must not pass for one that agrees.
    let expected = vectors(include_str!("vectors/packets.json")).len()
        + vectors(include_str!("vectors/frames.json")).len();
    assert!(said.contains(&format!("{expected} vectors")), "{said}");
}

#[test]
fn the_official_backoff_agrees_with_ours() {
    let Some(scripts) = node::scripts("socket.io-client", "the_official_backoff_agrees_with_ours") else {
        return;
    };
    let run = Command::new("node").arg(scripts.join("backoff.mjs")).output().expect("Node.js starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let rows: Vec<(u32, f64, u64)> = serde_json::from_slice(&run.stdout).expect("rows of n, r and a delay");
    assert!(rows.len() > 1_000);
    for (n, r, delay) in rows {
        assert_eq!(socketio_client::backoff::delay(n, r, false), delay, "attempt {n}, r = {r}");
    }
}
