//! docs/threats.md, group C: authorization. One test a line, with its number; search and file URLs come with what they
//! guard. What a line needs the database's inside for (28) is tested with `rooms`.

use chat::{MemberId, Role, RoomId, Seq};
use protocol::view::RoomKind;
use protocol::{
    Ban, CreateRoom, Delete, Edit, Hello, History, Join, Kick, Message, MessageOptions, Mute, REQUESTS,
    Refusal, Request, SetRole, Sync,
};
use serde_json::{Value, json};

use crate::client::TestClient;
use crate::http;
use crate::polling::Poll;
use crate::server::TestServer;

const NOWHERE: &str = "0190b5a4-7e1c-4c3a-9f5e-3b1d2c4a5e6f";

/// A private room of `client` with one message in it.
async fn private(client: &TestClient, with: &[&MemberId]) -> RoomId {
    let members = Some(with.iter().copied().cloned().collect());
    let request = CreateRoom { name: "Turma".to_owned(), kind: RoomKind::Private, members, key: None };
    let room = client.request(&request).await.unwrap().room.id;
    client.request(&to(&room, "segredo")).await.unwrap();
    room
}

fn to(room: &RoomId, body: &str) -> Message {
    let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
    Message { body: body.to_owned(), options }
}

/// The arguments of a request that would be carried out, about `room` and `member` if it is about any.
fn arguments(event: &str, room: &str, member: &MemberId) -> Vec<Value> {
    let one = match event {
        "message" => return vec![json!("oi"), json!({ "room": room })],
        "edit" => json!({"room": room, "target": 1, "body": "x"}),
        "delete" => json!({"room": room, "target": 1}),
        "react" => json!({"room": room, "target": 1, "emoji": "🎉", "on": true}),
        "rename" => json!({"name": "Eva"}),
        "createRoom" => json!({"name": "Turma", "kind": "public"}),
        "sync" => json!({"cursors": {room: 0}}),
        "addMember" | "kick" => json!({"room": room, "member": member}),
        "mute" => json!({"room": room, "member": member, "on": true}),
        "ban" | "block" => json!({"member": member, "on": true}),
        "deleteAll" => json!({"member": member}),
        "setRole" => json!({"member": member, "role": "member"}),
        "setTopic" => json!({"room": room, "topic": "x"}),
        "renameRoom" => json!({"room": room, "name": "x"}),
        "slowMode" => json!({"room": room, "seconds": 30}),
        "lockRoom" | "archiveRoom" | "typing" => json!({"room": room, "on": true}),
        "read" => json!({"room": room, "seq": 1}),
        "setNotify" => json!({"room": room, "notify": "none"}),
        "report" => json!({"room": room, "target": 1, "reason": "x"}),
        "listRooms" => json!({}),
        _ => json!({ "room": room }),
    };
    vec![one]
}

/// Requests that are about no room, or answer by leaving it out.
const ROOMLESS: [&str; 8] =
    ["rename", "createRoom", "sync", "ban", "block", "deleteAll", "setRole", "listRooms"];

#[tokio::test]
async fn c23_a_room_one_is_not_in_reads_and_takes_as_one_that_does_not_exist() {
    let server = TestServer::unlimited().await;
    let (ana, hello) = TestClient::hello(&server).await;
    let (eva, _) = TestClient::hello(&server).await;
    let room = private(&ana, &[]).await;
    for event in [Message::EVENT, Sync::EVENT, History::EVENT, Join::EVENT] {
        let ask = async |room: &str| eva.ask(event, arguments(event, room, &hello.you.id)).await;
        let (there, nowhere) = (ask(room.as_str()).await, ask(NOWHERE).await);
        assert_eq!(there.to_string(), nowhere.to_string(), "{event}");
        let nothing = there["ok"]["rooms"] == json!({}) || there["error"]["code"] == Refusal::NotFound.code();
        assert!(nothing, "{event}: {there}");
    }
}

#[tokio::test]
async fn c24_what_another_said_is_neither_edited_nor_deleted() {
    let server = TestServer::unlimited().await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let (eva, _) = TestClient::hello(&server).await;
    ana.say("meu").await.unwrap();
    let edit = Edit { room: RoomId::lobby(), target: 1, body: "seu".to_owned(), key: None };
    assert_eq!(eva.request(&edit).await.unwrap_err().code, Refusal::Forbidden);
    let delete = Delete { room: RoomId::lobby(), target: 1, key: None };
    assert_eq!(eva.request(&delete).await.unwrap_err().code, Refusal::Forbidden);
    assert_eq!(ana.say("fim").await.unwrap().seq, 2, "nothing is in the log");
    assert_eq!([ana.sent().await.1.seq, ana.sent().await.1.seq], [1, 2], "nothing was told between");
    let page = ana.request(&History::default()).await.unwrap();
    assert_eq!((page.messages[0].body.as_str(), page.messages[0].edited_at), ("meu", None));
}

#[tokio::test]
async fn c25_a_private_room_is_not_entered_by_guessing_its_id() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (mut eva, hello) = TestClient::hello(&server).await;
    let room = private(&ana, &[]).await;
    let (there, nowhere) = (
        eva.ask(Join::EVENT, vec![json!({"room": room})]).await,
        eva.ask(Join::EVENT, vec![json!({"room": NOWHERE})]).await,
    );
    assert_eq!(there, nowhere);
    assert_eq!(there["error"]["code"], Refusal::NotFound.code());
    ana.request(&to(&room, "só nosso")).await.unwrap();
    ana.say("de todo mundo").await.unwrap();
    assert_eq!(eva.sent().await.0, "de todo mundo", "the first thing that Eva hears");
    let members = ana.request(&Join { room }).await.unwrap().members;
    assert!(members.iter().all(|member| member.id != hello.you.id));
}

#[tokio::test]
async fn c26_nobody_says_who_they_are_what_they_may_or_where_it_goes() {
    let server = TestServer::unlimited().await;
    let (mut ana, hello) = TestClient::hello(&server).await;
    let (eva, theirs) = TestClient::hello(&server).await;
    for event in REQUESTS {
        for field in ["authorId", "author", "by", "role", "seq", "at", "admin"] {
            let mut arguments = arguments(event, chat::LOBBY, &hello.you.id);
            let last = arguments.last_mut().and_then(Value::as_object_mut).unwrap();
            if last.contains_key(field) {
                continue;
            }
            last.insert(field.to_owned(), json!(hello.you.id));
            assert_eq!(eva.refusal(event, arguments).await, Refusal::BadRequest.code(), "{event} {field}");
        }
    }
    assert_eq!(eva.say("eu mesma").await.unwrap().seq, 1, "nothing else was stored");
    assert_eq!(ana.sent().await.1.author.id, theirs.you.id);
}

#[tokio::test]
async fn c27_who_is_kicked_at_a_seq_hears_nothing_later_whatever_is_kept_open() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (mut eva, hello) = TestClient::hello(&server).await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    let auth = json!({"v": protocol::VERSION, "token": hello.token.clone().unwrap()});
    poll.post(&format!("40{auth}")).await;
    poll.until("42[\"hello\"").await;
    let room = private(&ana, &[&hello.you.id]).await;
    let kick = Kick { room: room.clone(), member: hello.you.id.clone(), key: None };
    let kicked = ana.request(&kick).await.unwrap().seq;
    ana.request(&to(&room, "depois")).await.unwrap();
    ana.say("fim").await.unwrap();

    let mut over_socket = Vec::new();
    loop {
        let (body, record) = eva.sent().await;
        if body == "fim" {
            break;
        }
        over_socket.push(record.seq);
    }
    assert_eq!(over_socket, [kicked - 1], "over the socket");
    let mut over_polling: Vec<Seq> = Vec::new();
    let mut ended = false;
    while !ended {
        for packet in poll.get().await.body.split('\u{1e}') {
            ended |= packet.contains("\"fim\"");
            assert!(!packet.contains("depois"), "{packet}");
            let Some(event) = packet.strip_prefix("42") else { continue };
            let event: Value = serde_json::from_str(event).unwrap();
            let about = event.as_array().into_iter().flatten().find(|part| part["room"] == json!(room));
            over_polling.extend(about.and_then(|about| about["seq"].as_u64()));
        }
    }
    assert_eq!(over_polling, [kicked - 1, kicked], "over polling");
    let cursors = protocol::PerRoom::from([(room.clone(), 0)]);
    assert!(eva.request(&Sync { cursors }).await.unwrap().rooms.is_empty());
    let history = History { room, ..History::default() };
    assert_eq!(eva.request(&history).await.unwrap_err().code, Refusal::NotFound);
}

#[tokio::test]
async fn c29_a_moderator_does_nothing_to_an_admin_or_an_owner() {
    let server = TestServer::unlimited().await;
    let (ana, moderator) = TestClient::hello(&server).await;
    let (bia, hello) = TestClient::hello(&server).await;
    server.app.store.appoint(&moderator.you.id, Role::Moderator).await.unwrap();
    let target = bia.say("meu").await.unwrap().seq;
    let request = CreateRoom { name: "Turma".to_owned(), kind: RoomKind::Public, members: None, key: None };
    let room = bia.request(&request).await.unwrap().room.id;
    ana.request(&Join { room: room.clone() }).await.unwrap();
    for role in [Role::Admin, Role::Owner] {
        server.app.store.appoint(&hello.you.id, role).await.unwrap();
        let (member, lobby) = (hello.you.id.clone(), RoomId::lobby());
        let kick = Kick { room: room.clone(), member: member.clone(), key: None };
        let mute = Mute { room: room.clone(), member: member.clone(), on: true, key: None };
        let ban = Ban { member: member.clone(), on: true, key: None };
        let demote = SetRole { member, role: Role::Member, key: None };
        let delete = Delete { room: lobby, target, key: None };
        let refusals = [
            ana.request(&kick).await.unwrap_err().code,
            ana.request(&mute).await.unwrap_err().code,
            ana.request(&ban).await.unwrap_err().code,
            ana.request(&demote).await.unwrap_err().code,
            ana.request(&delete).await.unwrap_err().code,
        ];
        assert_eq!(refusals, [Refusal::Forbidden; 5], "to an {role:?}");
    }
    assert_eq!(bia.say("ainda aqui").await.unwrap().seq, 2, "nothing happened in the log");
    bia.request(&to(&room, "e aqui")).await.unwrap();
}

#[tokio::test]
async fn c30_a_room_one_may_not_see_answers_every_request_as_one_that_does_not_exist() {
    let server = TestServer::unlimited().await;
    let (ana, hello) = TestClient::hello(&server).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    bia.say("oi").await.unwrap();
    let room = private(&ana, &[&theirs.you.id]).await;
    let (eva, mine) = TestClient::hello(&server).await;
    eva.say("oi").await.unwrap();
    // Even for who may do anything elsewhere, and whoever it is about.
    for role in [Role::Guest, Role::Moderator, Role::Owner] {
        server.app.store.appoint(&mine.you.id, role).await.unwrap();
        for event in REQUESTS.into_iter().filter(|event| !ROOMLESS.contains(event)) {
            for member in [&hello.you.id, &theirs.you.id, &mine.you.id] {
                let ask = async |room: &str| eva.ask(event, arguments(event, room, member)).await;
                let (there, nowhere) = (ask(room.as_str()).await, ask(NOWHERE).await);
                assert_eq!(there.to_string(), nowhere.to_string(), "{event} as {role:?}");
                assert_ne!(there["error"]["code"], Refusal::BadRequest.code(), "{event} was understood");
            }
        }
    }
    c30_pages(&server, &room).await;
    assert_eq!(ana.request(&to(&room, "fim")).await.unwrap().seq, 2, "nothing happened in the room");
}

/// The same for addresses and forms.
async fn c30_pages(server: &TestServer, room: &RoomId) {
    let cookie = http::post(server, "/name", &[], "name=Lia").await.cookie();
    for headers in [&[][..], &[("cookie", cookie.as_str())][..]] {
        for after in ["", "/1", "?before=1"] {
            let there = http::get(server, &format!("/r/{room}{after}"), headers).await;
            let nowhere = http::get(server, &format!("/r/{NOWHERE}{after}"), headers).await;
            assert_eq!(there.status, 404);
            assert_eq!(plain(&there, room.as_str()), plain(&nowhere, NOWHERE), "GET {after}");
        }
        let there = http::post(server, &format!("/r/{room}"), headers, "body=oi").await;
        let nowhere = http::post(server, &format!("/r/{NOWHERE}"), headers, "body=oi").await;
        assert_eq!(plain(&there, room.as_str()), plain(&nowhere, NOWHERE), "POST");
    }
}

/// An answer without what is in every one of its kind: the address asked for, the nonce, the time, a new session.
fn plain(answer: &http::Answer, room: &str) -> (u16, Vec<(String, String)>, String) {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("\0");
    let clean = |text: &str| text.replace(nonce, "N").replace(room, "R");
    let headers = answer.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "date" | "set-cookie"));
    let headers = headers.map(|(name, value)| (name.clone(), clean(value))).collect();
    (answer.status, headers, clean(&answer.body))
}

/// A person, greeted again with the token of the first time.
async fn again(server: &TestServer, hello: &Hello) -> TestClient {
    let auth = json!({"v": protocol::VERSION, "token": hello.token.clone().unwrap()});
    let mut client = TestClient::open(server, auth, &[]);
    client.notice::<Hello>().await;
    client
}

#[tokio::test]
async fn j92_slow_mode_holds_over_two_tabs_at_once() {
    let server = TestServer::unlimited().await;
    let (ana, keeper) = TestClient::hello(&server).await;
    server.app.store.appoint(&keeper.you.id, Role::Moderator).await.unwrap();
    let (first, hello) = TestClient::hello(&server).await;
    let second = again(&server, &hello).await;
    let slow = protocol::SlowMode { room: RoomId::lobby(), seconds: 3_600, key: None };
    ana.request(&slow).await.unwrap();
    let answers = tokio::join!(first.say("1"), second.say("1"), first.say("2"), second.say("2"));
    let answers = [answers.0, answers.1, answers.2, answers.3];
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    for problem in answers.into_iter().filter_map(Result::err) {
        assert_eq!((problem.code, problem.retryable), (Refusal::RateLimited, true));
        assert!(matches!(problem.retry_after_ms, Some(3_000_000..=3_600_000)), "{problem:?}");
    }
    let cookie = http::post(&server, "/name", &[], "name=Lia").await.cookie();
    let form = async || http::post(&server, "/r/lobby", &[("cookie", &cookie)], "body=oi").await;
    assert_eq!(form().await.location(), "/r/lobby", "by form as well");
    assert_eq!(form().await.status, 429);
    ana.say("quem modera").await.unwrap();
    ana.say("não espera").await.unwrap();
}
