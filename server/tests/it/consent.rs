//! What others may do with somebody who was not asked: putting one into rooms, and talking to who hears nothing of them.

use chat::RoomId;
use protocol::view::RoomKind;
use protocol::{
    Accepted, AddMember, Block, CreateRoom, CreateRoomOk, Hello, Join, Leave, ListRooms, Message,
    MessageOptions, Problem, Refusal, Rename, RenameRoom, SetTopic, Stored,
};

use crate::client::TestClient;
use crate::server::TestServer;

const KINDS: [RoomKind; 3] = [RoomKind::Public, RoomKind::Private, RoomKind::Direct];

async fn make(maker: &TestClient, kind: RoomKind, members: &[&Hello]) -> Result<CreateRoomOk, Problem> {
    let members = Some(members.iter().map(|hello| hello.you.id.clone()).collect());
    maker.request(&CreateRoom { name: "sala".to_owned(), kind, members, key: None }).await
}

async fn say(client: &TestClient, room: &RoomId, body: &str) -> Result<Accepted, Problem> {
    let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
    client.request(&Message { body: body.to_owned(), options }).await
}

async fn block(client: &TestClient, whom: &Hello) {
    client.request(&Block { member: whom.you.id.clone(), on: true, key: None }).await.unwrap();
}

async fn rooms_of(client: &TestClient) -> Vec<RoomId> {
    let listed = client.request(&ListRooms::default()).await.unwrap();
    listed.rooms.into_iter().map(|room| room.id).filter(|id| id.as_str() != chat::LOBBY).collect()
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Problem>) {
    assert_eq!(outcome.unwrap_err().code, Refusal::Forbidden);
}

#[tokio::test]
async fn l106_a_room_for_two_is_not_made_with_who_hears_nothing_of_the_maker() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let (_eva, theirs) = TestClient::hello(&server).await;
    block(&ana, &hers).await;
    for kind in KINDS {
        refused(make(&bia, kind, &[&mine]).await);
        refused(make(&bia, kind, &[&mine, &mine, &hers]).await);
    }
    refused(make(&bia, RoomKind::Direct, &[&mine, &theirs]).await);
    // A room of several is made without who hears nothing of the maker.
    for kind in [RoomKind::Public, RoomKind::Private] {
        make(&bia, kind, &[&mine, &theirs]).await.unwrap();
    }
    assert_eq!(rooms_of(&ana).await, []);
}

#[tokio::test]
async fn l106_who_is_not_heard_says_nothing_in_a_room_of_two_however_it_came_to_be_one() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let (eva, _) = TestClient::hello(&server).await;
    let mut rooms = Vec::new();
    for kind in KINDS {
        rooms.push(make(&bia, kind, &[&mine]).await.unwrap().room.id);
        // One of three goes.
        let shrunk = make(&eva, kind, &[&mine, &hers]).await.unwrap().room.id;
        eva.request(&Leave { room: shrunk.clone(), key: None }).await.unwrap();
        rooms.push(shrunk);
    }
    // A room of the one that the other enters.
    let entered = make(&ana, RoomKind::Public, &[]).await.unwrap().room.id;
    bia.request(&Join { room: entered.clone() }).await.unwrap();
    rooms.push(entered);
    for room in &rooms {
        say(&bia, room, "antes").await.unwrap();
    }
    block(&ana, &hers).await;
    for room in &rooms {
        refused(say(&bia, room, "depois").await);
        say(&ana, room, "eu posso").await.unwrap();
    }
    let topic = SetTopic { room: rooms[0].clone(), topic: "depois".to_owned(), key: None };
    refused(bia.request(&topic).await);
    refused(bia.request(&RenameRoom { room: rooms[0].clone(), name: "depois".to_owned(), key: None }).await);
    bia.say("na sala de todos").await.unwrap();
}

#[tokio::test]
async fn l106_one_maker_puts_one_person_into_five_rooms_a_day_and_a_class_of_many_is_one() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let (eva, theirs) = TestClient::hello(&server).await;
    for kind in [RoomKind::Public, RoomKind::Private, RoomKind::Direct, RoomKind::Private] {
        make(&bia, kind, &[&mine]).await.unwrap();
    }
    make(&bia, RoomKind::Private, &[&mine, &theirs]).await.unwrap();
    let rooms = rooms_of(&ana).await;
    assert_eq!(rooms.len(), 5);
    for kind in [RoomKind::Public, RoomKind::Private] {
        refused(make(&bia, kind, &[&mine]).await);
        refused(make(&bia, kind, &[&theirs, &mine]).await);
    }
    // The same conversation again is none more, and leaving makes no room for others.
    make(&bia, RoomKind::Direct, &[&mine]).await.unwrap();
    ana.request(&Leave { room: rooms[0].clone(), key: None }).await.unwrap();
    refused(make(&bia, RoomKind::Private, &[&mine]).await);
    make(&bia, RoomKind::Private, &[&theirs]).await.unwrap();
    make(&eva, RoomKind::Private, &[&mine, &hers]).await.unwrap();
    let seen = rooms_of(&ana).await;
    assert!(seen.len() == 5 && !seen.contains(&rooms[0]), "who has left is out: {seen:?}");
}

#[tokio::test]
async fn l106_rooms_one_was_put_into_leave_ones_own_five_hundred_alone() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let mut makers = Vec::new();
    for _ in 0..101 {
        makers.push(TestClient::hello(&server).await.0);
    }
    for maker in &makers[..100] {
        for _ in 0..5 {
            make(maker, RoomKind::Private, &[&mine]).await.unwrap();
        }
    }
    let last = &makers[100];
    refused(make(last, RoomKind::Private, &[&mine]).await);
    let own = make(&ana, RoomKind::Public, &[]).await.unwrap().room.id;
    let open = make(last, RoomKind::Public, &[]).await.unwrap().room.id;
    ana.request(&Join { room: open }).await.unwrap();
    let rooms = rooms_of(&ana).await;
    assert_eq!((rooms.len(), rooms.contains(&own)), (502, true));
    ana.request(&Leave { room: rooms[0].clone(), key: None }).await.unwrap();
    make(last, RoomKind::Private, &[&mine]).await.unwrap();
}

#[tokio::test]
async fn l106_two_have_one_conversation_however_it_is_asked_for_and_who_left_stays_out() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let room = make(&bia, RoomKind::Direct, &[&mine]).await.unwrap().room.id;
    let again = [&[&mine, &mine][..], &[&hers, &mine], &[&mine]];
    for members in again {
        assert_eq!(make(&bia, RoomKind::Direct, members).await.unwrap().room.id, room);
    }
    assert_eq!(make(&ana, RoomKind::Direct, &[&hers]).await.unwrap().room.id, room);
    say(&bia, &room, "oi").await.unwrap();
    ana.request(&Leave { room: room.clone(), key: None }).await.unwrap();
    assert_eq!(make(&bia, RoomKind::Direct, &[&mine]).await.unwrap().room.id, room);
    assert_eq!(rooms_of(&ana).await, [], "nobody brings back who has left");
    assert_eq!(say(&ana, &room, "?").await.unwrap_err().code, Refusal::NotFound);
    // Who asks for it comes back, and hears what is said from then on.
    assert_eq!(make(&ana, RoomKind::Direct, &[&hers]).await.unwrap().room.id, room);
    assert_eq!(rooms_of(&ana).await, std::slice::from_ref(&room));
    say(&ana, &room, "voltei").await.unwrap();
    // A conversation of three of whom one has gone is another one.
    let (eva, theirs) = TestClient::hello(&server).await;
    let three = make(&bia, RoomKind::Direct, &[&mine, &theirs]).await.unwrap().room.id;
    eva.request(&Leave { room: three.clone(), key: None }).await.unwrap();
    assert_eq!(make(&bia, RoomKind::Direct, &[&mine]).await.unwrap().room.id, room);
}

async fn add(by: &TestClient, room: &RoomId, name: &str) -> Result<Stored, Problem> {
    let name = Some(name.to_owned());
    by.request(&AddMember { room: room.clone(), member: None, name, key: None }).await
}

#[tokio::test]
async fn who_made_a_private_room_brings_people_into_it_and_nobody_else_does() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let (eva, theirs) = TestClient::hello(&server).await;
    ana.request(&Rename { name: "Ana".to_owned(), key: None }).await.unwrap();
    let room = make(&bia, RoomKind::Private, &[]).await.unwrap().room.id;
    assert_eq!(add(&eva, &room, "Ana").await.unwrap_err().code, Refusal::NotFound, "not in it");
    assert_eq!(add(&bia, &room, "Ninguém").await.unwrap_err().code, Refusal::NotFound);
    assert!(!add(&bia, &room, "Ana").await.unwrap().duplicate);
    assert!(add(&bia, &room, "Ana").await.unwrap().duplicate);
    assert_eq!(rooms_of(&ana).await, std::slice::from_ref(&room));
    let by_id = AddMember { room: room.clone(), member: Some(theirs.you.id.clone()), name: None, key: None };
    refused(ana.request(&by_id).await);
    bia.request(&by_id).await.unwrap();
    say(&eva, &room, "oi").await.unwrap();
    for (member, name) in [(None, None), (Some(hers.you.id.clone()), Some("Ana".to_owned()))] {
        let problem = bia.request(&AddMember { member, name, ..by_id.clone() }).await.unwrap_err();
        assert_eq!(problem.code, Refusal::BadRequest);
    }
    for kind in [RoomKind::Public, RoomKind::Direct] {
        let room = make(&bia, kind, &[&theirs]).await.unwrap().room.id;
        refused(add(&bia, &room, "Ana").await);
    }
    refused(add(&bia, &RoomId::lobby(), "Ana").await);
}

#[tokio::test]
async fn l106_who_hears_nothing_of_one_or_has_left_is_not_brought_in_nor_into_more_rooms_than_a_maker_may() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let (eva, _) = TestClient::hello(&server).await;
    ana.request(&Rename { name: "Ana".to_owned(), key: None }).await.unwrap();
    eva.request(&Rename { name: "Eva".to_owned(), key: None }).await.unwrap();
    block(&ana, &hers).await;
    let mut rooms = Vec::new();
    for _ in 0..6 {
        rooms.push(make(&bia, RoomKind::Private, &[]).await.unwrap().room.id);
    }
    refused(add(&bia, &rooms[0], "Ana").await);
    for room in &rooms[..5] {
        add(&bia, room, "Eva").await.unwrap();
    }
    refused(add(&bia, &rooms[5], "Eva").await);
    eva.request(&Leave { room: rooms[0].clone(), key: None }).await.unwrap();
    refused(add(&bia, &rooms[0], "Eva").await);
    assert!(!rooms_of(&eva).await.contains(&rooms[0]));
}
