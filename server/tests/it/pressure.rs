//! Who sends faster than it can be carried out waits, and loses nothing; who sends more often than anybody may is told
//! of each message that is not said.

use std::time::Duration;

use protocol::{History, Message, Notice, Refusal, RefusedRequest, Request, SentRecord, SlowMode};
use serde_json::json;
use server::config::Switch;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::server::TestServer;
use crate::ws::{self, Ws};
use crate::{DEADLINE, eventually, within};

/// Messages in one burst.
const BURST: usize = 2_000;
const SEPARATOR: &str = "\u{1e}";

/// A message as a packet, with an ack or without one.
fn packet(n: usize, acked: bool) -> String {
    let id = if acked { n.to_string() } else { String::new() };
    format!("42{id}{}", json!([Message::EVENT, format!("m{n}")]))
}

/// The texts of a room, as they are stored.
async fn stored(server: &TestServer) -> Vec<String> {
    let reader = TestClient::plain(server).await;
    let mut all = Vec::new();
    loop {
        let after = Some(all.len() as u64);
        let page = reader.request(&History { after, limit: Some(100), ..History::default() }).await.unwrap();
        all.extend(page.messages.into_iter().map(|message| message.body));
        if !page.more {
            return all;
        }
    }
}

/// How many events the default room has.
async fn head(server: &TestServer) -> u64 {
    let reader = TestClient::plain(server).await;
    reader.request(&History { limit: Some(1), ..History::default() }).await.unwrap().head
}

fn burst(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("m{n}")).collect()
}

/// What came of a burst, as its sender hears it: the acks in order, and the last message.
#[derive(Default)]
struct Heard {
    acks: usize,
    last: bool,
}

impl Heard {
    fn packet(&mut self, packet: &str, last: usize) {
        if let Some(ack) = packet.strip_prefix("43") {
            assert!(ack.starts_with(&format!("{}[{{\"ok\":", self.acks)), "{} was due: {packet}", self.acks);
            self.acks += 1;
        }
        self.last |= packet.starts_with(&format!(r#"42["{}","m{last}""#, SentRecord::EVENT));
    }

    fn is_all(&self, count: usize, acked: bool) -> bool {
        self.last && (!acked || self.acks == count)
    }
}

/// Polls until everything of a burst has been heard.
async fn hear(poll: &Poll<'_>, count: usize, acked: bool) {
    let mut heard = Heard::default();
    while !heard.is_all(count, acked) {
        let answer = poll.get().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body.split(SEPARATOR).for_each(|packet| heard.packet(packet, count - 1));
    }
}

#[tokio::test]
async fn a_burst_over_a_websocket_is_stored_whole_and_in_order() {
    for acked in [false, true] {
        let server = TestServer::unlimited().await;
        let mut ws = Ws::plain(&server).await;
        for n in 0..BURST {
            ws.send(&packet(n, acked)).await;
        }
        let mut heard = Heard::default();
        while !heard.is_all(BURST, acked) {
            heard.packet(&ws.next().await.expect("the line is not cut"), BURST - 1);
        }
        assert_eq!(stored(&server).await, burst(BURST), "acked: {acked}");
    }
}

#[tokio::test]
async fn a_burst_over_polling_is_stored_whole_and_in_order() {
    for acked in [false, true] {
        let server = TestServer::unlimited().await;
        let poll = Poll::open(&server, &[]).await.ok().unwrap();
        poll.post("40").await;
        poll.until("42").await;
        // As stock clients do it: the first alone, then as much as a post may have.
        let packets: Vec<_> = (0..BURST).map(|n| packet(n, acked)).collect();
        let posting = async {
            for part in std::iter::once(&packets[..1]).chain(packets[1..].chunks(1_200)) {
                let body = part.join(SEPARATOR);
                assert_eq!(poll.post(&body).await.body, "ok");
            }
        };
        tokio::join!(posting, hear(&poll, BURST, acked));
        assert_eq!(stored(&server).await, burst(BURST), "acked: {acked}");
    }
}

#[tokio::test]
async fn a_burst_during_an_upgrade_is_stored_whole_and_in_order() {
    let server = TestServer::unlimited().await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let posted =
        |from: usize, to: usize| (from..to).map(|n| packet(n, false)).collect::<Vec<_>>().join(SEPARATOR);
    let path = format!("{}&sid={}", ws::OPEN, poll.sid);
    let before = posted(0, 700);
    let (first, (), ws) =
        tokio::join!(poll.post(&before), hear(&poll, 700, false), Ws::open_at(&server, &path, &[]));
    let mut ws = ws.unwrap();
    assert_eq!(first.body, "ok");
    ws.send("2probe").await;
    assert_eq!(ws.next().await.as_deref(), Some("3probe"));
    // A stock client waits for its last post, fetches nothing more meanwhile, and goes on over the WebSocket at once.
    assert_eq!(poll.post(&posted(700, 1_500)).await.body, "ok");
    ws.send("5").await;
    for n in 1_500..BURST {
        ws.send(&packet(n, false)).await;
    }
    let mut heard = Heard::default();
    while !heard.last {
        heard.packet(&ws.next().await.expect("the line is not cut"), BURST - 1);
    }
    assert_eq!(stored(&server).await, burst(BURST));
}

#[tokio::test]
async fn who_is_held_back_does_not_die_of_the_heartbeat() {
    let slow = |config: &mut server::Config| {
        config.rate_limit = Switch::Off;
        config.tuning.inbox = 1;
        (config.tuning.ping_interval, config.tuning.ping_timeout) =
            (Duration::from_millis(40), Duration::from_millis(40));
    };
    let server = TestServer::with(slow).await;
    let mut ws = Ws::plain(&server).await;
    for n in 0..BURST {
        ws.send(&packet(n, false)).await;
    }
    let mut heard = Heard::default();
    while !heard.last {
        // Pings are answered behind everything that waits.
        heard.packet(&ws.next().await.expect("the line is not cut"), BURST - 1);
    }
    let server = TestServer::with(slow).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let body = (0..BURST).map(|n| packet(n, false)).collect::<Vec<_>>().join(SEPARATOR);
    // Nothing else can be sent until the post is answered.
    let (posted, ()) = tokio::join!(poll.post(&body), hear(&poll, BURST, false));
    assert_eq!(posted.body, "ok");
}

#[tokio::test]
async fn a_post_that_takes_long_is_answered_before_the_time_of_an_upgrade_is_over() {
    let server = TestServer::with(|config| {
        config.rate_limit = Switch::Off;
        config.tuning.inbox = 1;
        config.tuning.upgrade = Duration::from_millis(40);
    })
    .await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let bodies: Vec<_> = [0..1_500, 1_500..BURST]
        .map(|part| part.map(|n| packet(n, false)).collect::<Vec<_>>().join(SEPARATOR))
        .into();
    let posting = async {
        assert_eq!(poll.post(&bodies[0]).await.body, "ok");
        let head = head(&server).await;
        assert!(head < 1_500, "answered when only {head} were stored");
        assert_eq!(poll.post(&bodies[1]).await.body, "ok");
    };
    tokio::join!(posting, hear(&poll, BURST, false));
    assert_eq!(stored(&server).await, burst(BURST), "the rest went on, in order");
}

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
    let room = protocol::CreateRoom {
        name: "Lenta".into(),
        kind: protocol::view::RoomKind::Public,
        members: None,
        key: None,
    };
    let room = owner.request(&room).await.unwrap().room.id;
    owner.request(&SlowMode { room: room.clone(), seconds: 5, key: None }).await.unwrap();
    let (mut ana, other) = TestClient::hello(&server).await;
    assert_ne!(hello.you.id, other.you.id);
    ana.request(&protocol::Join { room: room.clone() }).await.unwrap();
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

#[tokio::test]
async fn l105_answers_that_nobody_reads_are_bounded_in_bytes() {
    let server = TestServer::narrow(|config| {
        config.rate_limit = Switch::Off;
        (config.tuning.write_stall, config.tuning.ping_timeout) = (3 * DEADLINE, 3 * DEADLINE);
        config.tuning.tcp_user_timeout = 3 * DEADLINE;
    })
    .await;
    let (ana, _) = TestClient::hello(&server).await;
    let long = "😀".repeat(4_000);
    for _ in 0..10 {
        ana.say(&long).await.unwrap();
    }
    let page = |n: usize| format!("42{n}{}", json!([History::EVENT]));
    let last = json!([Message::EVENT, "depois de tudo"]);
    // Over a WebSocket.
    let mut ws = Ws::plain(&server).await;
    for n in 0..60 {
        ws.send(&page(n)).await;
    }
    ws.send(&format!("42{last}")).await;
    // Over polling: nothing is fetched.
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let body = (0..60).map(page).chain([format!("42{last}")]).collect::<Vec<_>>().join(SEPARATOR);
    let posted = tokio::join!(poll.post(&body), async {
        for n in 0..20 {
            ana.say(&format!("alguém mais {n}")).await.unwrap();
        }
        assert_eq!(head(&server).await, 30, "nobody went on without reading");
        let mut answers = 0;
        while answers < 60 {
            answers += poll.get().await.body.split(SEPARATOR).filter(|one| one.starts_with("43")).count();
        }
    });
    assert_eq!(posted.0.body, "ok");
    let mut answers = 0;
    while answers < 60 {
        answers += usize::from(ws.next().await.expect("who reads again gets everything").starts_with("43"));
    }
    within("the last wish of both", async { while head(&server).await < 32 {} }).await;
}

#[tokio::test]
async fn l105_who_reads_an_answer_byte_by_byte_is_cut_off() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let server = TestServer::narrow(|config| {
        config.rate_limit = Switch::Off;
        config.tuning.write_stall = Duration::from_millis(300);
    })
    .await;
    let (ana, _) = TestClient::hello(&server).await;
    let long = "😀".repeat(4_000);
    for _ in 0..10 {
        ana.say(&long).await.unwrap();
    }
    for path in ["/r/lobby", "/pkg/chat-moderno.wasm", "/socket.io/socket.io.js"] {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        let mut tcp = socket.connect(server.address).await.unwrap();
        let request =
            crate::http::request(&server.address, "GET", path, &[("connection", "keep-alive")], b"");
        tcp.write_all(&request).await.unwrap();
        let mut beats = tokio::time::interval(Duration::from_millis(2));
        let cut = async {
            loop {
                beats.tick().await;
                // A byte each time: every write moves, and none of them for long.
                if tcp.read_u8().await.is_err() {
                    break;
                }
            }
        };
        within("the slow reader's end", cut).await;
    }
}

#[tokio::test]
async fn a_burst_is_read_again_when_its_sender_reads() {
    let server = TestServer::narrow(|config| {
        config.rate_limit = Switch::Off;
        config.tuning.outbox = 32;
    })
    .await;
    let mut ws = Ws::plain(&server).await;
    for n in 0..BURST {
        ws.send(&packet(n, true)).await;
    }
    let mut heard = Heard::default();
    while !heard.is_all(BURST, true) {
        let packet: Option<String> = ws.next().await;
        heard.packet(&packet.expect("its own answers do not cut it"), BURST - 1);
    }
    assert_eq!(stored(&server).await.len(), BURST);
}
