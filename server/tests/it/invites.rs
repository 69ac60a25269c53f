//! Links that let people in.

use std::sync::atomic::{AtomicUsize, Ordering};

use chat::{Role, RoomId};
use protocol::view::RoomKind;
use protocol::{Ban, CreateRoom};

use crate::client::TestClient;
use crate::http::{self, Answer};
use crate::server::TestServer;
use crate::settings::{listed, somebody};

/// A server with an owner, the owner's cookie, and a private room of the owner's.
async fn house() -> (TestServer, server::session::Author, String, RoomId) {
    let server = TestServer::unlimited().await;
    let (owner, cookie) = somebody(&server, "In%C3%AAs", Role::Owner).await;
    let room = CreateRoom { name: "Farol".to_owned(), kind: RoomKind::Private, members: None, key: None };
    let room = server.app.rooms.create_room(&owner, room).await.unwrap().room.id;
    (server, owner, cookie, room)
}

/// The path of a new invite, as the page shows it to who made it.
pub(crate) async fn make(
    server: &TestServer,
    cookie: &str,
    room: &RoomId,
    hours: &str,
    uses: &str,
) -> String {
    let form = format!("room={room}&hours={hours}&uses={uses}");
    let answer = http::post(server, "/settings/invites", &[("cookie", cookie)], &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let link = format!("{}/i/", server.url());
    let token = answer.body.split(&link).nth(1).unwrap_or_else(|| panic!("no link: {}", answer.body));
    let token: String =
        token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    assert_eq!(token.len(), 22, "128 bits in base64url");
    format!("/i/{token}")
}

async fn accept(server: &TestServer, path: &str, name: &str) -> Answer {
    http::post(server, path, &[], &format!("name={name}")).await
}

#[tokio::test]
async fn a_link_and_a_name_lead_into_a_private_room() {
    let (server, owner, cookie, room) = house().await;
    let mut ears = TestClient::open(
        &server,
        serde_json::json!({"v": protocol::VERSION}),
        &[("cookie", &cookie), ("origin", &server.url())],
    );
    ears.notice::<protocol::Hello>().await;
    let path = make(&server, &cookie, &room, "168", "20").await;
    let page = http::get(&server, &path, &[]).await;
    assert_eq!(page.status, 200);
    for words in ["Você foi chamado para Farol", "Convite de Inês", "Como quer ser chamado?", "Entrar"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let answer = accept(&server, &path, "Joana").await;
    let there = format!("/r/{room}");
    assert_eq!((answer.status, answer.location()), (303, there.as_str()));
    let joined = ears.kept(protocol::event::kind::JOINED).await;
    let chat::Change::Joined { by, who } = joined.change else { panic!("{joined:?}") };
    assert_eq!((by, who.name.as_str()), (owner.member.id, "Joana"), "by whom she was invited");
    let joana = answer.cookie();
    assert_eq!(http::get(&server, &there, &[("cookie", &joana)]).await.status, 200);
    assert_eq!(http::get(&server, &there, &[]).await.status, 404, "still a private room");
    let said = http::post(&server, &there, &[("cookie", &joana)], "body=cheguei").await;
    assert_eq!(said.location(), there);
    assert_eq!(ears.sent().await.0, "cheguei");
}

#[tokio::test]
async fn a_name_that_somebody_has_is_refused_here_too() {
    let (server, _, cookie, room) = house().await;
    somebody(&server, "Ana", Role::Member).await;
    let path = make(&server, &cookie, &room, "", "1").await;
    // The second one begins with a Cyrillic letter.
    for name in ["Ana", "%D0%90na", "admin"] {
        assert_eq!(accept(&server, &path, name).await.location(), format!("{path}?refused=name_taken"));
    }
    accept(&server, &path, "Joana").await;
    assert_eq!(
        http::post(&server, "/name", &[], "name=joana").await.location(),
        "/r/lobby?refused=name_taken"
    );
}

#[tokio::test]
async fn who_has_a_session_needs_one_button_and_keeps_it() {
    let (server, _, cookie, room) = house().await;
    let (_, bia) = somebody(&server, "Bia", Role::Member).await;
    let path = make(&server, &cookie, &room, "", "1").await;
    let page = http::get(&server, &path, &[("cookie", &bia)]).await;
    assert!(page.body.contains("Entrar como Bia") && !page.body.contains("name=\"name\""), "{}", page.body);
    let answer = http::post(&server, &path, &[("cookie", &bia)], "").await;
    assert_eq!((answer.location(), answer.header("set-cookie")), (format!("/r/{room}").as_str(), None));
    assert_eq!(http::get(&server, &path, &[]).await.status, 404, "its one use is used");
}

#[tokio::test]
async fn a_bad_name_costs_no_use_and_makes_nobody() {
    let (server, _, cookie, room) = house().await;
    let path = make(&server, &cookie, &room, "", "1").await;
    for (name, code) in [("", "empty"), ("a%E2%80%AEb", "bad_request")] {
        let answer = accept(&server, &path, name).await;
        assert_eq!(answer.location(), format!("{path}?refused={code}"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(accept(&server, &path, "Joana").await.location(), format!("/r/{room}"));
}

#[tokio::test]
async fn b21_a_link_that_is_guessed_used_up_ended_revoked_or_of_a_banned_maker_opens_nothing() {
    let (server, owner, cookie, room) = house().await;
    let (maker, theirs) = somebody(&server, "Caio", Role::Admin).await;
    let lobby = RoomId::lobby();
    let used = make(&server, &cookie, &room, "", "1").await;
    accept(&server, &used, "Joana").await;
    let revoked = make(&server, &cookie, &lobby, "", "").await;
    let page = http::get(&server, "/settings", &[("cookie", &cookie)]).await.body;
    let number = page.split("name=\"invite\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!("invite={number}");
    let answer = http::post(&server, "/settings/invites/revoke", &[("cookie", &cookie)], &form).await;
    assert_eq!(answer.location(), "/settings?done=revoked");
    let banned = make(&server, &theirs, &lobby, "", "").await;
    server.app.rooms.ban(&owner, Ban { member: maker.member.id, on: true, key: None }).await.unwrap();

    let guessed = "/i/AAAAAAAAAAAAAAAAAAAAAA";
    let refusal = http::get(&server, guessed, &[]).await;
    assert_eq!(refusal.status, 404);
    let without_nonces = |body: &str| body.split("nonce").next().unwrap().to_owned();
    for path in [guessed, &used, &revoked, &banned, "/i/x", "/i/%0a"] {
        let page = http::get(&server, path, &[]).await;
        assert_eq!((page.status, without_nonces(&page.body)), (404, without_nonces(&refusal.body)), "{path}");
        let answer = accept(&server, path, "Nina").await;
        assert_eq!((answer.status, answer.header("set-cookie")), (404, None), "{path}");
    }
}

#[tokio::test]
async fn b21_a_link_ends_when_its_time_is_over() {
    let folder = crate::server::Folder::new();
    let offset = folder.path().join("offset");
    let file = offset.clone();
    let server = TestServer::with(move |config| config.clock_offset_file = Some(file)).await;
    let (_, cookie) = somebody(&server, "In%C3%AAs", Role::Owner).await;
    let path = make(&server, &cookie, &RoomId::lobby(), "1", "").await;
    std::fs::write(&offset, "passed 3500000").unwrap();
    assert_eq!(http::get(&server, &path, &[]).await.status, 200);
    std::fs::write(&offset, "passed 3700000").unwrap();
    assert_eq!(http::get(&server, &path, &[]).await.status, 404);
    assert_eq!(accept(&server, &path, "Nina").await.status, 404);
}

#[tokio::test]
async fn b21_of_many_at_once_no_more_come_in_than_an_invite_has_uses() {
    let (server, _, cookie, room) = house().await;
    let path = make(&server, &cookie, &room, "", "5").await;
    let (came, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let all = (0..20).map(|n| {
        let (server, path, came, refused) = (&server, &path, &came, &refused);
        async move {
            match accept(server, path, &format!("Pessoa{n}")).await.status {
                303 => came.fetch_add(1, Ordering::SeqCst),
                404 => refused.fetch_add(1, Ordering::SeqCst),
                other => panic!("{other}"),
            }
        }
    });
    futures_util::future::join_all(all).await;
    assert_eq!((came.into_inner(), refused.into_inner()), (5, 15));
    assert_eq!(listed(&server, &cookie, "Pessoa").await, 5, "nobody is left behind outside");
}

#[tokio::test]
async fn in_invite_mode_a_link_is_the_way_in() {
    let (server, _, cookie, _) = house().await;
    let form = "name=&welcome=&access=invite&creators=everybody&retention=0";
    http::post(&server, "/settings/server", &[("cookie", &cookie)], form).await;
    let path = make(&server, &cookie, &RoomId::lobby(), "24", "1").await;
    let answer = accept(&server, &path, "Joana").await;
    assert_eq!(answer.location(), "/r/lobby");
    assert_eq!(http::get(&server, "/r/lobby", &[("cookie", &answer.cookie())]).await.status, 200);
    assert_eq!(accept(&server, &path, "Nina").await.status, 404, "a new person is a use");
}

#[tokio::test]
async fn an_invite_is_for_a_room_its_maker_is_in_and_within_bounds() {
    let (server, _, cookie, _) = house().await;
    let (other, _) = somebody(&server, "Bia", Role::Member).await;
    let closed = CreateRoom { name: "Outra".to_owned(), kind: RoomKind::Private, members: None, key: None };
    let closed = server.app.rooms.create_room(&other, closed).await.unwrap().room.id;
    for (form, code) in [
        (format!("room={closed}&hours=1&uses=1"), "not_found"),
        ("room=nowhere&hours=1&uses=1".to_owned(), "not_found"),
        ("room=lobby&hours=0&uses=1".to_owned(), "bad_request"),
        ("room=lobby&hours=1&uses=1001".to_owned(), "bad_request"),
        ("room=&hours=1&uses=1".to_owned(), "bad_request"),
    ] {
        let answer = http::post(&server, "/settings/invites", &[("cookie", &cookie)], &form).await;
        assert_eq!(answer.location(), format!("/settings?refused={code}"), "{form}");
    }
}
