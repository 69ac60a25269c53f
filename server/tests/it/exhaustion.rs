//! docs/threats.md, group E: exhaustion. One test a line, with its number.
//!
//! 51 (search) comes with search, 55 (presence, typing) with those; 54 is a test of the store. What is to be measured
//! and not to be asserted here (bytes per socket, milliseconds of others) is printed by `cargo bench`.

use std::time::Duration;

use futures_util::future::join_all;
use protocol::{Hello, History, Message, Refusal, Request, Sync};
use serde_json::{Value, json};
use server::config::Switch;
use socketio_client::Reason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::TestClient;
use crate::polling::{self, Poll};
use crate::program::Program;
use crate::reader::Reader;
use crate::server::TestServer;
use crate::ws::{self, Ws, close_code, close_code_of, frame};
use crate::{DEADLINE, http, within};

/// 64 MiB.
const HUGE: usize = 64 << 20;

#[tokio::test]
async fn e44_headers_that_do_not_come_end_the_connection() {
    let server = TestServer::with(|config| config.tuning.header_read = Duration::from_millis(100)).await;
    for begun in [&b""[..], b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: "] {
        let tcp = TcpStream::connect(server.address).await.unwrap();
        http::raw(tcp, begun).await;
    }
    // Nor does it help to send one byte after the other.
    let (mut read, mut write) = TcpStream::connect(server.address).await.unwrap().into_split();
    let drip = async {
        write.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await?;
        let mut beats = tokio::time::interval(Duration::from_millis(10));
        loop {
            beats.tick().await;
            write.write_all(b"a").await?;
        }
    };
    let mut answer = Vec::new();
    let over = async {
        tokio::select! {
            end = drip => end,
            end = read.read_to_end(&mut answer) => end.map(drop),
        }
    };
    let _: std::io::Result<()> = within("the end of the connection", over).await;
}

#[tokio::test]
async fn e45_idle_sockets_take_nothing_from_others() {
    let server = TestServer::unlimited().await;
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(Ws::plain(&server).await);
    }
    let (ana, _) = TestClient::hello(&server).await;
    ana.say("ainda aqui").await.unwrap();
    for ws in &mut idle {
        assert!(ws.until("42").await.contains("ainda aqui"));
    }
    assert_eq!(server.app.bindings.count(), 201);
}

#[tokio::test]
async fn e46_who_does_not_read_is_cut_off_and_heals_from_the_database() {
    let server = TestServer::with(|config| {
        config.rate_limit = Switch::Off;
        config.tuning.outbox = 16;
        config.tuning.overflow_every = Duration::from_millis(50);
        // Nothing else ends it.
        (config.tuning.write_stall, config.tuning.ping_timeout) = (3 * DEADLINE, 3 * DEADLINE);
        config.tuning.tcp_user_timeout = 3 * DEADLINE;
    })
    .await;
    let slow = TestClient::open(&server, json!({"v": protocol::VERSION}), &[]);
    let faults = slow.faults.clone();
    let mut slow = Reader::new(slow);
    let (fast, _) = TestClient::hello(&server).await;
    slow.until(fast.say("antes").await.unwrap().seq).await;
    faults.stall(true);
    // The kernel's buffers fill first, then the queue.
    let body = "x".repeat(4_000);
    let mut said = 0;
    while server.app.bindings.count() == 2 {
        said = fast.say(&body).await.unwrap().seq;
        assert!(said < 4_000, "the connection that does not read is still open");
    }
    faults.stall(false);
    slow.until(said).await;
    let shown: Vec<_> = slow.timeline.messages().map(|message| message.seq).collect();
    let last = *shown.last().unwrap();
    assert_eq!(shown, (last + 1 - shown.len() as u64..=said).collect::<Vec<_>>(), "no hole, nothing twice");
}

#[tokio::test]
async fn e47_a_packet_above_64_kib_ends_the_connection_or_is_413_and_is_not_read() {
    let server = TestServer::start().await;
    for size in [65 * 1024, HUGE] {
        assert_eq!(close_code(&server, &frame(0x81, &vec![b'a'; size])).await, Some(1009), "{size}");
    }
    // The lengths are believed: nothing is waited for, and nothing is set aside.
    let length = HUGE.to_string();
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    let (origin, path) = (server.url(), poll.path());
    for (path, kind) in [(path.as_str(), "text/plain"), ("/r/lobby", "application/x-www-form-urlencoded")] {
        let headers =
            [("origin", origin.as_str()), ("content-type", kind), ("content-length", length.as_str())];
        let body = vec![b'a'; 64 * 1024 + 1];
        assert_eq!(http::send(&server, "POST", path, &headers, &body).await.status, 413, "{path}");
    }
    let path = Poll::open(&server, &[]).await.ok().unwrap().path();
    let chunked = [("origin", origin.as_str()), ("transfer-encoding", "chunked")];
    let body = [format!("{HUGE:x}\r\n4").as_bytes(), &[b'a'; 64 * 1024]].concat();
    assert_eq!(http::send(&server, "POST", &path, &chunked, &body).await.status, 413);
    let mut ws = Ws::plain(&server).await;
    ws.send(&format!("421{}", json!([Message::EVENT, "a".repeat(60 * 1024)]))).await;
    let answer = ws.until("431").await;
    assert!(answer.contains(Refusal::TooLong.code()), "60 KiB are read, and refused as a text: {answer}");
}

#[tokio::test]
async fn e48_endless_fragments_end_the_connection() {
    let server = TestServer::start().await;
    for payload in [&b"a"[..], b""] {
        let fragments = |first: &[u8]| {
            let more = std::iter::repeat_with(|| frame(0x00, payload)).take(70_000).flatten();
            first.iter().copied().chain(more).collect::<Vec<_>>()
        };
        let begun = fragments(&frame(0x01, b"4"));
        assert_eq!(close_code(&server, &begun).await, Some(1009), "{} bytes each", payload.len());
        // Nor does it help to begin before anybody could watch.
        let code = close_code_of(&server, &frame(0x01, b"4"), &fragments(b"")).await;
        assert_eq!(code, Some(1002), "{} bytes each, begun early", payload.len());
    }
}

#[tokio::test]
async fn e49_a_flood_of_events_is_refused_then_cut_and_others_are_served() {
    let server = TestServer::start().await;
    let (bia, _) = TestClient::hello(&server).await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let mut limited = 0;
    for _ in 0..150 {
        let answer = ana.ask(History::EVENT, vec![json!({})]).await;
        limited += usize::from(answer["error"]["code"] == Refusal::RateLimited.code());
    }
    assert_eq!(limited, 30, "120 a minute are answered");
    let flood = async {
        for _ in 150..10_000 {
            ana.io.emit(History::EVENT, vec![json!({})]).unwrap();
        }
        ana.disconnected().await
    };
    let others = async {
        for _ in 0..50 {
            bia.request(&History::default()).await.unwrap();
        }
    };
    let (reason, ()) = tokio::join!(flood, others);
    assert!(matches!(reason, Reason::TransportClose | Reason::TransportError), "{reason}");
    bia.say("e agora").await.unwrap();
}

#[tokio::test]
async fn e50_catching_up_from_the_beginning_again_and_again_is_limited() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    ana.say("oi").await.unwrap();
    let from_the_start = || vec![json!({"cursors": {"lobby": 0}})];
    let answers = join_all((0..30).map(|_| ana.io.request(Sync::EVENT, from_the_start())));
    let answers: Vec<Value> =
        within("the acks", answers).await.into_iter().map(|answer| answer.unwrap().remove(0)).collect();
    assert!(answers[..20].iter().all(|answer| answer["ok"]["rooms"]["lobby"]["head"] == 1));
    let limited = answers[20..].iter().find(|answer| answer["error"]["code"] == Refusal::RateLimited.code());
    assert!(limited.expect("a burst of 20, then two a second")["error"]["retryAfterMs"].is_u64());
}

#[tokio::test]
async fn e52_a_compressed_body_is_not_decompressed_but_415() {
    let server = TestServer::start().await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    let (origin, path) = (server.url(), poll.path());
    let form = "application/x-www-form-urlencoded";
    let bodies = [("/r/lobby", form, "body=oi"), ("/name", form, "name=Ana"), (&path, "text/plain", "40")];
    for (path, kind, body) in bodies {
        for encoding in ["gzip", "BR", "identity, deflate"] {
            let headers =
                [("origin", origin.as_str()), ("content-type", kind), ("content-encoding", encoding)];
            let answer = http::send(&server, "POST", path, &headers, body.as_bytes()).await;
            assert_eq!((answer.status, answer.header("accept-encoding")), (415, Some("identity")), "{path}");
        }
    }
    let (_, hello) = TestClient::hello(&server).await;
    assert_eq!(hello.heads.get(&chat::RoomId::lobby()), Some(&0), "nothing was said");
    let plain = [("origin", origin.as_str()), ("content-encoding", "identity")];
    assert_eq!(http::send(&server, "POST", &path, &plain, b"40").await.status, 200);
}

#[tokio::test]
async fn e53_there_is_no_http_2_to_be_flooded_with() {
    let server = TestServer::start().await;
    // The preface and an empty SETTINGS frame, as a client with prior knowledge begins.
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    let answer = http::raw(TcpStream::connect(server.address).await.unwrap(), preface).await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 "), "{}", String::from_utf8_lossy(&answer));
    let upgrade = [
        ("connection", "Upgrade, HTTP2-Settings, close"),
        ("upgrade", "h2c"),
        ("http2-settings", "AAMAAABk"),
    ];
    assert_eq!(http::get(&server, "/healthz", &upgrade).await.status, 200, "the offer is passed over");
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    assert!(!lock.contains("name = \"h2\"\n"), "a library for it is built in");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn e56_without_file_descriptors_it_waits_and_recovers() {
    let mut program = Program::start(&[]).await;
    let url = format!("http://{}", program.address);
    let mut inside = Vec::new();
    for _ in 0..8 {
        let mut client = TestClient::open_url(url.clone(), json!({"v": protocol::VERSION}), &[]);
        client.notice::<Hello>().await;
        inside.push(client);
    }
    // It keeps below the limit that it was started with; so somebody lowers it while it runs.
    program.limit_descriptors(program.descriptors() + 10);
    let crowd: Vec<_> = join_all((0..120).map(|_| TcpStream::connect(program.address))).await;
    program.until_logged("connections cannot be accepted").await;
    // Who is in goes on, all at once, and so does what needs the database.
    let said = inside[0].say("aqui dentro").await.unwrap();
    let newest = History::default();
    let pages = join_all(inside.iter().map(|client| client.request(&newest))).await;
    for page in pages {
        assert_eq!(page.unwrap().messages.last().unwrap().seq, said.seq);
    }
    drop(crowd);
    program.until_logged("connections are accepted again").await;
    for path in ["/readyz", "/r/lobby", polling::OPEN] {
        assert_eq!(http::send_to(program.address, "GET", path, &[], b"").await.status, 200, "{path}");
    }
    Ws::open_address(program.address, ws::OPEN, &[]).await.unwrap().until("0").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn e56_connections_end_before_the_descriptors_do() {
    let mut program = Program::with_descriptors(64).await;
    program.until_logged("the limit of open files allows fewer connections").await;
    let mut inside =
        TestClient::open_url(format!("http://{}", program.address), json!({"v": protocol::VERSION}), &[]);
    inside.notice::<Hello>().await;
    let crowd: Vec<_> = join_all((0..120).map(|_| TcpStream::connect(program.address))).await;
    inside.say("aqui dentro").await.unwrap();
    // Somebody else is turned away at once and not left waiting.
    let mut late = TcpStream::connect(program.address).await.unwrap();
    assert_eq!(within("the end", late.read(&mut [0])).await.ok().unwrap_or(0), 0);
    drop(crowd);
    inside.say("ainda aqui").await.unwrap();
    program.terminate();
    let output = program.output().await;
    assert!(!output.contains("connections cannot be accepted"), "{output}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_soft_limit_of_descriptors_is_raised_to_the_hard_one() {
    let program = Program::after("ulimit -Sn 64; ulimit -Hn 4096").await;
    assert_eq!(program.most_descriptors(), 4_096);
}
