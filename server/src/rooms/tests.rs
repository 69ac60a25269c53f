//! The service over a real database.

use chat::{Change, Key, Seq};
use protocol::sync::{MAX_BEHIND, MAX_BYTES, MAX_EVENTS, MAX_ROOMS};
use protocol::{Join, MessageOptions, PerRoom, SyncRoom};
use tokio::task::JoinSet;

use super::*;
use crate::session::Sessions;
use crate::store::tests::{Folder, clock};

mod change;
mod enter;
mod keep;
mod notes;
mod pages;
mod reading;
mod shape;
mod text;

struct Place {
    _folder: Folder,
    rooms: Rooms,
    bia: Author,
    ana: Author,
}

async fn place() -> Place {
    let folder = Folder::new();
    let store = Store::open_with(folder.path(), clock().0).await.unwrap();
    let sessions = Sessions::new(&store);
    let (bia, ana) = (sessions.passing(), sessions.passing());
    Place { _folder: folder, rooms: Rooms::new(&store), bia, ana }
}

fn message(body: &str) -> Message {
    Message { body: body.to_owned(), options: MessageOptions::default() }
}

fn rename(name: &str, key: Option<Key>) -> Rename {
    Rename { name: name.to_owned(), key }
}

impl Place {
    async fn say(&self, body: &str) -> Accepted {
        self.rooms.say(&self.bia, message(body)).await.unwrap()
    }

    /// As many messages as asked for, in no order, in as few batches as they fit in.
    async fn fill(&self, count: usize, body: &str) {
        let mut saying = JoinSet::new();
        for _ in 0..count {
            let (rooms, bia, request) = (self.rooms.clone(), self.bia.clone(), message(body));
            saying.spawn(async move { rooms.say(&bia, request).await.unwrap() });
        }
        saying.join_all().await;
    }

    async fn history(&self, request: History) -> HistoryPage {
        self.rooms.history(None, request).await.unwrap()
    }

    async fn sync(&self, after: Seq) -> SyncRoom {
        let cursors = PerRoom::from([(RoomId::lobby(), after)]);
        let mut reply = self.rooms.sync(&self.bia, Sync { cursors }).await.unwrap();
        assert_eq!(reply.epoch, self.rooms.store.epoch());
        reply.rooms.remove(&RoomId::lobby()).unwrap()
    }
}

/// Somebody else without a session.
fn somebody(place: &Place) -> Author {
    Sessions::new(&place.rooms.store).passing()
}

fn refused<T: std::fmt::Debug>(result: Result<T, Problem>) -> Refusal {
    result.unwrap_err().code
}

#[tokio::test]
async fn what_is_said_at_once_is_one_commit_and_each_has_its_answer() {
    let place = place().await;
    let mut committed = place.rooms.store.committed();
    let texts = ["um", "dois", " ", "três", "um"];
    let key = Some(Key::from_bytes([7; 16]));
    let keyed = |text: &&str| Message {
        options: MessageOptions { key: key.filter(|_| *text == "um"), ..Default::default() },
        ..message(text)
    };
    let answers = place.rooms.say_all(&place.bia, texts.iter().map(keyed).collect()).await;
    let seqs: Vec<_> = answers.iter().map(|answer| answer.as_ref().ok().map(|said| said.seq)).collect();
    assert_eq!(seqs, [Some(1), Some(2), None, Some(3), Some(1)]);
    assert_eq!(answers[2].as_ref().unwrap_err().code, Refusal::Empty);
    assert!(answers[4].as_ref().unwrap().duplicate);
    let told: Vec<Seq> = committed.next().await.unwrap().iter().map(|event| event.seq).collect();
    assert_eq!(told, [1, 2, 3], "told as one");
}

#[tokio::test]
async fn what_is_said_stands_in_the_history_as_typed() {
    let place = place().await;
    let accepted = place.say(" Oi\n<b>gente</b> ").await;
    assert_eq!((accepted.room.as_str(), accepted.seq, accepted.duplicate), ("lobby", 1, false));
    let page = place.history(History::default()).await;
    assert_eq!((page.epoch.as_str(), page.head, page.more), (place.rooms.store.epoch(), 1, false));
    let [message] = page.messages.as_slice() else { panic!() };
    assert_eq!((message.seq, message.at, message.key), (1, accepted.at, accepted.key));
    assert_eq!(message.body, " Oi\n<b>gente</b> ");
    assert_eq!(message.rich_text, rich_text::plain(&message.body));
    assert_eq!(message.author, place.bia.member.clone().into());
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_with_its_own_code() {
    let place = place().await;
    let say = |body: &str, options: MessageOptions| {
        let request = Message { body: body.to_owned(), options };
        let (rooms, bia) = (place.rooms.clone(), place.bia.clone());
        async move { refused(rooms.say(&bia, request).await) }
    };
    let plain = MessageOptions::default;
    assert_eq!(say(" \n", plain()).await, Refusal::Empty);
    assert_eq!(say(&"a".repeat(4_001), plain()).await, Refusal::TooLong);
    let elsewhere = MessageOptions { room: Some("nowhere".parse().unwrap()), ..plain() };
    assert_eq!(say("Oi", elsewhere).await, Refusal::NotFound);
    assert_eq!(say("Oi", MessageOptions { reply_to: Some(9), ..plain() }).await, Refusal::NotFound);
    let file = MessageOptions { attachments: Some(vec!["x".into()]), ..plain() };
    assert_eq!(say("Oi", file).await, Refusal::NotFound);
    assert_eq!(place.history(History::default()).await.head, 0);
}

#[tokio::test]
async fn an_answer_names_a_message_of_the_room() {
    let place = place().await;
    place.say("Oi").await;
    place.rooms.rename(&place.bia, rename("Bia", None)).await.unwrap();
    let answer = |to| {
        let options = MessageOptions { reply_to: Some(to), ..MessageOptions::default() };
        place.rooms.say(&place.ana, Message { body: "Olá".into(), options })
    };
    assert_eq!(answer(1).await.unwrap().seq, 3);
    assert_eq!(refused(answer(2).await), Refusal::NotFound, "a new name is not a message");
    let page = place.history(History { after: Some(1), ..History::default() }).await;
    assert_eq!(page.messages[0].reply_to, Some(1));
}

#[tokio::test]
async fn a_new_name_is_an_event_and_stands_on_old_messages() {
    let place = place().await;
    place.say("Oi").await;
    let key = Some(Key::from_bytes([1; 16]));
    let ok = place.rooms.rename(&place.bia, rename(" Bia ", key)).await.unwrap();
    assert_eq!(ok.you.name, "Bia");
    let page = place.history(History::default()).await;
    assert_eq!((page.head, page.messages[0].author.name.as_str()), (2, "Bia"));

    let again = place.rooms.rename(&place.bia, rename("Bia", key)).await.unwrap();
    let same = place.rooms.rename(&place.bia, rename("Bia", None)).await.unwrap();
    assert_eq!((again, same), (ok.clone(), ok));
    assert_eq!(refused(place.rooms.rename(&place.bia, rename("Bea", key)).await), Refusal::KeyConflict);
    assert_eq!(place.history(History::default()).await.head, 2, "nothing changed, nothing happened");

    let events = place.sync(0).await.events;
    let [sent, renamed] = events.as_slice() else { panic!() };
    let (Change::Sent(sent), Change::Renamed { who, name, .. }) = (&sent.0.change, &renamed.0.change) else {
        panic!()
    };
    assert_eq!((sent.author.name.as_str(), name.as_str()), ("Bia", "Bia"));
    assert_eq!(*who, sent.author.id);
}

#[tokio::test]
async fn a_name_nobody_could_read_is_refused() {
    let place = place().await;
    for (name, code) in
        [("", Refusal::Empty), ("a\u{202e}b", Refusal::BadRequest), (&"a".repeat(41), Refusal::TooLong)]
    {
        assert_eq!(refused(place.rooms.rename(&place.bia, rename(name, None)).await), code, "{name:?}");
    }
}

#[tokio::test]
async fn every_window_is_the_one_a_list_would_give() {
    let place = place().await;
    let place = &place;
    let mut seqs = Vec::new();
    for number in 0..12 {
        if number % 3 == 2 {
            // Events without a message leave holes that no window may count.
            place.rooms.rename(&place.bia, rename(&format!("Bia {number}"), None)).await.unwrap();
        } else {
            seqs.push(place.say("Oi").await.seq);
        }
    }
    for limit in 1..=9_usize {
        for seq in 0..=14 {
            let ask = |request: History| async move {
                let page = place.history(History { limit: Some(limit as u32), ..request }).await;
                (page.messages.iter().map(|message| message.seq).collect::<Vec<_>>(), page.more)
            };
            let earlier: Vec<Seq> = seqs.iter().copied().filter(|s| *s < seq).collect();
            let later: Vec<Seq> = seqs.iter().copied().filter(|s| *s > seq).collect();
            let from: Vec<Seq> = seqs.iter().copied().filter(|s| *s >= seq).collect();

            let expected = earlier[earlier.len().saturating_sub(limit)..].to_vec();
            let more = earlier.len() > limit;
            assert_eq!(ask(History { before: Some(seq), ..History::default() }).await, (expected, more));

            let expected = later[..later.len().min(limit)].to_vec();
            let more = later.len() > limit;
            assert_eq!(ask(History { after: Some(seq), ..History::default() }).await, (expected, more));

            let mut expected = earlier[earlier.len().saturating_sub(limit / 2)..].to_vec();
            let more = expected.len() < earlier.len();
            expected.extend(&from);
            expected.truncate(limit);
            let around = ask(History { around: Some(seq), ..History::default() }).await;
            assert_eq!(around, (expected, more), "around {seq}, {limit}");
        }
    }
}

#[tokio::test]
async fn a_page_of_two_directions_or_no_size_is_refused() {
    let place = place().await;
    let both = History { before: Some(1), after: Some(1), ..History::default() };
    let none = History { limit: Some(0), ..History::default() };
    let many = History { limit: Some(101), ..History::default() };
    for request in [both, none, many] {
        assert_eq!(refused(place.rooms.history(None, request).await), Refusal::BadRequest);
    }
    let elsewhere = History { room: "nowhere".parse().unwrap(), ..History::default() };
    assert_eq!(refused(place.rooms.history(None, elsewhere).await), Refusal::NotFound);
    let far = History { before: Some(Seq::MAX), around: None, ..History::default() };
    assert_eq!(place.history(far).await.messages, []);
}

#[tokio::test]
async fn catching_up_goes_page_by_page_and_ends() {
    let place = place().await;
    place.fill(MAX_EVENTS * 2 + 50, "Oi").await;
    let mut cursor = 0;
    let mut pages = 0;
    loop {
        let part = place.sync(cursor).await;
        assert_eq!(part.after, cursor);
        for event in &part.events {
            cursor += 1;
            assert_eq!(event.seq(), cursor);
        }
        pages += 1;
        assert!(part.events.len() <= MAX_EVENTS);
        if !part.more {
            break;
        }
    }
    assert_eq!((cursor, pages), (MAX_EVENTS as Seq * 2 + 50, 3));
}

#[tokio::test]
async fn a_reply_has_an_end_in_bytes_as_well() {
    let place = place().await;
    place.fill(20, &"🙂".repeat(4_000)).await;
    let part = place.sync(0).await;
    let bytes = serde_json::to_string(&part.events).unwrap().len();
    assert!(part.more && (1..20).contains(&part.events.len()), "{}", part.events.len());
    assert!(bytes <= MAX_BYTES + part.events.len() + 1, "{bytes}");
    assert!(!place.sync(19).await.events.is_empty());
}

#[tokio::test]
async fn too_far_behind_is_a_reset_and_ahead_is_for_the_client_to_see() {
    let place = place().await;
    place.fill(MAX_BEHIND as usize + 1, "Oi").await;
    let head = MAX_BEHIND + 1;
    let reset = SyncRoom { after: head, head, reset: true, ..SyncRoom::default() };
    assert_eq!(place.sync(0).await, reset);
    assert!(!place.sync(1).await.reset);
    assert_eq!(place.sync(head).await, SyncRoom { after: head, head, ..SyncRoom::default() });
    for ahead in [head + 5, Seq::MAX] {
        assert_eq!(place.sync(ahead).await, SyncRoom { after: ahead, head, ..SyncRoom::default() });
    }
}

#[tokio::test]
async fn rooms_that_are_not_there_are_left_out_and_too_many_refused() {
    let place = place().await;
    let cursors = |count: usize| (0..count).map(|n| (format!("r{n}").parse().unwrap(), 0)).collect();
    let reply = place.rooms.sync(&place.bia, Sync { cursors: cursors(MAX_ROOMS) }).await.unwrap();
    assert!(reply.rooms.is_empty());
    let request = Sync { cursors: cursors(MAX_ROOMS + 1) };
    assert_eq!(refused(place.rooms.sync(&place.bia, request).await), Refusal::BadRequest);
}

#[tokio::test]
async fn entering_shows_the_room_its_people_and_its_newest_messages() {
    let place = place().await;
    place.fill(51, "Oi").await;
    place.rooms.say(&place.ana, message("Olá")).await.unwrap();
    let joined = place.rooms.join(&place.bia, Join::default()).await.unwrap();
    assert_eq!((joined.room.name.as_str(), joined.room.head, joined.room.unread), ("Praça", 52, 1));
    assert_eq!(joined.members.iter().map(|m| m.hue).collect::<Vec<_>>(), [0, 1]);
    assert_eq!((joined.messages.len(), joined.messages[49].seq, joined.more), (50, 52, true));
    assert_eq!(place.rooms.rooms_of(&place.bia).await.unwrap(), [joined.room]);
    let elsewhere = Join { room: "nowhere".parse().unwrap() };
    assert_eq!(refused(place.rooms.join(&place.bia, elsewhere).await), Refusal::NotFound);
}

#[tokio::test]
async fn a_closed_store_asks_to_come_back_later() {
    let place = place().await;
    place.rooms.store.close().await;
    let problem = place.rooms.say(&place.bia, message("Oi")).await.unwrap_err();
    assert_eq!((problem.code, problem.retryable), (Refusal::Restarting, true));
}
