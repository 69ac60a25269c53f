//! Answers that nobody reads, or only slowly (attack L105).

use std::time::Duration;

use protocol::{History, Message, Request};
use serde_json::json;
use server::config::Switch;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::pressure::{SEPARATOR, head};
use crate::server::TestServer;
use crate::ws::Ws;
use crate::{DEADLINE, http, within};

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
async fn l105_who_reads_an_answer_too_slowly_is_cut_off_although_it_moves() {
    let server = TestServer::narrow(|config| {
        config.rate_limit = Switch::Off;
        (config.tuning.write_stall, config.tuning.least_rate) = (Duration::from_millis(300), 16 << 20);
    })
    .await;
    let (ana, _) = TestClient::hello(&server).await;
    let long = "😀".repeat(4_000);
    for _ in 0..10 {
        ana.say(&long).await.unwrap();
    }
    for path in ["/r/lobby", "/socket.io/socket.io.js"] {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        let mut tcp = socket.connect(server.address).await.unwrap();
        let request = http::request(&server.address, "GET", path, &[], b"");
        tcp.write_all(&request).await.unwrap();
        let (mut answer, mut some) = (Vec::new(), [0; 512]);
        let mut beats = tokio::time::interval(Duration::from_millis(5));
        loop {
            beats.tick().await;
            match within("something more, or the end", tcp.read(&mut some)).await {
                Ok(read) if read > 0 => answer.extend_from_slice(&some[..read]),
                _ => break,
            }
        }
        let answer = String::from_utf8_lossy(&answer);
        let whole = answer.contains("</html>") || answer.contains("sourceMappingURL");
        assert!(answer.starts_with("HTTP/1.1 200") && !whole, "{path}: {} bytes", answer.len());
    }
}
