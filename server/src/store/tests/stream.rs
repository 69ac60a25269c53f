//! The stream of committed events: in order, complete, and never in the writer's way.

use std::collections::VecDeque;

use super::*;

/// The stream, one event after the other.
struct Events(Committed, VecDeque<Event>);

impl Events {
    fn of(store: &Store) -> Events {
        Events(store.committed(), VecDeque::new())
    }

    async fn next(&mut self) -> Option<Event> {
        if self.1.is_empty() {
            self.1 = self.0.next().await?.into();
        }
        self.1.pop_front()
    }
}

#[tokio::test]
async fn events_come_in_the_order_of_their_numbers() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let mut committed = Events::of(&store);
    say(&store, "Bia", "Oi").await.unwrap();
    let rename = Content::Renamed(Nickname::parse("Beatriz").unwrap());
    store.post(RoomId::lobby(), member("Bia"), None, rename).await.unwrap();
    say(&store, "Bia", "Oi").await.unwrap();

    let Event { seq: 1, change: Change::Sent(first), .. } = committed.next().await.unwrap() else { panic!() };
    let Event { seq: 2, change: Change::Renamed { by, who, name, was }, .. } =
        committed.next().await.unwrap()
    else {
        panic!()
    };
    let Event { seq: 3, change: Change::Sent(third), .. } = committed.next().await.unwrap() else { panic!() };
    assert_eq!(first.author.name, "Bia");
    assert_eq!((&by, &who), (&first.author.id, &first.author.id));
    assert_eq!((name.as_str(), was.as_deref()), ("Beatriz", Some("Bia")));
    assert_eq!(third.author.name, "Beatriz", "the name of today, whatever the asker still believes");
}

#[tokio::test]
async fn the_stream_begins_where_the_database_ends_and_ends_with_the_store() {
    let folder = Folder::new();
    let store = open(&folder).await;
    say(&store, "Bia", "ontem").await.unwrap();
    store.close().await;
    let store = open(&folder).await;
    let mut committed = Events::of(&store);
    say(&store, "Bia", "hoje").await.unwrap();
    store.close().await;
    assert_eq!(committed.next().await.map(|event| event.seq), Some(2));
    assert!(committed.next().await.is_none());
}

#[tokio::test]
async fn a_publisher_that_stops_holds_nobody_up_and_misses_nothing() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let mut committed = Events::of(&store);
    let count = committed::CHANNEL * writer::BATCH + 700;
    let mut senders = JoinSet::new();
    for number in 0..count {
        let store = store.clone();
        senders.spawn(async move { say(&store, "Bia", &number.to_string()).await.unwrap() });
    }
    senders.join_all().await;
    for expected in 1..=count as Seq {
        assert_eq!(committed.next().await.unwrap().seq, expected);
    }
    say(&store, "Bia", "Oi").await.unwrap();
    assert_eq!(committed.next().await.unwrap().seq, count as Seq + 1);
}

#[tokio::test]
async fn what_is_replayed_is_what_was_announced() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let mut committed = Events::of(&store);
    say(&store, "Bia", "uma\nduas\n\n\u{0}três <b>").await.unwrap();
    let rename = Content::Renamed(Nickname::parse("Bê").unwrap());
    store.post(RoomId::lobby(), member("Rui"), None, rename).await.unwrap();
    let live = [committed.next().await.unwrap(), committed.next().await.unwrap()];
    let part = store.log(None, &RoomId::lobby(), 0, 10, 10).await.unwrap();
    assert_eq!(part.events, live);
}
