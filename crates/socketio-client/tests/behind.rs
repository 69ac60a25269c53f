//! The native driver by polling, and behind proxies that let no WebSocket through, with an official Node server.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "support/node.rs"]
mod node;
#[path = "support/server.rs"]
#[expect(dead_code, reason = "shared with the tests over a WebSocket")]
mod server;

use std::sync::Arc;

use serde_json::json;
use server::{Peer, Server, soon};
use socketio_client::{AckError, Notification, Options, Reason, Transports};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Starts a server, or ends the test after it has said that it is skipped.
macro_rules! server {
    ($test:literal, $options:expr) => {
        match Server::start($test, $options).await {
            Some(server) => server,
            None => return,
        }
    };
}

async fn by_polling(server: &Server) -> Peer {
    let mut options = server.options();
    options.transports = Transports::Polling;
    let mut peer = Peer::open(options, vec![("Cookie".to_owned(), "session=abc".to_owned())]);
    peer.client.connect();
    peer.connected().await;
    peer
}

#[tokio::test]
async fn credentials_and_headers_reach_the_server_by_polling() {
    let server = server!("credentials_and_headers_reach_the_server_by_polling", json!({}));
    let peer = by_polling(&server).await;
    let who = &peer.client.request("who", vec![]).await.unwrap()[0];
    assert_eq!((&who["cookie"], &who["query"]["transport"]), (&json!("session=abc"), &json!("polling")));
}

#[tokio::test]
async fn two_thousand_requests_and_events_by_polling_are_answered_in_order() {
    let server = server!("two_thousand_requests_and_events_by_polling_are_answered_in_order", json!({}));
    let mut peer = by_polling(&server).await;
    let replies: Vec<_> = (0..2_000).map(|n| peer.client.request("echo", vec![json!(n)])).collect();
    for n in 0..2_000 {
        peer.emit("mirror", vec![json!(n), json!("olá 🎉")]);
    }
    for (n, reply) in replies.into_iter().enumerate() {
        assert_eq!(soon("a reply", reply).await, Ok(vec![json!(n)]));
    }
    for n in 0..2_000 {
        assert_eq!(peer.event("mirrored").await.0, [json!(n), json!("olá 🎉")]);
    }
}

#[tokio::test]
async fn a_question_is_answered_and_a_request_times_out_by_polling() {
    let server = server!("a_question_is_answered_and_a_request_times_out_by_polling", json!({}));
    let mut peer = by_polling(&server).await;
    peer.emit("ask", vec![json!("2 + 2")]);
    let (_, token) = peer.event("question").await;
    peer.client.answer(token.unwrap(), vec![json!(4)]);
    assert_eq!(peer.event("answered").await.0, [json!(4)]);
    let reply = peer.client.request_within("silent", vec![], 50);
    assert_eq!(soon("the deadline", reply).await, Err(AckError::Timeout));
}

#[tokio::test]
async fn both_sides_end_a_connection_by_polling_and_the_other_hears_of_it() {
    let mut server = server!("both_sides_end_a_connection_by_polling_and_the_other_hears_of_it", json!({}));
    let mut peer = by_polling(&server).await;
    assert_eq!(server.says("connected").await, "anew");
    peer.emit("kick", vec![]);
    assert_eq!(peer.disconnected().await, Reason::ServerDisconnect);
    assert_eq!(server.says("disconnected").await, "server namespace disconnect");
    peer.client.connect();
    peer.connected().await;
    assert_eq!(server.says("connected").await, "anew");
    peer.client.disconnect();
    assert_eq!(peer.disconnected().await, Reason::ClientDisconnect);
    left(&mut server).await;
}

/// Node hears the goodbye, or before it that nobody waits for its answer any more.
async fn left(server: &mut Server) {
    let reason = server.says("disconnected").await;
    assert!(
        ["client namespace disconnect", "transport close"].contains(&reason.as_str().unwrap()),
        "{reason}"
    );
}

#[tokio::test]
async fn a_client_by_polling_that_is_dropped_says_goodbye() {
    let mut server = server!("a_client_by_polling_that_is_dropped_says_goodbye", json!({}));
    let peer = by_polling(&server).await;
    assert_eq!(server.says("connected").await, "anew");
    peer.client.disconnect();
    drop(peer.client);
    left(&mut server).await;
}

#[tokio::test]
async fn a_connection_by_polling_that_is_cut_dropped_or_silent_is_replaced() {
    let options = json!({ "pingInterval": 200, "pingTimeout": 200 });
    let server = server!("a_connection_by_polling_that_is_cut_dropped_or_silent_is_replaced", options);
    let mut peer = by_polling(&server).await;
    peer.faults.abort();
    assert_eq!(peer.disconnected().await, Reason::TransportError);
    peer.connected().await;
    peer.emit("drop", vec![]);
    assert_eq!(peer.disconnected().await, Reason::TransportClose);
    peer.connected().await;
    peer.faults.stall(true);
    assert_eq!(peer.disconnected().await, Reason::PingTimeout);
    peer.faults.stall(false);
    peer.connected().await;
    peer.echoes().await;
}

/// What a proxy does to WebSockets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    Passes,
    /// Answers 400, as a server does that has seen no `Upgrade`.
    Strips,
    /// Lets them open, and nothing through afterwards.
    Swallows,
}

/// The port of a proxy before the server, and how to change it.
async fn proxy(server: &Server, does: Does) -> (u16, watch::Sender<Does>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, upstream) = (listener.local_addr().unwrap().port(), format!("127.0.0.1:{}", server.port));
    let (change, does) = watch::channel(does);
    let upstream = Arc::new(upstream);
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            // A connection that fails has failed for its owner.
            let (upstream, does) = (Arc::clone(&upstream), *does.borrow());
            tokio::spawn(async move { pass(client, &upstream, does).await.ok() });
        }
    });
    (port, change)
}

async fn pass(mut client: TcpStream, upstream: &str, does: Does) -> std::io::Result<()> {
    let mut head = vec![0; 16 * 1024];
    let read = client.read(&mut head).await?;
    let is_websocket = String::from_utf8_lossy(&head[..read]).to_lowercase().contains("upgrade: websocket");
    if is_websocket && does == Does::Strips {
        return client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
    }
    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(&head[..read]).await?;
    if is_websocket && does == Does::Swallows {
        // The head of the answer, byte by byte, so that no frame comes along.
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(server.read_u8().await?);
        }
        client.write_all(&answer).await?;
        copy(&mut client, &mut sink()).await?;
        return Ok(());
    }
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

async fn through(port: u16) -> Peer {
    let mut peer = Peer::open(Options::new(format!("http://127.0.0.1:{port}")), Vec::new());
    peer.client.connect();
    peer.connected().await;
    peer
}

async fn transport(peer: &Peer) -> String {
    let who = &peer.client.request("who", vec![]).await.unwrap()[0];
    who["query"]["transport"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn behind_a_proxy_that_strips_upgrades_the_client_polls_until_it_passes_them() {
    let server =
        server!("behind_a_proxy_that_strips_upgrades_the_client_polls_until_it_passes_them", json!({}));
    let (port, change) = proxy(&server, Does::Strips).await;
    let mut peer = through(port).await;
    assert_eq!(transport(&peer).await, "polling");
    change.send_replace(Does::Passes);
    // The device has another network: this is asked at once.
    peer.client.online();
    assert_eq!(peer.disconnected().await, Reason::TransportClose);
    assert!(matches!(peer.next().await, Notification::Connected { .. }));
    assert_eq!(transport(&peer).await, "websocket");
}

#[tokio::test]
async fn behind_a_proxy_that_swallows_frames_the_client_polls() {
    let server = server!("behind_a_proxy_that_swallows_frames_the_client_polls", json!({}));
    let (port, _change) = proxy(&server, Does::Swallows).await;
    let peer = through(port).await;
    assert_eq!(transport(&peer).await, "polling");
    peer.echoes().await;
}
