//! The native driver and an official Node server, live on the loopback interface.
//!
//! Without Node.js or npm's `socket.io` each test says that it is skipped.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "support/node.rs"]
mod node;
#[path = "support/server.rs"]
mod server;

use serde_json::{Value, json};
use server::{Peer, Server, soon};
use socketio_client::{AckError, EmitError, Notification, Options, Reason};

/// Starts a server, or ends the test after it has said that it is skipped.
macro_rules! server {
    ($test:literal) => {
        server!($test, json!({}))
    };
    ($test:literal, $options:expr) => {
        match Server::start($test, $options).await {
            Some(server) => server,
            None => return,
        }
    };
}

#[tokio::test]
async fn credentials_query_and_headers_reach_the_server() {
    let server = server!("credentials_query_and_headers_reach_the_server");
    let mut options = server.options();
    options.query = vec![("room".into(), "sala é".into())];
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![header("Cookie", "session=abc"), header("Origin", "https://chat.example")];
    let mut peer = Peer::open(options, headers);
    peer.client.set_auth(json!({ "token": "early" }));
    peer.client.connect();
    // Read when the connection asks for it, not when it was begun.
    peer.client.set_auth(json!({ "token": "in time" }));
    peer.connected().await;
    let who = &peer.client.request("who", vec![]).await.unwrap()[0];
    assert_eq!(who["auth"], json!({ "token": "in time" }));
    assert_eq!(who["cookie"], "session=abc");
    assert_eq!(who["origin"], "https://chat.example");
    assert_eq!(who["query"], json!({ "EIO": "4", "transport": "websocket", "room": "sala é" }));
}

#[tokio::test]
async fn events_of_any_arity_go_both_ways() {
    let server = server!("events_of_any_arity_go_both_ways");
    let mut peer = server.client().await;
    for args in [vec![], vec![json!("olá 🎉")], vec![json!(1), json!(null), json!({ "a": [[], {}] })]] {
        peer.emit("mirror", args.clone());
        assert_eq!(peer.event("mirrored").await, (args.clone(), None));
        assert_eq!(peer.client.request("echo", args.clone()).await, Ok(args));
    }
}

#[tokio::test]
async fn a_question_of_the_server_is_answered() {
    let server = server!("a_question_of_the_server_is_answered");
    let mut peer = server.client().await;
    peer.emit("ask", vec![json!("2 + 2")]);
    let (args, token) = peer.event("question").await;
    assert_eq!(args, [json!("2 + 2")]);
    peer.client.answer(token.unwrap(), vec![json!(4), json!("sure")]);
    assert_eq!(peer.event("answered").await.0, [json!(4), json!("sure")]);
}

#[tokio::test]
async fn two_thousand_requests_are_answered_in_order() {
    let server = server!("two_thousand_requests_are_answered_in_order");
    let mut peer = server.client().await;
    let replies: Vec<_> = (0..2_000).map(|n| peer.client.request("echo", vec![json!(n)])).collect();
    for n in 0..2_000 {
        peer.emit("mirror", vec![json!(n)]);
    }
    for (n, reply) in replies.into_iter().enumerate() {
        assert_eq!(soon("a reply", reply).await, Ok(vec![json!(n)]));
    }
    for n in 0..2_000 {
        assert_eq!(peer.event("mirrored").await.0, [json!(n)]);
    }
}

#[tokio::test]
async fn a_refusal_says_why_and_connect_tries_again() {
    let server = server!("a_refusal_says_why_and_connect_tries_again");
    let mut peer = Peer::open(server.options(), Vec::new());
    peer.client.set_auth(json!({ "refuse": "banned" }));
    peer.client.connect();
    let data = Some(json!({ "code": 7, "why": ["tests"] }));
    assert_eq!(peer.next().await, Notification::ConnectError { message: "banned".into(), data });
    peer.client.online();
    peer.client.set_auth(Value::Null);
    peer.client.connect();
    // The next word is the connection: nothing was tried in between.
    assert!(matches!(peer.next().await, Notification::Connected { .. }));
}

#[tokio::test]
async fn a_request_without_answer_times_out() {
    let server = server!("a_request_without_answer_times_out");
    let peer = server.client().await;
    let reply = peer.client.request_within("silent", vec![], 50);
    assert_eq!(soon("the deadline", reply).await, Err(AckError::Timeout));
    peer.echoes().await;
}

#[tokio::test]
async fn a_server_that_disconnects_is_left_alone() {
    let mut server = server!("a_server_that_disconnects_is_left_alone");
    let mut peer = server.client().await;
    let reply = peer.client.request("silent", vec![]);
    peer.emit("kick", vec![]);
    assert_eq!(peer.disconnected().await, Reason::ServerDisconnect);
    assert_eq!(soon("the reply", reply).await, Err(AckError::Disconnected));
    assert_eq!(server.says("connected").await, "anew");
    assert_eq!(server.says("disconnected").await, "server namespace disconnect");
    peer.client.connect();
    assert!(matches!(peer.next().await, Notification::Connected { .. }));
}

#[tokio::test]
async fn a_client_that_disconnects_says_goodbye() {
    let mut server = server!("a_client_that_disconnects_says_goodbye");
    let mut peer = server.client().await;
    assert_eq!(server.says("connected").await, "anew");
    peer.client.disconnect();
    assert_eq!(peer.disconnected().await, Reason::ClientDisconnect);
    assert_eq!(server.says("disconnected").await, "client namespace disconnect");
}

#[tokio::test]
async fn a_client_that_is_dropped_closes_its_connection() {
    let mut server = server!("a_client_that_is_dropped_closes_its_connection");
    let peer = server.client().await;
    assert_eq!(server.says("connected").await, "anew");
    let reply = peer.client.request("silent", vec![]);
    drop(peer.client);
    assert_eq!(soon("the reply", reply).await, Err(AckError::Disconnected));
    assert_eq!(server.says("disconnected").await, "transport close");
}

#[tokio::test]
async fn a_closed_transport_is_replaced_after_the_backoff() {
    let server = server!("a_closed_transport_is_replaced_after_the_backoff");
    let mut peer = server.client().await;
    peer.emit("drop", vec![]);
    assert_eq!(peer.disconnected().await, Reason::TransportClose);
    assert!(matches!(peer.next().await, Notification::Attempt { n: 1, .. }));
    assert!(matches!(peer.next().await, Notification::Connected { recovered: false, .. }));
    peer.echoes().await;
}

#[tokio::test]
async fn an_aborted_transport_is_replaced_at_once_when_online() {
    let server = server!("an_aborted_transport_is_replaced_at_once_when_online");
    let mut peer = server.client().await;
    peer.faults.abort();
    assert_eq!(peer.disconnected().await, Reason::TransportClose);
    assert!(matches!(peer.next().await, Notification::Attempt { n: 1, .. }));
    peer.client.online();
    peer.connected().await;
    peer.echoes().await;
}

#[tokio::test]
async fn what_was_emitted_while_the_server_restarted_arrives_in_order() {
    const TEST: &str = "what_was_emitted_while_the_server_restarted_arrives_in_order";
    let Some(server) = Server::start(TEST, json!({})).await else { return };
    let mut peer = server.client().await;
    let port = server.kill().await;
    peer.disconnected().await;
    for n in 0..100 {
        peer.emit("mirror", vec![json!(n)]);
    }
    let reply = peer.client.request_within("echo", vec![json!("later")], 15_000);
    let _server = Server::start(TEST, json!({ "port": port })).await;
    peer.client.online();
    peer.connected().await;
    for n in 0..100 {
        assert_eq!(peer.event("mirrored").await.0, [json!(n)]);
    }
    assert_eq!(soon("the reply", reply).await, Ok(vec![json!("later")]));
}

#[tokio::test]
async fn a_server_without_pings_is_given_up() {
    let options = json!({ "pingInterval": 200, "pingTimeout": 200 });
    let server = server!("a_server_without_pings_is_given_up", options);
    let mut peer = server.client().await;
    peer.emit("mute", vec![]);
    assert_eq!(peer.disconnected().await, Reason::PingTimeout);
    peer.connected().await;
    peer.echoes().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_notices_it() {
    let options = json!({ "pingInterval": 200, "pingTimeout": 200 });
    let server = server!("a_client_that_does_not_read_notices_it", options);
    let mut peer = server.client().await;
    peer.faults.stall(true);
    assert_eq!(peer.disconnected().await, Reason::PingTimeout);
    peer.faults.stall(false);
    peer.connected().await;
}

#[tokio::test]
async fn an_event_emitted_after_a_sleep_is_not_lost() {
    let server = server!("an_event_emitted_after_a_sleep_is_not_lost");
    let mut peer = server.client().await;
    peer.faults.sleep(60_000);
    peer.emit("mirror", vec![json!("awake")]);
    assert_eq!(peer.disconnected().await, Reason::PingTimeout);
    peer.client.visible();
    peer.connected().await;
    assert_eq!(peer.event("mirrored").await.0, [json!("awake")]);
}

#[tokio::test]
async fn a_second_connect_reply_changes_nothing() {
    let server = server!("a_second_connect_reply_changes_nothing");
    let mut peer = server.client().await;
    peer.emit("raw", vec![json!("0{\"sid\":\"another\"}")]);
    peer.emit("mirror", vec![]);
    peer.event("mirrored").await;
}

#[tokio::test]
async fn a_broken_packet_and_a_binary_one_cost_the_connection_and_no_more() {
    let server = server!("a_broken_packet_and_a_binary_one_cost_the_connection_and_no_more");
    let mut peer = server.client().await;
    for (event, args) in [("raw", vec![json!("2[")]), ("binary", vec![])] {
        peer.emit(event, args);
        assert_eq!(peer.disconnected().await, Reason::ParseError);
        peer.connected().await;
    }
    peer.echoes().await;
}

#[tokio::test]
async fn a_lost_connection_is_recovered_with_what_was_missed() {
    let options = json!({ "recovery": true });
    let mut server = server!("a_lost_connection_is_recovered_with_what_was_missed", options);
    let mut peer = server.client().await;
    assert_eq!(server.says("connected").await, "anew");
    peer.emit("announce", vec![json!("first")]);
    assert_eq!(peer.event("announced").await.0[0], "first");
    peer.faults.abort();
    assert_eq!(peer.disconnected().await, Reason::TransportClose);
    assert_eq!(server.says("disconnected").await, "transport close");
    assert!(matches!(peer.next().await, Notification::Attempt { n: 1, .. }));
    // Node sends what was missed before the CONNECT reply.
    assert_eq!(peer.event("announced").await.0[0], "while away");
    assert!(matches!(peer.next().await, Notification::Connected { recovered: true, .. }));
    assert_eq!(server.says("connected").await, "again");
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_and_leaves_the_emits_waiting() {
    let mut peer = Peer::open(Options::new("http://127.0.0.1:1"), Vec::new());
    peer.client.connect();
    let reply = peer.client.request_within("echo", vec![], 20);
    assert_eq!(soon("the deadline", reply).await, Err(AckError::Timeout));
    let message = "polling error".to_owned();
    assert_eq!(peer.next().await, Notification::ConnectError { message, data: None });
    assert!(matches!(peer.next().await, Notification::Attempt { n: 1, .. }));
    assert!(!peer.client.is_connected());
    let refused = peer.client.request("connect", vec![]).await;
    assert_eq!(refused, Err(AckError::Refused(EmitError::Reserved)));
}

#[tokio::test]
async fn a_header_that_is_none_fails_the_attempt() {
    let headers = vec![("not a name".to_owned(), "x".to_owned())];
    let mut peer = Peer::open(Options::new("http://127.0.0.1:1"), headers);
    peer.client.connect();
    assert!(matches!(peer.next().await, Notification::ConnectError { .. }));
}
