//! docs/PROTOCOL.md, "Limits": each limit is crossed, and answered with its code.

use std::time::Duration;

use protocol::{Join, Refusal, Rename};
use serde_json::json;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::server::TestServer;
use crate::ws::Ws;
use crate::{eventually, http};

#[tokio::test]
async fn five_messages_at_once_then_a_wait_that_is_named() {
    let server = TestServer::with(|config| config.tuning.patience = Duration::ZERO).await;
    let (ana, _) = TestClient::hello(&server).await;
    let mut refused = None;
    for n in 0..6 {
        refused = ana.say(&n.to_string()).await.err();
    }
    let problem = refused.expect("the sixth is too much");
    assert_eq!((problem.code, problem.retryable), (Refusal::RateLimited, true));
    assert!(problem.retry_after_ms.is_some_and(|ms| ms <= 1_000), "{problem:?}");
    let (bia, _) = TestClient::hello(&server).await;
    assert!(bia.say("oi").await.is_ok(), "others are not affected");
}

#[tokio::test]
async fn renames_and_joins_count_as_sends() {
    let server = TestServer::with(|config| config.tuning.sends_burst = 1).await;
    let (ana, _) = TestClient::hello(&server).await;
    ana.request(&Join::default()).await.unwrap();
    assert_eq!(ana.request(&Join::default()).await.unwrap_err().code, Refusal::RateLimited);
    let rename = Rename { name: "Ana".to_owned(), key: None };
    ana.request(&rename).await.unwrap();
    assert_eq!(ana.request(&rename).await.unwrap_err().code, Refusal::RateLimited);
}

#[tokio::test]
async fn the_count_of_a_person_goes_over_all_connections() {
    let server = TestServer::with(|config| config.tuning.sends_per_minute = 3).await;
    let (ana, hello) = TestClient::hello(&server).await;
    let mut tab = TestClient::open(&server, json!({"v": 1, "token": hello.token}), &[]);
    tab.event(<protocol::Hello as protocol::Notice>::EVENT).await;
    for client in [&ana, &tab, &ana] {
        client.say("oi").await.unwrap();
    }
    assert_eq!(tab.say("oi").await.unwrap_err().code, Refusal::RateLimited);
}

#[tokio::test]
async fn guests_of_one_address_share_a_count() {
    let server = TestServer::with(|config| config.tuning.guest_sends_per_minute = 4).await;
    let mut people = Vec::new();
    for _ in 0..5 {
        people.push(TestClient::plain(&server).await);
    }
    for person in &people[..4] {
        person.say("oi").await.unwrap();
    }
    assert_eq!(people[4].say("oi").await.unwrap_err().code, Refusal::RateLimited);
}

#[tokio::test]
async fn without_rate_limits_nobody_is_asked_to_wait() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    for n in 0..200 {
        ana.say(&n.to_string()).await.unwrap();
    }
}

#[tokio::test]
async fn a_person_has_twenty_sockets() {
    let server = TestServer::with(|config| config.tuning.sockets_per_person = 2).await;
    let (first, hello) = TestClient::hello(&server).await;
    let auth = json!({"v": 1, "token": hello.token});
    let mut second = TestClient::open(&server, auth.clone(), &[]);
    second.notice::<protocol::Hello>().await;
    let mut third = TestClient::open(&server, auth, &[]);
    // Not a refusal for good: it tries again, and gets the place of one that leaves.
    third.connect_error().await;
    first.io.disconnect();
    drop(first);
    third.notice_after_errors::<protocol::Hello>().await;
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_no_more() {
    let server = TestServer::with(|config| config.tuning.connections_per_address = 3).await;
    let held: Vec<_> = [Ws::plain(&server).await, Ws::plain(&server).await, Ws::plain(&server).await].into();
    let tcp = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let bytes = http::request(&server.address, "GET", "/healthz", &[], b"");
    assert_eq!(http::raw(tcp, &bytes).await, b"", "closed without a word");
    let elsewhere = tokio::net::TcpSocket::new_v4().unwrap();
    elsewhere.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let tcp = elsewhere.connect(server.address).await.unwrap();
    assert!(http::raw(tcp, &bytes).await.starts_with(b"HTTP/1.1 200"), "others are not affected");
    drop(held);
    eventually("the places to be given back", || server.app.bindings.count() == 0).await;
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_the_request() {
    let server = TestServer::with(|config| config.tuning.body_read = Duration::from_millis(100)).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    let bodies = [("/name", "application/x-www-form-urlencoded"), (&poll.path(), "text/plain")];
    for (path, kind) in bodies {
        let headers = [("content-length", "100"), ("content-type", kind)];
        let tcp = tokio::net::TcpStream::connect(server.address).await.unwrap();
        let answer = http::raw(tcp, &http::request(&server.address, "POST", path, &headers, b"name=")).await;
        assert!(answer.starts_with(b"HTTP/1.1 408"), "{path}: {}", String::from_utf8_lossy(&answer));
    }
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let server = TestServer::start().await;
    let names: Vec<String> = (0..80).map(|n| format!("x-{n}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), "1")).collect();
    assert_eq!(http::get(&server, "/healthz", &many).await.status, 431);
    let long = "a".repeat(20 * 1024);
    assert_eq!(http::get(&server, "/healthz", &[("x-long", &long)]).await.status, 431);
}
