//! The reducer against a model: whatever order notices come in, the list is the log.

use proptest::prelude::*;

use super::*;
use crate::{Change, Key, MemberId, Role};

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
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
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
    let page = Page { epoch: "f".into(), head: 9, messages: vec![], ..Page::default() };
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
    let change = Change::Renamed { by: ana.clone(), who: ana, name: "Anna".into(), was: None };
    let renamed = Event { room: RoomId::lobby(), seq: 2, at: 0, change };
    assert_eq!(room.step(Input::Event(renamed), 0, 0), [Effect::Noted(2), Effect::Changed(1)]);
    assert_eq!(room.message(1).unwrap().author.name, "Anna");
}

#[test]
fn a_deleted_account_takes_the_name_from_what_was_said() {
    let mut room = empty();
    room.step(Input::Event(said(1)), 0, 0);
    let gone = changed(2, Change::AccountDeleted { by: ana(), who: ana() });
    assert_eq!(room.step(Input::Event(gone), 0, 0), [Effect::Noted(2), Effect::Changed(1)]);
    let author = &room.message(1).unwrap().author;
    assert!(author.is_gone() && author.id == ana());
}

fn changed(seq: Seq, change: Change) -> Event {
    Event { room: RoomId::lobby(), seq, at: seq as Millis, change }
}

fn ana() -> MemberId {
    "ana".parse().unwrap()
}

fn edited(seq: Seq, target: Seq, body: &str) -> Event {
    let rich_text = crate::rich_text::plain(body);
    changed(seq, Change::Edited { by: ana(), target, body: body.into(), rich_text, deleted: false })
}

fn reacted(seq: Seq, target: Seq, by: &str, on: bool) -> Event {
    let by = by.parse().unwrap();
    changed(seq, Change::Reacted { by, target, emoji: "🎉".into(), on })
}

#[test]
fn an_edited_message_has_its_new_text_and_the_time_of_it() {
    let mut room = empty();
    room.step(Input::Event(said(1)), 0, 0);
    assert_eq!(room.step(Input::Event(edited(2, 1, "new")), 0, 0), [Effect::Changed(1)]);
    let message = room.message(1).unwrap();
    assert_eq!((message.body.as_str(), message.edited_at), ("new", Some(2)));
}

#[test]
fn a_deleted_message_keeps_its_place_and_nothing_brings_it_back() {
    let mut room = empty();
    room.step(Input::Event(said(1)), 0, 0);
    room.step(Input::Event(reacted(2, 1, "bia", true)), 0, 0);
    let deleted = changed(3, Change::Deleted { by: ana(), target: 1 });
    assert_eq!(room.step(Input::Event(deleted), 0, 0), [Effect::Changed(1)]);
    assert_eq!(room.step(Input::Event(edited(4, 1, "back")), 0, 0), []);
    let message = room.message(1).unwrap();
    assert!(message.deleted && message.body.is_empty() && message.reactions.is_empty());
}

#[test]
fn reactions_are_counted_and_the_readers_own_is_known() {
    let mut room = empty();
    room.read_by(Some(ana()));
    room.step(Input::Event(said(1)), 0, 0);
    room.step(Input::Event(reacted(2, 1, "bia", true)), 0, 0);
    room.step(Input::Event(reacted(3, 1, "ana", true)), 0, 0);
    let [reaction] = room.message(1).unwrap().reactions.as_slice() else { panic!() };
    assert_eq!((reaction.count, reaction.mine), (2, true));
    room.step(Input::Event(reacted(4, 1, "ana", false)), 0, 0);
    let [reaction] = room.message(1).unwrap().reactions.as_slice() else { panic!() };
    assert_eq!((reaction.count, reaction.mine, reaction.by.len()), (1, false, 1));
    room.step(Input::Event(reacted(5, 1, "bia", false)), 0, 0);
    assert!(room.message(1).unwrap().reactions.is_empty());
}

#[test]
fn what_a_page_already_shows_is_not_applied_to_it_again() {
    let mut room = Timeline::new(
        RoomId::lobby(),
        Page { epoch: "e".into(), head: 5, messages: vec![message(5)], more: true, ..Page::default() },
    );
    // The page of the past was read two events later: the reaction of event 6 is in it, that of 8 is not.
    let mut old = message(4);
    old.react(&ana(), false, "🎉", true);
    room.step(
        Input::Older(Page { epoch: "e".into(), head: 7, messages: vec![old], ..Page::default() }),
        0,
        0,
    );
    assert_eq!(room.step(Input::Event(reacted(6, 4, "ana", true)), 0, 0), []);
    room.step(Input::Event(said(7)), 0, 0);
    assert_eq!(room.step(Input::Event(reacted(8, 4, "bia", true)), 0, 0), [Effect::Changed(4)]);
    assert_eq!(room.message(4).unwrap().reactions[0].count, 2);
}

#[test]
fn what_waits_for_a_part_without_an_answer_asks_again() {
    let mut room = empty();
    room.step(Input::Event(said(2)), 0, 0);
    assert_eq!(room.step(Input::Timer, 200, 0), [Effect::AskSync(0)]);
    assert_eq!(room.step(Input::Unanswered, 300, 0), [Effect::WakeAt(1_300)]);
    assert_eq!(room.step(Input::Timer, 1_300, 0), [Effect::AskSync(0)]);
}

#[test]
fn a_question_without_an_answer_is_asked_again_even_if_nothing_ever_happens_again() {
    let mut room = empty();
    let head = Input::Head { epoch: "e".into(), seq: 3 };
    assert_eq!(room.step(head, 0, 0), [Effect::AskSync(0)]);
    assert_eq!(room.step(Input::Unanswered, 0, 0), [Effect::WakeAt(1_000)]);
    assert_eq!(room.step(Input::Timer, 1_000, 0), [Effect::AskSync(0)]);
    let restored = Input::Head { epoch: "f".into(), seq: 0 };
    room.step(Input::Unanswered, 1_000, 0);
    assert_eq!(room.step(restored, 1_000, 0), [Effect::AskLatest]);
    assert_eq!(room.step(Input::Unanswered, 1_000, 0), [Effect::WakeAt(2_000)]);
    assert_eq!(room.step(Input::Timer, 2_000, 0), [Effect::AskLatest]);
}

#[test]
fn what_happens_while_the_newest_page_is_on_its_way_follows_it() {
    let mut room = empty();
    (1..=9).for_each(|seq| drop(room.step(Input::Event(said(seq)), 0, 0)));
    let restored = Input::Head { epoch: "f".into(), seq: 2 };
    assert_eq!(room.step(restored, 0, 0), [Effect::AskLatest]);
    // Of another life of the database: its numbers have nothing to do with those known.
    for seq in [3, 10] {
        assert_eq!(room.step(Input::Event(said(seq)), 0, 0), []);
    }
    let page = Page { epoch: "f".into(), head: 2, messages: vec![message(1), message(2)], ..Page::default() };
    let effects = room.step(Input::Latest(page), 0, 0);
    assert_eq!(effects, [Effect::Reset, Effect::Added(3), Effect::AskSync(3)]);
    assert_eq!(seqs(&room), [1, 2, 3]);
}

#[test]
fn a_page_from_before_the_last_event_does_not_take_it_back_for_long() {
    let mut room = empty();
    (1..=2).for_each(|seq| drop(room.step(Input::Event(said(seq)), 0, 0)));
    let page = Page { epoch: "e".into(), head: 1, messages: vec![message(1)], ..Page::default() };
    assert_eq!(room.step(Input::Latest(page), 0, 0), [Effect::Reset, Effect::AskSync(1)]);
}

#[test]
fn a_head_told_while_the_answer_is_on_its_way_is_not_forgotten() {
    let mut room = empty();
    let head = |seq| Input::Head { epoch: "e".into(), seq };
    assert_eq!(room.step(head(1), 0, 0), [Effect::AskSync(0)]);
    assert_eq!(room.step(head(2), 0, 0), []);
    assert_eq!(room.step(reply(0, 1, 1, false), 0, 0), [Effect::Added(1), Effect::AskSync(1)]);
    // Asked since it was told: whatever the answer, once is enough.
    assert_eq!(room.step(reply(1, 1, 1, false), 0, 0), []);
}

#[test]
fn an_answer_that_brings_nothing_is_not_asked_for_again_at_once() {
    let mut room = empty();
    room.step(Input::Head { epoch: "e".into(), seq: 3 }, 0, 0);
    assert_eq!(room.step(reply(0, 0, 3, true), 0, 0), [Effect::WakeAt(1_000)]);
    assert_eq!(room.step(Input::Timer, 1_000, 0), [Effect::AskSync(0)]);
}

#[test]
fn older_pages_go_before_and_do_not_touch_the_cursor() {
    let mut room = empty();
    room.step(Input::Head { epoch: "e".into(), seq: 5 }, 0, 0);
    room.step(
        Input::Latest(Page {
            epoch: "e".into(),
            head: 5,
            messages: vec![message(5)],
            more: true,
            ..Page::default()
        }),
        0,
        0,
    );
    let page = Page { epoch: "e".into(), head: 6, messages: vec![message(3), message(4)], ..Page::default() };
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
    // What happens to the messages shown is applied meanwhile.
    assert_eq!(timeline.step(Input::Event(edited(11, 4, "new")), 0, 0), [Effect::Changed(4)]);
    // This page was read before the edit: what was said up to it may not be all.
    assert_eq!(timeline.step(Input::Newer(page(9..=10, 10, false)), 0, 0), [Effect::Appended]);
    assert!(timeline.has_more_after());
    let rest = Page { head: 11, ..Page::default() };
    assert_eq!(timeline.step(Input::Newer(rest), 0, 0), [Effect::Appended]);
    assert_eq!(timeline.step(Input::Event(said(12)), 0, 0), [Effect::Added(12)]);
    assert_eq!(seqs(&timeline), [3, 4, 5, 6, 7, 8, 9, 10, 12]);
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
