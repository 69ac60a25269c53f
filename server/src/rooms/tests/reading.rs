//! What is unread, against a recount by definition and against what a screen works out from the events it hears.

use chat::mention;
use chat::unread::{Counts, Unread};
use protocol::view::{Notify, RoomKind};
use protocol::{Delete, Edit, Leave, ListRooms, Members, Read, SetNotify};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::enter::{create, join, to};
use super::*;

fn read(room: &RoomId, seq: Seq) -> Read {
    Read { room: room.clone(), seq }
}

fn counts(room: &view::Room) -> Counts {
    Counts { head: room.head, read_up_to: room.read_up_to, unread: room.unread, mentions: room.mentions }
}

async fn listed(rooms: &Rooms, who: &Author) -> Vec<view::Room> {
    rooms.list(who, ListRooms::default()).await.unwrap().rooms
}

/// The default room as `who` sees it in the list: read up to, unread, mentions.
async fn numbers(place: &Place, who: &Author) -> (Seq, u64, u64) {
    let lobby = listed(&place.rooms, who).await.remove(0);
    (lobby.read_up_to, lobby.unread, lobby.mentions)
}

/// Somebody with a name and a row.
async fn person(place: &Place, name: &str) -> Author {
    let (author, _) = Sessions::new(&place.rooms.store)
        .begin(crate::session::SecretKind::Cookie, Some(Nickname::parse(name).unwrap()))
        .await
        .unwrap();
    author
}

#[tokio::test]
async fn a_newcomer_has_read_what_was_said_before() {
    let place = place().await;
    place.say("Oi @José").await;
    let jose = person(&place, "José").await;
    assert_eq!(numbers(&place, &jose).await, (1, 0, 0));
    place.say("Oi @jose!").await;
    place.say("Oi").await;
    assert_eq!(numbers(&place, &jose).await, (1, 2, 1));
    let room = create(&place, RoomKind::Public, &[]).await;
    place.rooms.say(&place.bia, to(&room, "antes @José")).await.unwrap();
    let joined = place.rooms.join(&jose, join(&room)).await.unwrap().room;
    assert_eq!(counts(&joined), Counts { head: 2, read_up_to: 2, unread: 0, mentions: 0 });
}

#[tokio::test]
async fn a_first_name_calls_the_one_person_in_the_room_whose_name_begins_so() {
    let place = place().await;
    let pedro = person(&place, "Rui Pedro").await;
    place.say("Oi @rui!").await;
    assert_eq!(numbers(&place, &pedro).await.2, 1);
    assert!(!worked_out(&place, &pedro).await.certain, "only the server knows");
    place.say("Oi @Rui Pedro").await;
    assert_eq!(numbers(&place, &pedro).await.2, 2, "once a message");
    place.say("Oi @pedro").await;
    assert_eq!(numbers(&place, &pedro).await.2, 2, "not his first name");
    // Now there are two whose names begin so: nobody is called, by whom the two are no longer told apart.
    let mario = person(&place, "Rui Mário").await;
    place.say("Oi @Rui").await;
    assert_eq!((numbers(&place, &pedro).await.2, numbers(&place, &mario).await.2), (2, 0));
    // In a room where only one of them is, it is he; and who speaks does not mean himself.
    let room = create(&place, RoomKind::Public, &[]).await;
    for who in [&pedro, &mario] {
        place.rooms.join(who, join(&room)).await.unwrap();
    }
    place.rooms.say(&pedro, to(&room, "Vem, @Rui")).await.unwrap();
    let mentions = |rooms: Vec<view::Room>| rooms.iter().find(|r| r.id == room).map(|r| r.mentions);
    assert_eq!(mentions(listed(&place.rooms, &mario).await), Some(1));
    // Who has that name alone is meant.
    let rui = person(&place, "Rui").await;
    place.say("Oi @Rui").await;
    assert_eq!((numbers(&place, &rui).await.2, numbers(&place, &mario).await.2), (1, 0));
}

/// What a screen of `who` works out from the default room's events.
async fn worked_out(place: &Place, who: &Author) -> chat::unread::Now {
    let cursors = PerRoom::from([(RoomId::lobby(), 0)]);
    let events =
        place.rooms.sync(who, Sync { cursors }).await.unwrap().rooms.remove(&RoomId::lobby()).unwrap().events;
    let mut unread = Unread::default();
    events.iter().for_each(|event| unread.hear(&event.0, &who.member));
    unread.now()
}

#[tokio::test]
async fn reading_never_goes_back_nor_beyond_the_head() {
    let place = place().await;
    let jose = person(&place, "José").await;
    for _ in 0..3 {
        place.say("Oi").await;
    }
    let lobby = RoomId::lobby();
    let reading = place.rooms.read(&jose, &read(&lobby, 2)).await.unwrap().unwrap();
    assert_eq!(reading.counts, Counts { head: 3, read_up_to: 2, unread: 1, mentions: 0 });
    assert_eq!(place.rooms.read(&jose, &read(&lobby, 1)).await.unwrap(), None);
    assert_eq!(numbers(&place, &jose).await, (2, 1, 0));
    place.rooms.read(&jose, &read(&lobby, Seq::MAX)).await.unwrap().unwrap();
    place.say("Oi").await;
    assert_eq!(numbers(&place, &jose).await, (3, 1, 0), "what comes later is unread");
}

#[tokio::test]
async fn who_says_something_has_read_up_to_there_and_deleted_messages_do_not_count() {
    let place = place().await;
    let jose = person(&place, "José").await;
    place.say("@José").await;
    place.rooms.say(&jose, message("Oi")).await.unwrap();
    assert_eq!(numbers(&place, &jose).await, (2, 0, 0));
    let seq = place.say("@José").await.seq;
    assert_eq!(numbers(&place, &jose).await, (2, 1, 1));
    let room = RoomId::lobby();
    let edit = Edit { room: room.clone(), target: seq, body: "ninguém".into(), key: None };
    place.rooms.edit(&place.bia, edit).await.unwrap();
    assert_eq!(numbers(&place, &jose).await, (2, 1, 0));
    place.rooms.delete(&place.bia, Delete { room, target: seq, key: None }).await.unwrap();
    assert_eq!(numbers(&place, &jose).await, (2, 0, 0));
}

/// How far people have read, as `who` is told it.
async fn told(place: &Place, who: &Author, room: &RoomId) -> Vec<(MemberId, Seq)> {
    let request = Members { room: room.clone(), after: None, find: None };
    place.rooms.members(who, &request).await.unwrap().reads.into_iter().collect()
}

#[tokio::test]
async fn who_is_in_a_room_is_told_how_far_those_have_read_who_want_it_known() {
    let place = place().await;
    let (jose, rosa) = (person(&place, "José").await, person(&place, "Rosa").await);
    let room = create(&place, RoomKind::Public, &[&jose]).await;
    place.rooms.say(&place.bia, to(&room, "Oi")).await.unwrap();
    place.rooms.read(&jose, &read(&room, 1)).await.unwrap().unwrap();
    let (bia, joses, rosas) = (place.bia.member.id.clone(), jose.member.id.clone(), rosa.member.id.clone());
    let sorted = |mut reads: Vec<(MemberId, Seq)>| {
        reads.sort();
        reads
    };
    let both = sorted(vec![(bia.clone(), 1), (joses.clone(), 1)]);
    assert_eq!(told(&place, &place.bia, &room).await, both);
    assert_eq!(told(&place, &rosa, &room).await, [], "she is not in it");
    place.rooms.join(&rosa, join(&room)).await.unwrap();
    assert_eq!(told(&place, &rosa, &room).await, both, "to come is not to read");
    let seq = place.rooms.say(&place.bia, to(&room, "Oi, Rosa")).await.unwrap().seq;
    place.rooms.read(&rosa, &read(&room, seq)).await.unwrap().unwrap();
    place.rooms.store.set_receipts(&joses, false).await.unwrap();
    assert_eq!(told(&place, &jose, &room).await, sorted(vec![(bia, seq), (rosas, seq)]));
}

#[tokio::test]
async fn nobody_is_told_how_far_others_have_read_in_a_room_of_more_than_fifty() {
    let place = place().await;
    let mut people = Vec::new();
    for n in 2..=50 {
        people.push(person(&place, &format!("P{n}")).await);
    }
    place.say("Oi").await;
    assert_eq!(
        told(&place, &place.bia, &RoomId::lobby()).await.len(),
        1,
        "who has only come has read nothing"
    );
    let head = place.rooms.room(None, &RoomId::lobby()).await.unwrap().head;
    for reader in &people {
        place.rooms.read(reader, &read(&RoomId::lobby(), head)).await.unwrap();
    }
    assert_eq!(told(&place, &place.bia, &RoomId::lobby()).await.len(), 50);
    person(&place, "P51").await;
    assert_eq!(told(&place, &place.bia, &RoomId::lobby()).await, []);
}

#[tokio::test]
async fn c23_what_is_not_ones_own_room_answers_as_any_that_does_not_exist() {
    let place = place().await;
    let jose = person(&place, "José").await;
    let private = create(&place, RoomKind::Private, &[]).await;
    let public = create(&place, RoomKind::Public, &[]).await;
    let nowhere: RoomId = "nowhere".parse().unwrap();
    for (room, code) in
        [(private, Refusal::NotFound), (nowhere, Refusal::NotFound), (public, Refusal::Forbidden)]
    {
        assert_eq!(refused(place.rooms.read(&jose, &read(&room, 1)).await), code, "{room}");
        let choice = SetNotify { room: room.clone(), notify: Notify::None };
        assert_eq!(refused(place.rooms.set_notify(&jose, &choice).await), code, "{room}");
    }
}

#[tokio::test]
async fn the_open_rooms_are_those_one_could_enter_by_name() {
    let place = place().await;
    let jose = person(&place, "José").await;
    let mut ids = Vec::new();
    for name in ["Zebra", "Abelha", "Fechada", "Arquivo"] {
        let kind = if name == "Fechada" { RoomKind::Private } else { RoomKind::Public };
        let request = protocol::CreateRoom { name: name.into(), kind, members: None, key: None };
        ids.push(place.rooms.create_room(&place.bia, request).await.unwrap().room.id);
    }
    let archive = "UPDATE rooms SET archived = 1 WHERE public_id = $1";
    place.rooms.store.execute(archive, &[ids[3].as_str()]).await;
    let open = place.rooms.list(&jose, ListRooms::default()).await.unwrap().open;
    let names: Vec<_> = open.iter().map(|room| (room.name.as_str(), room.people)).collect();
    assert_eq!(names, [("Abelha", 1), ("Zebra", 1)]);
    place.rooms.join(&jose, join(&ids[0])).await.unwrap();
    let all = place.rooms.list(&jose, ListRooms::default()).await.unwrap();
    assert_eq!((all.open.len(), all.rooms.len(), all.rooms[1].name.as_str()), (1, 2, "Zebra"));
}

#[tokio::test]
async fn what_one_is_notified_of_is_kept_for_each_room() {
    let place = place().await;
    let jose = person(&place, "José").await;
    let choice = SetNotify { room: RoomId::lobby(), notify: Notify::Mentions };
    assert!(place.rooms.set_notify(&jose, &choice).await.unwrap());
    assert!(!place.rooms.set_notify(&jose, &choice).await.unwrap(), "it was so already");
    place.say("Oi").await;
    place.rooms.read(&jose, &read(&RoomId::lobby(), 1)).await.unwrap().unwrap();
    let room = listed(&place.rooms, &jose).await.remove(0);
    assert_eq!((room.notify, room.read_up_to), (Notify::Mentions, 1));
}

/// One person's screen: the rooms it shows and how far it has heard of each.
struct Screen {
    me: Author,
    rooms: Vec<(RoomId, Seq, Unread)>,
    /// The same on the person's other device, which learns of reading by notice only.
    other: Vec<(RoomId, Unread)>,
    /// How far the person has read each room, by definition.
    read: Vec<(RoomId, Seq)>,
}

impl Screen {
    fn read_up_to(&mut self, room: &RoomId, seq: Seq) {
        match self.read.iter_mut().find(|(id, _)| id == room) {
            Some((_, read)) => *read = seq.max(*read),
            None => self.read.push((room.clone(), seq)),
        }
    }

    /// Hears what was said in its rooms since it heard last.
    async fn listen(&mut self, rooms: &Rooms) {
        let cursors = self.rooms.iter().map(|(room, heard, _)| (room.clone(), *heard)).collect();
        let mut reply = rooms.sync(&self.me, Sync { cursors }).await.unwrap();
        for (room, heard, unread) in &mut self.rooms {
            for event in reply.rooms.remove(room).unwrap().events {
                *heard = event.seq();
                unread.hear(&event.0, &self.me.member);
                let other = self.other.iter_mut().filter(|(id, _)| id == room);
                other.for_each(|(_, other)| other.hear(&event.0, &self.me.member));
            }
        }
    }

    /// The list, a recount by definition, and the screen's own state say the same.
    async fn compare(&mut self, rooms: &Rooms) {
        self.listen(rooms).await;
        for room in listed(rooms, &self.me).await {
            let request = History { room: room.id.clone(), limit: Some(100), ..History::default() };
            let page = rooms.history(Some(&self.me), request).await.unwrap();
            assert!(!page.more);
            let read = self.read.iter().find(|(id, _)| *id == room.id).map_or(0, |(_, read)| *read);
            let unread: Vec<_> = page.messages.iter().filter(|m| m.seq > read && !m.deleted).collect();
            assert!(unread.iter().all(|message| message.author.id != self.me.member.id));
            let calls = unread.iter().filter(|m| mention::calls(&m.body, &self.me.member.name)).count();
            let (unread, mentions) = (unread.len() as u64, calls as u64);
            let recount = Counts { head: page.head, read_up_to: read, unread, mentions };
            assert_eq!(counts(&room), recount, "{} in {}", self.me.member.name, room.id);
            let (_, _, own) = self.rooms.iter_mut().find(|(id, ..)| *id == room.id).unwrap();
            if own.now().certain {
                assert_eq!(own.now().counts, recount, "the screen of {}", self.me.member.name);
            } else {
                own.tell(counts(&room));
            }
            let (_, other) = self.other.iter_mut().find(|(id, _)| *id == room.id).unwrap();
            if !other.now().certain {
                other.tell(counts(&room));
            }
            assert_eq!((own.now(), other.now().counts), (other.now(), recount), "two devices");
            assert!(own.now().certain);
        }
    }
}

#[tokio::test]
async fn after_random_use_the_list_a_recount_and_every_screen_agree() {
    for seed in 0..12 {
        let mut dice = StdRng::seed_from_u64(seed);
        let place = place().await;
        let lobby = RoomId::lobby();
        let mut screens = Vec::new();
        for name in ["Ana", "José", "Rui Maria", "李"] {
            let rooms = vec![(lobby.clone(), 0, Unread::default())];
            let other = vec![(lobby.clone(), Unread::default())];
            screens.push(Screen { me: person(&place, name).await, rooms, other, read: Vec::new() });
        }
        let request =
            protocol::CreateRoom { name: "Sala".into(), kind: RoomKind::Public, members: None, key: None };
        let room = place.rooms.create_room(&screens[0].me, request).await.unwrap().room.id;
        screens[0].rooms.push((room.clone(), 0, Unread::default()));
        screens[0].other.push((room.clone(), Unread::default()));
        for _ in 0..60 {
            let who = dice.random_range(0..screens.len());
            let at = if dice.random_bool(0.5) { lobby.clone() } else { room.clone() };
            deed(&place.rooms, &mut screens[who], &at, &mut dice).await;
            for screen in &mut screens {
                screen.compare(&place.rooms).await;
            }
        }
    }
}

const TEXTS: [&str; 6] = ["Oi", "@rui maria, oi", "@ANA", "oi @Jose", "a@ana.example", "@李!"];

/// Something that `screen`'s person may do in `room`, or enters it to do next time.
async fn deed(rooms: &Rooms, screen: &mut Screen, room: &RoomId, dice: &mut StdRng) {
    let me = screen.me.clone();
    if !screen.rooms.iter().any(|(id, ..)| id == room) {
        let joined = rooms.join(&me, join(room)).await.unwrap().room;
        screen.rooms.push((room.clone(), joined.head, Unread::new(counts(&joined))));
        screen.other.push((room.clone(), Unread::new(counts(&joined))));
        return screen.read_up_to(room, joined.head);
    }
    let text = TEXTS[dice.random_range(0..TEXTS.len())];
    let request = History { room: room.clone(), limit: Some(100), ..History::default() };
    let page = rooms.history(Some(&me), request).await.unwrap();
    let mut own = page.messages.iter().filter(|m| m.author.id == me.member.id && !m.deleted);
    let target = own.nth(dice.random_range(0..3)).map(|message| message.seq);
    match (dice.random_range(0..10), target) {
        (0..=4, _) => {
            let said = rooms.say(&me, to(room, text)).await.unwrap();
            screen.read_up_to(room, said.seq);
        }
        (5, Some(target)) => {
            let edit = Edit { room: room.clone(), target, body: text.into(), key: None };
            rooms.edit(&me, edit).await.unwrap();
        }
        (6, Some(target)) => {
            rooms.delete(&me, Delete { room: room.clone(), target, key: None }).await.unwrap();
        }
        (7, _) if room.as_str() != chat::LOBBY => {
            rooms.leave(&me, Leave { room: room.clone(), key: None }).await.unwrap();
            screen.rooms.retain(|(id, ..)| id != room);
            screen.other.retain(|(id, _)| id != room);
        }
        _ => {
            let seq = dice.random_range(0..=page.head);
            if let Some(reading) = rooms.read(&me, &read(room, seq)).await.unwrap() {
                let other = screen.other.iter_mut().filter(|(id, _)| id == room);
                other.for_each(|(_, other)| other.tell(reading.counts));
            }
            screen.read_up_to(room, seq);
            screen.rooms.iter_mut().filter(|(id, ..)| id == room).for_each(|(.., own)| own.read(seq));
        }
    }
}

#[tokio::test]
async fn who_is_not_looked_for_by_name_is_listed_without_a_name_to_compare() {
    let place = place().await;
    place.say("Oi").await;
    let members = async |find: Option<&str>| {
        let request = Members { room: RoomId::lobby(), after: None, find: find.map(str::to_owned) };
        place.rooms.members(&place.bia, &request).await.unwrap().members.len()
    };
    // As a server of before leaves it.
    place.rooms.store.execute("UPDATE members SET folded = NULL", &[]).await;
    assert_eq!(members(None).await, 1);
    assert_eq!(members(Some("x")).await, 0);
}
