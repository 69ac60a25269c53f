//! docs/PROTOCOL.md, for the default room.

use chat::{Change, RoomId};
use protocol::{
    Heads, Hello, History, Join, ListRooms, Members, Message, MessageOptions, Notice, Refusal, Rename,
    Request, RoomEvent, SentRecord, Sync,
};
use serde_json::{Value, json};

use crate::client::{TestClient, key, message};
use crate::polling::Poll;
use crate::server::TestServer;

#[tokio::test]
async fn a_plain_client_is_welcomed_and_hears_the_very_string_it_sends() {
    let server = TestServer::start().await;
    let mut ana = TestClient::open(&server, Value::Null, &[]);
    assert_eq!(ana.event(SentRecord::EVENT).await, [json!("Oi cliente!")]);
    let mut bia = TestClient::plain(&server).await;
    ana.io.emit(Message::EVENT, vec![json!("Oi servidor!")]).unwrap();
    for person in [&mut ana, &mut bia] {
        let args = person.event(SentRecord::EVENT).await;
        assert_eq!(args[0], json!("Oi servidor!"));
        assert_eq!(args[1]["seq"], 1, "the first message of a fresh database");
        assert_eq!(args[1]["room"], chat::LOBBY);
        assert_eq!(args[1]["richText"], json!([{"t": "p", "c": ["Oi servidor!"]}]));
        assert_eq!(args[1]["attachments"], json!([]));
        assert_eq!(args[1]["author"]["role"], "guest");
    }
}

#[tokio::test]
async fn the_welcome_is_the_operators() {
    let server = TestServer::with(|config| config.welcome = "Olá!".to_owned()).await;
    let mut ana = TestClient::open(&server, json!({}), &[]);
    assert_eq!(ana.event(SentRecord::EVENT).await, [json!("Olá!")]);
    let (_, hello) = TestClient::hello(&server).await;
    assert_eq!(hello.welcome, "Olá!");
}

#[tokio::test]
async fn the_same_over_polling() {
    let server = TestServer::start().await;
    let ana = Poll::open(&server, &[]).await.ok().unwrap();
    assert_eq!(ana.post("40").await.body, "ok");
    assert!(ana.until("42").await.contains("Oi cliente!"));
    let packet = json!([Message::EVENT, "Oi servidor!"]);
    ana.post(&format!("427{packet}")).await;
    let (mut sent, mut acked) = (false, false);
    while !(sent && acked) {
        for packet in ana.get().await.body.split('\u{1e}') {
            sent |= packet.starts_with("42") && packet.contains("Oi servidor!");
            acked |= packet.starts_with(r#"437[{"ok":"#);
        }
    }
}

#[tokio::test]
async fn a_request_without_an_ack_is_carried_out() {
    let server = TestServer::start().await;
    let mut ana = TestClient::plain(&server).await;
    ana.io.emit(Message::EVENT, vec![json!("sem ack"), json!({"room": "lobby"})]).unwrap();
    assert_eq!(ana.sent().await.0, "sem ack");
}

#[tokio::test]
async fn hello_says_who_and_where_one_is() {
    let server = TestServer::start().await;
    let (ana, hello) = TestClient::hello(&server).await;
    assert_eq!((hello.v, hello.epoch.as_str()), (1, server.app.store.epoch()));
    assert_eq!(hello.rooms.len(), 1);
    let room = &hello.rooms[0];
    assert_eq!((room.id.as_str(), room.name.as_str(), room.head), ("lobby", "Praça", 0));
    assert_eq!(hello.heads, protocol::PerRoom::from([(RoomId::lobby(), 0)]));
    assert!(hello.you.name.starts_with("Visitante "), "{}", hello.you.name);
    assert!(hello.token.is_some());
    ana.say("um").await.unwrap();
    let (_, again) = TestClient::hello(&server).await;
    assert_eq!(again.heads, protocol::PerRoom::from([(RoomId::lobby(), 1)]));
}

#[tokio::test]
async fn heads_follow_the_greeting_and_every_event_for_a_while() {
    let server =
        TestServer::with(|config| config.tuning.heads_every = std::time::Duration::from_millis(20)).await;
    let (mut ana, hello) = TestClient::hello(&server).await;
    let heads = ana.notice::<Heads>().await;
    assert_eq!((heads.epoch, heads.rooms), (hello.epoch, hello.heads));
    ana.say("um").await.unwrap();
    while ana.notice::<Heads>().await.rooms[&RoomId::lobby()] != 1 {}
}

#[tokio::test]
async fn a_token_makes_the_same_guest_again_and_its_keys_stay_its_own() {
    let server = TestServer::start().await;
    let (ana, hello) = TestClient::hello(&server).await;
    let request = keyed("uma vez");
    let first = ana.request(&request).await.unwrap();
    let server = server.restart().await;
    let mut again = TestClient::open(&server, json!({"v": 1, "token": hello.token}), &[]);
    let second = again.notice::<Hello>().await;
    assert_eq!((second.you.id, second.token), (hello.you.id, None));
    let repeated = again.request(&request).await.unwrap();
    assert_eq!((repeated.seq, repeated.duplicate), (first.seq, true));
}

#[tokio::test]
async fn a_token_nobody_was_given_is_unauthorized() {
    let server = TestServer::start().await;
    let formed = "a".repeat(43);
    for auth in [json!({"v": 1, "token": "nope"}), json!({"v": "1", "token": 7}), json!({"token": formed})] {
        let mut ana = TestClient::open(&server, auth, &[]);
        assert_eq!(ana.connect_error().await, Refusal::Unauthorized.code());
    }
}

#[tokio::test]
async fn another_version_is_not_served() {
    let server = TestServer::start().await;
    for auth in [json!({"v": 2}), json!({"v": "2"}), json!({"v": 0}), json!({"v": "one"}), json!({"v": 1.5})]
    {
        let mut ana = TestClient::open(&server, auth, &[]);
        assert_eq!(ana.connect_error().await, Refusal::VersionUnsupported.code());
    }
    let mut stock = TestClient::open(&server, json!({"anything": [1]}), &[]);
    stock.event(SentRecord::EVENT).await;
}

#[tokio::test]
async fn the_version_may_be_written_as_other_languages_write_it() {
    let server = TestServer::start().await;
    // Java's client sends texts alone; some JSON writers know no whole numbers.
    for auth in [json!({"v": "1"}), json!({"v": 1.0}), json!({"v": 1, "token": null, "lang": null})] {
        let mut ana = TestClient::open(&server, auth, &[]);
        assert_eq!(ana.notice::<Hello>().await.v, 1);
    }
    let mut plain = TestClient::open(&server, json!({"v": null}), &[]);
    assert_eq!(plain.event(SentRecord::EVENT).await.len(), 1);
}

#[tokio::test]
async fn the_token_of_another_application_makes_a_plain_client_a_guest() {
    let server = TestServer::start().await;
    let jwt = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
    for token in [json!(jwt), json!(""), json!("undefined"), json!(123), json!({"a": 1}), json!(null)] {
        let mut ana = TestClient::open(&server, json!({ "token": token }), &[]);
        ana.event(SentRecord::EVENT).await;
        assert!(ana.say("oi").await.is_ok(), "{token}");
    }
}

#[tokio::test]
async fn a_request_without_an_argument_asks_with_an_empty_one() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    for event in [ListRooms::EVENT, Join::EVENT, History::EVENT, Members::EVENT] {
        for none in [vec![], vec![json!(null)], vec![json!({})], vec![json!({"room": null})]] {
            if none.iter().any(|one| one.get("room").is_some()) && event == ListRooms::EVENT {
                continue;
            }
            let answer = ana.ask(event, none).await;
            assert!(answer["ok"].is_object(), "{event}: {answer}");
        }
    }
    assert_eq!(ana.refusal(Sync::EVENT, vec![]).await, Refusal::BadRequest.code(), "cursors are needed");
    assert_eq!(ana.refusal(Message::EVENT, vec![]).await, Refusal::BadRequest.code(), "and a text is");
}

#[tokio::test]
async fn numbers_and_missing_fields_may_be_written_as_other_languages_write_them() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    ana.say("um").await.unwrap();
    let options = json!({"room": "lobby", "replyTo": 1.0, "key": null, "attachments": null});
    let said = ana.ask(Message::EVENT, vec![json!("dois"), options]).await;
    assert_eq!(said["ok"]["seq"], 2, "{said}");
    let page = ana.ask(History::EVENT, vec![json!({"before": 2.0, "after": null, "limit": 5.0})]).await;
    assert_eq!(page["ok"]["messages"][0]["seq"], 1, "{page}");
    let missed = ana.ask(Sync::EVENT, vec![json!({"cursors": {"lobby": 1.0}})]).await;
    assert_eq!(missed["ok"]["rooms"]["lobby"]["after"], 1, "{missed}");
    let half = ana.refusal(History::EVENT, vec![json!({"before": 1.5})]).await;
    assert_eq!(half, Refusal::BadRequest.code());
}

#[tokio::test]
async fn one_key_is_one_message_for_ever() {
    let server = TestServer::start().await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let request = keyed("uma vez");
    let first = ana.request(&request).await.unwrap();
    let second = ana.request(&request).await.unwrap();
    assert_eq!((first.seq, first.at, first.duplicate), (second.seq, second.at, false));
    assert!(second.duplicate);
    let other = Message { body: "outra".to_owned(), ..request };
    assert_eq!(ana.request(&other).await.unwrap_err().code, Refusal::KeyConflict);
    ana.say("fim").await.unwrap();
    assert_eq!(ana.sent().await.1.seq, 1);
    assert_eq!(ana.sent().await.1.seq, 2);
}

#[tokio::test]
async fn everybody_hears_a_room_in_one_gapless_order() {
    let server = TestServer::unlimited().await;
    let mut ears = TestClient::plain(&server).await;
    let mut people = Vec::new();
    for _ in 0..4 {
        people.push(TestClient::plain(&server).await);
    }
    let mut pending = Vec::new();
    for round in 0..5 {
        for (person, client) in people.iter().enumerate() {
            pending.push(client.io.request(Message::EVENT, vec![json!(format!("{person} {round}"))]));
        }
    }
    for reply in pending {
        assert!(crate::within("an ack", reply).await.unwrap()[0]["ok"].is_object());
    }
    let mut rounds = [0; 4];
    for seq in 1..=20 {
        let (body, record) = ears.sent().await;
        assert_eq!(record.seq, seq);
        let (person, round) = body.split_once(' ').unwrap();
        let expected = &mut rounds[person.parse::<usize>().unwrap()];
        assert_eq!(round.parse::<i32>().unwrap(), *expected, "a person's messages keep their order");
        *expected += 1;
    }
}

#[tokio::test]
async fn a_new_name_is_told_to_the_room() {
    let server = TestServer::start().await;
    let (mut ana, hello) = TestClient::hello(&server).await;
    let mut bia = TestClient::plain(&server).await;
    let you = ana.request(&Rename { name: " Ana ".to_owned(), key: Some(key()) }).await.unwrap().you;
    assert_eq!((you.name.as_str(), &you.id), ("Ana", &hello.you.id));
    for person in [&mut ana, &mut bia] {
        let renamed = person.kept(protocol::event::kind::RENAMED).await;
        let (by, who) = (hello.you.id.clone(), hello.you.id.clone());
        let (name, was) = ("Ana".to_owned(), Some(hello.you.name.clone()));
        assert_eq!((renamed.seq, renamed.change), (1, Change::Renamed { by, who, name, was }));
    }
    ana.say("oi").await.unwrap();
    assert_eq!(bia.sent().await.1.author.name, "Ana");
}

#[tokio::test]
async fn history_sync_and_join_tell_the_same_story() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    for n in 1..=7 {
        ana.say(&format!("{n}")).await.unwrap();
    }
    let page = ana.request(&History { limit: Some(3), ..History::default() }).await.unwrap();
    assert_eq!((page.head, page.more), (7, true));
    assert_eq!(page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [5, 6, 7]);
    let page =
        ana.request(&History { before: Some(5), limit: Some(10), ..History::default() }).await.unwrap();
    assert_eq!((page.messages.len(), page.more), (4, false));
    let cursors = protocol::PerRoom::from([(RoomId::lobby(), 5)]);
    let mut reply = ana.request(&Sync { cursors }).await.unwrap();
    let part = reply.rooms.remove(&RoomId::lobby()).unwrap();
    assert_eq!((part.after, part.head, part.more, part.reset), (5, 7, false, false));
    assert_eq!(part.events.iter().map(RoomEvent::seq).collect::<Vec<_>>(), [6, 7]);
    let joined = ana.request(&Join::default()).await.unwrap();
    assert_eq!((joined.room.head, joined.messages.len(), joined.more), (7, 7, false));
}

#[tokio::test]
async fn history_takes_one_direction_and_a_sane_limit() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    for wrong in
        [json!({"before": 1, "after": 1}), json!({"limit": 0}), json!({"limit": 101}), json!({"before": -1})]
    {
        assert_eq!(ana.refusal(History::EVENT, vec![wrong]).await, Refusal::BadRequest.code());
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    let nowhere = json!({"room": "nowhere"});
    for (event, args) in [
        (Message::EVENT, vec![json!("oi"), nowhere.clone()]),
        (Message::EVENT, vec![json!("oi"), json!({"replyTo": 99})]),
        (Message::EVENT, vec![json!("oi"), json!({"attachments": ["x"]})]),
        (Join::EVENT, vec![nowhere.clone()]),
        (History::EVENT, vec![nowhere]),
    ] {
        assert_eq!(ana.refusal(event, args).await, Refusal::NotFound.code(), "{event}");
    }
    let reply = ana.ask(Sync::EVENT, vec![json!({"cursors": {"nowhere": 0}})]).await;
    assert_eq!(reply["ok"]["rooms"], json!({}), "rooms one may not see are left out");
}

#[tokio::test]
async fn a_session_cookie_wins_over_a_token() {
    let server = TestServer::start().await;
    let cookie = crate::http::post(&server, "/name", &[], "name=Bia").await.cookie();
    let (_, other) = TestClient::hello(&server).await;
    let headers = [("cookie", cookie.as_str()), ("origin", &server.url())];
    let mut bia = TestClient::open(&server, json!({"v": 1, "token": other.token}), &headers);
    let hello = bia.notice::<Hello>().await;
    assert_eq!((hello.you.name.as_str(), hello.token), ("Bia", None));
}

/// A message under a key of our own.
fn keyed(body: &str) -> Message {
    Message { options: MessageOptions { key: Some(key()), ..MessageOptions::default() }, ..message(body) }
}
