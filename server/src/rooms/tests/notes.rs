//! What stands between the messages of a page.

use protocol::view::RoomKind;
use protocol::{Ban, Kick, Leave, Mute, RoomEvent, SetTopic, event::kind, history};

use super::enter::{create, join, to};
use super::*;
use crate::store::NewInvite;

fn topic(room: &RoomId, topic: &str) -> SetTopic {
    SetTopic { room: room.clone(), topic: topic.to_owned(), key: None }
}

fn of(room: &RoomId) -> History {
    History { room: room.clone(), ..History::default() }
}

fn seqs(events: &[RoomEvent]) -> Vec<Seq> {
    events.iter().map(RoomEvent::seq).collect()
}

fn kinds(events: &[RoomEvent]) -> Vec<&'static str> {
    events.iter().map(|event| event.clone().into_notice().unwrap().0).collect()
}

fn names(people: &[view::Member]) -> Vec<&str> {
    people.iter().map(|member| member.name.as_str()).collect()
}

impl Place {
    async fn talk(&self, room: &RoomId) {
        self.rooms.say(&self.bia, to(room, "Oi")).await.unwrap();
    }

    async fn come_and_go(&self, who: &Author, room: &RoomId) {
        self.rooms.join(who, join(room)).await.unwrap();
        self.rooms.leave(who, Leave { room: room.clone(), key: None }).await.unwrap();
    }

    /// Bia asks Ana into one of her rooms.
    async fn invite(&self, room: &RoomId) {
        let (by, hash) = (self.bia.member.id.clone(), [7; 32]);
        let invite = NewInvite { by, room: room.clone(), hash, at: 0, expires: None, most_uses: None };
        self.rooms.store.make_invite(invite).await.unwrap();
        self.rooms.be_invited(&self.ana, hash, None).await.unwrap();
    }
}

#[tokio::test]
async fn a_page_tells_what_happened_between_its_messages_and_whom_it_names() {
    let place = place().await;
    let room = create(&place, RoomKind::Public, &[]).await;
    place.talk(&room).await;
    place.rooms.join(&place.ana, join(&room)).await.unwrap();
    let member = place.ana.member.id.clone();
    let mute = Mute { room: room.clone(), member: member.clone(), on: true, key: None };
    place.rooms.mute(&place.bia, mute).await.unwrap();
    place.talk(&room).await;
    place.rooms.set_topic(&place.bia, topic(&room, "Provas")).await.unwrap();
    place.rooms.kick(&place.bia, Kick { room: room.clone(), member, key: None }).await.unwrap();
    // Another name is told in each of one's rooms, and known in all that was told before.
    place.rooms.rename(&place.ana, rename("Ana", None)).await.unwrap();
    let page = place.rooms.history(None, of(&room)).await.unwrap();
    assert_eq!(seqs(&page.events), [2, 3, 5, 6]);
    assert_eq!(kinds(&page.events), [kind::JOINED, kind::MUTED, kind::TOPIC_CHANGED, kind::KICKED]);
    assert_eq!(names(&page.people), [place.bia.member.name.as_str(), "Ana"]);
    let lobby = place.history(History::default()).await;
    assert_eq!(kinds(&lobby.events), [kind::RENAMED]);
    let Change::Renamed { was, .. } = &lobby.events[0].0.change else { panic!() };
    assert_eq!(was.as_deref(), Some(place.ana.member.name.as_str()));
}

#[tokio::test]
async fn what_becomes_of_messages_is_not_told_between_them() {
    let place = place().await;
    let said = place.say("Oi").await;
    let (room, target, emoji) = (RoomId::lobby(), said.seq, "🎉".to_owned());
    let react = protocol::React { room: room.clone(), target, emoji, on: true, key: None };
    place.rooms.react(&place.bia, react).await.unwrap();
    place.rooms.delete(&place.bia, protocol::Delete { room, target, key: None }).await.unwrap();
    let page = place.history(History::default()).await;
    assert_eq!((page.head, page.events.len(), page.people.len()), (3, 0, 0));
}

#[tokio::test]
async fn in_a_closed_room_nothing_is_told_from_before_one_came_by_any_path() {
    let place = place().await;
    place.say("Oi").await;
    place.rooms.store.appoint(&place.bia.member.id, chat::Role::Owner).await.unwrap();
    let room = create(&place, RoomKind::Private, &[]).await;
    place.rooms.set_topic(&place.bia, topic(&room, "segredo")).await.unwrap();
    place.talk(&room).await;
    place.rooms.set_topic(&place.bia, topic(&room, "outro")).await.unwrap();
    place.invite(&room).await;
    let request = of(&room);
    let paths = [
        request.clone(),
        History { after: Some(0), ..request.clone() },
        History { around: Some(2), ..request.clone() },
        History { around: Some(4), ..request.clone() },
        History { before: Some(9), ..request.clone() },
        History { after: Some(4), limit: Some(1), ..request.clone() },
    ];
    let ana = Some(&place.ana);
    for request in &paths[..4] {
        let page = place.rooms.history(ana, request.clone()).await.unwrap();
        assert_eq!((seqs(&page.events), page.messages.len()), (vec![4], 0), "{request:?}");
        let Change::Joined { by, who } = &page.events[0].0.change else { panic!() };
        assert_eq!((by, &who.id), (&place.bia.member.id, &place.ana.member.id), "by whom she was asked in");
        assert_eq!(page.people.len(), 2);
    }
    for request in &paths[4..] {
        let page = place.rooms.history(ana, request.clone()).await.unwrap();
        assert_eq!(seqs(&page.events), [0; 0], "{request:?}");
    }
    place.talk(&room).await;
    for request in &paths[..5] {
        let page = place.rooms.history(ana, request.clone()).await.unwrap();
        assert_eq!((seqs(&page.events), page.messages.len()), (vec![4], 1), "{request:?}");
    }
    assert_eq!(refused(place.rooms.history(None, request).await), Refusal::NotFound);
    let entered = place.rooms.join(&place.ana, join(&room)).await.unwrap();
    assert_eq!((seqs(&entered.events), entered.people.len()), (vec![4], 2));
}

#[tokio::test]
async fn pages_in_either_direction_tell_everything_once() {
    let place = place().await;
    let room = create(&place, RoomKind::Public, &[]).await;
    let eva = somebody(&place);
    for round in 0..5 {
        place.come_and_go(&eva, &room).await;
        place.talk(&room).await;
        place.talk(&room).await;
        place.rooms.set_topic(&place.bia, topic(&room, &round.to_string())).await.unwrap();
    }
    let all = seqs(&place.rooms.history(None, of(&room)).await.unwrap().events);
    assert_eq!(all.len(), 15);
    for limit in [1, 2, 3, 4] {
        let mut told = Vec::new();
        let mut request = History { limit: Some(limit), ..of(&room) };
        loop {
            let page = place.rooms.history(None, request.clone()).await.unwrap();
            told.splice(0..0, seqs(&page.events));
            request.before = page.messages.first().map(|message| message.seq);
            if !page.more {
                break;
            }
        }
        assert_eq!(told, all, "backwards by {limit}");
        let mut request = History { around: Some(13), limit: Some(limit), ..of(&room) };
        let mut told = Vec::new();
        loop {
            let page = place.rooms.history(None, request.clone()).await.unwrap();
            told.extend(seqs(&page.events));
            let Some(last) = page.messages.last() else { break };
            request = History { around: None, after: Some(last.seq), ..request };
        }
        // What is after the last message stands on the empty page as well.
        told.dedup();
        assert!(told.len() >= 7 && all.ends_with(&told), "forwards by {limit}: {told:?}");
    }
}

#[tokio::test]
async fn of_a_burst_the_newest_are_told() {
    let place = place().await;
    let room = create(&place, RoomKind::Public, &[]).await;
    place.talk(&room).await;
    let eva = somebody(&place);
    for _ in 0..=history::MAX_EVENTS / 2 {
        place.come_and_go(&eva, &room).await;
    }
    let page = place.rooms.history(None, of(&room)).await.unwrap();
    let head = page.head;
    assert_eq!(seqs(&page.events), (head - 99..=head).collect::<Vec<_>>());
    assert_eq!(page.people.len(), 1);
}

#[tokio::test]
async fn who_is_banned_reads_none_of_it() {
    let place = place().await;
    place.say("Oi").await;
    place.rooms.say(&place.ana, message("Oi")).await.unwrap();
    place.rooms.store.appoint(&place.bia.member.id, chat::Role::Owner).await.unwrap();
    let ban = Ban { member: place.ana.member.id.clone(), on: true, key: None };
    place.rooms.ban(&place.bia, ban).await.unwrap();
    assert_eq!(refused(place.rooms.history(Some(&place.ana), History::default()).await), Refusal::Banned);
    let page = place.history(History::default()).await;
    assert_eq!(kinds(&page.events), [kind::BANNED]);
}
