//! The engine's traps (docs/socketio.md): each test fails when the rule that avoids its trap is broken.

use std::time::Duration;

use protocol::{Hello, Message, Notice, Refusal, Rename, Request, SentRecord};
use serde_json::json;
use server::config::Switch;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::server::TestServer;
use crate::ws::{self, Ws};
use crate::{eventually, within};

/// Requests in flight at once: fewer than the queue of a connection takes.
const WINDOW: usize = 24;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_events_are_handled_in_the_order_sent() {
    let server = TestServer::unlimited().await;
    let mut ws = Ws::plain(&server).await;
    // A name that is refused costs no write and passes the same queue.
    let packet = |id: usize| format!("42{id}{}", json!([Rename::EVENT, {"name": ""}]));
    for id in 0..WINDOW {
        ws.send(&packet(id)).await;
    }
    for id in 0..20_000 {
        let answer = ws.until("43").await;
        assert!(answer.starts_with(&format!("43{id}[")), "{id} was due: {answer}");
        assert!(answer.contains(Refusal::Empty.code()), "{answer}");
        if id + WINDOW < 20_000 {
            ws.send(&packet(id + WINDOW)).await;
        }
    }
}

#[tokio::test]
async fn an_event_right_after_connect_is_answered_and_heard_by_its_sender() {
    let server = TestServer::unlimited().await;
    for _ in 0..50 {
        let mut ws = Ws::open(&server, &[]).await.unwrap();
        ws.send("40").await;
        // The engine answers CONNECT first and calls the connect handler later.
        ws.until("40").await;
        ws.send(&format!("421{}", json!([Message::EVENT, "já"]))).await;
        let (mut acked, mut heard) = (false, false);
        while !(acked && heard) {
            let packet = ws.next().await.expect("open");
            acked |= packet.starts_with(r#"431[{"ok""#);
            heard |= packet.starts_with(&format!(r#"42["{}","já""#, SentRecord::EVENT));
        }
    }
}

#[tokio::test]
async fn one_engine_serves_every_connection() {
    let server = TestServer::start().await;
    // Each request of these sessions has a TCP connection of its own.
    for _ in 0..10 {
        let poll = Poll::open(&server, &[]).await.ok().unwrap();
        assert_eq!(poll.post("40").await.body, "ok");
        poll.until("42").await;
    }
}

#[tokio::test]
async fn polling_becomes_a_websocket_and_nothing_is_lost() {
    let server = TestServer::start().await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let mut ws = Ws::open_at(&server, &format!("{}&sid={}", ws::OPEN, poll.sid), &[]).await.unwrap();
    ws.send("2probe").await;
    assert_eq!(ws.next().await.as_deref(), Some("3probe"));
    ws.send("5").await;
    ws.send(&format!("421{}", json!([Message::EVENT, "mudou"]))).await;
    assert!(ws.until("431").await.contains("ok"));
    assert_eq!(server.app.bindings.count(), 1);
}

#[tokio::test]
async fn a_write_that_does_not_move_ends_the_connection() {
    let server = TestServer::with(|config| {
        config.rate_limit = Switch::Off;
        config.tuning.outbox = 100_000;
        config.tuning.write_stall = Duration::from_millis(200);
    })
    .await;
    let (slow, _) = TestClient::hello(&server).await;
    slow.faults.stall(true);
    let (fast, _) = TestClient::hello(&server).await;
    let body = "x".repeat(4_000);
    while server.app.bindings.count() == 2 {
        let said = fast.say(&body).await.unwrap().seq;
        assert!(said < 20_000, "the stalled connection is still open");
    }
}

#[tokio::test]
async fn a_client_that_does_not_answer_pings_is_ended() {
    let server = TestServer::with(|config| {
        config.tuning.ping_interval = Duration::from_millis(50);
        config.tuning.ping_timeout = Duration::from_millis(50);
    })
    .await;
    let slow = TestClient::plain(&server).await;
    slow.faults.stall(true);
    eventually("the silent session to be gone", || server.app.bindings.count() == 0).await;
}

#[tokio::test]
async fn messages_outlive_the_server() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    let said = ana.say("fica").await.unwrap();
    drop(ana);
    let server = server.restart().await;
    let (bia, hello) = TestClient::hello(&server).await;
    assert_eq!(hello.heads[&chat::RoomId::lobby()], said.seq);
    let page = bia.request(&protocol::History::default()).await.unwrap();
    assert_eq!(page.messages[0].body, "fica");
    assert_eq!(within("the next number", bia.say("mais")).await.unwrap().seq, said.seq + 1);
}

#[tokio::test]
async fn the_names_of_internal_rooms_are_not_events_that_reach_anybody() {
    let server = TestServer::start().await;
    let (mut ana, hello) = TestClient::hello(&server).await;
    ana.io.emit("r:lobby", vec![json!(hello.you.id)]).unwrap();
    ana.io.emit(Hello::EVENT, vec![json!({})]).unwrap();
    ana.say("fim").await.unwrap();
    assert_eq!(ana.sent().await.0, "fim");
}
