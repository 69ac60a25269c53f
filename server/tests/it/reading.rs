//! What is read and unread, as a person with several devices lives it, and the others of the room.

use chat::{Role, RoomId, Settings};
use protocol::view::{Notify, RoomKind};
use protocol::{
    CreateRoom, Hello, ListRooms, Members, Message, MessageOptions, Notified, Read, ReadUpTo, Refusal,
    Request as _, SetNotify,
};
use serde_json::json;

use crate::client::TestClient;
use crate::server::TestServer;
use crate::settings::somebody;

/// Two devices of one person.
async fn twice(server: &TestServer) -> (TestClient, TestClient, Hello) {
    let (first, hello) = TestClient::hello(server).await;
    let mut second = TestClient::open(server, json!({"v": 1, "token": hello.token}), &[]);
    second.notice::<Hello>().await;
    (first, second, hello)
}

fn read(room: &RoomId, seq: u64) -> Read {
    Read { room: room.clone(), seq }
}

#[tokio::test]
async fn what_was_said_meanwhile_is_in_hello_and_what_is_read_on_one_device_on_the_other() {
    let server = TestServer::unlimited().await;
    let (bia, mut other, hello) = twice(&server).await;
    let (ana, _) = TestClient::hello(&server).await;
    for text in ["um", &format!("@{} dois", hello.you.name), "três"] {
        ana.say(text).await.unwrap();
    }
    let again = TestClient::hello_again(&mut other).await;
    let lobby = &again.rooms[0];
    assert_eq!((lobby.read_up_to, lobby.unread, lobby.mentions), (0, 3, 1));
    bia.request(&read(&lobby.id, 1)).await.unwrap();
    let notice = other.notice::<ReadUpTo>().await;
    assert_eq!((notice.member, notice.seq), (hello.you.id, 1));
    assert_eq!((notice.unread, notice.mentions, notice.head), (Some(2), Some(1), Some(3)));
    bia.request(&read(&lobby.id, 1)).await.unwrap();
    bia.request(&read(&lobby.id, 99)).await.unwrap();
    assert_eq!(other.notice::<ReadUpTo>().await.unread, Some(0), "what was so already is not told again");
    for device in [&bia, &other] {
        let rooms = device.request(&ListRooms::default()).await.unwrap().rooms;
        assert_eq!((rooms[0].read_up_to, rooms[0].unread, rooms[0].mentions), (3, 0, 0));
    }
}

#[tokio::test]
async fn a_choice_of_notifications_is_told_to_ones_other_devices() {
    let server = TestServer::unlimited().await;
    let (bia, mut other, _) = twice(&server).await;
    let room = RoomId::lobby();
    bia.request(&SetNotify { room: room.clone(), notify: Notify::None }).await.unwrap();
    assert_eq!(other.notice::<Notified>().await, Notified { room, notify: Notify::None });
    assert_eq!(TestClient::hello_again(&mut other).await.rooms[0].notify, Notify::None);
}

#[tokio::test]
async fn others_of_a_small_room_learn_how_far_one_has_read_unless_one_does_not_want_it() {
    let server = TestServer::unlimited().await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    let (eva, hers) = TestClient::hello(&server).await;
    let mut plain = TestClient::plain(&server).await;
    ana.say("Oi").await.unwrap();
    server.app.store.set_receipts(&theirs.you.id, false).await.unwrap();
    let lobby = RoomId::lobby();
    bia.request(&read(&lobby, 1)).await.unwrap();
    eva.request(&read(&lobby, 1)).await.unwrap();
    let heard = ana.notice::<ReadUpTo>().await;
    assert_eq!((heard.member, heard.seq, heard.unread), (hers.you.id, 1, None), "not of Bia");
    ana.say("fim").await.unwrap();
    while plain.sent().await.0 != "fim" {}
    assert!(!plain.has_kept(Read::EVENT), "a plain client hears messages only");
}

#[tokio::test]
async fn the_list_of_people_says_how_far_each_has_read_unless_the_server_shows_no_receipts() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    ana.say("Oi").await.unwrap();
    bia.request(&read(&RoomId::lobby(), 1)).await.unwrap();
    let members = Members { room: RoomId::lobby(), after: None, find: None };
    let reads = ana.request(&members).await.unwrap().reads;
    assert_eq!((reads.get(&mine.you.id), reads.get(&theirs.you.id)), (Some(&1), Some(&1)));
    let (owner, _) = somebody(&server, "Inês", Role::Owner).await;
    let silent = Settings { receipts: false, ..Settings::clone(&server.app.settings.now()) };
    server.app.settings.save(&owner, &silent).await.unwrap();
    assert!(ana.request(&members).await.unwrap().reads.is_empty());
}

#[tokio::test]
async fn who_is_out_of_a_room_hears_no_receipts_of_it() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (mut bia, theirs) = TestClient::hello(&server).await;
    let (mut eva, hers) = TestClient::hello(&server).await;
    let members = Some(vec![theirs.you.id.clone(), hers.you.id]);
    let request = CreateRoom { name: "Sala".into(), kind: RoomKind::Private, members, key: None };
    let room = ana.request(&request).await.unwrap().room.id;
    let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
    ana.request(&Message { body: "Oi".into(), options }).await.unwrap();
    ana.request(&protocol::Kick { room: room.clone(), member: theirs.you.id, key: None }).await.unwrap();
    bia.kept(protocol::event::kind::KICKED).await;
    eva.request(&read(&room, 2)).await.unwrap();
    eva.notice::<ReadUpTo>().await;
    assert_eq!(bia.request(&read(&room, 2)).await.unwrap_err().code, Refusal::NotFound);
    ana.say("fim").await.unwrap();
    while bia.sent().await.0 != "fim" {}
    assert!(!bia.has_kept(Read::EVENT));
}
