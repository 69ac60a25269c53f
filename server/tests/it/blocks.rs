//! Hearing nothing of somebody: what the server keeps of it, and what the other can still do.

use chat::{Key, MemberId, RoomId};
use protocol::view::RoomKind;
use protocol::{Block, CreateRoom, Edit, Hello, Message, MessageOptions, React, Refusal, Rename};
use serde_json::json;

use crate::client::TestClient;
use crate::server::TestServer;

fn block(member: &MemberId, on: bool) -> Block {
    Block { member: member.clone(), on, key: None }
}

fn direct(with: &[&Hello]) -> CreateRoom {
    let members = Some(with.iter().map(|hello| hello.you.id.clone()).collect());
    CreateRoom { name: "a dois".to_owned(), kind: RoomKind::Direct, members, key: None }
}

fn to(room: &RoomId, body: &str) -> Message {
    let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
    Message { body: body.to_owned(), options }
}

#[tokio::test]
async fn whom_one_blocks_is_known_to_each_of_ones_devices_until_it_is_taken_back() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (_bia, hers) = TestClient::hello(&server).await;
    assert!(mine.blocked.is_empty());
    let key = Some(Key::from_bytes([9; 16]));
    let request = Block { key, ..block(&hers.you.id, true) };
    ana.request(&request).await.unwrap();
    ana.request(&request).await.unwrap();
    let other = Block { on: false, ..request };
    assert_eq!(ana.request(&other).await.unwrap_err().code, Refusal::KeyConflict);
    let mut device = TestClient::open(&server, json!({"v": 1, "token": mine.token}), &[]);
    assert_eq!(device.notice::<Hello>().await.blocked, std::slice::from_ref(&hers.you.id));
    ana.request(&block(&hers.you.id, false)).await.unwrap();
    assert!(TestClient::hello_again(&mut device).await.blocked.is_empty());
}

#[tokio::test]
async fn who_is_blocked_begins_no_conversation_and_says_nothing_in_the_one_there_is() {
    let server = TestServer::unlimited().await;
    let (mut ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let room = bia.request(&direct(&[&mine])).await.unwrap().room.id;
    let said = bia.request(&to(&room, "oi")).await.unwrap();
    assert_eq!(ana.sent().await.0, "oi");
    ana.request(&block(&hers.you.id, true)).await.unwrap();

    let forbidden = Refusal::Forbidden;
    assert_eq!(bia.request(&to(&room, "está aí?")).await.unwrap_err().code, forbidden);
    let edit = Edit { room: room.clone(), target: said.seq, body: "olá".to_owned(), key: None };
    assert_eq!(bia.request(&edit).await.unwrap_err().code, forbidden);
    let react = React { room: room.clone(), target: said.seq, emoji: "🎉".to_owned(), on: true, key: None };
    assert_eq!(bia.request(&react).await.unwrap_err().code, forbidden);
    assert_eq!(bia.request(&direct(&[&mine])).await.unwrap_err().code, forbidden);
    bia.say("na sala de todos").await.unwrap();
    assert_eq!(ana.sent().await.0, "na sala de todos", "and nothing else came before");

    ana.request(&block(&hers.you.id, false)).await.unwrap();
    bia.request(&to(&room, "de novo")).await.unwrap();
    assert_eq!(ana.sent().await.0, "de novo");
}

#[tokio::test]
async fn one_who_blocks_silences_nobody_in_a_conversation_of_several() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    let (_eva, theirs) = TestClient::hello(&server).await;
    let room = bia.request(&direct(&[&mine, &theirs])).await.unwrap().room.id;
    ana.request(&block(&hers.you.id, true)).await.unwrap();
    bia.request(&to(&room, "oi, Eva")).await.unwrap();
}

#[tokio::test]
async fn two_have_one_conversation_and_each_finds_it_under_the_name_of_the_other() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, hers) = TestClient::hello(&server).await;
    ana.request(&Rename { name: "Ana".to_owned(), key: None }).await.unwrap();
    bia.request(&Rename { name: "Bia".to_owned(), key: None }).await.unwrap();
    let begun = ana.request(&direct(&[&hers])).await.unwrap().room;
    let again = bia.request(&direct(&[&mine])).await.unwrap().room;
    assert_eq!((begun.id.clone(), begun.name.as_str()), (again.id, "Bia"));
    assert_eq!(again.name, "Ana");
}

#[tokio::test]
async fn nobody_blocks_oneself_or_somebody_who_is_not_there() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    ana.say("oi").await.unwrap();
    assert_eq!(ana.request(&block(&mine.you.id, true)).await.unwrap_err().code, Refusal::Forbidden);
    let nobody = "nobody".parse().unwrap();
    assert_eq!(ana.request(&block(&nobody, true)).await.unwrap_err().code, Refusal::NotFound);
}
