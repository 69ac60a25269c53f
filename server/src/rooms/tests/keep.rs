//! Keeping the peace, as it is decided inside the transaction.

use protocol::view::RoomKind;
use protocol::{Ban, Edit, Kick, Mute, React};

use super::enter::{create, join, to};
use super::*;

fn kick(room: &RoomId, who: &Author) -> Kick {
    Kick { room: room.clone(), member: who.member.id.clone(), key: None }
}

fn mute(room: &RoomId, who: &Author, on: bool) -> Mute {
    Mute { room: room.clone(), member: who.member.id.clone(), on, key: None }
}

fn ban(who: &Author, on: bool) -> Ban {
    Ban { member: who.member.id.clone(), on, key: None }
}

/// A place where Bia may moderate, and everybody is saved.
async fn kept() -> Place {
    let place = place().await;
    place.say("Oi").await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    place.rooms.store.appoint(&place.bia.member.id, chat::Role::Moderator).await.unwrap();
    place
}

#[tokio::test]
async fn who_is_kicked_is_out_and_may_enter_an_open_room_again() {
    let place = kept().await;
    for (kind, again) in [(RoomKind::Public, true), (RoomKind::Private, false)] {
        let room = create(&place, kind, &[&place.ana]).await;
        assert_eq!(place.rooms.kick(&place.bia, kick(&room, &place.ana)).await.unwrap().seq, 1);
        let twice = place.rooms.kick(&place.bia, kick(&room, &place.ana)).await.unwrap();
        assert_eq!((twice.seq, twice.duplicate), (1, true));
        let closed = if again { Refusal::Forbidden } else { Refusal::NotFound };
        assert_eq!(refused(place.rooms.say(&place.ana, to(&room, "Oi")).await), closed);
        match place.rooms.join(&place.ana, join(&room)).await {
            Ok(joined) => assert!(again && joined.room.head == 2),
            Err(problem) => assert!(!again && problem.code == Refusal::NotFound),
        }
    }
}

#[tokio::test]
async fn who_made_a_room_keeps_it_and_nobody_else_without_a_role() {
    let place = place().await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    let eva = somebody(&place);
    place.rooms.say(&eva, message("Oi")).await.unwrap();
    let room = create(&place, RoomKind::Public, &[&place.ana, &eva]).await;
    assert_eq!(refused(place.rooms.kick(&place.ana, kick(&room, &eva)).await), Refusal::Forbidden);
    assert_eq!(
        refused(place.rooms.mute(&place.ana, mute(&room, &place.bia, true)).await),
        Refusal::Forbidden
    );
    assert_eq!(refused(place.rooms.ban(&place.bia, ban(&eva, true)).await), Refusal::Forbidden);
    place.rooms.mute(&place.bia, mute(&room, &eva, true)).await.unwrap();
    place.rooms.kick(&place.bia, kick(&room, &eva)).await.unwrap();
    let lobby = RoomId::lobby();
    assert_eq!(refused(place.rooms.mute(&place.bia, mute(&lobby, &eva, true)).await), Refusal::Forbidden);
}

#[tokio::test]
async fn a_029_moderator_touches_neither_an_admin_nor_an_owner_nor_itself() {
    let place = kept().await;
    let lobby = RoomId::lobby();
    let (bia, ana) = (&place.bia, &place.ana);
    for role in [chat::Role::Owner, chat::Role::Admin, chat::Role::Moderator] {
        place.rooms.store.appoint(&ana.member.id, role).await.unwrap();
        assert_eq!(refused(place.rooms.mute(bia, mute(&lobby, ana, true)).await), Refusal::Forbidden);
        assert_eq!(refused(place.rooms.ban(bia, ban(ana, true)).await), Refusal::Forbidden);
    }
    assert_eq!(refused(place.rooms.ban(bia, ban(bia, true)).await), Refusal::Forbidden);
    assert_eq!(refused(place.rooms.kick(bia, kick(&lobby, bia)).await), Refusal::Forbidden);
    let stranger = somebody(&place);
    assert_eq!(refused(place.rooms.ban(bia, ban(&stranger, true)).await), Refusal::NotFound);
}

#[tokio::test]
async fn nobody_is_taken_out_of_the_default_room() {
    let place = kept().await;
    let request = kick(&RoomId::lobby(), &place.ana);
    assert_eq!(refused(place.rooms.kick(&place.bia, request).await), Refusal::Forbidden);
}

#[tokio::test]
async fn who_is_090_muted_is_refused_on_every_path_until_it_ends() {
    let place = kept().await;
    let lobby = RoomId::lobby();
    let edit = Edit { room: RoomId::lobby(), target: 2, body: "x".into(), key: None };
    let react = React { room: RoomId::lobby(), target: 1, emoji: "🎉".into(), on: true, key: None };
    let muted = place.rooms.mute(&place.bia, mute(&lobby, &place.ana, true)).await.unwrap();
    assert_eq!(muted.seq, 3);
    assert_eq!(refused(place.rooms.say(&place.ana, message("Oi")).await), Refusal::Muted);
    assert_eq!(refused(place.rooms.edit(&place.ana, edit.clone()).await), Refusal::Muted);
    assert_eq!(refused(place.rooms.react(&place.ana, react.clone()).await), Refusal::Muted);
    let again = place.rooms.mute(&place.bia, mute(&lobby, &place.ana, true)).await.unwrap();
    assert_eq!((again.seq, again.duplicate), (3, true));
    place.rooms.mute(&place.bia, mute(&lobby, &place.ana, false)).await.unwrap();
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    place.rooms.edit(&place.ana, edit).await.unwrap();
    place.rooms.react(&place.ana, react).await.unwrap();
}

#[tokio::test]
async fn a_mute_outlasts_leaving_and_entering_again() {
    let place = kept().await;
    let room = create(&place, RoomKind::Public, &[&place.ana]).await;
    place.rooms.mute(&place.bia, mute(&room, &place.ana, true)).await.unwrap();
    place.rooms.kick(&place.bia, kick(&room, &place.ana)).await.unwrap();
    place.rooms.join(&place.ana, join(&room)).await.unwrap();
    assert_eq!(refused(place.rooms.say(&place.ana, to(&room, "Oi")).await), Refusal::Muted);
}

#[tokio::test]
async fn a_ban_is_told_in_each_of_the_persons_rooms_and_shuts_every_door() {
    let place = kept().await;
    let room = create(&place, RoomKind::Private, &[&place.ana]).await;
    let banned = place.rooms.ban(&place.bia, ban(&place.ana, true)).await.unwrap();
    assert_eq!(banned.seq, 3);
    let cursors = PerRoom::from([(RoomId::lobby(), 2), (room.clone(), 0)]);
    let reply = place.rooms.sync(&place.bia, Sync { cursors: cursors.clone() }).await.unwrap();
    for part in reply.rooms.values() {
        let Change::Banned { who, on: true, .. } = &part.events[0].0.change else { panic!("{part:?}") };
        assert_eq!(*who, place.ana.member.id);
    }
    let ana = &place.ana;
    assert_eq!(refused(place.rooms.say(ana, message("Oi")).await), Refusal::Banned);
    assert_eq!(refused(place.rooms.join(ana, join(&room)).await), Refusal::Banned);
    assert_eq!(refused(place.rooms.rename(ana, rename("Eva", None)).await), Refusal::Banned);
    assert_eq!(refused(place.rooms.history(Some(ana), History::default()).await), Refusal::Banned);
    assert_eq!(refused(place.rooms.sync(ana, Sync { cursors }).await), Refusal::Banned);
    assert_eq!(refused(place.rooms.rooms_of(ana).await), Refusal::Banned);

    place.rooms.ban(&place.bia, ban(ana, false)).await.unwrap();
    place.rooms.say(ana, message("Oi")).await.unwrap();
    place.rooms.say(ana, to(&room, "Oi")).await.unwrap();
}

#[tokio::test]
async fn what_is_decided_holds_for_the_next_request_of_the_same_batch() {
    let place = kept().await;
    let lobby = RoomId::lobby();
    // They wait together, so they are carried out in one transaction, in this order.
    let (before, muted, after, unmuted, last) = tokio::join!(
        place.rooms.say(&place.ana, message("1")),
        place.rooms.mute(&place.bia, mute(&lobby, &place.ana, true)),
        place.rooms.say(&place.ana, message("2")),
        place.rooms.mute(&place.bia, mute(&lobby, &place.ana, false)),
        place.rooms.say(&place.ana, message("3")),
    );
    assert_eq!((before.unwrap().seq, muted.unwrap().seq), (3, 4));
    assert_eq!(refused(after), Refusal::Muted);
    assert_eq!((unmuted.unwrap().seq, last.unwrap().seq), (5, 6));
}
