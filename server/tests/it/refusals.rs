//! A refusal changes nothing, however far the request had come.

use chat::Role;
use protocol::view::RoomKind;
use protocol::{CreateRoom, History, LockRoom, Refusal, Rename};

use crate::client::TestClient;
use crate::http;
use crate::server::TestServer;
use crate::sessions::{PASSWORD, guest, member, post};
use crate::settings::{listed, somebody};

async fn head(server: &TestServer) -> u64 {
    server.app.rooms.history(None, History::default()).await.unwrap().head
}

#[tokio::test]
async fn a_refused_request_of_somebody_unknown_saves_nobody() {
    let server = TestServer::unlimited().await;
    let (_, owner) = somebody(&server, "Rosa", Role::Owner).await;
    guest(&server, "Ana").await;
    let (people, events) = (listed(&server, &owner, "").await, head(&server).await);
    let passing = TestClient::plain(&server).await;
    for name in ["Ana", "ANA", "admin", "Rosa"] {
        let refused = passing.request(&Rename { name: name.into(), key: None }).await;
        assert_eq!(refused.unwrap_err().code, Refusal::NameTaken, "{name}");
    }
    let nobody = Some(vec!["ninguem".parse().unwrap()]);
    let request = CreateRoom { name: "Sala".into(), kind: RoomKind::Private, members: nobody, key: None };
    assert_eq!(passing.request(&request).await.unwrap_err().code, Refusal::NotFound);
    assert_eq!((listed(&server, &owner, "").await, head(&server).await), (people, events));
}

#[tokio::test]
async fn keeping_another_name_is_done_whole_or_not_at_all() {
    let server = TestServer::unlimited().await;
    member(&server, "Ana").await;
    let cookie = guest(&server, "Rui").await;
    let events = head(&server).await;
    for (form, code) in [
        ("name=Lia&password=1234567".to_owned(), "password_short"),
        ("name=Lia&password=12345678&password_again=87654321".to_owned(), "password_different"),
        (format!("name=ANA&password={PASSWORD}"), "name_taken"),
        (format!("name=admin&password={PASSWORD}"), "name_taken"),
        (format!("name=+&password={PASSWORD}"), "empty"),
        (format!("name=a%E2%80%AEb&password={PASSWORD}"), "bad_request"),
    ] {
        let answer = post(&server, "/account/keep", &cookie, &form).await;
        assert_eq!(answer.location(), format!("/account?refused={code}"));
        let page = http::get(&server, "/account", &[("cookie", &cookie)]).await;
        assert!(page.body.contains("Rui") && !page.body.contains("Lia"), "{code}");
        assert_eq!(head(&server).await, events, "{code}: nobody hears of another name");
    }
    let long = format!("name=Lia&password={}", "a".repeat(300));
    assert_eq!(post(&server, "/account/keep", &cookie, &long).await.status, 400);
    assert_eq!(head(&server).await, events);

    let kept = post(&server, "/account/keep", &cookie, &format!("name=Lia&password={PASSWORD}")).await;
    assert_eq!(kept.location(), "/account?done=kept");
    assert_eq!(head(&server).await, events + 2, "another name and another role");
    let again =
        post(&server, "/account/keep", &kept.cookie(), &format!("name=Bia&password={PASSWORD}")).await;
    assert_eq!(again.location(), "/account?refused=forbidden");
    assert_eq!(head(&server).await, events + 2);
    let signed_in = http::post(&server, "/sign-in", &[], &format!("name=lia&password={PASSWORD}")).await;
    assert_eq!(signed_in.location(), "/");
}

#[tokio::test]
async fn a_refused_message_of_a_form_makes_nobody_a_guest() {
    let server = TestServer::unlimited().await;
    let (owner, cookie) = somebody(&server, "Rosa", Role::Owner).await;
    let room = |kind| CreateRoom { name: "Sala".into(), kind, members: None, key: None };
    let public = server.app.rooms.create_room(&owner, room(RoomKind::Public)).await.unwrap().room.id;
    let private = server.app.rooms.create_room(&owner, room(RoomKind::Private)).await.unwrap().room.id;
    let people = listed(&server, &cookie, "").await;
    for (path, status) in
        [("/r/nowhere".to_owned(), 404), (format!("/r/{private}"), 404), (format!("/r/{public}"), 403)]
    {
        let answer = http::post(&server, &path, &[], "body=oi").await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    let lock = LockRoom { room: chat::RoomId::lobby(), on: true, key: None };
    server.app.rooms.lock_room(&owner, lock).await.unwrap();
    let answer = http::post(&server, "/r/lobby", &[], "body=oi").await;
    assert!(answer.status == 403 && answer.body.contains("oi</textarea>"), "refused, and given back");
    assert_eq!((answer.header("set-cookie"), listed(&server, &cookie, "").await), (None, people));
}
