//! Tests of the rail's rules.

use chat::{Key, Message, Role};

use super::*;

fn person(id: &str) -> Member {
    Member { id: id.parse().unwrap(), name: id.to_owned(), role: Role::Guest, hue: 0 }
}

fn id(room: &str) -> RoomId {
    room.parse().unwrap()
}

pub(in crate::state) fn room(name: &str, head: Seq, read_up_to: Seq, unread: u64) -> Room {
    Room {
        id: id(name),
        name: name.to_owned(),
        kind: RoomKind::Public,
        topic: None,
        head,
        read_up_to,
        unread,
        mentions: 0,
        notify: Notify::All,
        slow_mode: 0,
        locked: false,
        archived: false,
        keeper: false,
        muted: false,
    }
}

pub(in crate::state) fn rooms(mine: Vec<Room>) -> Rooms {
    let shown = mine[0].clone();
    let mine = mine.into_iter().map(Mine::new).collect();
    Rooms { mine, open: Vec::new(), server: None, shown, gone: Vec::new(), turn: 0 }
}

fn event(room: &str, seq: Seq, change: Change) -> Event {
    Event { room: id(room), seq, at: 0, change }
}

fn sent(room: &str, seq: Seq, by: &str) -> Event {
    Event::sent(Message {
        room: id(room),
        seq,
        at: 0,
        key: Key::from_bytes([0; 16]),
        author: person(by),
        body: "oi".into(),
        rich_text: chat::rich_text::plain("oi"),
        reply_to: None,
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
    })
}

fn left(room: &str, seq: Seq, who: &str) -> Event {
    event(room, seq, Change::Left { by: person(who).id, who: person(who).id })
}

#[test]
fn what_others_say_is_unread_until_one_reads_or_speaks() {
    let me = person("me");
    let mut rail = rooms(vec![room("a", 1, 1, 0), room("b", 1, 1, 0)]);
    assert_eq!(rail.event(&sent("b", 2, "x"), Some(&me)), Then::Changed);
    assert_eq!(rail.event(&sent("b", 2, "x"), Some(&me)), Then::Nothing, "once");
    rail.event(&sent("b", 3, "x"), Some(&me));
    assert_eq!((rail.mine[1].unread, rail.calling()), (2, 2));
    rail.event(&sent("b", 4, "me"), Some(&me));
    assert_eq!((rail.mine[1].unread, rail.mine[1].read_up_to), (0, 4));
    rail.event(&sent("b", 5, "x"), Some(&me));
    let read = ReadUpTo { room: id("b"), member: me.id, seq: 5, unread: None, mentions: None, head: None };
    assert_eq!((rail.read(&read), rail.mine[1].unread), (Then::Changed, 0));
    assert_eq!(rail.read(&read), Then::Nothing);
}

#[test]
fn what_another_device_has_read_in_part_lowers_the_number() {
    let mut rail = rooms(vec![room("a", 9, 1, 8)]);
    let read = ReadUpTo {
        room: id("a"),
        member: person("me").id,
        seq: 5,
        unread: Some(4),
        mentions: Some(1),
        head: Some(9),
    };
    assert_eq!(rail.read(&read), Then::Changed);
    assert_eq!((rail.mine[0].unread, rail.mine[0].mentions, rail.mine[0].read_up_to), (4, 1, 5));
}

#[test]
fn what_cannot_be_counted_is_asked_for() {
    let me = person("me");
    let by = person("x").id;
    let mut rail = rooms(vec![Room { mentions: 1, ..room("a", 9, 5, 3) }]);
    let deleted = event("a", 10, Change::Deleted { by, target: 7 });
    assert_eq!(rail.event(&deleted, Some(&me)), Then::Ask, "did it call?");
    let mut rail = rooms(vec![room("a", 9, 9, 0)]);
    assert_eq!(rail.event(&sent("a", 12, "x"), Some(&me)), Then::Ask, "two are missing");
    let mut rail = rooms(vec![room("a", 9, 9, 0)]);
    assert_eq!(rail.heads(&PerRoom::from([(id("a"), 12)])), Then::Ask);
}

#[test]
fn a_late_answer_brings_nobody_back_and_takes_nobody_out() {
    let me = person("me");
    let mut rail = rooms(vec![room("a", 1, 1, 0), room("b", 4, 4, 0)]);
    let turn = rail.turn();
    let late = ListRoomsOk { rooms: vec![room("a", 1, 1, 0), room("b", 4, 4, 0)], open: Vec::new() };
    assert_eq!(rail.event(&left("b", 5, "me"), Some(&me)), Then::Ask);
    rail.entered(room("c", 0, 0, 0));
    assert_eq!(rail.listed(late, turn), Then::Ask);
    let names: Vec<_> = rail.mine.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
    let fresh = ListRoomsOk { rooms: vec![room("a", 1, 1, 0)], open: Vec::new() };
    assert_eq!(rail.listed(fresh, rail.turn()), Then::Changed);
    assert_eq!(rail.mine.len(), 1);
}

#[test]
fn a_room_that_is_not_known_is_asked_for() {
    let me = person("me");
    let mut rail = rooms(vec![room("a", 1, 1, 0)]);
    assert_eq!(rail.event(&sent("talk", 1, "x"), Some(&me)), Then::Ask, "somebody has written");
    assert_eq!(rail.heads(&PerRoom::from([(id("a"), 1), (id("closed"), 0)])), Then::Ask, "put into it");
    assert_eq!(rail.heads(&PerRoom::from([(id("a"), 1)])), Then::Nothing);
    rail.event(&left("a", 5, "me"), Some(&me));
    assert_eq!(rail.heads(&PerRoom::from([(id("a"), 5)])), Then::Nothing, "one has gone out of it");
    assert_eq!(rail.heads(&PerRoom::from([(id("a"), 6)])), Then::Ask, "and come back since");
}

#[test]
fn a_public_room_that_was_made_stands_among_the_open_ones_by_name_and_once() {
    let open = |name: &str| OpenRoom { id: id(name), name: name.to_owned(), topic: None, people: 1 };
    let mut rail = rooms(vec![room("a", 1, 1, 0)]);
    for name in ["c", "b", "d"] {
        assert_eq!(rail.opened(open(name)), Then::Changed);
    }
    assert_eq!(rail.opened(open("c")), Then::Nothing);
    assert_eq!(rail.opened(open("a")), Then::Nothing, "one's own");
    let names: Vec<_> = rail.open.iter().map(|room| room.name.as_str()).collect();
    assert_eq!(names, ["b", "c", "d"]);
}

#[test]
fn an_answer_older_than_an_event_does_not_undo_it() {
    let me = person("me");
    let mut rail = rooms(vec![room("a", 1, 1, 0)]);
    rail.event(&sent("a", 2, "x"), Some(&me));
    let late = ListRoomsOk { rooms: vec![room("a", 1, 1, 0)], open: Vec::new() };
    rail.listed(late, rail.turn());
    assert_eq!(rail.mine[0].unread, 1);
    assert_eq!(rail.greeted(vec![room("a", 1, 1, 0)], true), Then::Changed, "of another database");
    assert_eq!(rail.mine[0].unread, 0);
}

#[test]
fn only_what_one_is_told_of_calls() {
    let called = |name| Room { mentions: 1, ..room(name, 9, 5, 3) };
    let mut rail = rooms(vec![room("a", 9, 5, 4), called("b"), called("c")]);
    rail.notified(&id("b"), Notify::Mentions);
    rail.notified(&id("c"), Notify::None);
    assert_eq!(rail.calling(), 5);
}

#[test]
fn who_is_taken_out_still_sees_the_room_and_is_not_in_it() {
    let me = person("me");
    let mut rail = rooms(vec![room("a", 1, 1, 0)]);
    let kicked = Change::Kicked { by: person("x").id, who: me.id.clone() };
    rail.event(&event("a", 2, kicked), Some(&me));
    let (here, inside) = rail.here();
    assert_eq!((here.name.as_str(), inside), ("a", false));
}

#[test]
fn a_room_is_what_its_last_event_says() {
    let by = person("x").id;
    let mut rail = rooms(vec![room("a", 1, 1, 0)]);
    let changes = [
        Change::RoomRenamed { by: by.clone(), name: "Farol".into() },
        Change::TopicChanged { by: by.clone(), topic: "luz".into() },
        Change::RoomLocked { by: by.clone(), on: true },
        Change::SlowModeChanged { by, seconds: 30 },
    ];
    for (seq, change) in (2..).zip(changes) {
        rail.event(&event("a", seq, change), None);
    }
    let (here, _) = rail.here();
    assert_eq!((here.name.as_str(), here.topic.as_deref()), ("Farol", Some("luz")));
    assert_eq!((here.locked, here.slow_mode, here.unread), (true, 30, 0));
}

#[test]
fn the_composer_is_closed_with_the_reason_and_open_to_who_keeps_the_peace() {
    let me = person("me");
    let keeper = Member { role: Role::Moderator, ..person("k") };
    let closed = |change: fn(&mut Room), who: &Member| {
        let mut room = room("a", 1, 1, 0);
        change(&mut room);
        rooms(vec![room]).closed(who)
    };
    assert_eq!(closed(|_| {}, &me), None);
    assert_eq!(closed(|room| room.locked = true, &me), Some(Closed::Locked));
    assert_eq!(closed(|room| room.locked = true, &keeper), None);
    assert_eq!(closed(|room| (room.locked, room.keeper) = (true, true), &me), None);
    assert_eq!(closed(|room| room.muted = true, &keeper), Some(Closed::Muted));
    assert_eq!(closed(|room| room.archived = true, &keeper), Some(Closed::Archived));
    let mut outside = rooms(vec![room("a", 1, 1, 0)]);
    outside.mine.clear();
    assert_eq!(outside.closed(&me), Some(Closed::Outside));
    outside.shown.kind = RoomKind::Private;
    assert_eq!(outside.closed(&me), Some(Closed::Gone));
}

#[test]
fn the_rooms_beside_are_those_of_the_rail_and_the_next_new_one_has_something_new() {
    let talk = Room { kind: RoomKind::Direct, ..room("talk", 9, 9, 0) };
    let rail = rooms(vec![room("a", 9, 9, 0), talk, room("b", 9, 9, 0), room("c", 9, 5, 2)]);
    let beside = |step, new| rail.beside(step, new).map(|room| room.name.as_str());
    assert_eq!((beside(1, false), beside(-1, false)), (Some("b"), Some("talk")));
    assert_eq!((beside(1, true), beside(-1, true)), (Some("c"), Some("c")));
    assert_eq!(rooms(vec![room("a", 9, 9, 0)]).beside(1, false), None);
}

#[test]
fn the_title_counts_what_calls_and_nothing_else() {
    let texts = crate::i18n::Lang::PtBr.texts();
    assert_eq!(rooms(vec![room("a", 9, 9, 0)]).title(texts), "a · Chat Moderno");
    let named = Rooms { server: Some("Laboratório Aberto".into()), ..rooms(vec![room("a", 9, 9, 0)]) };
    assert_eq!(named.title(texts), "a · Laboratório Aberto");
    let quiet = Room { notify: Notify::None, ..room("b", 9, 5, 4) };
    assert_eq!(
        rooms(vec![room("a", 9, 7, 1), quiet, room("c", 9, 5, 2)]).title(texts),
        "(3) a · Chat Moderno"
    );
}
