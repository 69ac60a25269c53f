//! Who sends faster than it can be carried out waits, and loses nothing.

use std::time::Duration;

use protocol::{History, Message, Notice as _, Request as _, SentRecord};
use serde_json::json;
use server::config::Switch;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::server::TestServer;
use crate::ws::{self, Ws};

/// Messages in one burst.
const BURST: usize = 2_000;
pub(crate) const SEPARATOR: &str = "\u{1e}";

/// A message as a packet, with an ack or without one.
fn packet(n: usize, acked: bool) -> String {
    let id = if acked { n.to_string() } else { String::new() };
    format!("42{id}{}", json!([Message::EVENT, format!("m{n}")]))
}

/// The texts of a room, as they are stored.
pub(crate) async fn stored(server: &TestServer) -> Vec<String> {
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
pub(crate) async fn head(server: &TestServer) -> u64 {
    let reader = TestClient::plain(server).await;
    reader.request(&History { limit: Some(1), ..History::default() }).await.unwrap().head
}

/// The texts of a burst of so many.
pub(crate) fn burst(count: usize) -> Vec<String> {
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
    let fetching = async {
        loop {
            poll.get().await;
        }
    };
    let opening = async {
        tokio::select! {
            () = fetching => unreachable!("it fetches until there is a WebSocket"),
            ws = Ws::open_at(&server, &path, &[]) => ws.unwrap(),
        }
    };
    let (first, mut ws) = tokio::join!(poll.post(&before), opening);
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
            (Duration::from_millis(300), Duration::from_millis(300));
    };
    let server = TestServer::with(slow).await;
    let mut ws = Ws::plain(&server).await;
    for n in 0..600 {
        ws.send(&packet(n, false)).await;
    }
    let mut heard = Heard::default();
    while !heard.last {
        // Pings are answered behind everything that waits.
        heard.packet(&ws.next().await.expect("the line is not cut"), 600 - 1);
    }
    let server = TestServer::with(slow).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let body = (0..600).map(|n| packet(n, false)).collect::<Vec<_>>().join(SEPARATOR);
    // Nothing else can be sent until the post is answered.
    let (posted, ()) = tokio::join!(poll.post(&body), hear(&poll, 600, false));
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
    let bodies: Vec<_> = [0..600, 600..800]
        .map(|part| part.map(|n| packet(n, false)).collect::<Vec<_>>().join(SEPARATOR))
        .into();
    let posting = async {
        assert_eq!(poll.post(&bodies[0]).await.body, "ok");
        let head = head(&server).await;
        assert!(head < 600, "answered when only {head} were stored");
        assert_eq!(poll.post(&bodies[1]).await.body, "ok");
    };
    tokio::join!(posting, hear(&poll, 800, false));
    assert_eq!(stored(&server).await, burst(800), "the rest went on, in order");
}

#[tokio::test]
async fn a_burst_is_read_again_when_its_sender_reads() {
    let server = TestServer::narrow(|config| {
        config.rate_limit = Switch::Off;
        config.tuning.outbox = 32;
    })
    .await;
    let mut ws = Ws::plain(&server).await;
    for n in 0..600 {
        ws.send(&packet(n, true)).await;
    }
    let mut heard = Heard::default();
    while !heard.is_all(600, true) {
        let packet: Option<String> = ws.next().await;
        heard.packet(&packet.expect("its own answers do not cut it"), 600 - 1);
    }
    assert_eq!(stored(&server).await.len(), 600);
}
