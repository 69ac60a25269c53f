//! Tests of what stands between the messages.

use chat::{Change, Event};

use super::*;

fn event(seq: Seq, at: Millis, change: Change) -> Event {
    Event { room: RoomId::lobby(), seq, at, change }
}

fn joined(seq: Seq, at: Millis, who: &str) -> Event {
    event(seq, at, Change::Joined { by: member("a").id, who: member(who) })
}

fn left(seq: Seq, at: Millis, who: &str) -> Event {
    event(seq, at, Change::Left { by: member(who).id, who: member(who).id })
}

fn noted(messages: &[Message], events: &[Event], unread: Option<Seq>) -> Rows {
    let (me, ana) = (member("me"), member("a"));
    let known = |id: &MemberId| Some(&ana).filter(|ana| ana.id == *id);
    let sources = Sources {
        messages: messages.iter(),
        notes: events.iter().filter_map(|event| Note::of(event, Some(&me.id), known)).collect(),
        pending: [].iter(),
        me: Some(&me),
        target: None,
        unread,
        whole: false,
        lost: false,
        now: 10 * MINUTE,
    };
    rows(sources, |at| Moment::new(at, 0))
}

fn ids(rows: &Rows) -> Vec<RowId> {
    rows.list.iter().map(|(id, _)| *id).collect()
}

#[test]
fn a_note_stands_where_it_happened_under_the_heading_of_its_day() {
    let day = 86_400_000;
    let messages = [message(2, "a", day), message(5, "a", day + 1)];
    let events = [left(1, 0, "b"), joined(4, day, "c"), left(6, 2 * day, "c")];
    let rows = noted(&messages, &events, None);
    let (said, note) = (RowId::Message, RowId::Note);
    assert_eq!(
        ids(&rows),
        [RowId::Day(0), note(1), RowId::Day(1), said(2), note(4), said(5), RowId::Day(2), note(6)]
    );
    assert_eq!(rows.notes.iter().map(|note| note.seq).collect::<Vec<_>>(), [1, 4, 6]);
}

#[test]
fn after_a_note_an_author_is_named_again() {
    let messages = [message(1, "a", 0), message(2, "a", 1), message(4, "a", 2)];
    let rows = noted(&messages, &[left(3, 1, "b")], None);
    let followups: Vec<_> =
        rows.list.iter().filter_map(|(_, said)| said.as_ref().map(|s| s.followup)).collect();
    assert_eq!(followups, [false, true, false]);
}

#[test]
fn a_note_is_no_message_to_the_line_before_what_is_unread() {
    let messages = [message(3, "a", 0), message(5, "a", 0)];
    let rows = noted(&messages, &[left(2, 0, "b"), left(4, 0, "b")], Some(2));
    assert!(!ids(&rows).contains(&RowId::Unread), "the first one is not known to be here");
    let rows = noted(&messages, &[left(4, 0, "b")], Some(3));
    assert_eq!(ids(&rows)[3..], [RowId::Unread, RowId::Message(5)]);
}

#[test]
fn who_comes_one_after_the_other_comes_in_one_line() {
    let crowd = ["b", "c", "me"].iter().enumerate();
    let mut events: Vec<_> = crowd.map(|(at, who)| joined(at as Seq + 1, at as Millis, who)).collect();
    events.push(joined(4, 3, "b"));
    events.push(left(5, 4, "b"));
    events.push(left(6, 5 * MINUTE + 3, "c"));
    events.push(left(7, 5 * MINUTE + 4, "d"));
    let rows = noted(&[], &events, None);
    assert_eq!(ids(&rows), [RowId::Day(0), RowId::Note(1), RowId::Note(5), RowId::Note(7)]);
    let who = |at: usize| rows.notes[at].who.iter().map(|who| who.id.as_str()).collect::<Vec<_>>();
    assert_eq!((who(0), who(1), who(2)), (vec!["b", "c", "me"], vec!["b", "c"], vec!["d"]));
    assert_eq!(rows.notes[0].who.iter().map(|who| who.me).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn a_run_of_renamings_is_one_line_and_of_one_person_one_renaming() {
    let named = |seq: Seq, at: Millis, who: &str, was: &str, name: &str| {
        let (by, who) = (member(who).id, member(who).id);
        event(seq, at, Change::Renamed { by, who, name: name.into(), was: Some(was.into()) })
    };
    let events = [
        named(1, 0, "b", "Bia", "Bea"),
        named(2, 1, "c", "Caio", "Kaio"),
        named(3, 2, "b", "Bea", "Beatriz"),
        named(4, 5 * MINUTE, "b", "Beatriz", "Bia"),
    ];
    let rows = noted(&[], &events, None);
    assert_eq!(ids(&rows), [RowId::Day(0), RowId::Note(1), RowId::Note(4)]);
    let [first, second] = rows.notes.as_slice() else { panic!() };
    assert_eq!((first.was.as_str(), first.what.as_str()), ("Bia", "Beatriz"));
    let also: Vec<_> = first.also.iter().map(|note| (note.was.as_str(), note.what.as_str())).collect();
    assert_eq!((also, second.also.len()), (vec![("Caio", "Kaio")], 0));
}

#[test]
fn a_message_between_two_who_come_parts_them() {
    let rows = noted(&[message(2, "a", 0)], &[joined(1, 0, "b"), joined(3, 0, "c")], None);
    assert_eq!(ids(&rows)[1..], [RowId::Note(1), RowId::Message(2), RowId::Note(3)]);
}

#[test]
fn what_happened_is_told_with_the_names_of_now_and_the_texts_of_then() {
    let (a, b) = (member("a").id, member("b").id);
    let note = |change| Note::of(&event(1, 0, change), Some(&b), |id| (*id == a).then_some(&ANA)).unwrap();
    static ANA: std::sync::LazyLock<Member> =
        std::sync::LazyLock::new(|| Member { name: "Ana".into(), ..member("a") });
    let kicked = note(Change::Kicked { by: a.clone(), who: b.clone() });
    assert_eq!((kicked.happened, kicked.by.name.as_str()), (Happened::Kicked, "Ana"));
    assert_eq!((kicked.who[0].me, kicked.who[0].name.as_str()), (true, ""));
    let own = note(Change::RoleChanged { by: a.clone(), who: a.clone(), role: Role::Member });
    assert_eq!(own.happened, Happened::Became(Role::Member));
    let topic = note(Change::TopicChanged { by: a.clone(), topic: "Provas".into() });
    assert_eq!((topic.happened, topic.what.as_str(), topic.who.len()), (Happened::Topic(true), "Provas", 0));
    let named =
        Change::Renamed { by: a.clone(), who: a.clone(), name: "Anna".into(), was: Some("An".into()) };
    let named = note(named);
    assert_eq!((named.was.as_str(), named.what.as_str()), ("An", "Anna"));
    let gone = Change::Renamed { by: a.clone(), who: a, name: String::new(), was: None };
    assert_eq!(Note::of(&event(1, 0, gone), None, |_| None), None, "a name that was taken away is not told");
}
