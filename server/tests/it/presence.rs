//! Who is here, as the others of a room learn it.

use chat::{MemberId, Role, RoomId};
use protocol::view::RoomKind;
use protocol::{
    Ban, CreateRoom, Hello, Join, Kick, ListRooms, Members, MembersOk, Notice as _, Presence, Refusal, Rename,
};
use serde_json::json;

use crate::client::TestClient;
use crate::http;
use crate::server::TestServer;

fn members(room: &RoomId, after: Option<MemberId>) -> Members {
    Members { room: room.clone(), after, find: None }
}

async fn who(client: &TestClient, room: &RoomId) -> MembersOk {
    client.request(&members(room, None)).await.unwrap()
}

/// Waits for the notice that `id` came to (or went from) `room`; how many are here then.
async fn told(client: &mut TestClient, room: &RoomId, id: &MemberId, came: bool) -> u64 {
    loop {
        let notice = client.notice::<Presence>().await;
        let ids = if came { &notice.came } else { &notice.went };
        if notice.room == *room && ids.contains(id) {
            return notice.count;
        }
    }
}

async fn sala(by: &TestClient, kind: RoomKind, with: &[&Hello]) -> RoomId {
    let members = Some(with.iter().map(|hello| hello.you.id.clone()).collect());
    let request = CreateRoom { name: "Sala".into(), kind, members, key: None };
    by.request(&request).await.unwrap().room.id
}

#[tokio::test]
async fn several_connections_are_one_person_and_the_last_one_ends_it() {
    let server = TestServer::unlimited().await;
    let lobby = RoomId::lobby();
    let (mut ana, mine) = TestClient::hello(&server).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    assert_eq!(told(&mut ana, &lobby, &theirs.you.id, true).await, 2);
    let mut other = TestClient::open(&server, json!({"v": 1, "token": theirs.token}), &[]);
    other.notice::<Hello>().await;
    let page = who(&ana, &lobby).await;
    assert_eq!((page.members.len(), page.more, page.count), (2, false, 2));
    assert_eq!(page.here, [mine.you.id, theirs.you.id.clone()]);
    bia.io.disconnect();
    let (eva, hers) = TestClient::hello(&server).await;
    assert_eq!(told(&mut ana, &lobby, &hers.you.id, true).await, 3, "Bia is still here");
    eva.io.disconnect();
    other.io.disconnect();
    told(&mut ana, &lobby, &theirs.you.id, false).await;
    crate::eventually("both are gone", || server.app.presences.count(&lobby) == 1).await;
}

#[tokio::test]
async fn who_enters_a_room_or_goes_out_of_it_comes_and_goes_there() {
    let server = TestServer::unlimited().await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    let room = sala(&ana, RoomKind::Public, &[]).await;
    assert_eq!(who(&ana, &room).await.count, 1);
    bia.request(&Join { room: room.clone() }).await.unwrap();
    assert_eq!(told(&mut ana, &room, &theirs.you.id, true).await, 2);
    ana.request(&Kick { room: room.clone(), member: theirs.you.id.clone(), key: None }).await.unwrap();
    assert_eq!(told(&mut ana, &room, &theirs.you.id, false).await, 1);
    let lobby = RoomId::lobby();
    assert_eq!(who(&ana, &lobby).await.count, 2, "she is still on the server");
}

#[tokio::test]
async fn who_is_out_of_a_room_and_who_speaks_no_version_hears_nothing_of_who_is_there() {
    let server = TestServer::unlimited().await;
    let mut plain = TestClient::plain(&server).await;
    let (mut ana, _) = TestClient::hello(&server).await;
    let (mut bia, theirs) = TestClient::hello(&server).await;
    let (eva, hers) = TestClient::hello(&server).await;
    let room = sala(&ana, RoomKind::Public, &[&theirs]).await;
    told(&mut bia, &room, &theirs.you.id, true).await;
    ana.request(&Kick { room: room.clone(), member: theirs.you.id, key: None }).await.unwrap();
    bia.kept(protocol::event::kind::KICKED).await;
    eva.request(&Join { room: room.clone() }).await.unwrap();
    told(&mut ana, &room, &hers.you.id, true).await;
    ana.say("fim").await.unwrap();
    while bia.sent().await.0 != "fim" {}
    while plain.sent().await.0 != "fim" {}
    while bia.has_kept(Presence::EVENT) {
        let notice = bia.notice::<Presence>().await;
        assert!(notice.room != room || !notice.came.contains(&hers.you.id), "{notice:?}");
    }
    assert!(!plain.has_kept(Presence::EVENT));
}

#[tokio::test]
async fn a_banned_person_is_not_here_and_in_no_list() {
    let server = TestServer::unlimited().await;
    let (mut ana, mine) = TestClient::hello(&server).await;
    server.app.store.appoint(&mine.you.id, Role::Moderator).await.unwrap();
    let (_bia, theirs) = TestClient::hello(&server).await;
    let lobby = RoomId::lobby();
    told(&mut ana, &lobby, &theirs.you.id, true).await;
    ana.request(&Ban { member: theirs.you.id.clone(), on: true, key: None }).await.unwrap();
    told(&mut ana, &lobby, &theirs.you.id, false).await;
    let page = who(&ana, &lobby).await;
    assert_eq!((page.members.len(), page.count), (1, 1));
}

#[tokio::test]
async fn the_people_of_a_room_come_in_pages_and_c23_only_to_those_who_may_see_it() {
    let server = TestServer::unlimited().await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    let (eva, _) = TestClient::hello(&server).await;
    let room = sala(&ana, RoomKind::Private, &[&theirs]).await;
    let ids = |page: MembersOk| page.members.into_iter().map(|member| member.id).collect::<Vec<_>>();
    assert_eq!(ids(who(&bia, &room).await), [mine.you.id.clone(), theirs.you.id.clone()]);
    let page = bia.request(&members(&room, Some(mine.you.id.clone()))).await.unwrap();
    assert_eq!(ids(page), std::slice::from_ref(&theirs.you.id));
    let page = bia.request(&members(&room, Some(theirs.you.id))).await.unwrap();
    assert_eq!((page.members.len(), page.more, page.count), (0, false, 2));
    let nobody = members(&room, Some("nobody".parse().unwrap()));
    assert_eq!(bia.request(&nobody).await.unwrap_err().code, Refusal::NotFound);
    let hidden = eva.request(&members(&room, None)).await.unwrap_err();
    let nowhere = eva.request(&members(&"nowhere".parse().unwrap(), None)).await.unwrap_err();
    assert_eq!((hidden.code, hidden), (Refusal::NotFound, nowhere));
}

#[tokio::test]
async fn a_page_holds_two_hundred_people_and_the_next_one_follows() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    for n in 0..210 {
        let answer = http::post(&server, "/name", &[], &format!("name=P{n}")).await;
        assert_eq!(answer.location(), "/r/lobby");
    }
    let lobby = RoomId::lobby();
    let first = who(&ana, &lobby).await;
    assert_eq!((first.members.len(), first.more, first.here.len()), (200, true, 1));
    let last = first.members[199].id.clone();
    let second = ana.request(&members(&lobby, Some(last))).await.unwrap();
    assert_eq!((second.members.len(), second.more, second.here.len()), (11, false, 0));
    assert_eq!(second.members[10].name, "P209");
}

#[tokio::test]
async fn people_and_rooms_are_found_by_a_part_of_their_names_however_many_there_are() {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    for name in ["João Silva", "joana", "50%", "_x_"] {
        let (client, _) = TestClient::hello(&server).await;
        client.request(&Rename { name: name.to_owned(), key: None }).await.unwrap();
        for n in 0..70 {
            let name = format!("{name} {n}");
            let request = CreateRoom { name, kind: RoomKind::Public, members: None, key: None };
            client.request(&request).await.unwrap();
        }
    }
    let people = async |find: &str| {
        let request = Members { find: Some(find.to_owned()), ..members(&RoomId::lobby(), None) };
        let found = ana.request(&request).await.unwrap().members;
        found.into_iter().map(|member| member.name).collect::<Vec<_>>()
    };
    assert_eq!(people("joa").await, ["João Silva", "joana"]);
    assert_eq!(people("SILVA").await, ["João Silva"]);
    assert_eq!(people("%").await, ["50%"]);
    assert_eq!(people("_").await, ["_x_"]);
    assert_eq!(people("ninguém").await, [""; 0]);
    let rooms = async |find: Option<&str>| {
        let request = ListRooms { find: find.map(str::to_owned) };
        ana.request(&request).await.unwrap().open.into_iter().map(|room| room.name).collect::<Vec<_>>()
    };
    assert_eq!(rooms(None).await.len(), 200, "of 280");
    for n in [0, 69] {
        assert_eq!(rooms(Some(&format!("joao silva {n}"))).await, [format!("João Silva {n}")]);
    }
    let long = ListRooms { find: Some("x".repeat(61)) };
    assert_eq!(ana.request(&long).await.unwrap_err().code, Refusal::TooLong);
}
