//! What stands between the messages: the same list, however the log is split into pages and live events.

use proptest::prelude::*;

use super::*;
use crate::timeline::{Catchup, Effect, Input, Page, Timeline};
use crate::{Change, Key, Message, Millis, Role, RoomId};

fn id(who: &str) -> MemberId {
    who.parse().unwrap()
}

fn member(who: &str, name: &str) -> Member {
    Member { id: id(who), name: name.into(), role: Role::Guest, hue: 0 }
}

fn event(seq: Seq, change: Change) -> Event {
    Event { room: RoomId::lobby(), seq, at: seq as Millis, change }
}

fn said(seq: Seq) -> Event {
    Event::sent(Message {
        room: RoomId::lobby(),
        seq,
        at: seq as Millis,
        key: Key::v7(seq, &[0; 10]),
        author: member("ana", "Ana"),
        body: String::new(),
        rich_text: Vec::new(),
        reply_to: None,
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
    })
}

fn left(seq: Seq, who: &str) -> Event {
    event(seq, Change::Left { by: id(who), who: id(who) })
}

fn joined(seq: Seq, who: &str) -> Event {
    event(seq, Change::Joined { by: id("ana"), who: member(who, who) })
}

fn renamed(seq: Seq, who: &str, name: &str) -> Event {
    event(seq, Change::Renamed { by: id(who), who: id(who), name: name.into(), was: None })
}

fn seqs(timeline: &Timeline) -> Vec<Seq> {
    timeline.notes(0, Seq::MAX).map(|event| event.seq).collect()
}

fn name<'a>(timeline: &'a Timeline, who: &str) -> Option<&'a str> {
    timeline.named(&id(who)).map(|member| member.name.as_str())
}

#[test]
fn nothing_tells_what_somebody_was_called_whose_account_is_deleted() {
    let mut room = Timeline::new(RoomId::lobby(), Page::default());
    for event in [joined(1, "bia"), renamed(2, "bia", "Beatriz"), renamed(3, "ana", "Anna"), said(4)] {
        room.step(Input::Event(event), 0, 0);
    }
    let gone = event(5, Change::AccountDeleted { by: id("bia"), who: id("bia") });
    room.step(Input::Event(gone), 0, 0);
    assert_eq!((seqs(&room), name(&room, "bia")), (vec![1, 3, 5], Some("")));
    let page =
        Page { head: 4, events: vec![joined(1, "bia"), renamed(2, "bia", "Beatriz")], ..Page::default() };
    room.step(Input::Older(page), 0, 0);
    assert_eq!(seqs(&room), [1, 3, 5], "nor does a page that was read before");
    assert!(matches!(&room.notes(0, 1).next().unwrap().change, Change::Joined { who, .. } if who.is_gone()));
}

/// The log, and what the server answers of it.
struct Log(Vec<Event>);

impl Log {
    /// A page of at most `limit` messages between two numbers, read at `head`: the newest of them, or the oldest.
    fn page(&self, head: Seq, (after, before): (Seq, Seq), limit: usize, newest: bool) -> Page {
        let told = || self.0.iter().filter(|event| event.seq <= head);
        let all: Vec<_> = told()
            .filter_map(|event| match &event.change {
                Change::Sent(message) => Some((**message).clone()),
                _ => None,
            })
            .collect();
        let start = all.partition_point(|message| message.seq <= after);
        let end = all.partition_point(|message| message.seq < before);
        let rest = (end - start).saturating_sub(limit);
        let (from, to) = if newest { (start + rest, end) } else { (start, end - rest) };
        let lower = from.checked_sub(1).map_or(0, |before| all[before].seq);
        let upper = if to < all.len() { to.checked_sub(1).map_or(0, |last| all[last].seq) } else { head };
        let inside = |event: &&Event| event.seq > lower && event.seq <= upper;
        Page {
            head,
            events: told().filter(inside).filter(|event| event.change.told().is_some()).cloned().collect(),
            messages: all[from..to].to_vec(),
            more: rest > 0,
            ..Page::default()
        }
    }
}

#[test]
fn a_note_stands_in_the_log_once_and_counts_as_no_message() {
    let mut room = Timeline::new(RoomId::lobby(), Page::default());
    assert_eq!(room.step(Input::Event(joined(1, "bia")), 0, 0), [Effect::Noted(1)]);
    assert_eq!(room.step(Input::Event(joined(1, "bia")), 0, 0), []);
    assert_eq!((seqs(&room), room.first(), room.last(), room.messages().count()), (vec![1], None, None, 0));
    assert_eq!(room.step(Input::Event(said(2)), 0, 0), [Effect::Added(2)]);
    room.step(Input::Event(left(3, "bia")), 0, 0);
    assert_eq!((seqs(&room), room.first(), room.last()), (vec![1, 3], Some(2), Some(2)));
}

#[test]
fn another_life_of_the_database_has_other_notes() {
    let mut room = Timeline::new(RoomId::lobby(), Page::default());
    room.step(Input::Event(joined(1, "bia")), 0, 0);
    room.step(Input::Head { epoch: "f".into(), seq: 9 }, 0, 0);
    let page = Page { epoch: "f".into(), head: 9, events: vec![left(7, "caio")], ..Page::default() };
    room.step(Input::Latest(page), 0, 0);
    assert_eq!(seqs(&room), [7]);
}

#[test]
fn people_are_called_what_they_are_called_now() {
    let page = Page {
        head: 2,
        events: vec![joined(2, "bia")],
        people: vec![member("bia", "Bia")],
        ..Page::default()
    };
    let mut room = Timeline::new(RoomId::lobby(), page);
    assert_eq!((name(&room, "bia"), name(&room, "ana")), (Some("Bia"), None));
    room.step(Input::Event(said(3)), 0, 0);
    room.step(Input::Event(renamed(4, "bia", "Beatriz")), 0, 0);
    // Who has said something is known by that.
    room.step(Input::Event(left(5, "ana")), 0, 0);
    assert_eq!((name(&room, "bia"), name(&room, "ana")), (Some("Beatriz"), Some("Ana")));
    let late =
        Page { head: 3, people: vec![member("bia", "Bia"), member("caio", "Caio")], ..Page::default() };
    room.step(Input::Older(late), 0, 0);
    assert_eq!((name(&room, "bia"), name(&room, "caio")), (Some("Beatriz"), Some("Caio")));
}

#[test]
fn of_a_burst_without_a_message_the_newest_are_kept() {
    let mut room = Timeline::new(RoomId::lobby(), Page::default());
    let burst = MAX_NOTES as Seq + 5;
    room.step(Input::Event(left(1, "bia")), 0, 0);
    room.step(Input::Event(said(2)), 0, 0);
    (3..=burst + 2).for_each(|seq| drop(room.step(Input::Event(joined(seq, "bia")), 0, 0)));
    let kept: Vec<_> = std::iter::once(1).chain(8..=burst + 2).collect();
    assert_eq!(seqs(&room), kept, "what is before the last message stays");
}

#[test]
fn in_the_past_the_present_is_not_noted_until_its_page_comes() {
    let page = Page { head: 2, messages: Vec::new(), more: true, ..Page::default() };
    let mut room = Timeline::past(RoomId::lobby(), page);
    assert_eq!(room.step(Input::Event(left(3, "bia")), 0, 0), []);
    let rest = Page { head: 3, events: vec![left(3, "bia")], ..Page::default() };
    assert_eq!(room.step(Input::Newer(rest), 0, 0), [Effect::Appended]);
    assert_eq!(seqs(&room), [3]);
}

#[test]
fn what_a_message_is_or_becomes_is_no_note() {
    let page =
        Page { head: 3, events: vec![said(1), event(2, Change::Unknown), left(3, "bia")], ..Page::default() };
    let room = Timeline::new(RoomId::lobby(), page);
    assert_eq!(seqs(&room), [3]);
}

/// What happens to a reader, each with how far the log has come by then.
#[derive(Clone, Debug)]
enum Step {
    Live,
    Again(Seq),
    Missed(u64),
    Older,
    Newer,
}

fn steps() -> impl Strategy<Value = Vec<(Step, u64)>> {
    let step = prop_oneof![
        4 => Just(Step::Live),
        1 => (1..60_u64).prop_map(Step::Again),
        1 => (1..9_u64).prop_map(Step::Missed),
        1 => Just(Step::Older),
        1 => Just(Step::Newer),
    ];
    prop::collection::vec((step, 0..9_u64), 0..60)
}

fn act(log: &Log, room: &mut Timeline, step: Step, head: Seq, limit: usize) {
    let end = log.0.len() as Seq;
    let at = |seq: Seq| log.0[(seq - 1) as usize].clone();
    let next = room.applied() + 1;
    let input = match step {
        Step::Live if next <= end => Input::Event(at(next)),
        Step::Again(seq) if seq < next => Input::Event(at(seq)),
        Step::Missed(count) if next <= end => {
            let to = end.min(next + count);
            let events = (next..=to).map(at).collect();
            Input::Synced(Catchup { after: next - 1, events, head: to, ..Catchup::default() })
        }
        Step::Older if room.has_more_before() => {
            let Some(first) = room.first() else { return };
            Input::Older(log.page(head, (0, first), limit, true))
        }
        Step::Newer if room.has_more_after() => {
            let last = room.last().unwrap_or(0);
            Input::Newer(log.page(head, (last, Seq::MAX), limit, false))
        }
        _ => return,
    };
    room.step(input, 0, 0);
}

proptest! {
    /// Wherever one begins and whatever comes by which way: in the end there are all notes of the log, in its order.
    #[test]
    fn any_split_into_pages_and_live_events_gives_the_same_notes(
        kinds in prop::collection::vec(0..5_u8, 1..60),
        steps in steps(),
        start in 0..60_u64,
        middle in any::<bool>(),
        limit in 1..6_usize,
    ) {
        let events = kinds.iter().enumerate().map(|(at, kind)| {
            let seq = at as Seq + 1;
            match kind {
                0 | 1 => said(seq),
                2 => joined(seq, "bia"),
                3 => left(seq, "bia"),
                _ => event(seq, Change::Unknown),
            }
        });
        let log = Log(events.collect());
        let end = log.0.len() as Seq;
        let head = start.min(end);
        let page = log.page(head, (if middle { head / 2 } else { 0 }, Seq::MAX), limit, !middle);
        // A page of the past without a message leads nowhere.
        let middle = middle && !page.messages.is_empty();
        let mut room = if middle {
            Timeline::past(RoomId::lobby(), Page { more: true, ..page })
        } else {
            Timeline::new(RoomId::lobby(), log.page(head, (0, Seq::MAX), limit, true))
        };
        for (step, ahead) in steps {
            let head = end.min(room.applied() + ahead);
            act(&log, &mut room, step, head, limit);
        }
        while room.applied() < end {
            act(&log, &mut room, Step::Live, end, limit);
        }
        while room.has_more_after() {
            act(&log, &mut room, Step::Newer, end, limit);
        }
        while room.has_more_before() {
            act(&log, &mut room, Step::Older, end, limit);
        }
        let all: Vec<_> = log.0.iter().filter(|e| e.change.told().is_some()).map(|e| e.seq).collect();
        prop_assert_eq!(seqs(&room), all);
        prop_assert!(room.messages().is_sorted_by_key(|message| message.seq));
    }
}
