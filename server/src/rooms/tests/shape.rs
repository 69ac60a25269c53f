//! What rooms are like and what people are, as it is decided inside the transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chat::Role;
use chat::room::MAX_SLOW_MODE;
use protocol::view::RoomKind;
use protocol::{ArchiveRoom, Delete, Edit, LockRoom, React, RenameRoom, SetRole, SetTopic, SlowMode, Stored};

use super::enter::{create, join, to};
use super::*;

fn topic(room: &RoomId, topic: &str) -> SetTopic {
    SetTopic { room: room.clone(), topic: topic.to_owned(), key: None }
}

fn name(room: &RoomId, name: &str) -> RenameRoom {
    RenameRoom { room: room.clone(), name: name.to_owned(), key: None }
}

fn slow(room: &RoomId, seconds: u32) -> SlowMode {
    SlowMode { room: room.clone(), seconds, key: None }
}

fn lock(room: &RoomId, on: bool) -> LockRoom {
    LockRoom { room: room.clone(), on, key: None }
}

fn archive(room: &RoomId, on: bool) -> ArchiveRoom {
    ArchiveRoom { room: room.clone(), on, key: None }
}

fn role(who: &Author, role: Role) -> SetRole {
    SetRole { member: who.member.id.clone(), role, key: None }
}

impl Place {
    /// Every act on what a room is like, by `author`, each to something new.
    async fn shape_all(&self, author: &Author, room: &RoomId) -> [Result<Stored, Problem>; 5] {
        [
            self.rooms.set_topic(author, topic(room, "Prova na sexta")).await,
            self.rooms.rename_room(author, name(room, "Turma 7B")).await,
            self.rooms.slow_mode(author, slow(room, 30)).await,
            self.rooms.lock_room(author, lock(room, true)).await,
            self.rooms.archive_room(author, archive(room, true)).await,
        ]
    }

    async fn appoint(&self, who: &Author, role: Role) {
        assert!(self.rooms.store.appoint(&who.member.id, role).await.unwrap());
    }
}

/// A place where both have spoken, Bia is an owner, and the clock is moved by hand.
async fn run() -> (Place, Arc<AtomicI64>) {
    let folder = Folder::new();
    let (clock, hand) = clock();
    let store = Store::open_with(folder.path(), clock).await.unwrap();
    let sessions = Sessions::new(&store);
    let (bia, ana) = (sessions.passing(), sessions.passing());
    let place = Place { _folder: folder, rooms: Rooms::new(&store), bia, ana };
    place.say("Oi").await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    place.appoint(&place.bia, Role::Owner).await;
    (place, hand)
}

#[tokio::test]
async fn what_a_room_is_like_is_an_event_and_stands_on_the_room() {
    let (place, _) = run().await;
    let room = create(&place, RoomKind::Public, &[]).await;
    let seqs = place.shape_all(&place.bia, &room).await.map(|stored| stored.unwrap().seq);
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
    let seen = place.rooms.room(Some(&place.bia), &room).await.unwrap();
    assert_eq!((seen.topic.as_deref(), seen.name.as_str()), (Some("Prova na sexta"), "Turma 7B"));
    assert_eq!((seen.slow_mode, seen.locked, seen.archived, seen.keeper), (30, true, true, true));
    let cursors = PerRoom::from([(room.clone(), 0)]);
    let events = place.rooms.sync(&place.bia, Sync { cursors }).await.unwrap().rooms[&room].events.clone();
    let changes: Vec<_> = events.into_iter().map(|event| event.0.change).collect();
    assert!(matches!(&changes[0], Change::TopicChanged { topic, .. } if topic == "Prova na sexta"));
    assert!(matches!(&changes[1], Change::RoomRenamed { name, .. } if name == "Turma 7B"));
    assert!(matches!(changes[2], Change::SlowModeChanged { seconds: 30, .. }));
    assert!(matches!(changes[3], Change::RoomLocked { on: true, .. }));
    assert!(matches!(changes[4], Change::RoomArchived { on: true, .. }));
}

#[tokio::test]
async fn what_is_so_already_answers_with_the_event_that_made_it_so() {
    let (place, _) = run().await;
    let lobby = RoomId::lobby();
    let bia = &place.bia;
    let first = place.rooms.set_topic(bia, topic(&lobby, "Prova")).await.unwrap();
    let locked = place.rooms.lock_room(bia, lock(&lobby, true)).await.unwrap();
    let again = place.rooms.set_topic(bia, topic(&lobby, " Prova ")).await.unwrap();
    assert_eq!(again, Stored { duplicate: true, ..first });
    let again = place.rooms.lock_room(bia, lock(&lobby, true)).await.unwrap();
    assert_eq!(again, Stored { duplicate: true, ..locked });
    let never = place.rooms.slow_mode(bia, slow(&lobby, 0)).await.unwrap();
    assert_eq!((never.seq, never.duplicate), (0, true), "so from the beginning");

    let key = Some(Key::from_bytes([9; 16]));
    let request = SetTopic { key, ..topic(&lobby, "") };
    let none = place.rooms.set_topic(bia, request.clone()).await.unwrap();
    assert_eq!(place.rooms.room(None, &lobby).await.unwrap().topic, None);
    let twice = place.rooms.set_topic(bia, request).await.unwrap();
    assert_eq!(twice, Stored { duplicate: true, ..none });
    let other = SetTopic { key, ..topic(&lobby, "Outra") };
    assert_eq!(refused(place.rooms.set_topic(bia, other).await), Refusal::KeyConflict);
}

#[tokio::test]
async fn a_value_out_of_bounds_has_a_code_and_changes_nothing() {
    let (place, _) = run().await;
    let lobby = RoomId::lobby();
    let bia = &place.bia;
    for (text, code) in [("a\nb", Refusal::BadRequest), (&"a".repeat(251), Refusal::TooLong)] {
        assert_eq!(refused(place.rooms.set_topic(bia, topic(&lobby, text)).await), code);
    }
    for (text, code) in
        [(" ", Refusal::Empty), ("a\u{202e}b", Refusal::BadRequest), (&"a".repeat(61), Refusal::TooLong)]
    {
        assert_eq!(refused(place.rooms.rename_room(bia, name(&lobby, text)).await), code);
    }
    let longer = slow(&lobby, MAX_SLOW_MODE + 1);
    assert_eq!(refused(place.rooms.slow_mode(bia, longer).await), Refusal::BadRequest);
    assert!(place.rooms.slow_mode(bia, slow(&lobby, MAX_SLOW_MODE)).await.is_ok());
    assert_eq!(refused(place.rooms.archive_room(bia, archive(&lobby, true)).await), Refusal::Forbidden);
}

#[tokio::test]
async fn a_room_is_shaped_by_who_made_it_and_a_public_one_by_moderators_in_it() {
    let (place, _) = run().await;
    let ana = &place.ana;
    for (kind, by_moderators) in [(RoomKind::Public, true), (RoomKind::Private, false)] {
        let room = create(&place, kind, &[ana]).await;
        place.appoint(ana, Role::Member).await;
        for done in place.shape_all(ana, &room).await {
            assert_eq!(refused(done), Refusal::Forbidden);
        }
        place.appoint(ana, Role::Moderator).await;
        for done in place.shape_all(ana, &room).await {
            assert_eq!(done.is_ok(), by_moderators, "{kind:?} {done:?}");
        }
    }
    place.appoint(&place.bia, Role::Guest).await;
    let own = create(&place, RoomKind::Private, &[]).await;
    assert!(place.shape_all(&place.bia, &own).await.iter().all(Result::is_ok), "even a guest keeps it");
    let away = create(&place, RoomKind::Public, &[]).await;
    for done in place.shape_all(ana, &away).await {
        assert_eq!(refused(done), Refusal::Forbidden, "a moderator who is not in it");
    }
}

#[tokio::test]
async fn a_conversation_of_a_few_has_no_name_topic_or_lock() {
    let (place, _) = run().await;
    let room = create(&place, RoomKind::Direct, &[&place.ana]).await;
    for done in place.shape_all(&place.bia, &room).await {
        assert_eq!(refused(done), Refusal::Forbidden);
    }
}

#[tokio::test]
async fn in_a_locked_room_only_those_speak_who_keep_it() {
    let (place, _) = run().await;
    let (room, ana, bia) = (create(&place, RoomKind::Public, &[&place.ana]).await, &place.ana, &place.bia);
    place.rooms.say(ana, to(&room, "antes")).await.unwrap();
    place.rooms.lock_room(bia, lock(&room, true)).await.unwrap();
    let edit = Edit { room: room.clone(), target: 1, body: "x".into(), key: None };
    let react = React { room: room.clone(), target: 1, emoji: "🎉".into(), on: true, key: None };
    assert_eq!(refused(place.rooms.say(ana, to(&room, "Oi")).await), Refusal::Forbidden);
    assert_eq!(refused(place.rooms.edit(ana, edit.clone()).await), Refusal::Forbidden);
    assert_eq!(refused(place.rooms.react(ana, react.clone()).await), Refusal::Forbidden);
    place.rooms.say(bia, to(&room, "quem fez fala")).await.unwrap();
    place.appoint(ana, Role::Moderator).await;
    place.rooms.say(ana, to(&room, "quem modera fala")).await.unwrap();
    place.appoint(ana, Role::Member).await;
    assert_eq!(refused(place.rooms.say(ana, to(&room, "Oi")).await), Refusal::Forbidden, "at once");
    place.rooms.lock_room(bia, lock(&room, false)).await.unwrap();
    place.rooms.edit(ana, edit).await.unwrap();
    place.rooms.react(ana, react).await.unwrap();
}

#[tokio::test]
async fn an_archived_room_is_for_reading_and_taking_away_only() {
    let (place, _) = run().await;
    let room = create(&place, RoomKind::Public, &[&place.ana]).await;
    let (ana, bia) = (&place.ana, &place.bia);
    place.rooms.say(ana, to(&room, "antes")).await.unwrap();
    place.rooms.archive_room(bia, archive(&room, true)).await.unwrap();
    let edit = Edit { room: room.clone(), target: 1, body: "x".into(), key: None };
    let react = React { room: room.clone(), target: 1, emoji: "🎉".into(), on: true, key: None };
    for who in [ana, bia] {
        assert_eq!(refused(place.rooms.say(who, to(&room, "Oi")).await), Refusal::Forbidden);
        assert_eq!(refused(place.rooms.edit(who, edit.clone()).await), Refusal::Forbidden);
        assert_eq!(refused(place.rooms.react(who, react.clone()).await), Refusal::Forbidden);
    }
    assert_eq!(refused(place.rooms.set_topic(bia, topic(&room, "x")).await), Refusal::Forbidden);
    assert_eq!(refused(place.rooms.lock_room(bia, lock(&room, true)).await), Refusal::Forbidden);
    let eva = somebody(&place);
    assert_eq!(refused(place.rooms.join(&eva, join(&room)).await), Refusal::Forbidden);
    let request = History { room: room.clone(), ..History::default() };
    assert_eq!(place.rooms.history(Some(&eva), request).await.unwrap().messages.len(), 1);
    place.rooms.delete(bia, Delete { room: room.clone(), target: 1, key: None }).await.unwrap();
    place.rooms.archive_room(bia, archive(&room, false)).await.unwrap();
    place.rooms.say(ana, to(&room, "depois")).await.unwrap();
}

#[tokio::test]
async fn slow_mode_lets_each_speak_once_and_then_says_how_long_to_wait() {
    let (place, hand) = run().await;
    let lobby = RoomId::lobby();
    let (ana, bia) = (&place.ana, &place.bia);
    place.rooms.slow_mode(bia, slow(&lobby, 30)).await.unwrap();
    let key = Some(Key::from_bytes([7; 16]));
    let keyed = |body: &str| Message {
        body: body.to_owned(),
        options: MessageOptions { key, ..MessageOptions::default() },
    };
    let first = place.rooms.say(ana, keyed("1")).await.unwrap();
    hand.store(first.at + 10_000, Ordering::SeqCst);
    for _ in 0..2 {
        let early = place.rooms.say(ana, message("2")).await.unwrap_err();
        assert_eq!(early, Problem::rate_limited(20_000), "what is refused does not count");
    }
    let again = place.rooms.say(ana, keyed("1")).await.unwrap();
    assert_eq!(again, Accepted { duplicate: true, ..first.clone() }, "an answer given twice is no message");
    let edit = Edit { room: RoomId::lobby(), target: first.seq, body: "x".into(), key: None };
    place.rooms.edit(ana, edit).await.unwrap();
    place.rooms.delete(ana, Delete { room: RoomId::lobby(), target: first.seq, key: None }).await.unwrap();
    assert_eq!(refused(place.rooms.say(ana, message("2")).await), Refusal::RateLimited, "not even deleted");
    for _ in 0..3 {
        place.rooms.say(bia, message("quem modera não espera")).await.unwrap();
    }
    let elsewhere = create(&place, RoomKind::Public, &[ana]).await;
    place.rooms.say(ana, to(&elsewhere, "em outra sala")).await.unwrap();
    hand.store(first.at + 29_999, Ordering::SeqCst);
    assert_eq!(place.rooms.say(ana, message("2")).await.unwrap_err(), Problem::rate_limited(1));
    hand.store(first.at + 30_000, Ordering::SeqCst);
    place.rooms.say(ana, message("2")).await.unwrap();
    place.rooms.slow_mode(bia, slow(&lobby, 0)).await.unwrap();
    place.rooms.say(ana, message("3")).await.unwrap();
}

#[tokio::test]
async fn slow_mode_holds_within_one_batch_and_for_who_has_not_spoken_before() {
    let (place, _) = run().await;
    let lobby = RoomId::lobby();
    let eva = somebody(&place);
    // They wait together, so they are carried out in one transaction, in this order.
    let (slowed, first, second, other, third) = tokio::join!(
        place.rooms.slow_mode(&place.bia, slow(&lobby, 30)),
        place.rooms.say(&eva, message("1")),
        place.rooms.say(&eva, message("2")),
        place.rooms.say(&place.ana, message("1")),
        place.rooms.say(&eva, message("3")),
    );
    assert!(slowed.is_ok() && first.is_ok() && other.is_ok());
    assert_eq!((refused(second), refused(third)), (Refusal::RateLimited, Refusal::RateLimited));
}

#[tokio::test]
async fn a_role_is_told_in_each_of_the_persons_rooms_and_holds_at_once() {
    let (place, _) = run().await;
    let (ana, bia) = (&place.ana, &place.bia);
    place.appoint(ana, Role::Member).await;
    let room = create(&place, RoomKind::Private, &[ana]).await;
    let request = role(ana, Role::Moderator);
    let given = place.rooms.set_role(bia, request.clone()).await.unwrap();
    let again = place.rooms.set_role(bia, request).await.unwrap();
    assert_eq!(again, Stored { duplicate: true, ..given.clone() });
    let cursors = PerRoom::from([(RoomId::lobby(), given.seq - 1), (room, 0)]);
    let reply = place.rooms.sync(bia, Sync { cursors }).await.unwrap();
    assert_eq!(reply.rooms.len(), 2);
    for part in reply.rooms.values() {
        let Change::RoleChanged { who, role: Role::Moderator, .. } = &part.events[0].0.change else {
            panic!("{part:?}")
        };
        assert_eq!(*who, ana.member.id);
    }
    // Ana's own connection still holds what she was when she came.
    assert_eq!(ana.member.role, Role::Guest);
    place.rooms.lock_room(ana, lock(&RoomId::lobby(), true)).await.unwrap();
    let said = place.rooms.say(ana, message("Oi")).await.unwrap();
    let sent = place.sync(said.seq - 1).await;
    let Change::Sent(sent) = &sent.events[0].0.change else { panic!() };
    assert_eq!(sent.author.role, Role::Moderator, "as today's");
    place.rooms.set_role(bia, role(ana, Role::Member)).await.unwrap();
    assert_eq!(refused(place.rooms.say(ana, message("Oi")).await), Refusal::Forbidden);
}

#[tokio::test]
async fn a_role_is_given_downwards_by_those_who_may_and_to_who_kept_a_name() {
    let (place, _) = run().await;
    let (ana, bia) = (&place.ana, &place.bia);
    assert_eq!(refused(place.rooms.set_role(bia, role(ana, Role::Moderator)).await), Refusal::Forbidden);
    place.appoint(ana, Role::Member).await;
    for none in [Role::Owner, Role::Guest] {
        assert_eq!(refused(place.rooms.set_role(bia, role(ana, none)).await), Refusal::Forbidden);
    }
    assert_eq!(refused(place.rooms.set_role(bia, role(bia, Role::Member)).await), Refusal::Forbidden);
    assert_eq!(refused(place.rooms.set_role(ana, role(ana, Role::Admin)).await), Refusal::Forbidden);
    place.rooms.set_role(bia, role(ana, Role::Admin)).await.unwrap();
    assert_eq!(refused(place.rooms.set_role(ana, role(bia, Role::Member)).await), Refusal::Forbidden);
    let stranger = somebody(&place);
    assert_eq!(refused(place.rooms.set_role(bia, role(&stranger, Role::Member)).await), Refusal::NotFound);
}
