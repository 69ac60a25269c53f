//! Rooms as several people live them at once: who hears what, and nothing of it later than they may.

use chat::{Change, MemberId, Role, RoomId, Seq};
use protocol::event::kind;
use protocol::view::RoomKind;
use protocol::{
    Ban, CreateRoom, Delete, Edit, Ended, Heads, Hello, Join, Kick, Leave, Message, MessageOptions, Notice,
    React, Refusal, Request, SentRecord,
};
use serde_json::json;
use socketio_client::{Notification, Reason};

use crate::client::TestClient;
use crate::server::TestServer;

fn create(kind: RoomKind, members: &[&Hello]) -> CreateRoom {
    let members = members.iter().map(|hello| hello.you.id.clone()).collect();
    CreateRoom { name: "Turma".to_owned(), kind, members: Some(members), key: None }
}

fn to(room: &RoomId, body: &str) -> Message {
    let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
    Message { body: body.to_owned(), options }
}

fn kick(room: &RoomId, member: &MemberId) -> Kick {
    Kick { room: room.clone(), member: member.clone(), key: None }
}

/// The next thing said in `room`.
async fn heard(client: &mut TestClient, room: &RoomId) -> (String, Seq) {
    loop {
        let (body, record) = client.sent().await;
        if record.room == *room {
            return (body, record.seq);
        }
    }
}

#[tokio::test]
async fn everybody_hears_what_becomes_of_a_message() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (mut bia, _) = TestClient::hello(&server).await;
    ana.say("Oi").await.unwrap();
    let room = RoomId::lobby();
    let edit = Edit { room: room.clone(), target: 1, body: "Olá".to_owned(), key: None };
    ana.request(&edit).await.unwrap();
    ana.request(&React { room: room.clone(), target: 1, emoji: "🎉".to_owned(), on: true, key: None })
        .await
        .unwrap();
    ana.request(&Delete { room, target: 1, key: None }).await.unwrap();
    let edited = bia.kept(kind::EDITED).await;
    assert!(matches!(edited.change, Change::Edited { target: 1, body, .. } if body == "Olá"));
    assert!(matches!(bia.kept(kind::REACTED).await.change, Change::Reacted { target: 1, on: true, .. }));
    let deleted = bia.kept(kind::DELETED).await;
    assert_eq!((deleted.seq, deleted.room.as_str()), (4, "lobby"));
}

#[tokio::test]
async fn a_new_room_is_heard_at_once_by_everybody_in_it_and_by_nobody_else() {
    let server = TestServer::unlimited().await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let (mut bia, theirs) = TestClient::hello(&server).await;
    let (mut eva, _) = TestClient::hello(&server).await;
    let room = ana.request(&create(RoomKind::Private, &[&theirs])).await.unwrap().room;
    assert_eq!((room.kind, room.head), (RoomKind::Private, 0));
    let heads = loop {
        let heads = bia.notice::<Heads>().await;
        if heads.rooms.len() > 1 {
            break heads;
        }
    };
    assert_eq!(heads.rooms.get(&room.id), Some(&0), "who was put in learns of it");
    ana.request(&to(&room.id, "segredo")).await.unwrap();
    for person in [&mut ana, &mut bia] {
        assert_eq!(heard(person, &room.id).await, ("segredo".to_owned(), 1));
    }
    ana.say("para todo mundo").await.unwrap();
    assert_eq!(eva.sent().await.0, "para todo mundo", "the first thing that Eva hears");
}

#[tokio::test]
async fn who_enters_hears_what_is_said_from_then_on_and_so_do_the_persons_other_sockets() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    let mut other = TestClient::open(&server, json!({"v": 1, "token": theirs.token.clone().unwrap()}), &[]);
    other.notice::<Hello>().await;
    let mut plain = TestClient::open(&server, json!({"token": theirs.token.unwrap()}), &[]);
    plain.event(SentRecord::EVENT).await;
    let room = ana.request(&create(RoomKind::Public, &[])).await.unwrap().room.id;
    ana.request(&to(&room, "antes")).await.unwrap();
    let joined = bia.request(&Join { room: room.clone() }).await.unwrap();
    assert_eq!((joined.room.head, joined.messages[0].body.as_str()), (2, "antes"));
    ana.request(&to(&room, "depois")).await.unwrap();
    assert_eq!(other.kept(kind::JOINED).await.seq, 2);
    assert_eq!(heard(&mut other, &room).await, ("depois".to_owned(), 3));
    ana.say("na praça").await.unwrap();
    assert_eq!(plain.sent().await.0, "na praça", "a plain client is in the default room only");

    // After coming back, the same rooms without asking.
    let again = TestClient::hello_again(&mut other).await;
    assert_eq!(again.rooms.len(), 2);
    assert_eq!(again.heads.get(&room), Some(&3));
    bia.request(&Leave { room: room.clone(), key: None }).await.unwrap();
    assert_eq!(other.kept(kind::LEFT).await.seq, 4);
}

#[tokio::test]
async fn who_is_027_kicked_at_a_seq_hears_nothing_later_of_the_room() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (mut bia, theirs) = TestClient::hello(&server).await;
    let room = ana.request(&create(RoomKind::Private, &[&theirs])).await.unwrap().room.id;
    // Everything waits together, so that messages surround the removal as closely as can be.
    let mut asked = Vec::new();
    for n in 0..40 {
        asked.push(ana.io.request(Message::EVENT, message_arguments(&room, &n.to_string())));
        if n == 20 {
            let kick = serde_json::to_value(kick(&room, &theirs.you.id)).unwrap();
            asked.push(ana.io.request(Kick::EVENT, vec![kick]));
        }
        if asked.len() == 20 {
            futures_util::future::join_all(asked.drain(..)).await;
        }
    }
    futures_util::future::join_all(asked).await;
    // The end of what the default room says comes after all that.
    ana.say("fim").await.unwrap();
    let kicked = bia.kept(kind::KICKED).await.seq;
    let mut last = 0;
    loop {
        let (body, record) = bia.sent().await;
        if body == "fim" {
            break;
        }
        last = record.seq;
    }
    assert_eq!((kicked, last), (22, 21), "everything before, nothing after");
    assert_eq!(bia.request(&to(&room, "Oi")).await.unwrap_err().code, Refusal::NotFound);
}

fn message_arguments(room: &RoomId, body: &str) -> Vec<serde_json::Value> {
    let serde_json::Value::Array(arguments) = serde_json::to_value(to(room, body)).unwrap() else { panic!() };
    arguments
}

#[tokio::test]
async fn who_is_banned_is_told_why_and_is_gone_on_every_socket_and_stays_out() {
    let server = TestServer::unlimited().await;
    let (ana, hello) = TestClient::hello(&server).await;
    server.app.store.appoint(&hello.you.id, Role::Moderator).await.unwrap();
    let (bia, theirs) = TestClient::hello(&server).await;
    let token = theirs.token.clone().unwrap();
    let mut other = TestClient::open(&server, json!({"token": token}), &[]);
    other.event(SentRecord::EVENT).await;
    ana.request(&Ban { member: theirs.you.id.clone(), on: true, key: None }).await.unwrap();
    ana.say("depois").await.unwrap();
    for mut client in [bia, other] {
        assert_eq!(client.notice::<Ended>().await.code, protocol::notice::EndCode::Banned);
        let mut heard = Vec::new();
        let reason = loop {
            match client.next().await {
                Notification::Disconnected(reason) => break reason,
                Notification::Event { name, .. } => heard.push(name),
                _ => {}
            }
        };
        assert_eq!(reason, Reason::ServerDisconnect, "a stock client does not come back by itself");
        assert!(!heard.iter().any(|name| name == SentRecord::EVENT), "{heard:?}");
    }
    for auth in [json!({"v": 1, "token": token}), json!({"token": token})] {
        let mut again = TestClient::open(&server, auth, &[]);
        assert_eq!(again.connect_error().await, Refusal::Banned.code());
    }
    ana.request(&Ban { member: theirs.you.id, on: false, key: None }).await.unwrap();
    let mut back = TestClient::open(&server, json!({"v": 1, "token": token}), &[]);
    back.notice::<Hello>().await;
}

#[tokio::test]
async fn a_guest_of_one_connection_is_banned_like_everybody_else() {
    let server = TestServer::unlimited().await;
    let (ana, hello) = TestClient::hello(&server).await;
    server.app.store.appoint(&hello.you.id, Role::Owner).await.unwrap();
    let mut plain = TestClient::plain(&server).await;
    plain.say("spam").await.unwrap();
    let author = plain.sent().await.1.author.id;
    ana.request(&Ban { member: author, on: true, key: None }).await.unwrap();
    assert_eq!(plain.notice::<Ended>().await.code, protocol::notice::EndCode::Banned);
    assert_eq!(plain.disconnected().await, Reason::ServerDisconnect);
}

#[tokio::test]
async fn a_public_room_that_is_made_is_told_to_everybody_who_reads_the_contract() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (mut bia, _) = TestClient::hello(&server).await;
    let mut plain = TestClient::plain(&server).await;
    let make = |name: &str, kind| CreateRoom { name: name.to_owned(), kind, members: None, key: None };
    ana.request(&make("Segredo", RoomKind::Private)).await.unwrap();
    let made = ana.request(&make("Prova", RoomKind::Public)).await.unwrap().room;
    let opened = bia.notice::<protocol::OpenRoom>().await;
    assert_eq!(
        (opened.id, opened.name.as_str(), opened.people),
        (made.id, "Prova", 1),
        "and not the private one"
    );
    let cookie = crate::http::post(&server, "/name", &[], "name=Caio").await.cookie();
    let form = "name=Oficina&kind=public";
    let answer = crate::http::post(&server, "/rooms", &[("cookie", &cookie)], form).await;
    assert_eq!(answer.status, 303);
    assert_eq!(bia.notice::<protocol::OpenRoom>().await.name, "Oficina");
    ana.say("oi").await.unwrap();
    plain.sent().await;
    assert!(!plain.has_kept("opened"));
}
