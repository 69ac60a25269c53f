//! The reducer against a model: whatever order notices come in, the list is the log.

use proptest::prelude::*;

use super::*;
use crate::{Key, Member, MemberId, Role};

fn member(id: &str, name: &str) -> Member {
    Member { id: id.parse().unwrap(), name: name.into(), role: Role::Guest, hue: 0 }
}

fn said(seq: Seq) -> Event {
    Event::sent(Message {
        room: RoomId::lobby(),
        seq,
        at: seq as Millis,
        key: Key::v7(seq, &[0; 10]),
        author: member("ana", "Ana"),
        body: format!("m{seq}"),
        rich_text: Vec::new(),
        reply_to: None,
        edited_at: None,
        deleted: false,
    })
}

fn empty() -> Timeline {
    Timeline::new(RoomId::lobby(), Page { epoch: "e".into(), ..Page::default() })
}

fn seqs(timeline: &Timeline) -> Vec<Seq> {
    timeline.messages().map(|m| m.seq).collect()
}

fn reply(after: Seq, to: Seq, head: Seq, more: bool) -> Input {
    Input::Synced(Catchup {
        epoch: "e".into(),
        after,
        events: (after + 1..=to).map(said).collect(),
        head,
        more,
        reset: false,
    })
}

#[test]
fn an_event_is_shown_once_however_often_it_comes() {
    let mut room = empty();
    assert_eq!(room.step(Input::Event(said(1)), 0, 0), [Effect::Added(1)]);
    assert_eq!(room.step(Input::Event(said(1)), 0, 0), []);
    assert_eq!(seqs(&room), [1]);
}

#[test]
fn an_early_event_waits_and_is_asked_about_after_a_moment() {
    let mut room = empty();
    assert_eq!(room.step(Input::Event(said(2)), 1_000, 7), [Effect::WakeAt(1_107)]);
    assert_eq!(room.step(Input::Timer, 1_106, 0), []);
    assert_eq!(room.step(Input::Timer, 1_107, 0), [Effect::AskSync(0)]);
    assert_eq!(room.step(reply(0, 2, 2, false), 1_200, 0), [Effect::Added(1), Effect::Added(2)]);
}

#[test]
fn a_gap_that_closes_by_itself_is_not_asked_about() {
    let mut room = empty();
    room.step(Input::Event(said(2)), 0, 0);
    assert_eq!(room.step(Input::Event(said(1)), 10, 0), [Effect::Added(1), Effect::Added(2)]);
    assert_eq!(room.step(Input::Timer, 5_000, 0), []);
}

#[test]
fn a_higher_head_is_asked_about_once_and_page_by_page() {
    let mut room = empty();
    let head = Input::Head { epoch: "e".into(), seq: 3 };
    assert_eq!(room.step(head.clone(), 0, 0), [Effect::AskSync(0)]);
    assert_eq!(room.step(head, 0, 0), []);
    assert_eq!(
        room.step(reply(0, 2, 3, true), 0, 0),
        [Effect::Added(1), Effect::Added(2), Effect::AskSync(2)]
    );
    assert_eq!(room.step(reply(2, 3, 3, false), 0, 0), [Effect::Added(3)]);
}

#[test]
fn another_epoch_or_a_lost_log_loads_the_room_anew() {
    let mut room = empty();
    room.step(Input::Event(said(1)), 0, 0);
    assert_eq!(room.step(Input::Head { epoch: "f".into(), seq: 1 }, 0, 0), [Effect::AskLatest]);
    let page = Page { epoch: "f".into(), head: 9, messages: vec![], more: false };
    assert_eq!(room.step(Input::Latest(page), 0, 0), [Effect::Reset]);
    assert_eq!((room.applied(), seqs(&room)), (9, vec![]));
    // The answer's head lies below the cursor it answers: the log was cut.
    assert_eq!(
        room.step(
            Input::Synced(Catchup { epoch: "f".into(), after: 9, head: 4, ..Catchup::default() }),
            0,
            0
        ),
        [Effect::AskLatest]
    );
}

#[test]
fn a_lower_head_alone_is_only_late_and_changes_nothing() {
    let mut room = empty();
    room.step(Input::Event(said(1)), 0, 0);
    assert_eq!(room.step(Input::Head { epoch: "e".into(), seq: 0 }, 0, 0), [Effect::AskSync(1)]);
    assert_eq!(room.step(reply(1, 1, 1, false), 0, 0), []);
    assert_eq!(seqs(&room), [1]);
}

#[test]
fn an_unknown_kind_takes_its_place_and_shows_nothing() {
    let mut room = empty();
    let unknown = Event { room: RoomId::lobby(), seq: 1, at: 0, change: Change::Unknown };
    assert_eq!(room.step(Input::Event(unknown), 0, 0), []);
    assert_eq!(room.step(Input::Event(said(2)), 0, 0), [Effect::Added(2)]);
}

#[test]
fn a_new_name_is_seen_on_old_messages() {
    let mut room = empty();
    room.step(Input::Event(said(1)), 0, 0);
    let ana: MemberId = "ana".parse().unwrap();
    let change = Change::Renamed { by: ana.clone(), who: ana, name: "Anna".into() };
    let renamed = Event { room: RoomId::lobby(), seq: 2, at: 0, change };
    assert_eq!(room.step(Input::Event(renamed), 0, 0), [Effect::Changed(1)]);
    assert_eq!(room.message(1).unwrap().author.name, "Anna");
}

#[test]
fn older_pages_go_before_and_do_not_touch_the_cursor() {
    let mut room = empty();
    room.step(Input::Head { epoch: "e".into(), seq: 5 }, 0, 0);
    room.step(
        Input::Latest(Page { epoch: "e".into(), head: 5, messages: vec![message(5)], more: true }),
        0,
        0,
    );
    let page = Page { epoch: "e".into(), head: 6, messages: vec![message(3), message(4)], more: false };
    assert_eq!(room.step(Input::Older(page), 0, 0), [Effect::Prepended]);
    assert_eq!((room.applied(), seqs(&room)), (5, vec![3, 4, 5]));
    assert!(!room.has_more_before());
}

#[test]
fn a_timeline_of_the_past_waits_until_its_pages_reach_the_present() {
    let page = |seqs: std::ops::RangeInclusive<Seq>, head, more| Page {
        head,
        more,
        messages: seqs.map(message).collect(),
        ..Page::default()
    };
    let mut timeline = Timeline::past(RoomId::lobby(), page(3..=5, 9, true));
    assert_eq!(timeline.step(Input::Event(said(10)), 0, 0), []);
    assert_eq!(timeline.step(Input::Newer(page(6..=8, 10, true)), 0, 0), [Effect::Appended]);
    assert!(timeline.has_more_after());
    assert_eq!(timeline.step(Input::Newer(page(9..=10, 10, false)), 0, 0), [Effect::Appended]);
    assert_eq!(timeline.step(Input::Event(said(11)), 0, 0), [Effect::Added(11)]);
    assert_eq!(seqs(&timeline), [3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(timeline.between(4, 6).map(|m| m.seq).collect::<Vec<_>>(), [4, 5, 6]);
    assert_eq!(timeline.between(6, 4).count(), 0);
}

fn message(seq: Seq) -> Message {
    match said(seq).change {
        Change::Sent(message) => *message,
        _ => unreachable!(),
    }
}

proptest! {
    /// Any loss, repetition and order of notices, with a server that answers each `sync`: the list ends as
    /// the log, every message was added exactly once and in order.
    #[test]
    fn any_delivery_converges_to_the_log(
        head in 1..60u64,
        arrivals in prop::collection::vec(1..60u64, 0..200),
        page in 1..7u64,
    ) {
        let mut room = empty();
        let mut added = Vec::new();
        let mut inbox: Vec<Input> =
            arrivals.into_iter().filter(|s| *s <= head).map(|s| Input::Event(said(s))).collect();
        inbox.push(Input::Head { epoch: "e".into(), seq: head });
        inbox.push(Input::Timer);
        let mut now = 0;
        for input in inbox {
            now += 1_000;
            let mut queue = room.step(input, now, 3);
            while let Some(effect) = queue.pop() {
                match effect {
                    Effect::Added(seq) => added.push(seq),
                    Effect::AskSync(after) => {
                        let to = head.min(after + page);
                        let mut more = room.step(reply(after, to, head, to < head), now, 3);
                        more.reverse();
                        queue.extend(more);
                    }
                    Effect::WakeAt(_) => {}
                    other => prop_assert!(false, "{other:?}"),
                }
            }
        }
        prop_assert_eq!(seqs(&room), (1..=head).collect::<Vec<_>>());
        added.sort_unstable();
        prop_assert_eq!(added, (1..=head).collect::<Vec<_>>());
        prop_assert_eq!(room.applied(), head);
    }
}
