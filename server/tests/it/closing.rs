//! How a server ends: docs/socketio.md section 6, one step a test, in its order.

use std::time::Duration;

use protocol::{Hello, Message, MessageOptions, Refusal};
use serde_json::json;
use socketio_client::Reason;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::client::{TestClient, key};
use crate::polling::{self, Poll};
use crate::server::TestServer;
use crate::ws::Ws;
use crate::{DEADLINE, eventually, http, within};

/// A server whose end can be held up.
async fn patient() -> TestServer {
    TestServer::with(|config| {
        config.rate_limit = server::config::Switch::Off;
        config.tuning.closing = 3 * DEADLINE;
    })
    .await
}

/// A server that ends within `closing`, and whom nothing else makes cut who does not read.
async fn stuck_in(closing: Duration) -> TestServer {
    TestServer::with(|config| {
        config.rate_limit = server::config::Switch::Off;
        config.tuning.closing = closing;
        config.tuning.outbox = 10_000;
        for patience in
            [&mut config.tuning.connect, &mut config.tuning.ping_timeout, &mut config.tuning.write_stall]
        {
            *patience = 5 * DEADLINE;
        }
    })
    .await
}

/// Somebody who does not read although there is more to read than the kernel's buffers take.
async fn stuck(server: &TestServer) -> Ws {
    let stuck = Ws::plain(server).await;
    let (ana, _) = TestClient::hello(server).await;
    let body = "x".repeat(4_000);
    for _ in 0..1_500 {
        ana.say(&body).await.unwrap();
    }
    stuck
}

/// Keeps the writer from writing, and with it the end from going on, until it is dropped.
struct Hold(SqliteConnection);

impl Hold {
    async fn on(server: &TestServer) -> Hold {
        let file = server.folder().join("data/chat.db");
        let mut db = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut db).await.unwrap();
        Hold(db)
    }

    async fn release(mut self) {
        sqlx::query("ROLLBACK").execute(&mut self.0).await.unwrap();
    }
}

/// Begins to end the server while a request is in hand.
async fn begin_to_stop(server: &TestServer) {
    eventually("the request to be in hand", || server.app.stage.in_hand() == 1).await;
    server.begin_to_stop();
    eventually("the end to begin", || server.app.stage.is_closing()).await;
}

#[tokio::test]
async fn first_it_is_not_ready_and_lets_nobody_in_but_says_when_to_come_again() {
    let server = patient().await;
    let (ana, _) = TestClient::hello(&server).await;
    let hold = Hold::on(&server).await;
    let waiting = tokio::spawn(async move { ana.say("espera").await });
    begin_to_stop(&server).await;
    let ready = http::get(&server, "/readyz", &[]).await;
    assert_eq!((ready.status, ready.body.as_str()), (503, "closing"));
    assert_eq!(http::get(&server, "/healthz", &[]).await.status, 200, "it lives");
    let polled = http::get(&server, polling::OPEN, &[]).await;
    assert_eq!((polled.status, polled.header("retry-after")), (503, Some("1")));
    assert_eq!(Ws::open(&server, &[]).await.err(), Some(503));
    hold.release().await;
    waiting.await.unwrap().unwrap();
    server.stop().await;
}

#[tokio::test]
async fn then_requests_are_answered_restarting_which_is_retryable() {
    let server = patient().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (bia, _) = TestClient::hello(&server).await;
    let hold = Hold::on(&server).await;
    let waiting = tokio::spawn(async move { ana.say("espera").await });
    begin_to_stop(&server).await;
    let problem = bia.say("tarde").await.unwrap_err();
    assert_eq!((problem.code, problem.retryable), (Refusal::Restarting, true));
    hold.release().await;
    waiting.await.unwrap().unwrap();
    server.stop().await;
}

#[tokio::test]
async fn what_was_accepted_is_stored_answered_and_told_before_the_sockets_close() {
    let server = patient().await;
    let (ana, hello) = TestClient::hello(&server).await;
    let (mut bia, _) = TestClient::hello(&server).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let hold = Hold::on(&server).await;
    let options = MessageOptions { key: Some(key()), ..MessageOptions::default() };
    let last = Message { body: "última".to_owned(), options };
    let waiting = tokio::spawn({
        let last = last.clone();
        async move { (ana.request(&last).await, ana) }
    });
    begin_to_stop(&server).await;
    hold.release().await;
    let (answer, mut ana) = waiting.await.unwrap();
    assert!(!answer.expect("answered before the line is closed").duplicate);
    assert_eq!(bia.sent().await.0, "última", "told before the line is closed");
    assert!(poll.until("42").await.contains("última"), "to who polls, too");
    // "transport close" makes a stock client come back, "io server disconnect" would not.
    assert_eq!(ana.disconnected().await, Reason::TransportClose);
    assert_eq!(bia.disconnected().await, Reason::TransportClose);
    let server = server.restart().await;
    let mut ana = TestClient::open(&server, json!({"v": 1, "token": hello.token}), &[]);
    ana.notice::<Hello>().await;
    assert!(ana.request(&last).await.unwrap().duplicate, "stored, and once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_in_yet_is_cut_before_the_namespace_goes() {
    let server = stuck_in(3 * DEADLINE).await;
    let mut stuck = stuck(&server).await;
    let mut before_connect = Ws::open(&server, &[]).await.unwrap();
    before_connect.until("0").await;
    let polled = Poll::open(&server, &[]).await.ok().unwrap();
    server.begin_to_stop();
    // The end waits for who does not read; these two do not.
    assert!(before_connect.until_closed().await.is_empty());
    assert_eq!(polled.get().await.status, 400, "it comes again with a new session");
    assert!(stuck.is_bidden_farewell().await);
    server.stop().await;
}

#[tokio::test]
async fn an_end_while_somebody_connects_does_not_turn_them_away_for_good() {
    let server = patient().await;
    let mut before_connect = Ws::open(&server, &[]).await.unwrap();
    before_connect.until("0").await;
    let (ana, _) = TestClient::hello(&server).await;
    let hold = Hold::on(&server).await;
    let waiting = tokio::spawn(async move { ana.say("espera").await });
    begin_to_stop(&server).await;
    before_connect.send("40").await;
    // Any error would be for good.
    let packets = before_connect.until_closed().await;
    assert!(!packets.iter().any(|packet| packet.starts_with("44")), "{packets:?}");
    hold.release().await;
    waiting.await.unwrap().unwrap();
    server.stop().await;
}

#[tokio::test]
async fn the_end_comes_in_time_whatever_the_sockets_do() {
    let server = TestServer::start().await;
    let stuck = TestClient::plain(&server).await;
    stuck.faults.stall(true);
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let _before_connect = Ws::open(&server, &[]).await.unwrap();
    let _silent = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let limit = server.app.config.tuning.closing + Duration::from_secs(1);
    tokio::time::timeout(limit, server.stop()).await.expect("ended in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn last_whoever_still_hangs_is_cut() {
    let server = stuck_in(Duration::from_millis(300)).await;
    let mut stuck = stuck(&server).await;
    server.stop().await;
    assert!(!stuck.is_bidden_farewell().await);
}

#[tokio::test]
async fn somebody_who_polls_now_and_then_does_not_hold_up_the_end() {
    let server = patient().await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    within("the end", server.stop()).await;
}

#[tokio::test]
async fn no_packet_tells_anybody_to_stay_away() {
    let server = patient().await;
    let mut ws = Ws::plain(&server).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let request = http::request(&server.address, "GET", &poll.path(), &[], b"");
    let polled = http::raw(server.connect().await, &request);
    let (polled, heard) = tokio::join!(polled, async {
        // By the time this is answered the poll waits.
        ws.send("421[\"nada\"]").await;
        ws.until("431").await;
        server.begin_to_stop();
        ws.until_closed().await
    });
    assert!(!heard.iter().any(|packet| matches!(packet.as_str(), "1" | "41")), "{heard:?}");
    let polled = String::from_utf8_lossy(&polled).into_owned();
    assert!(polled.starts_with("HTTP/1.1 400"), "{polled}");
    server.stop().await;
}
