//! Who sends more often than anybody may waits a while, and is told of each message that is not said.

use std::time::Duration;

use protocol::view::RoomKind;
use protocol::{CreateRoom, History, Join, Message, Notice, Refusal, RefusedRequest, Request, SlowMode};
use serde_json::json;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::pressure::{SEPARATOR, burst, stored};
use crate::server::TestServer;
use crate::ws::Ws;
use crate::{DEADLINE, eventually};

/// The next notice that something was refused.
async fn refused(client: &mut TestClient) -> RefusedRequest {
    client.notice::<RefusedRequest>().await
}

#[tokio::test]
async fn over_the_rate_limit_a_message_waits_and_is_said() {
    let server = TestServer::with(|config| {
        (config.tuning.sends_per_second, config.tuning.sends_burst) = (20, 2);
    })
    .await;
    let mut ana = TestClient::plain(&server).await;
    for n in 0..10 {
        ana.io.emit(Message::EVENT, vec![json!(format!("m{n}"))]).unwrap();
    }
    // What changes nothing need not wait.
    ana.request(&History::default()).await.unwrap();
    for n in 0..10 {
        assert_eq!(ana.sent().await.0, format!("m{n}"));
    }
    assert!(!ana.has_kept(RefusedRequest::EVENT));
}

#[tokio::test]
async fn what_would_wait_too_long_is_refused_and_told_without_an_ack_too() {
    let server = TestServer::with(|config| {
        (config.tuning.sends_per_minute, config.tuning.patience) = (2, Duration::from_secs(1));
    })
    .await;
    let mut ana = TestClient::plain(&server).await;
    for n in 0..5 {
        ana.io.emit(Message::EVENT, vec![json!(format!("m{n}"))]).unwrap();
    }
    for _ in 2..5 {
        let notice = refused(&mut ana).await;
        assert_eq!((notice.event.as_str(), notice.code), (Message::EVENT, Refusal::RateLimited));
        assert!(notice.retry_after_ms.is_some_and(|ms| ms > 1_000), "{notice:?}");
    }
    assert_eq!(ana.say("com resposta").await.unwrap_err().code, Refusal::RateLimited);
    assert_eq!(stored(&server).await, burst(2));
}

#[tokio::test]
async fn so_many_bytes_wait_for_the_rate_limit_and_the_rest_is_refused_at_once() {
    let server = TestServer::with(|config| {
        config.tuning.sends_burst = 1;
        (config.tuning.patience, config.tuning.patience_bytes) = (3 * DEADLINE, 1_000);
    })
    .await;
    let mut ana = TestClient::plain(&server).await;
    let text = "x".repeat(300);
    for _ in 0..6 {
        ana.io.emit(Message::EVENT, vec![json!(text)]).unwrap();
    }
    // One is said, three wait, and for two there is no room.
    for _ in 0..2 {
        assert_eq!(refused(&mut ana).await.code, Refusal::RateLimited);
    }
    for _ in 0..4 {
        ana.sent().await;
    }
    assert!(!ana.has_kept(RefusedRequest::EVENT));
}

#[tokio::test]
async fn slow_mode_is_answered_at_once() {
    let server = TestServer::unlimited().await;
    let (owner, hello) = TestClient::hello(&server).await;
    let room = CreateRoom { name: "Lenta".into(), kind: RoomKind::Public, members: None, key: None };
    let room = owner.request(&room).await.unwrap().room.id;
    owner.request(&SlowMode { room: room.clone(), seconds: 5, key: None }).await.unwrap();
    let (mut ana, other) = TestClient::hello(&server).await;
    assert_ne!(hello.you.id, other.you.id);
    ana.request(&Join { room: room.clone() }).await.unwrap();
    for n in 0..2 {
        ana.io.emit(Message::EVENT, vec![json!(format!("m{n}")), json!({"room": room})]).unwrap();
    }
    let notice = refused(&mut ana).await;
    assert_eq!(notice.code, Refusal::RateLimited);
    assert!(notice.retry_after_ms.is_some_and(|ms| ms > 3_000), "it did not wait before: {notice:?}");
}

#[tokio::test]
async fn whatever_is_refused_without_an_ack_is_told_and_with_one_it_is_not() {
    let server = TestServer::unlimited().await;
    let mut ana = TestClient::plain(&server).await;
    ana.io.emit("chat message", vec![json!("oi")]).unwrap();
    let notice = refused(&mut ana).await;
    assert_eq!((notice.event.as_str(), notice.code), ("chat message", Refusal::BadRequest));
    assert_eq!(notice.retry_after_ms, None);
    ana.io.emit(Message::EVENT, vec![json!(" ")]).unwrap();
    assert_eq!(refused(&mut ana).await.code, Refusal::Empty);
    ana.io.emit(&"e".repeat(5_000), vec![]).unwrap();
    assert_eq!(refused(&mut ana).await.event, "e".repeat(64), "a long name is not sent back");
    assert_eq!(ana.refusal("chat message", vec![json!("oi")]).await, Refusal::BadRequest.code());
    ana.say("fim").await.unwrap();
    ana.sent().await;
    assert!(!ana.has_kept(RefusedRequest::EVENT));
}

#[tokio::test]
async fn a_flood_is_told_of_every_refusal_before_it_is_cut() {
    let flood = |config: &mut server::Config| {
        (config.tuning.events_per_minute, config.tuning.events_kill_factor) = (10, 10);
        // Enough for all of them.
        config.tuning.farewell = DEADLINE;
    };
    let ask = |n: usize| format!("42{n}{}", json!([History::EVENT]));
    let server = TestServer::with(flood).await;
    let mut ws = Ws::plain(&server).await;
    for n in 0..300 {
        ws.send(&ask(n)).await;
    }
    let mut answers = 0;
    while answers < 80 {
        answers += usize::from(ws.next().await.expect("not cut yet").starts_with("43"));
    }
    let server = TestServer::with(flood).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let body = (0..300).map(ask).collect::<Vec<_>>().join(SEPARATOR);
    let hearing = async {
        let mut answers = 0;
        while answers < 80 {
            let packets = poll.get().await;
            assert_eq!(packets.status, 200, "{answers} answers: {packets:?}");
            answers += packets.body.split(SEPARATOR).filter(|packet| packet.starts_with("43")).count();
        }
    };
    let (posted, ()) = tokio::join!(poll.post(&body), hearing);
    assert_eq!(posted.status, 400);
    eventually("the flood to be cut", || server.app.bindings.count() == 0).await;
}
