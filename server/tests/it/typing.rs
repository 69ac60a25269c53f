//! Who is writing, as the others of a room see it.

use chat::{Role, RoomId};
use protocol::view::RoomKind;
use protocol::{
    CreateRoom, Hello, History, Join, Kick, Mute, Notice as _, Refusal, Rename, Typing, TypingNow,
};
use serde_json::json;

use crate::client::TestClient;
use crate::server::TestServer;

fn typing(room: &RoomId, on: bool) -> Typing {
    Typing { room: room.clone(), on }
}

/// What `client` has heard by now of who is writing, once it has heard what `by` says.
async fn heard_nothing(client: &mut TestClient, by: &TestClient) -> bool {
    by.say("fim").await.unwrap();
    while client.sent().await.0 != "fim" {}
    !client.has_kept(TypingNow::EVENT)
}

#[tokio::test]
async fn others_hear_who_is_writing_under_todays_name_and_nothing_is_kept() {
    let server = TestServer::unlimited().await;
    let (bia, theirs) = TestClient::hello(&server).await;
    let mut other = TestClient::open(&server, json!({"v": 1, "token": theirs.token}), &[]);
    other.notice::<Hello>().await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let mut plain = TestClient::plain(&server).await;
    bia.request(&Rename { name: "Bia".into(), key: None }).await.unwrap();
    let room = RoomId::lobby();
    for on in [true, false] {
        bia.request(&typing(&room, on)).await.unwrap();
        let (room, member) = (room.clone(), theirs.you.id.clone());
        assert_eq!(ana.notice::<TypingNow>().await, TypingNow { room, member, name: "Bia".into(), on });
    }
    assert!(heard_nothing(&mut other, &bia).await, "one's own other devices");
    assert!(heard_nothing(&mut plain, &bia).await, "a plain client");
    let page = ana.request(&History::default()).await.unwrap();
    assert_eq!((page.head, page.messages.len()), (3, 2), "a name and two messages");
}

#[tokio::test]
async fn only_who_may_speak_is_seen_to_write() {
    let server = TestServer::unlimited().await;
    let (mut ana, mine) = TestClient::hello(&server).await;
    server.app.store.appoint(&mine.you.id, Role::Moderator).await.unwrap();
    let (bia, theirs) = TestClient::hello(&server).await;
    let lobby = RoomId::lobby();
    let mute = Mute { room: lobby.clone(), member: theirs.you.id.clone(), on: true, key: None };
    ana.request(&mute).await.unwrap();
    let mut rooms = vec![(lobby, Refusal::Muted), ("nowhere".parse().unwrap(), Refusal::NotFound)];
    for (kind, code) in [(RoomKind::Public, Refusal::Forbidden), (RoomKind::Private, Refusal::NotFound)] {
        let request = CreateRoom { name: "Sala".into(), kind, members: None, key: None };
        rooms.push((ana.request(&request).await.unwrap().room.id, code));
    }
    for (room, code) in &rooms {
        assert_eq!(bia.request(&typing(room, true)).await.unwrap_err().code, *code, "{room}");
    }
    ana.request(&mute_off(mute)).await.unwrap();
    assert!(heard_nothing(&mut ana, &bia).await);
}

fn mute_off(mute: Mute) -> Mute {
    Mute { on: false, ..mute }
}

#[tokio::test]
async fn who_is_out_of_a_room_hears_of_nobody_writing_there() {
    let server = TestServer::unlimited().await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let (mut bia, theirs) = TestClient::hello(&server).await;
    let (eva, hers) = TestClient::hello(&server).await;
    let members = Some(vec![theirs.you.id.clone(), hers.you.id]);
    let request = CreateRoom { name: "Sala".into(), kind: RoomKind::Public, members, key: None };
    let room = ana.request(&request).await.unwrap().room.id;
    ana.request(&Kick { room: room.clone(), member: theirs.you.id, key: None }).await.unwrap();
    eva.request(&typing(&room, true)).await.unwrap();
    ana.notice::<TypingNow>().await;
    assert!(heard_nothing(&mut bia, &ana).await);
    bia.request(&Join { room: room.clone() }).await.unwrap();
    eva.request(&typing(&room, true)).await.unwrap();
    assert_eq!(bia.notice::<TypingNow>().await.room, room, "and is told again after coming back");
}

#[tokio::test]
async fn that_one_writes_is_taken_once_in_three_seconds_per_room_and_that_one_stopped_always() {
    let server = TestServer::start().await;
    let (bia, _) = TestClient::hello(&server).await;
    let lobby = RoomId::lobby();
    bia.request(&typing(&lobby, true)).await.unwrap();
    let problem = bia.request(&typing(&lobby, true)).await.unwrap_err();
    assert_eq!((problem.code, problem.retry_after_ms.is_some()), (Refusal::RateLimited, true));
    for _ in 0..3 {
        bia.request(&typing(&lobby, false)).await.unwrap();
    }
    let request = CreateRoom { name: "Sala".into(), kind: RoomKind::Public, members: None, key: None };
    let room = bia.request(&request).await.unwrap().room.id;
    bia.request(&typing(&room, true)).await.unwrap();
}
