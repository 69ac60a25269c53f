//! Attack L100 and what is like it: frames that nobody asked for, to one who does not read; and how a line ends.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::carriers::UPGRADE;
use crate::polling::{self, Poll};
use crate::program::Program;
use crate::server::TestServer;
use crate::ws::{self, Ws, frame};
use crate::{DEADLINE, eventually, within};

/// A WebSocket by hand, opened and never read from.
async fn deaf(address: SocketAddr, mut tcp: TcpStream, query: &str) -> TcpStream {
    let request = format!("GET /socket.io/?{query} HTTP/1.1\r\nhost: {address}\r\n{UPGRADE}\r\n");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(within("the upgrade", tcp.read_u8()).await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
    tcp
}

/// Sends `frame` again and again until the other side has enough; how many bytes that took, at most `most`.
async fn pour(tcp: &mut TcpStream, frame: &[u8], most: usize) -> usize {
    let many = frame.repeat(1 + 16 * 1024 / frame.len());
    let mut poured = 0;
    while poured < most {
        match within("room or the end", tcp.write(&many[poured % frame.len()..])).await {
            Ok(0) | Err(_) => break,
            Ok(written) => poured += written,
        }
    }
    poured
}

const WEBSOCKET: &str = "EIO=4&transport=websocket";
const MIB: usize = 1 << 20;

/// What costs the server work or an answer, and nobody asked for.
fn burdens() -> Vec<Vec<u8>> {
    let text = |packet: &str| frame(0x81, packet.as_bytes());
    let namespace = format!("40/{},", "n".repeat(100));
    vec![
        frame(0x89, &[b'a'; 125]),
        frame(0x89, b""),
        frame(0x8a, b"pong"),
        text("2"),
        text("3"),
        text("431[]"),
        text("42/x,[\"a\"]"),
        text("40/x,"),
        text(&namespace),
    ]
}

#[tokio::test]
async fn l100_every_frame_counts_and_ten_times_the_limit_is_cut() {
    let server = TestServer::with(|config| config.tuning.farewell = Duration::from_millis(50)).await;
    for burden in burdens() {
        for upgrade in [false, true] {
            let poll = Poll::open(&server, &[]).await.ok().unwrap();
            poll.post("40").await;
            poll.until("42").await;
            let path = format!("{WEBSOCKET}&sid={}", poll.sid);
            let query = if upgrade { path.as_str() } else { WEBSOCKET };
            let mut tcp = deaf(server.address, server.connect().await, query).await;
            let first: &[&[u8]] = if upgrade { &[b"2probe", b"5"] } else { &[b"40"] };
            for packet in first {
                tcp.write_all(&frame(0x81, packet)).await.unwrap();
            }
            let poured = pour(&mut tcp, &burden, 64 * MIB).await;
            assert!(poured < 64 * MIB, "{:?}, upgrade: {upgrade}", &burden[..10.min(burden.len())]);
            poll.post("1").await;
            eventually("the session to be gone", || server.app.bindings.count() == 0).await;
        }
    }
}

#[tokio::test]
async fn l100_every_packet_of_a_post_counts_too() {
    let server = TestServer::start().await;
    for packet in ["3", "431[]", "42/x,[1]", "40/x,"] {
        let poll = Poll::open(&server, &[]).await.ok().unwrap();
        poll.post("40").await;
        poll.until("42").await;
        let packets = vec![packet; 300].join(&polling::SEPARATOR.to_string());
        let mut posts = 0;
        while poll.post(&packets).await.status == 200 {
            posts += 1;
            assert!(posts < 5, "{packet}");
        }
        assert_eq!(poll.get().await.status, 400, "{packet}");
        eventually("the session to be gone", || server.app.bindings.count() == 0).await;
    }
}

#[tokio::test]
async fn l100_pings_of_one_who_does_not_read_are_not_heaped_up_even_without_limits() {
    let server = TestServer::narrow(|config| {
        config.rate_limit = server::config::Switch::Off;
        config.tuning.write_stall = Duration::from_millis(300);
        // Nothing else ends it.
        (config.tuning.connect, config.tuning.ping_timeout) = (3 * DEADLINE, 3 * DEADLINE);
        config.tuning.tcp_user_timeout = 3 * DEADLINE;
    })
    .await;
    let mut tcp = deaf(server.address, server.connect_narrow().await, WEBSOCKET).await;
    let poured = pour(&mut tcp, &frame(0x89, &[b'a'; 125]), 64 * MIB).await;
    assert!(poured < 32 * MIB, "{poured} bytes were taken, more than the system's own buffers hold");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn l100_a_server_under_pings_stays_small_open_or_by_invitation_only() {
    let program = Program::start(&[]).await;
    let before = program.resident();
    for _ in 0..8 {
        for burden in burdens() {
            let tcp = TcpStream::connect(program.address).await.unwrap();
            let mut tcp = deaf(program.address, tcp, WEBSOCKET).await;
            pour(&mut tcp, &burden, 16 * MIB).await;
        }
    }
    let grown = program.resident().saturating_sub(before);
    assert!(grown < 8 * MIB, "grew by {grown} bytes");
}

#[tokio::test]
async fn l100_a_name_that_an_error_would_repeat_has_an_end() {
    let server = TestServer::unlimited().await;
    let long = format!("40/{},", "n".repeat(129));
    let short = format!("40/{},", "n".repeat(100));
    let mut ws = Ws::plain(&server).await;
    ws.send(&short).await;
    assert!(ws.until("44").await.contains("Invalid namespace"));
    ws.send(&long).await;
    ws.until_closed().await;
    assert_eq!(ws::close_code(&server, &frame(0x81, long.as_bytes())).await, Some(1002));
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    assert_eq!(poll.post(&short).await.status, 200);
    assert_eq!(poll.post(&long).await.status, 400);
    eventually("the sessions to be gone", || server.app.bindings.count() == 0).await;
}

#[tokio::test]
async fn after_a_close_code_our_side_is_shut_at_once_and_what_comes_is_passed_over() {
    let server = TestServer::with(|config| config.tuning.farewell = 3 * DEADLINE).await;
    let mut tcp = deaf(server.address, server.connect().await, WEBSOCKET).await;
    tcp.write_all(&frame(0x83, b"")).await.unwrap();
    let mut heard = Vec::new();
    within("the end of what the server says", tcp.read_to_end(&mut heard)).await.unwrap();
    assert!(heard.ends_with(&[0x88, 2, 0x03, 0xea]), "{heard:?}");
    // Its ear is open, as long as that takes: nothing comes back that would take the last words away.
    for _ in 0..100 {
        tcp.write_all(&frame(0x81, b"3")).await.unwrap();
        tokio::task::yield_now().await;
    }
    drop(tcp);
    eventually("the session to be gone", || server.app.bindings.count() == 0).await;
}

#[tokio::test]
async fn the_last_words_arrive_even_if_something_unread_was_on_its_way() {
    let server = TestServer::unlimited().await;
    let mut ws = Ws::plain(&server).await;
    server.begin_to_stop();
    // What the server does not read any more must not take its farewell away.
    for _ in 0..50 {
        ws.send("3").await;
    }
    assert!(ws.is_bidden_farewell().await);
    server.stop().await;
}
