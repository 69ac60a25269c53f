//! What people are told of each other is so: who deleted, who has read, who is writing, what is there.

use chat::{Role, RoomId, Settings};
use protocol::view::{DeletedBy, RoomKind};
use protocol::{
    Block, CreateRoom, Delete, Hello, History, Members, Message, MessageOptions, Notice as _, Read, ReadUpTo,
    Refusal, Rename, Sync, Typing, TypingNow,
};
use serde_json::json;

use crate::client::TestClient;
use crate::http;
use crate::server::TestServer;
use crate::sessions::{client, guest};
use crate::settings::somebody;

const DAY: i64 = 24 * 60 * 60 * 1_000;

#[tokio::test]
async fn a_deleted_message_says_whether_its_author_a_moderator_or_its_age_did_it() {
    let server = TestServer::with(|config| {
        config.clock_offset_file = Some(config.data.with_file_name("clock"));
        config.rate_limit = server::config::Switch::Off;
    })
    .await;
    let (owner, cookie) = somebody(&server, "Rosa", Role::Owner).await;
    let (rosa, _) = client(&server, &cookie).await;
    let (ana, _) = client(&server, &guest(&server, "Ana").await).await;
    for text in ["de quem escreveu", "da moderação", "da idade"] {
        ana.say(text).await.unwrap();
    }
    let delete = |target| Delete { room: RoomId::lobby(), target, key: None };
    ana.request(&delete(1)).await.unwrap();
    rosa.request(&delete(2)).await.unwrap();
    let settings = Settings { retention_days: 30, ..Settings::clone(&server.app.settings.now()) };
    server.app.settings.save(&owner, &settings).await.unwrap();
    std::fs::write(server.folder().join("clock"), format!("passed {}", 40 * DAY)).unwrap();
    server.app.settings.forget_old().await.unwrap();

    let expected = [DeletedBy::Author, DeletedBy::Moderator, DeletedBy::Retention].map(Some);
    let page = ana.request(&History::default()).await.unwrap();
    let told: Vec<_> = page.messages.iter().map(|message| message.deleted_by).collect();
    assert_eq!(told, expected);
    let cursors = [(RoomId::lobby(), 0)].into_iter().collect();
    let replay = ana.request(&Sync { cursors }).await.unwrap();
    let replay = serde_json::to_value(replay).unwrap();
    let events = replay["rooms"]["lobby"]["events"].as_array().unwrap();
    let told: Vec<_> = (0..3).map(|n| events[n][2]["deletedBy"].as_str().unwrap()).collect();
    assert_eq!(told, ["author", "moderator", "retention"]);
    let page = http::get(&server, "/r/lobby", &[("cookie", &cookie)]).await.body;
    for sentence in ["apagada por quem escreveu", "apagada pela moderação", "apagada por ser antiga"] {
        assert_eq!(page.matches(sentence).count(), 1, "{sentence}");
    }
}

#[tokio::test]
async fn who_came_and_read_nothing_is_in_no_receipt() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    ana.say("Oi").await.unwrap();
    let (bia, theirs) = TestClient::hello(&server).await;
    let lobby = RoomId::lobby();
    let members = Members { room: lobby.clone(), after: None, find: None };
    let reads = |ana: TestClient| async {
        let reads = ana.request(&members).await.unwrap().reads;
        (ana, reads.get(&mine.you.id).copied(), reads.get(&theirs.you.id).copied())
    };
    let (ana, own, other) = reads(ana).await;
    assert_eq!((own, other), (Some(1), None), "who comes later has not read what was said before");
    bia.request(&Read { room: lobby.clone(), seq: 1 }).await.unwrap();
    let (mut ana, own, other) = reads(ana).await;
    assert_eq!((own, other), (Some(1), None), "nor by saying so of what counts as read");
    assert!(!ana.has_kept(ReadUpTo::EVENT));
    ana.say("Alguém aí?").await.unwrap();
    bia.request(&Read { room: lobby.clone(), seq: 2 }).await.unwrap();
    assert_eq!(ana.notice::<ReadUpTo>().await.seq, 2);
    let (_ana, own, other) = reads(ana).await;
    assert_eq!((own, other), (Some(2), Some(2)));
}

#[tokio::test]
async fn nobody_sees_somebody_write_of_whom_they_hear_nothing() {
    let server = TestServer::unlimited().await;
    let (mut ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let (mut eva, _) = TestClient::hello(&server).await;
    bia.request(&Rename { name: "Bia".into(), key: None }).await.unwrap();
    let two = |kind| CreateRoom {
        name: "a dois".to_owned(),
        kind,
        members: Some(vec![mine.you.id.clone()]),
        key: None,
    };
    let direct = bia.request(&two(RoomKind::Direct)).await.unwrap().room.id;
    let private = bia.request(&two(RoomKind::Private)).await.unwrap().room.id;
    let typing = |room: &RoomId| Typing { room: room.clone(), on: true };
    bia.request(&typing(&direct)).await.unwrap();
    assert_eq!(ana.notice::<TypingNow>().await.room, direct);

    ana.request(&Block { member: hers.you.id.clone(), on: true, key: None }).await.unwrap();
    for room in [&direct, &private] {
        assert_eq!(bia.request(&typing(room)).await.unwrap_err().code, Refusal::Forbidden, "{room}");
    }
    bia.request(&typing(&RoomId::lobby())).await.unwrap();
    assert_eq!(eva.notice::<TypingNow>().await.member, hers.you.id, "others do");
    bia.say("fim").await.unwrap();
    while ana.sent().await.0 != "fim" {}
    assert!(!ana.has_kept(TypingNow::EVENT));

    ana.request(&Block { member: hers.you.id.clone(), on: false, key: None }).await.unwrap();
    bia.request(&Typing { room: direct.clone(), on: false }).await.unwrap();
    assert_eq!(ana.notice::<TypingNow>().await.room, direct);
}

#[tokio::test]
async fn c28_an_answer_to_what_was_said_before_one_came_is_one_to_nothing() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Rosa", Role::Owner).await;
    let (rosa, _) = client(&server, &cookie).await;
    let request = CreateRoom { name: "Conselho".into(), kind: RoomKind::Private, members: None, key: None };
    let room = rosa.request(&request).await.unwrap().room.id;
    let say = |body: &str, reply_to| {
        let options = MessageOptions { room: Some(room.clone()), reply_to, ..MessageOptions::default() };
        Message { body: body.to_owned(), options }
    };
    rosa.request(&say("antes", None)).await.unwrap();
    let path = crate::invites::make(&server, &cookie, &room, "", "").await;
    let came = http::post(&server, &path, &[], "name=Bia").await;
    let mut bia = TestClient::open(
        &server,
        json!({"v": protocol::VERSION}),
        &[("cookie", came.cookie().as_str()), ("origin", server.url().as_str())],
    );
    bia.notice::<Hello>().await;
    let unseen = bia.request(&say("?", Some(1))).await.unwrap_err();
    let missing = bia.request(&say("?", Some(99))).await.unwrap_err();
    assert_eq!((unseen.code, &unseen), (Refusal::NotFound, &missing));
    let said = rosa.request(&say("depois", None)).await.unwrap().seq;
    bia.request(&say("!", Some(said))).await.unwrap();
    rosa.request(&say("eu sim", Some(1))).await.unwrap();
}
