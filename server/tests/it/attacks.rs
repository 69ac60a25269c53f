//! docs/threats.md, group D: the protocol. One test a line, with its number.

use std::time::Duration;

use protocol::{Message, Refusal, Request, SentRecord};
use serde_json::json;

use crate::client::TestClient;
use crate::polling::{self, Poll};
use crate::program::Program;
use crate::server::TestServer;
use crate::ws::{self, Ws, close_code, frame};
use crate::{eventually, http};

#[tokio::test]
async fn d31_a_sid_alone_opens_nothing_and_stands_nowhere() {
    let server = TestServer::start().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let headers = [("cookie", cookie.as_str())];
    let ana = Poll::open(&server, &headers).await.ok().unwrap();
    ana.post("40").await;
    let welcome = ana.until("42").await;
    let unknown = format!("{}&sid=AAAAAAAAAAAAAAAA", polling::OPEN);
    let origin = server.url();
    let thief = [("origin", origin.as_str())];
    let packet = format!("42{}", json!([Message::EVENT, "roubado"]));
    for (method, body) in [("GET", ""), ("POST", packet.as_str())] {
        let stolen = http::send(&server, method, &ana.path(), &thief, body.as_bytes()).await;
        let invented = http::send(&server, method, &unknown, &thief, body.as_bytes()).await;
        assert_eq!(stolen.status, 400);
        assert_eq!(without_date(stolen), without_date(invented), "{method}: byte for byte the same");
    }
    let upgrade = format!("{}&sid={}", ws::OPEN, ana.sid);
    assert_eq!(Ws::open_at(&server, &upgrade, &thief).await.err(), Some(400));
    // A session that a WebSocket opened cannot be gone on with by polling, whatever one presents.
    let mut ws = Ws::open(&server, &[]).await.unwrap();
    let open: serde_json::Value = serde_json::from_str(&ws.until("0").await[1..]).unwrap();
    let path = format!("{}&sid={}", polling::OPEN, open["sid"].as_str().unwrap());
    assert_eq!(http::get(&server, &path, &[]).await.status, 400);
    // The owner goes on undisturbed, and nobody was told the id.
    let bia = TestClient::plain(&server).await;
    bia.say("oi").await.unwrap();
    let heard = ana.until("42").await;
    assert!(heard.contains("oi") && !heard.contains("roubado"), "{heard}");
    let page = http::get(&server, "/r/lobby", &headers).await.body;
    for text in [welcome, heard, page] {
        assert!(!text.contains(&ana.sid), "{text}");
    }
}

fn without_date(mut answer: http::Answer) -> http::Answer {
    answer.headers.retain(|(name, _)| name != "date");
    answer
}

#[tokio::test]
async fn d32_hostile_packets_harm_only_who_sends_them() {
    let mut program = Program::start(&["--log", "debug"]).await;
    let server = program.address;
    let packets = [
        "",
        "47",
        "48",
        "49",
        "4",
        "7",
        "8",
        "9",
        "x",
        "42[",
        "42",
        "42[1]",
        "42[null]",
        "42{}",
        "42[[]]",
        "43",
        "43[",
        "4299999999999999999999[\"x\"]",
        "42-1[\"x\"]",
        "42/x,[\"a\"]",
        "41/",
        "44",
        "44{}",
        "40{",
        "40[]",
        "45",
        "46",
        "42[\"connect\"]",
        "42[\"disconnect\"]",
        "42[\"error\"]",
        "42[\"connect_error\",{}]",
        "420[\"disconnecting\"]",
        "42[\"\"]",
        "42[\"message\",\"\\ud800\"]",
        "0{}",
        "5",
        "6",
        "2probe",
        "3probe",
    ];
    for packet in packets {
        for connected in [true, false] {
            let mut ws = Ws::open_address(server, ws::OPEN, &[]).await.unwrap();
            if connected {
                ws.send("40").await;
                ws.until("42").await;
            }
            ws.send(packet).await;
            ws.send("1").await;
            ws.until_closed().await;
        }
    }
    // Half a character: only polling can send one.
    for body in [&b"4\xe2\x82"[..], b"\xff", b"42[\"message\",\"\xe2\"]", b"b!!!", b"\x1e\x1e", b""] {
        let answer = http::send_to(server, "GET", polling::OPEN, &[], b"").await;
        let open: serde_json::Value = serde_json::from_str(&answer.body[1..]).unwrap();
        let path = format!("{}&sid={}", polling::OPEN, open["sid"].as_str().unwrap());
        http::send_to(server, "POST", &path, &[("content-type", "text/plain")], body).await;
    }
    assert_eq!(http::send_to(server, "GET", "/healthz", &[], b"").await.body, "ok");
    program.terminate();
    let output = program.output().await;
    assert!(!output.contains("panicked"), "{output}");
}

#[tokio::test]
async fn d33_more_attachments_than_are_read_end_the_connection_before_they_are_awaited() {
    let server = TestServer::start().await;
    for packet in [
        r#"4511-["message",{"_placeholder":true,"num":0}]"#,
        r#"4599999999-["message"]"#,
        r#"4611-1[{}]"#,
        r#"45-["message"]"#,
    ] {
        let mut ws = Ws::plain(&server).await;
        ws.send(packet).await;
        ws.until_closed().await;
    }
    let mut ws = Ws::plain(&server).await;
    ws.send(r#"452-7["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#).await;
    for _ in 0..2 {
        ws.send_binary(&[0; 33 * 1024]).await;
    }
    let packets = ws.until_closed().await;
    assert!(!packets.iter().any(|packet| packet.starts_with("437")), "{packets:?}");
}

#[tokio::test]
async fn d33_binary_arguments_are_a_bad_request_over_every_transport() {
    let server = TestServer::start().await;
    let mut ws = Ws::plain(&server).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let one = r#"{"_placeholder":true,"num":0}"#;
    let placeholders: Vec<_> = (0..10).map(|num| format!(r#"{{"_placeholder":true,"num":{num}}}"#)).collect();
    let most = placeholders.join(",");
    for (count, size, arguments) in [
        (1, 3, format!(r#""message",{one}"#)),
        (1, 3, format!(r#""message","oi",{one}"#)),
        (1, 3, format!(r#""message","oi",{{"room":{one}}}"#)),
        (1, 3, format!(r#""message","oi",{{}},{one}"#)),
        (1, 64 * 1024, format!(r#""typing",{{"on":true}},{one}"#)),
        (10, 6_500, format!(r#""history",{{}},{most}"#)),
        (10, 0, format!(r#""nada",{most}"#)),
    ] {
        ws.send(&format!("45{count}-7[{arguments}]")).await;
        for _ in 0..count {
            ws.send_binary(&vec![1; size]).await;
        }
        let answer = ws.until("437").await;
        assert!(answer.contains(Refusal::BadRequest.code()), "{arguments}: {answer}");
        // As text they are a third longer, and a post has no more than 64 KiB.
        if size * count <= 30 {
            let bytes = format!("\u{1e}b{}", "AQEB".repeat(size / 3)).repeat(count);
            assert_eq!(poll.post(&format!("45{count}-7[{arguments}]{bytes}")).await.body, "ok");
            let answer = poll.until("437").await;
            assert!(answer.contains(Refusal::BadRequest.code()), "{arguments}: {answer}");
        }
    }
    ws.send(&format!("427{}", json!([Message::EVENT, "ainda aqui"]))).await;
    assert!(ws.until("437").await.contains("ok"), "and the line is open");
    assert!(poll.until("42").await.contains("ainda aqui"));
}

#[tokio::test]
async fn d34_a_text_packet_inside_of_a_binary_one_ends_the_connection() {
    let server = TestServer::start().await;
    let mut ws = Ws::plain(&server).await;
    ws.send(r#"452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#).await;
    ws.send_binary(b"x").await;
    ws.send(r#"42["message","x"]"#).await;
    ws.until_closed().await;
}

#[tokio::test]
async fn d35_connecting_twice_is_connecting_once() {
    let server = TestServer::start().await;
    let mut ws = Ws::open(&server, &[]).await.unwrap();
    for _ in 0..3 {
        ws.send("40").await;
    }
    let mut packets = Vec::new();
    while !packets.iter().any(|packet: &String| packet.starts_with("42")) {
        packets.push(ws.next().await.expect("a welcome before the end"));
    }
    // Whatever else were to come of it would come before this answer.
    ws.send(r#"427["history",{}]"#).await;
    packets.push(ws.until("437").await);
    ws.send("1").await;
    packets.extend(ws.until_closed().await);
    let welcomes = packets.iter().filter(|packet| packet.starts_with("42")).count();
    let replies = packets.iter().filter(|packet| packet.starts_with("40")).count();
    assert_eq!((replies, welcomes), (1, 1), "{packets:?}");
}

#[tokio::test]
async fn d36_unknown_namespaces_are_errors_and_leave_nothing_behind() {
    let server = TestServer::unlimited().await;
    let mut ws = Ws::plain(&server).await;
    for n in 0..1_000 {
        ws.send(&format!("40/n{n},")).await;
        assert!(ws.until("44").await.starts_with(&format!("44/n{n},")));
    }
    ws.send(r#"427["nada"]"#).await;
    assert!(ws.until("437").await.contains(Refusal::BadRequest.code()), "the connection still serves");
}

#[tokio::test]
async fn d37_a_session_without_connect_is_ended() {
    let server = TestServer::with(|config| config.tuning.connect = Duration::from_millis(100)).await;
    let mut ws = Ws::open(&server, &[]).await.unwrap();
    ws.until_closed().await;
    let _poll = Poll::open(&server, &[]).await.ok().unwrap();
    eventually("both sessions to be gone", || server.app.bindings.count() == 0).await;
}

#[tokio::test]
async fn d38_an_address_opens_so_many_sessions_by_polling_and_others_are_unaffected() {
    let server = TestServer::with(|config| {
        config.tuning.connections_per_address = 20;
        config.tuning.new_connections_burst = 10_000;
    })
    .await;
    for _ in 0..20 {
        assert!(Poll::open(&server, &[]).await.is_ok());
    }
    for _ in 0..20 {
        let refused = Poll::open(&server, &[]).await.err().unwrap();
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    }
    let elsewhere = tokio::net::TcpSocket::new_v4().unwrap();
    elsewhere.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let tcp = elsewhere.connect(server.address).await.unwrap();
    let bytes = http::request(&server.address, "GET", polling::OPEN, &[], b"");
    assert!(http::raw(tcp, &bytes).await.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn d39_an_upgrade_that_is_never_finished_is_given_up() {
    let server = TestServer::with(|config| config.tuning.upgrade = Duration::from_millis(100)).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let path = format!("{}&sid={}", ws::OPEN, poll.sid);
    let mut half = Ws::open_at(&server, &path, &[]).await.unwrap();
    half.send("2probe").await;
    assert_eq!(half.next().await.as_deref(), Some("3probe"));
    half.until_closed().await;
    eventually("the session to be gone", || server.app.bindings.count() == 0).await;
}

#[tokio::test]
async fn d40_frames_that_are_none_end_the_connection() {
    let server = TestServer::start().await;
    let endless: Vec<u8> = std::iter::once(frame(0x01, b"4"))
        .chain(std::iter::repeat_with(|| frame(0x00, &[b'a'; 1_000])).take(80))
        .flatten()
        .collect();
    let cases: [(&str, Vec<u8>, u16); 5] = [
        ("unmasked", vec![0x81, 0x01, b'2'], 1002),
        ("reserved bit", frame(0xc1, b"2"), 1002),
        ("oversized", frame(0x81, &[b'a'; 65 * 1024]), 1009),
        ("endlessly fragmented", endless, 1009),
        ("invalid UTF-8", frame(0x81, b"4\xff\xfe"), 1007),
    ];
    for (what, frames, code) in cases {
        assert_eq!(close_code(&server, &frames).await, Some(code), "{what}");
    }
    eventually("all sessions to be gone", || server.app.bindings.count() == 0).await;
    assert_eq!(http::get(&server, "/healthz", &[]).await.body, "ok");
}

#[tokio::test]
async fn d41_a_path_that_only_begins_like_ours_is_not_found() {
    let server = TestServer::start().await;
    let query = "?EIO=4&transport=polling";
    for path in
        ["/socket.iofoo", "/socket.io/foo", "/socket.io//", "/socket.io/socket.io.jsx", "/xsocket.io/"]
    {
        assert_eq!(http::get(&server, &format!("{path}{query}"), &[]).await.status, 404, "{path}");
    }
    for path in ["/socket.io/", "/socket.io"] {
        assert_eq!(http::get(&server, &format!("{path}{query}"), &[]).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn d42_an_older_protocol_is_not_supported() {
    let server = TestServer::start().await;
    for path in ["/socket.io/?EIO=3&transport=polling", "/socket.io/?transport=polling"] {
        let answer = http::get(&server, path, &[]).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("Unsupported protocol version"), "{}", answer.body);
    }
}

#[tokio::test]
async fn d43_json_ten_thousand_deep_is_a_bad_request() {
    let server = TestServer::start().await;
    let mut ws = Ws::plain(&server).await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for arguments in [deep.clone(), format!(r#""x",{deep}"#), format!(r#""x",{{"room":{deep}}}"#)] {
        ws.send(&format!(r#"427["{}",{arguments}]"#, Message::EVENT)).await;
        let answer = ws.until("437").await;
        assert!(answer.contains(Refusal::BadRequest.code()), "{answer}");
    }
    let mut ears = TestClient::plain(&server).await;
    ws.send(&format!(r#"42["{}","vivo"]"#, Message::EVENT)).await;
    assert_eq!(ears.event(<SentRecord as protocol::Notice>::EVENT).await[0], "vivo");
}
