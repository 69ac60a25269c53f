//! The end of an account: what its person asks for is gone, from the rooms and from the file.

use chat::{Change, MemberId, Role, RoomId};
use protocol::event::kind;
use protocol::notice::EndCode;
use protocol::view::RoomKind;
use protocol::{CreateRoom, Edit, Ended, History, React, Refusal, Rename};

use crate::client::{TestClient, key, message};
use crate::http;
use crate::server::TestServer;
use crate::sessions::{PASSWORD, client, guest, member, post};
use crate::{eventually, within};

fn room(name: &str, kind: RoomKind, with: &MemberId) -> CreateRoom {
    CreateRoom { name: name.to_owned(), kind, members: Some(vec![with.clone()]), key: None }
}

/// What stands in the database and in the log beside it.
fn file(server: &TestServer) -> Vec<u8> {
    let folder = server.folder().join("data");
    let read = |name| std::fs::read(folder.join(name)).unwrap_or_default();
    [read("chat.db"), read("chat.db-wal")].concat()
}

fn holds(server: &TestServer, text: &str) -> bool {
    file(server).windows(text.len()).any(|window| window == text.as_bytes())
}

async fn messages(server: &TestServer) -> Vec<protocol::view::Message> {
    server.app.rooms.history(None, History::default()).await.unwrap().messages
}

async fn told(client: &mut TestClient, who: &MemberId) -> RoomId {
    let event = client.kept(kind::ACCOUNT_DELETED).await;
    assert!(matches!(&event.change, Change::AccountDeleted { by, who: of } if (by, of) == (who, who)));
    event.room
}

#[tokio::test]
async fn a_member_goes_and_what_was_said_stays_without_a_name() {
    let server = TestServer::unlimited().await;
    let cookie = member(&server, "Zuleica").await;
    let there =
        http::post(&server, "/sign-in", &[], &format!("name=Zuleica&password={PASSWORD}")).await.cookie();
    let (mut here, hello) = client(&server, &cookie).await;
    let (mut elsewhere, _) = client(&server, &there).await;
    let (mut bia, hers) = TestClient::hello(&server).await;
    let made = here.request(&room("Fechada", RoomKind::Private, &hers.you.id)).await.unwrap().room;
    let name = "Zuleica Maria".to_owned();
    here.request(&Rename { name, key: None }).await.unwrap();
    here.say("Fica").await.unwrap();
    assert!(holds(&server, "Zuleica Maria"));

    let form = format!("messages=kept&password={PASSWORD}&key={}", key());
    let answer = post(&server, "/account/delete", &cookie, &form).await;
    assert_eq!(answer.location(), "/sign-in?done=deleted");
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(answer.header("clear-site-data"), Some("\"storage\""));
    for socket in [&mut here, &mut elsewhere] {
        assert_eq!(socket.notice::<Ended>().await.code, EndCode::SignedOut);
        within("the cut", socket.disconnected()).await;
    }
    let who = hello.you.id;
    assert_eq!(told(&mut bia, &who).await, RoomId::lobby());
    assert_eq!(told(&mut bia, &who).await, made.id);
    assert_eq!(bia.kept(kind::LEFT).await.room, made.id, "and out of every room");

    let said = messages(&server).await;
    let author = &said.last().unwrap().author;
    assert_eq!((said.last().unwrap().body.as_str(), author.name.as_str()), ("Fica", ""));
    assert_eq!((&author.id, author.role), (&who, Role::Guest));
    let people = bia
        .request(&protocol::Members { room: RoomId::lobby(), after: None, find: None })
        .await
        .unwrap()
        .members;
    assert!(people.iter().all(|person| person.id != who), "nobody to be found");

    assert_eq!(post(&server, "/r/lobby", &cookie, "body=oi").await.status, 401);
    assert_eq!(post(&server, "/account/delete", &cookie, &form).await.location(), answer.location(), "once");
    assert_eq!(post(&server, "/account/delete", &cookie, "messages=kept").await.status, 401);
    let sign_in =
        http::post(&server, "/sign-in", &[], &format!("name=Zuleica Maria&password={PASSWORD}")).await;
    assert_eq!(sign_in.location(), "/sign-in?refused=wrong_password");
    eventually("the name to be nowhere", || !holds(&server, "Zuleica")).await;
    eventually("the looks of the name to be nowhere", || !holds(&server, "zuleica")).await;
    let again = http::post(&server, "/name", &[], "name=Zuleica Maria").await;
    assert_eq!(again.location(), "/r/lobby", "the name is free");
}

#[tokio::test]
async fn a_guest_goes_with_everything_that_was_said() {
    let server = TestServer::unlimited().await;
    let cookie = guest(&server, "Zuleica").await;
    let (ana, hello) = client(&server, &cookie).await;
    let (mut bia, _) = TestClient::hello(&server).await;
    bia.say("Bia fica").await.unwrap();
    let first = ana.say("borboleta um").await.unwrap();
    let edit =
        Edit { room: RoomId::lobby(), target: first.seq, body: "borboleta dois".to_owned(), key: None };
    ana.request(&edit).await.unwrap();
    let emoji = "🦋".to_owned();
    let react = React { room: RoomId::lobby(), target: 1, emoji, on: true, key: None };
    ana.request(&react).await.unwrap();
    assert!(holds(&server, "borboleta"));

    let sure = post(&server, "/account/delete", &cookie, "messages=removed").await;
    assert_eq!(sure.location(), "/account?refused=not_sure");
    let answer = post(&server, "/account/delete", &cookie, "messages=removed&sure=on").await;
    assert_eq!(answer.location(), "/sign-in?done=deleted");
    told(&mut bia, &hello.you.id).await;
    let back = loop {
        let Change::Reacted { target, on, .. } = bia.kept(kind::REACTED).await.change else { panic!() };
        if !on {
            break target;
        }
    };
    assert_eq!(back, 1);
    let deleted = bia.kept(kind::DELETED).await.change;
    assert_eq!(deleted, Change::Deleted { by: hello.you.id, target: first.seq });
    let said = messages(&server).await;
    assert!(said[0].reactions.is_empty() && said[0].body == "Bia fica");
    assert!(said[1].deleted && said[1].body.is_empty());
    eventually("the texts to be nowhere", || !holds(&server, "borboleta")).await;
    eventually("the name to be nowhere", || !holds(&server, "Zuleica")).await;
}

#[tokio::test]
async fn a_conversation_stays_readable_to_the_other_and_is_called_by_nobodys_name() {
    let server = TestServer::unlimited().await;
    let cookie = guest(&server, "Zuleica").await;
    let (ana, mine) = client(&server, &cookie).await;
    let (mut bia, _) = TestClient::hello(&server).await;
    let talk = bia.request(&room("Zuleica", RoomKind::Direct, &mine.you.id)).await.unwrap().room.id;
    let mut said = message("segredo");
    said.options.room = Some(talk.clone());
    ana.request(&said).await.unwrap();
    bia.sent().await;
    post(&server, "/account/delete", &cookie, "sure=on").await;
    told(&mut bia, &mine.you.id).await;
    let rooms = bia.request(&protocol::ListRooms::default()).await.unwrap().rooms;
    let room = rooms.into_iter().find(|room| room.id == talk).unwrap();
    assert_eq!(room.name, "");
    let page = bia.request(&History { room: talk.clone(), ..History::default() }).await.unwrap();
    assert_eq!((page.messages[0].body.as_str(), page.messages[0].author.name.as_str()), ("segredo", ""));
    let again = CreateRoom { members: Some(vec![mine.you.id]), ..room_again() };
    assert_eq!(bia.request(&again).await.unwrap_err().code, Refusal::NotFound, "nobody to begin one with");
}

fn room_again() -> CreateRoom {
    CreateRoom { name: "x".to_owned(), kind: RoomKind::Direct, members: None, key: None }
}

#[tokio::test]
async fn the_owner_stays_and_a_wrong_password_waits_as_at_sign_in() {
    let server = TestServer::start().await;
    let owner = member(&server, "Rosa").await;
    let (_socket, hello) = client(&server, &owner).await;
    server.app.store.appoint(&hello.you.id, Role::Owner).await.unwrap();
    let refused = post(&server, "/account/delete", &owner, &format!("password={PASSWORD}")).await;
    assert_eq!(refused.location(), "/account?refused=owner_stays");
    let page = http::get(&server, "/account", &[("cookie", &owner)]).await.body;
    assert!(!page.contains("/account/delete") && page.contains("set-role"));

    let cookie = member(&server, "Ana").await;
    let page = http::get(&server, "/account", &[("cookie", &cookie)]).await.body;
    assert!(page.contains("/account/delete"));
    let before = server.app.accounts.figures().done;
    for form in ["sure=on", "password=errada", "password=errada", "password=errada", "password=errada"] {
        let wrong = post(&server, "/account/delete", &cookie, form).await;
        assert_eq!(wrong.location(), "/account?refused=wrong_password", "{form}");
    }
    assert_eq!(server.app.accounts.figures().done, before + 5, "each cost a hash");
    let late = post(&server, "/account/delete", &cookie, &format!("password={PASSWORD}")).await;
    assert_eq!((late.status, late.header("retry-after").is_some()), (429, true));
    let long = format!("password={}", "a".repeat(257));
    assert_eq!(post(&server, "/account/delete", &cookie, &long).await.status, 400);
    assert_eq!(post(&server, "/r/lobby", &cookie, "body=oi").await.status, 303, "still there");
}

#[tokio::test]
async fn a_way_back_in_and_an_invite_are_dead_with_the_account() {
    let server = TestServer::unlimited().await;
    let (rosa, ana) = (member(&server, "Rosa").await, member(&server, "Ana").await);
    let (_one, owner) = client(&server, &rosa).await;
    let (_two, hello) = client(&server, &ana).await;
    server.app.store.appoint(&owner.you.id, Role::Owner).await.unwrap();
    server.app.store.appoint(&hello.you.id, Role::Admin).await.unwrap();
    let offered = post(&server, "/settings/recovery", &rosa, &format!("member={}", hello.you.id)).await.body;
    let way = |page: &str, start: &str| {
        let at = page.find(start).unwrap_or_else(|| panic!("{page}"));
        page[at..].split('"').next().unwrap().to_owned()
    };
    let back = way(&offered, "/recover/");
    let invited = post(&server, "/settings/invites", &ana, "room=lobby&hours=&uses=").await.body;
    let invite = way(&invited, "/i/");
    assert_eq!(http::get(&server, &back, &[]).await.status, 200);
    assert_eq!(http::get(&server, &invite, &[]).await.status, 200);
    let done = post(&server, "/account/delete", &ana, &format!("password={PASSWORD}")).await;
    assert_eq!(done.location(), "/sign-in?done=deleted");
    assert_eq!(http::get(&server, &back, &[]).await.status, 404);
    assert_eq!(http::get(&server, &invite, &[]).await.status, 404);
    let log = http::get(&server, "/moderation", &[("cookie", &rosa)]).await.body;
    assert!(log.contains("apagou a própria conta") && !log.contains("Ana<"), "{log}");
    let role = post(&server, "/settings/role", &rosa, &format!("member={}&role=member", hello.you.id)).await;
    assert!(role.location().contains("refused=not_found"), "{role:?}");
}
