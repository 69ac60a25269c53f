//! "A malformed event is answered `bad_request`, never ignored, and never harms the process or another
//! connection" (docs/PROTOCOL.md, "Codes").

use protocol::{
    History, Join, ListRooms, Members, Message, REQUESTS, Read, Refusal, Rename, Request, SetNotify, Sync,
    Typing,
};
use serde_json::{Value, json};

use crate::client::TestClient;
use crate::server::TestServer;

#[tokio::test]
async fn wrong_types_missing_arguments_and_unknown_fields_are_bad_requests() {
    let server = TestServer::unlimited().await;
    let mut bia = TestClient::plain(&server).await;
    let (ana, _) = TestClient::hello(&server).await;
    let uuid = "0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5e6f";
    let cases: Vec<(&str, Vec<Value>)> = vec![
        (Message::EVENT, vec![]),
        (Message::EVENT, vec![json!(null)]),
        (Message::EVENT, vec![json!(7)]),
        (Message::EVENT, vec![json!({"body": "x"})]),
        (Message::EVENT, vec![json!(["x"])]),
        (Message::EVENT, vec![json!("x"), json!("lobby")]),
        (Message::EVENT, vec![json!("x"), json!([])]),
        (Message::EVENT, vec![json!("x"), json!({"key": "x"})]),
        (Message::EVENT, vec![json!("x"), json!({"key": 7})]),
        (Message::EVENT, vec![json!("x"), json!({"room": "a b"})]),
        (Message::EVENT, vec![json!("x"), json!({"room": "a".repeat(37)})]),
        (Message::EVENT, vec![json!("x"), json!({"replyTo": -1})]),
        (Message::EVENT, vec![json!("x"), json!({"replyTo": 1.5})]),
        (Message::EVENT, vec![json!("x"), json!({"replyTo": "1"})]),
        (Message::EVENT, vec![json!("x"), json!({"authorId": "me"})]),
        (Message::EVENT, vec![json!("x"), json!({"seq": 1})]),
        (Message::EVENT, vec![json!("x"), json!({"role": "owner"})]),
        (Rename::EVENT, vec![]),
        (Rename::EVENT, vec![json!("Ana")]),
        (Rename::EVENT, vec![json!({"key": uuid})]),
        (Rename::EVENT, vec![json!({"name": 7})]),
        (Rename::EVENT, vec![json!({"name": "a\u{202e}b"})]),
        (Rename::EVENT, vec![json!({"name": "Ana", "id": "me"})]),
        (Join::EVENT, vec![json!("lobby")]),
        (History::EVENT, vec![json!({"limit": "5"})]),
        (History::EVENT, vec![json!({"offset": 5})]),
        (Join::EVENT, vec![json!(["lobby"])]),
        (History::EVENT, vec![json!([])]),
        (Sync::EVENT, vec![]),
        (Sync::EVENT, vec![json!({})]),
        (Sync::EVENT, vec![json!({"cursors": []})]),
        (Sync::EVENT, vec![json!({"cursors": {"lobby": "0"}})]),
        (Sync::EVENT, vec![json!({"cursors": {}, "x": 1})]),
        (Read::EVENT, vec![json!({})]),
        (Read::EVENT, vec![json!({"seq": -1})]),
        (SetNotify::EVENT, vec![json!({"notify": "x"})]),
        (ListRooms::EVENT, vec![json!({"x": 1})]),
        (Members::EVENT, vec![json!({"after": 1})]),
        (Typing::EVENT, vec![json!({})]),
        ("", vec![]),
        ("nada", vec![json!(1), json!(2)]),
        ("MESSAGE", vec![json!("x")]),
        ("error", vec![]),
    ];
    for (event, args) in cases {
        let shown = format!("{event} {args:?}");
        assert_eq!(ana.refusal(event, args).await, Refusal::BadRequest.code(), "{shown}");
    }
    assert_eq!(ana.say("vivo").await.unwrap().seq, 1, "nothing was stored, the connection is the same");
    assert_eq!(bia.sent().await.0, "vivo", "and so is everybody else's");
}

#[tokio::test]
async fn a_text_of_wrong_length_has_a_code_of_its_own() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    for (body, code) in [
        (String::new(), Refusal::Empty),
        (" \n ".to_owned(), Refusal::Empty),
        ("a".repeat(4_001), Refusal::TooLong),
        (format!("{}a", " ".repeat(16 * 1024)), Refusal::TooLong),
    ] {
        assert_eq!(ana.say(&body).await.unwrap_err().code, code);
    }
    assert!(ana.say(&"é".repeat(4_000)).await.is_ok());
    for (name, code) in [(" ".to_owned(), Refusal::Empty), ("ç".repeat(41), Refusal::TooLong)] {
        assert_eq!(ana.request(&Rename { name, key: None }).await.unwrap_err().code, code);
    }
}

#[tokio::test]
async fn too_many_rooms_in_one_sync_are_a_bad_request() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    let cursors: serde_json::Map<_, _> = (0..51).map(|n| (format!("r{n}"), json!(0))).collect();
    assert_eq!(ana.refusal(Sync::EVENT, vec![json!({"cursors": cursors})]).await, Refusal::BadRequest.code());
}

#[tokio::test]
async fn a_refusal_says_whether_it_is_worth_trying_again() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    let answer = ana.ask("nada", vec![]).await;
    assert_eq!(answer, json!({"error": {"code": Refusal::BadRequest.code(), "retryable": false}}));
}

#[tokio::test]
async fn every_request_of_the_contract_answers_something_else_than_an_unknown_event() {
    let server = TestServer::unlimited().await;
    let (ana, hello) = TestClient::hello(&server).await;
    server.app.store.appoint(&hello.you.id, chat::Role::Owner).await.unwrap();
    let (mut bia, theirs) = TestClient::hello(&server).await;
    let room = ana.request(&create_room(&theirs)).await.unwrap().room.id;
    let bia_id = &theirs.you.id;
    let kind = protocol::view::RoomKind::Private;
    let private = protocol::CreateRoom { kind, members: None, ..create_room(&theirs) };
    let private = ana.request(&private).await.unwrap().room.id;
    let good = [
        json!("oi"),
        json!({"target": 1, "body": "olá"}),
        json!({"target": 1}),
        json!({"target": 4, "emoji": "🎉", "on": true}),
        json!({"name": "Ana"}),
        json!({"name": "Turma", "kind": "public"}),
        json!({}),
        json!({"room": room}),
        json!({}),
        json!({"cursors": {}}),
        json!({"room": private, "member": bia_id}),
        json!({"room": room, "member": bia_id}),
        json!({"member": bia_id, "on": true}),
        json!({"member": bia_id, "on": true}),
        json!({"member": bia_id, "on": true}),
        json!({"target": 7}),
        json!({"member": bia_id}),
        json!({"member": bia_id, "role": "moderator"}),
        json!({"room": room, "topic": "Prova"}),
        json!({"room": room, "name": "Turma B"}),
        json!({"room": room, "seconds": 30}),
        json!({"room": room, "on": true}),
        json!({"room": room, "on": true}),
        json!({"seq": 1}),
        json!({"notify": "none"}),
        json!({}),
        json!({}),
        json!({"on": true}),
    ];
    for (event, argument) in REQUESTS.into_iter().zip(good) {
        if event == protocol::React::EVENT {
            ana.say("para reagir").await.unwrap();
        }
        if event == protocol::Kick::EVENT {
            // Who made the room has left it, and is no longer there to keep it.
            ana.request(&Join { room: room.clone() }).await.unwrap();
            assert_eq!(bia.say("para denunciar").await.unwrap().seq, 7);
        }
        if event == protocol::SetRole::EVENT {
            server.app.store.appoint(bia_id, chat::Role::Member).await.unwrap();
        }
        assert!(ana.ask(event, vec![argument]).await["ok"].is_object(), "{event} is registered");
    }
    bia.notice::<protocol::Ended>().await;
}

fn create_room(with: &protocol::Hello) -> protocol::CreateRoom {
    protocol::CreateRoom {
        name: "Turma".to_owned(),
        kind: protocol::view::RoomKind::Public,
        members: Some(vec![with.you.id.clone()]),
        key: None,
    }
}
