//! Who hears what, and that it goes on whatever else there is to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chat::{Change, Event, Member, MemberId, Message, Role, RoomId, RoomName, Seq};
use protocol::event::Arguments;
use protocol::notice::EndCode;
use protocol::view::RoomKind;
use protocol::{Heads, Notice, TypingNow};
use serde::Serialize;
use tokio::sync::{Notify, oneshot};
use tokio::task::yield_now;
use tokio::time::timeout;

use super::*;
use crate::config::Config;
use crate::socket::channel::{self, Whose};
use crate::socket::subscribe::{Enter, What};
use crate::socket::whisper::Whisper;
use crate::store::tests::{Folder, clock};
use crate::store::{Content, Posted, Store};

/// Writes down what everybody hears.
#[derive(Clone, Default)]
pub(super) struct Ears(Arc<Heard>);

#[derive(Default)]
struct Heard {
    listeners: Mutex<BTreeMap<&'static str, Listener>>,
    whispers: Mutex<Vec<String>>,
    /// How many events were told at once, each time.
    bursts: Mutex<Vec<usize>>,
    told: Notify,
}

#[derive(Default)]
struct Listener {
    channels: BTreeSet<String>,
    heard: Vec<String>,
}

impl Ears {
    /// Somebody listens to the channels of a person.
    fn listen(&self, name: &'static str, id: &MemberId) {
        let channels = [channel::of_person(id), channel::of_reader(id)].into();
        self.0.listeners.lock().unwrap().insert(name, Listener { channels, heard: Vec::new() });
    }

    fn each(&self, channel: &str, mut act: impl FnMut(&mut Listener)) {
        let mut listeners = self.0.listeners.lock().unwrap();
        listeners.values_mut().filter(|one| one.channels.contains(channel)).for_each(&mut act);
    }

    fn heard(&self, name: &str) -> Vec<String> {
        self.0.listeners.lock().unwrap()[name].heard.clone()
    }

    /// How many whispers of this name there were.
    pub(super) fn whispers(&self, event: &str) -> usize {
        self.0.whispers.lock().unwrap().iter().filter(|heard| *heard == event).count()
    }

    fn bursts(&self) -> Vec<usize> {
        self.0.bursts.lock().unwrap().clone()
    }
}

impl Audience for Ears {
    async fn emit<T: Serialize + Sync>(&self, channel: String, event: &str, _: &T) -> bool {
        self.each(&channel, |one| one.heard.push(event.to_owned()));
        false
    }

    async fn emit_all(&self, told: Vec<Told>) -> Vec<RoomId> {
        self.0.bursts.lock().unwrap().push(told.len());
        for Told { room, arguments, .. } in told {
            let seq = match arguments {
                Arguments::Sent(sent) => sent.1.seq,
                Arguments::Record(record) => record.seq,
            };
            self.each(&channel::of_room(&room), |one| one.heard.push(format!("{room} {seq}")));
        }
        self.0.told.notify_one();
        Vec::new()
    }

    async fn whisper<T: Serialize + Sync>(&self, _: String, _: Vec<String>, event: &str, _: &T) {
        self.0.whispers.lock().unwrap().push(event.to_owned());
        // Whoever has more to say gets a turn.
        yield_now().await;
    }

    async fn join(&self, whose: String, channel: String) {
        self.each(&whose, |one| {
            one.channels.insert(channel.clone());
        });
    }

    async fn leave(&self, whose: String, channel: String) {
        self.each(&whose, |one| {
            one.channels.remove(&channel);
        });
    }

    fn emit_or_cut_off<T: Serialize>(&self, _: String, _: &str, _: &T) {}

    fn end(&self, whose: &Whose, _: EndCode) {
        self.each(&whose.channel(), |one| {
            one.channels.clear();
            one.heard.push("ended".to_owned());
        });
    }

    fn cut_soon(&self, _: &Whose) {}
}

fn somebody(name: &str) -> Member {
    Member { id: name.parse().unwrap(), name: name.to_owned(), role: Role::Guest, hue: 0 }
}

fn said(text: &str) -> Content {
    let rich_text = chat::rich_text::plain(text);
    Content::Said { body: chat::MessageBody::parse(text).unwrap(), reply_to: None, rich_text }
}

fn sent(room: &RoomId, seq: Seq) -> Event {
    Event::sent(Message {
        room: room.clone(),
        seq,
        at: 0,
        key: chat::Key::from_bytes([0; 16]),
        author: somebody("ana"),
        body: "Oi".to_owned(),
        rich_text: Vec::new(),
        reply_to: None,
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
    })
}

async fn publisher(folder: &Folder) -> (Ears, Store, Publisher<Ears>) {
    let store = Store::open_with(folder.path(), clock().0).await.unwrap();
    let (ears, tuning) = (Ears::default(), Config::new("data").tuning);
    let publisher = Publisher::new(ears.clone(), store.clone(), tuning, store.committed().heads().clone());
    (ears, store, publisher)
}

#[tokio::test]
async fn whoever_keeps_the_publisher_busy_does_not_keep_it_from_catching_up() {
    let folder = Folder::new();
    let store = Store::open_with(folder.path(), clock().0).await.unwrap();
    let app = App::new(Config::new(folder.path()), store.clone());
    // More than its channel holds, while nobody announces: the rest is in the database alone.
    let ana = somebody("ana");
    let mut last = 0;
    for _ in 0..300 {
        let posted = store.post(RoomId::lobby(), ana.clone(), None, said("Oi")).await.unwrap().1;
        let Posted::Stored { seq, .. } = posted else { panic!("{posted:?}") };
        last = seq;
    }
    let (ears, bia) = (Ears::default(), "bia".parse().unwrap());
    ears.listen("bia", &bia);
    ears.each(&channel::of_person(&bia), |one| {
        one.channels.insert(channel::of_room(&RoomId::lobby()));
    });
    let announcing = tokio::spawn(announce(ears.clone(), app.clone()));
    // Readers who leave it no moment without something else to do.
    let busy: Vec<_> = (0..8)
        .map(|_| {
            let (app, bia) = (app.clone(), bia.clone());
            tokio::spawn(async move {
                loop {
                    let (room, name) = (RoomId::lobby(), "bia".to_owned());
                    let typing = TypingNow { room, member: bia.clone(), name, on: true };
                    app.whispers.tell_surely(Whisper::Typing { typing, deaf: Vec::new() }).await;
                }
            })
        })
        .collect();
    let everything = async {
        while ears.heard("bia").len() < usize::try_from(last).unwrap() {
            ears.0.told.notified().await;
        }
    };
    timeout(Duration::from_secs(20), everything).await.expect("it catches up");
    let expected: Vec<_> = (1..=last).map(|seq| format!("lobby {seq}")).collect();
    assert_eq!(ears.heard("bia"), expected);
    busy.iter().chain([&announcing]).for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn what_is_committed_together_is_told_at_once_and_who_comes_or_goes_with_it_hears_what_is_between() {
    let folder = Folder::new();
    let (ears, _, mut publisher) = publisher(&folder).await;
    let (ana, bia, room) = (somebody("ana"), somebody("bia"), RoomId::try_from("sala".to_owned()).unwrap());
    for (name, one) in [("ana", &ana), ("bia", &bia)] {
        ears.listen(name, &one.id);
    }
    ears.each(&channel::of_person(&ana.id), |one| {
        one.channels.extend([channel::of_room(&room), channel::of_room(&RoomId::lobby())]);
    });
    let now = Instant::now();
    publisher.publish((1..=10).map(|seq| sent(&room, seq)).collect(), now).await;
    assert_eq!(ears.bursts(), [10], "one burst, not ten");

    let event = |seq, change| Event { room: room.clone(), seq, at: 0, change };
    let came = Change::Joined { by: bia.id.clone(), who: bia.clone() };
    let went = Change::Kicked { by: ana.id.clone(), who: bia.id.clone() };
    let batch = vec![sent(&room, 11), event(12, came), sent(&room, 13), event(14, went), sent(&room, 15)];
    publisher.publish(batch, now).await;
    assert_eq!(ears.heard("bia"), ["sala 12", "sala 13", "sala 14"]);
    let all: Vec<_> = (1..=15).map(|seq| format!("sala {seq}")).collect();
    assert_eq!(ears.heard("ana"), all);

    // A ban in two rooms at once: after the first word of it nothing more is heard.
    let ban = |room: &RoomId, seq| {
        let change = Change::Banned { by: ana.id.clone(), who: bia.id.clone(), on: true };
        Event { room: room.clone(), seq, at: 0, change }
    };
    let lobby = RoomId::lobby();
    ears.each(&channel::of_person(&bia.id), |one| {
        one.channels.extend([channel::of_room(&room), channel::of_room(&lobby)]);
        one.heard.clear();
    });
    publisher.publish(vec![sent(&lobby, 1), ban(&lobby, 2), ban(&room, 16), sent(&lobby, 3)], now).await;
    assert_eq!(ears.heard("bia"), ["lobby 1", "lobby 2", "ended"]);
}

#[tokio::test]
async fn two_hundred_people_are_put_into_a_new_room_by_one_wish_and_who_has_left_it_is_not() {
    let folder = Folder::new();
    let (ears, store, mut publisher) = publisher(&folder).await;
    let maker = somebody("maker");
    let mut members = Vec::new();
    for n in 0..200 {
        let one = somebody(&format!("m{n}"));
        store.post(RoomId::lobby(), one.clone(), None, said("Oi")).await.unwrap();
        members.push(one);
    }
    let ids: Vec<MemberId> = members.iter().map(|member| member.id.clone()).collect();
    let (name, kind) = (RoomName::parse("Turma").unwrap(), RoomKind::Private);
    let room: RoomId = "turma".parse().unwrap();
    let content = Content::Created { name, kind, members: ids.clone() };
    store.post(room.clone(), maker.clone(), None, content).await.unwrap();
    store.post(room.clone(), members[7].clone(), None, Content::Left).await.unwrap();
    for (name, one) in
        [("maker", &maker), ("first", &members[0]), ("last", &members[199]), ("left", &members[7])]
    {
        ears.listen(name, &one.id);
    }
    let (done, answer) = oneshot::channel();
    let people = ids.into_iter().chain([maker.id.clone()]).collect();
    publisher.enter(Enter { what: What::Made(room.clone(), people), done }).await;
    answer.await.unwrap().unwrap();
    for name in ["maker", "first", "last"] {
        assert_eq!(ears.heard(name), [Heads::EVENT], "{name}");
    }
    assert_eq!(ears.heard("left"), [] as [&str; 0]);
    publisher.publish(vec![sent(&room, 2)], Instant::now()).await;
    assert_eq!(ears.heard("last"), [Heads::EVENT, "turma 2"]);
    assert_eq!(ears.heard("left"), [] as [&str; 0]);
}

#[tokio::test]
async fn a_persons_places_are_read_without_counting_and_barred_people_are_turned_away() {
    let folder = Folder::new();
    let (ears, store, mut publisher) = publisher(&folder).await;
    let (ana, bia) = (somebody("ana"), somebody("bia"));
    for (one, role) in [(&ana, Role::Owner), (&bia, Role::Guest)] {
        store.post(RoomId::lobby(), one.clone(), None, said("Oi")).await.unwrap();
        store.appoint(&one.id, role).await.unwrap();
    }
    let room: RoomId = "sala".parse().unwrap();
    let (name, kind) = (RoomName::parse("Sala").unwrap(), RoomKind::Public);
    let content = Content::Created { name, kind, members: vec![bia.id.clone()] };
    store.post(room.clone(), ana.clone(), None, content).await.unwrap();
    let places = store.places(&bia.id).await.unwrap();
    let places: Vec<_> = places.iter().map(|place| (place.room.as_str(), place.head, place.since)).collect();
    assert_eq!(places, [("lobby", 2, 0), ("sala", 0, 0)]);
    assert_eq!(
        store.places(&"nobody".parse().unwrap()).await.unwrap().len(),
        1,
        "the default room is everybody's"
    );

    ears.listen("bia", &bia.id);
    store
        .post(room.clone(), ana.clone(), None, Content::Banned(bia.id.clone(), true, Vec::new()))
        .await
        .unwrap();
    let (done, answer) = oneshot::channel();
    publisher.enter(Enter { what: What::Person(bia.id.clone()), done }).await;
    assert_eq!(answer.await.unwrap(), Err(protocol::Refusal::Banned));
    assert_eq!(ears.heard("bia"), ["ended"]);
    assert_eq!(store.present(&room, &[ana.id.clone(), bia.id]).await.unwrap().len(), 1);
}
