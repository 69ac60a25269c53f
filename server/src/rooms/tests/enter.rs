//! Rooms that are made, entered and left, and who may see them.

use protocol::view::RoomKind;
use protocol::{CreateRoom, Leave};

use super::*;

pub(super) async fn create(place: &Place, kind: RoomKind, members: &[&Author]) -> RoomId {
    let members = members.iter().map(|author| author.member.id.clone()).collect();
    let request = CreateRoom { name: "Turma".into(), kind, members: Some(members), key: None };
    place.rooms.create_room(&place.bia, request).await.unwrap().room.id
}

pub(super) fn to(room: &RoomId, body: &str) -> Message {
    let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
    Message { body: body.to_owned(), options }
}

pub(super) fn join(room: &RoomId) -> Join {
    Join { room: room.clone() }
}

fn leave(room: &RoomId) -> Leave {
    Leave { room: room.clone(), key: None }
}

async fn bodies(place: &Place, reader: &Author, room: &RoomId) -> Result<Vec<String>, Refusal> {
    let request = History { room: room.clone(), ..History::default() };
    match place.rooms.history(Some(reader), request).await {
        Ok(page) => Ok(page.messages.into_iter().map(|message| message.body).collect()),
        Err(problem) => Err(problem.code),
    }
}

async fn log(place: &Place, reader: &Author, room: &RoomId, after: Seq) -> Option<SyncRoom> {
    let cursors = PerRoom::from([(room.clone(), after)]);
    place.rooms.sync(reader, Sync { cursors }).await.unwrap().rooms.remove(room)
}

#[tokio::test]
async fn who_makes_a_room_is_in_it_and_its_log_begins_with_what_is_said() {
    let place = place().await;
    let room = create(&place, RoomKind::Public, &[]).await;
    let rooms = place.rooms.rooms_of(&place.bia).await.unwrap();
    assert_eq!(rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["Praça", "Turma"]);
    assert_eq!(place.rooms.say(&place.bia, to(&room, "Oi")).await.unwrap().seq, 1);
    assert_eq!(place.rooms.rooms_of(&place.ana).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_request_makes_one_room() {
    let place = place().await;
    let key = Some(Key::from_bytes([1; 16]));
    let request = CreateRoom { name: "Turma".into(), kind: RoomKind::Private, members: None, key };
    let first = place.rooms.create_room(&place.bia, request.clone()).await.unwrap();
    assert_eq!(place.rooms.create_room(&place.bia, request.clone()).await.unwrap(), first);
    let other = CreateRoom { name: "Outra".into(), ..request };
    assert_eq!(refused(place.rooms.create_room(&place.bia, other).await), Refusal::KeyConflict);
    assert_eq!(place.rooms.rooms_of(&place.bia).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_room_that_cannot_be_made_is_refused_with_its_own_code() {
    let place = place().await;
    let make = |name: &str, kind, members: Option<Vec<MemberId>>| {
        let request = CreateRoom { name: name.to_owned(), kind, members, key: None };
        let (rooms, bia) = (place.rooms.clone(), place.bia.clone());
        async move { refused(rooms.create_room(&bia, request).await) }
    };
    assert_eq!(make(" ", RoomKind::Public, None).await, Refusal::Empty);
    assert_eq!(make(&"a".repeat(61), RoomKind::Public, None).await, Refusal::TooLong);
    assert_eq!(make("a\u{202e}b", RoomKind::Public, None).await, Refusal::BadRequest);
    let nobody = Some(vec!["nobody".parse().unwrap()]);
    assert_eq!(make("a", RoomKind::Private, nobody).await, Refusal::NotFound);
    assert_eq!(make("a", RoomKind::Direct, None).await, Refusal::BadRequest);
    let crowd = Some(vec!["nobody".parse().unwrap(); 201]);
    assert_eq!(make("a", RoomKind::Private, crowd).await, Refusal::TooLong);
    assert_eq!(place.rooms.rooms_of(&place.bia).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_public_room_is_read_by_everybody_and_written_by_who_entered() {
    let place = place().await;
    let room = create(&place, RoomKind::Public, &[]).await;
    place.rooms.say(&place.bia, to(&room, "Oi")).await.unwrap();
    assert_eq!(bodies(&place, &place.ana, &room).await.unwrap(), ["Oi"]);
    assert_eq!(refused(place.rooms.say(&place.ana, to(&room, "Oi")).await), Refusal::Forbidden);
    let joined = place.rooms.join(&place.ana, join(&room)).await.unwrap();
    assert_eq!((joined.room.head, joined.messages.len(), joined.members.len()), (2, 1, 2));
    let part = log(&place, &place.ana, &room, 1).await.unwrap();
    let Change::Joined { by, who } = &part.events[0].0.change else { panic!() };
    assert_eq!((by, &who.id), (&place.ana.member.id, &place.ana.member.id));
    assert_eq!(place.rooms.join(&place.ana, join(&room)).await.unwrap().room.head, 2, "only the first time");
    assert_eq!(place.rooms.say(&place.ana, to(&room, "Oi")).await.unwrap().seq, 3);
}

#[tokio::test]
async fn the_default_room_logs_no_entering_and_nobody_leaves_it() {
    let place = place().await;
    let joined = place.rooms.join(&place.ana, Join::default()).await.unwrap();
    assert_eq!(joined.room.head, 0);
    assert_eq!(refused(place.rooms.leave(&place.ana, leave(&RoomId::lobby())).await), Refusal::Forbidden);
}

#[tokio::test]
async fn a_room_that_is_not_ones_own_looks_023_025_like_one_that_does_not_exist() {
    let place = place().await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    let room = create(&place, RoomKind::Private, &[]).await;
    place.rooms.say(&place.bia, to(&room, "segredo")).await.unwrap();
    let nowhere: RoomId = "nowhere".parse().unwrap();
    for room in [&room, &nowhere] {
        let ana = &place.ana;
        assert_eq!(refused(place.rooms.say(ana, to(room, "Oi")).await), Refusal::NotFound);
        assert_eq!(refused(place.rooms.join(ana, join(room)).await), Refusal::NotFound);
        assert_eq!(refused(place.rooms.leave(ana, leave(room)).await), Refusal::NotFound);
        assert_eq!(refused(place.rooms.room(Some(ana), room).await), Refusal::NotFound);
        assert_eq!(bodies(&place, ana, room).await, Err(Refusal::NotFound));
        assert_eq!(log(&place, ana, room, 0).await, None);
        let request = History { room: room.clone(), ..History::default() };
        assert_eq!(refused(place.rooms.history(None, request).await), Refusal::NotFound);
    }
}

#[tokio::test]
async fn c28_in_a_closed_room_one_sees_what_came_after_one_entered() {
    let place = place().await;
    let room = create(&place, RoomKind::Private, &[]).await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    place.rooms.say(&place.bia, to(&room, "antes")).await.unwrap();
    // Nobody enters a closed room alone yet; what is tested is the range.
    let sql = "INSERT INTO memberships (room_id, member_id, present, since)
        SELECT r.id, m.id, 1, 1 FROM rooms r, members m WHERE r.public_id = $1 AND m.public_id = $2";
    place.rooms.store.execute(sql, &[room.as_str(), place.ana.member.id.as_str()]).await;
    place.rooms.say(&place.bia, to(&room, "depois")).await.unwrap();
    assert_eq!(bodies(&place, &place.ana, &room).await.unwrap(), ["depois"]);
    let around = History { room: room.clone(), around: Some(1), ..History::default() };
    let page = place.rooms.history(Some(&place.ana), around).await.unwrap();
    assert_eq!(page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [2]);
    let part = log(&place, &place.ana, &room, 0).await.unwrap();
    assert_eq!((part.after, part.events.len(), part.head), (1, 1, 2), "the cursor is raised");
    let react = protocol::React { room, target: 1, emoji: "🎉".into(), on: true, key: None };
    assert_eq!(refused(place.rooms.react(&place.ana, react).await), Refusal::NotFound);
}

#[tokio::test]
async fn who_leaves_sees_a_closed_room_no_more_and_an_open_one_as_everybody() {
    let place = place().await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    let closed = create(&place, RoomKind::Private, &[&place.ana]).await;
    let open = create(&place, RoomKind::Public, &[&place.ana]).await;
    let key = Some(Key::from_bytes([1; 16]));
    let request = Leave { room: closed.clone(), key };
    assert_eq!(place.rooms.leave(&place.ana, request.clone()).await.unwrap().seq, 1);
    assert_eq!(
        place.rooms.leave(&place.ana, request).await.unwrap().seq,
        1,
        "the same request, the same answer"
    );
    assert_eq!(log(&place, &place.ana, &closed, 0).await, None);
    assert_eq!(place.rooms.leave(&place.ana, leave(&open)).await.unwrap().seq, 1);
    assert_eq!(place.rooms.leave(&place.ana, leave(&open)).await.unwrap().seq, 1, "gone is gone");
    assert_eq!(refused(place.rooms.say(&place.ana, to(&open, "Oi")).await), Refusal::Forbidden);
    assert_eq!(log(&place, &place.ana, &open, 0).await.unwrap().events.len(), 1);
    assert_eq!(place.rooms.rooms_of(&place.ana).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_new_name_is_told_in_each_of_ones_rooms_once() {
    let place = place().await;
    let room = create(&place, RoomKind::Private, &[]).await;
    let request = rename("Bia", Some(Key::from_bytes([1; 16])));
    for _ in 0..2 {
        place.rooms.rename(&place.bia, request.clone()).await.unwrap();
    }
    for room in [&RoomId::lobby(), &room] {
        let part = log(&place, &place.bia, room, 0).await.unwrap();
        let [event] = part.events.as_slice() else { panic!("{part:?}") };
        assert!(matches!(&event.0.change, Change::Renamed { name, .. } if name == "Bia"));
    }
}

#[tokio::test]
async fn nobody_is_in_more_than_054_five_hundred_rooms() {
    let place = place().await;
    place.say("Oi").await;
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
        INSERT INTO rooms (public_id, name, kind) SELECT 'r' || i, 'r', 0 FROM n";
    place.rooms.store.execute(sql, &[]).await;
    let sql = "INSERT INTO memberships (room_id, member_id, present, since)
        SELECT r.id, m.id, 1, 0 FROM rooms r, members m WHERE r.name = 'r' AND m.public_id = $1";
    place.rooms.store.execute(sql, &[place.bia.member.id.as_str()]).await;
    let make = || CreateRoom { name: "Turma".into(), kind: RoomKind::Public, members: None, key: None };
    assert_eq!(refused(place.rooms.create_room(&place.bia, make()).await), Refusal::Forbidden);
    let open = place.rooms.create_room(&place.ana, make()).await.unwrap().room.id;
    assert_eq!(refused(place.rooms.join(&place.bia, join(&open)).await), Refusal::Forbidden);
}

#[tokio::test]
async fn the_wall_of_a_room_is_its_people_the_last_ones_in_the_order_they_came() {
    let place = place().await;
    for author in [&place.bia, &place.ana, &somebody(&place)] {
        place.rooms.say(author, message("Oi")).await.unwrap();
    }
    let room = create(&place, RoomKind::Private, &[&place.ana]).await;
    let wall = async |reader: &Author, room: &RoomId, limit| {
        let (_, people) = place.rooms.wall(Some(reader), room, limit).await?;
        Ok::<_, Problem>(people.into_iter().map(|who| who.id).collect::<Vec<_>>())
    };
    let [bia, ana] = [&place.bia, &place.ana].map(|author| author.member.id.clone());
    assert_eq!(wall(&place.ana, &room, 9).await.unwrap(), [bia, ana.clone()]);
    assert_eq!(wall(&place.bia, &room, 1).await.unwrap(), [ana]);
    assert_eq!(wall(&place.bia, &RoomId::lobby(), 9).await.unwrap().len(), 3);
    assert_eq!(refused(wall(&somebody(&place), &room, 9).await), Refusal::NotFound);
}
