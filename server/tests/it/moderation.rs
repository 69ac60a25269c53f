//! security.md, group J: moderation. One test a line, with its number.

use chat::{Role, RoomId};
use protocol::notice::EndCode;
use protocol::{Ban, Delete, Edit, Ended, Hello, Mute, React, Refusal, Rename, SentRecord};
use serde_json::{Value, json};
use socketio_client::Reason;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::server::TestServer;
use crate::{http, within};

/// A server that believes what it is told about addresses, so that a test can come from several.
async fn server() -> TestServer {
    TestServer::with(|config| {
        config.rate_limit = server::config::Switch::Off;
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
        config.insecure_http = true;
    })
    .await
}

/// Somebody on this machine who keeps the peace.
async fn keeper(server: &TestServer, role: Role) -> (TestClient, Hello) {
    let (client, hello) = TestClient::hello(server).await;
    server.app.store.appoint(&hello.you.id, role).await.unwrap();
    (client, hello)
}

fn ban(hello: &Hello, on: bool) -> Ban {
    Ban { member: hello.you.id.clone(), on, key: None }
}

/// A client behind these headers; whether it is let in is still to be seen.
fn open(server: &TestServer, auth: Value, headers: &[(&str, &str)]) -> TestClient {
    let origin = server.url();
    TestClient::open(server, auth, &[&[("origin", origin.as_str())], headers].concat())
}

const NEAR: (&str, &str) = ("x-forwarded-for", "192.0.2.7");
const FAR: (&str, &str) = ("x-forwarded-for", "192.0.2.8");

#[tokio::test]
async fn j90_who_is_muted_is_so_on_every_path_and_may_still_be_called_something() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let cookie = http::post(&server, "/name", &[], "name=Bia").await.cookie();
    let mut bia = open(&server, json!({"v": 1}), &[("cookie", &cookie)]);
    let hello = bia.notice::<Hello>().await;
    bia.say("antes").await.unwrap();
    let mute = |on| Mute { room: RoomId::lobby(), member: hello.you.id.clone(), on, key: None };
    ana.request(&mute(true)).await.unwrap();

    assert_eq!(bia.say("x").await.unwrap_err().code, Refusal::Muted);
    let room = RoomId::lobby();
    let edit = Edit { room: room.clone(), target: 1, body: "x".to_owned(), key: None };
    assert_eq!(bia.request(&edit).await.unwrap_err().code, Refusal::Muted);
    let react = React { room: room.clone(), target: 1, emoji: "🎉".to_owned(), on: true, key: None };
    assert_eq!(bia.request(&react).await.unwrap_err().code, Refusal::Muted);
    let form = http::post(&server, "/r/lobby", &[("cookie", &cookie)], "body=x").await;
    assert_eq!(form.location(), "/r/lobby?refused=muted");
    assert_eq!(ana.request(&mute(true)).await.map(|done| done.seq), Ok(2), "nothing of it was stored");

    // To take back what one has said harms nobody.
    bia.request(&Rename { name: "Bia Luz".to_owned(), key: None }).await.unwrap();
    bia.request(&Delete { room, target: 1, key: None }).await.unwrap();
    ana.request(&mute(false)).await.unwrap();
    bia.say("depois").await.unwrap();
}

/// What a poll brings until its session is over.
async fn to_the_end(poll: &Poll<'_>) -> String {
    let mut heard = String::new();
    loop {
        let answer = poll.get().await;
        if answer.status != 200 {
            return heard;
        }
        heard.push_str(&answer.body);
    }
}

#[tokio::test]
async fn j91_who_is_banned_is_cut_off_on_sockets_and_polls_and_stays_out_with_the_same_cookie() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let cookie = http::post(&server, "/name", &[NEAR], "name=Bia").await.cookie();
    let headers = [("cookie", cookie.as_str()), NEAR];
    let mut bia = open(&server, json!({"v": 1}), &headers);
    let hello = bia.notice::<Hello>().await;
    let poll = Poll::open(&server, &headers).await.unwrap();
    poll.post(r#"40{"v":1}"#).await;
    poll.until(r#"42["hello""#).await;

    ana.request(&ban(&hello, true)).await.unwrap();
    ana.say("depois").await.unwrap();
    assert_eq!(bia.notice::<Ended>().await.code, EndCode::Banned);
    assert_eq!(bia.disconnected().await, Reason::ServerDisconnect);
    let polled = within("the end of the poll", to_the_end(&poll)).await;
    assert!(polled.contains(r#"42["ended",{"code":"banned"}]"#), "{polled}");
    assert!(!polled.contains("depois"), "{polled}");

    assert_eq!(open(&server, json!({"v": 1}), &headers).connect_error().await, Refusal::Banned.code());
    assert_eq!(http::get(&server, "/", &headers).await.status, 403);
    let form = http::post(&server, "/r/lobby", &headers, "body=x").await;
    assert_eq!(form.location(), "/r/lobby?refused=banned");

    // Who is pardoned is who they were.
    ana.request(&ban(&hello, false)).await.unwrap();
    let mut back = open(&server, json!({"v": 1}), &headers);
    assert_eq!(back.notice::<Hello>().await.you.id, hello.you.id);
    back.say("voltei").await.unwrap();
}

#[tokio::test]
async fn j91_nobody_new_comes_from_where_the_banned_came_from_until_the_pardon() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let auth = json!({"v": 1});
    let mut bia = open(&server, auth.clone(), &[NEAR]);
    let hello = bia.notice::<Hello>().await;
    let cookie = http::post(&server, "/name", &[NEAR], "name=Eva").await.cookie();
    let mut silent = open(&server, Value::Null, &[NEAR]);
    silent.event(<SentRecord as protocol::Notice>::EVENT).await;
    ana.request(&ban(&hello, true)).await.unwrap();

    let banned = Refusal::Banned.code();
    assert_eq!(open(&server, auth.clone(), &[NEAR]).connect_error().await, banned);
    assert_eq!(open(&server, Value::Null, &[NEAR]).connect_error().await, banned);
    assert_eq!(silent.say("x").await.unwrap_err().code, Refusal::Banned, "the first word makes somebody new");
    let rename = Rename { name: "Rui".to_owned(), key: None };
    assert_eq!(silent.request(&rename).await.unwrap_err().code, Refusal::Banned);
    for (path, form) in [("/name", "name=Rui"), ("/r/lobby", "body=x")] {
        let answer = http::post(&server, path, &[NEAR], form).await;
        assert_eq!((answer.location(), answer.header("set-cookie")), ("/r/lobby?refused=banned", None));
    }
    // Who was there already has done nothing; and elsewhere everybody is welcome.
    let eva = http::post(&server, "/r/lobby", &[("cookie", &cookie), NEAR], "body=oi").await;
    assert_eq!(eva.location(), "/r/lobby");
    open(&server, auth.clone(), &[FAR]).notice::<Hello>().await;

    ana.request(&ban(&hello, false)).await.unwrap();
    open(&server, auth.clone(), &[NEAR]).notice::<Hello>().await;
    silent.say("oi").await.unwrap();
}

#[tokio::test]
async fn j91_a_guest_of_one_connection_is_banned_with_its_address() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let mut plain = open(&server, Value::Null, &[NEAR]);
    plain.event(<SentRecord as protocol::Notice>::EVENT).await;
    plain.say("spam").await.unwrap();
    let member = plain.sent().await.1.author.id;
    ana.request(&Ban { member, on: true, key: None }).await.unwrap();
    assert_eq!(plain.notice::<Ended>().await.code, EndCode::Banned);
    let again = open(&server, Value::Null, &[NEAR]).connect_error().await;
    assert_eq!(again, Refusal::Banned.code());
}

#[tokio::test]
async fn j91_a_ban_on_this_machine_shuts_nobody_else_out() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let (mut bia, hello) = TestClient::hello(&server).await;
    ana.request(&ban(&hello, true)).await.unwrap();
    bia.notice::<Ended>().await;
    TestClient::hello(&server).await;
}
