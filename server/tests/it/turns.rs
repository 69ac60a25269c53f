//! docs/threats.md section 2: a session's secret changes with the role of its person, and nobody is lost by it.

use chat::Role;
use protocol::notice::EndCode;
use protocol::{Ended, Hello, SetRole};

use crate::client::TestClient;
use crate::http::{self, Answer};
use crate::polling::Poll;
use crate::server::TestServer;
use crate::sessions::{PASSWORD, client, member, post};
use crate::within;

async fn page(server: &TestServer, cookie: &str) -> Answer {
    http::get(server, "/r/lobby", &[("cookie", cookie)]).await
}

/// A server with an owner, whose socket gives roles.
async fn place() -> (TestServer, TestClient) {
    let server = TestServer::with(|config| {
        config.rate_limit = server::config::Switch::Off;
        config.tuning.session_check = std::time::Duration::from_millis(20);
    })
    .await;
    let rosa = member(&server, "Rosa").await;
    let (owner, hello) = client(&server, &rosa).await;
    server.app.store.appoint(&hello.you.id, Role::Owner).await.unwrap();
    (server, owner)
}

async fn appoint(owner: &TestClient, hello: &Hello, role: Role) {
    let member = hello.you.id.clone();
    owner.request(&SetRole { member, role, key: None }).await.unwrap();
}

#[tokio::test]
async fn b14_the_cookie_changes_with_the_role_and_the_person_does_not() {
    let (server, owner) = place().await;
    let first = member(&server, "Ana").await;
    let (tab, hello) = client(&server, &first).await;
    assert_eq!(page(&server, &first).await.header("set-cookie"), None);
    appoint(&owner, &hello, Role::Moderator).await;

    // Two pages at once get one value, and until it is shown the old one opens: an answer may be lost.
    let (one, other) = tokio::join!(page(&server, &first), page(&server, &first));
    let second = one.cookie();
    assert_ne!(second, first);
    assert_eq!(
        (other.cookie(), post(&server, "/r/lobby", &first, "body=um").await.cookie()),
        (second.clone(), second.clone())
    );
    let (_late, late) = client(&server, &first).await;
    assert_eq!(late.you.id, hello.you.id);

    // Shown once, it is the only one.
    let (_new, again) = client(&server, &second).await;
    assert_eq!((&again.you.id, again.you.role), (&hello.you.id, Role::Moderator));
    assert_eq!(post(&server, "/r/lobby", &first, "body=dois").await.status, 401);
    let answer = page(&server, &first).await;
    assert!(answer.cookies()[0].contains("Max-Age=0"), "the old one is taken away");
    assert_eq!(page(&server, &second).await.header("set-cookie"), None, "once a role");
    assert!(tab.say("a aba aberta fala").await.is_ok());

    appoint(&owner, &hello, Role::Admin).await;
    let third = page(&server, &second).await.cookie();
    assert_eq!(post(&server, "/r/lobby", &third, "body=três").await.status, 303);
    assert_eq!(post(&server, "/r/lobby", &second, "body=dois").await.status, 401);
}

#[tokio::test]
async fn b14_a_session_under_another_secret_is_still_ended_by_hand_and_with_its_sockets() {
    let (server, owner) = place().await;
    let first = member(&server, "Ana").await;
    let (mut tab, hello) = client(&server, &first).await;
    appoint(&owner, &hello, Role::Moderator).await;
    let second = page(&server, &first).await.cookie();
    let account = http::get(&server, "/account", &[("cookie", &second)]).await.body;
    assert!(account.contains("Este aqui"), "it is the same session");
    let own =
        post(&server, "/account/password", &second, &format!("today={PASSWORD}&password=outra senha")).await;
    assert_eq!(own.location(), "/account?done=password");
    assert!(tab.say("continuo aqui").await.is_ok());
    // More than one round of looking for sessions that are over.
    for _ in 0..3 {
        let known = server.app.sessions.over(server.app.bindings.sessions()).await.unwrap();
        assert!(known.is_empty(), "its sockets are bound to what names it");
        within("an answer", tab.say("e aqui")).await.unwrap();
    }
    let out = post(&server, "/sign-out", &second, "").await;
    assert_eq!(out.location(), "/");
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(tab.notice::<Ended>().await.code, EndCode::SignedOut);
    for dead in [&first, &second] {
        assert_eq!(post(&server, "/r/lobby", dead, "body=oi").await.status, 401);
    }
}

#[tokio::test]
async fn b14_a_poll_goes_on_under_the_new_secret_and_under_nobody_elses() {
    let (server, owner) = place().await;
    let first = member(&server, "Ana").await;
    let (_tab, hello) = client(&server, &first).await;
    let rui = member(&server, "Rui").await;
    let mut poll = Poll::open(&server, &[("cookie", first.as_str())]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    appoint(&owner, &hello, Role::Moderator).await;
    let second = page(&server, &first).await.cookie();
    poll.headers = vec![("cookie", rui.as_str())];
    assert_eq!(poll.post("42[\"message\",\"oi\"]").await.status, 400);
    poll.headers = vec![("cookie", second.as_str())];
    assert_eq!(poll.post("42[\"message\",\"oi\"]").await.status, 200);
}
