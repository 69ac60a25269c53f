//! Tests of the list's rows.

use chat::{MessageBody, Role, RoomId};

use super::*;

mod notes;

const MINUTE: Millis = 60_000;

fn member(id: &str) -> Member {
    Member { id: id.parse().unwrap(), name: id.to_uppercase(), role: Role::Guest, hue: 0 }
}

fn key(n: u8) -> Key {
    Key::from_bytes([n; 16])
}

fn message(seq: Seq, author: &str, at: Millis) -> Message {
    Message {
        room: RoomId::lobby(),
        seq,
        at,
        key: key(seq as u8),
        author: member(author),
        body: "oi".into(),
        rich_text: plain("oi"),
        reply_to: None,
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
    }
}

fn pending(n: u8, created: Millis, state: State) -> Pending {
    let body = MessageBody::parse("oi").unwrap();
    let intent = Intent::Message { body, reply_to: None };
    let mut pending = Pending::new(key(n), member("me").id, RoomId::lobby(), intent, created);
    pending.state = state;
    pending
}

fn list(messages: &[Message], pending: &[Pending], lost: bool) -> Vec<(RowId, Option<Said>)> {
    list_from(messages, pending, lost, None)
}

fn list_from(
    messages: &[Message],
    pending: &[Pending],
    lost: bool,
    unread: Option<Seq>,
) -> Vec<(RowId, Option<Said>)> {
    let me = member("me");
    let sources = Sources {
        messages: messages.iter(),
        notes: Vec::new(),
        pending: pending.iter(),
        me: Some(&me),
        target: None,
        unread,
        whole: false,
        lost,
        now: 10 * MINUTE,
    };
    rows(sources, |at| Moment::new(at, 0)).list
}

fn deliveries(rows: &[(RowId, Option<Said>)]) -> Vec<Delivery> {
    rows.iter().filter_map(|(_, said)| said.as_ref().map(|said| said.delivery)).collect()
}

#[test]
fn messages_of_one_person_stand_together_for_five_minutes_within_a_day() {
    let day = 86_400_000;
    let messages = [
        message(1, "a", 0),
        message(2, "a", 5 * MINUTE - 1),
        message(3, "a", 10 * MINUTE),
        message(4, "b", 10 * MINUTE),
        message(5, "b", day - 1),
        message(6, "b", day),
    ];
    let rows = list(&messages, &[], false);
    let ids: Vec<_> = rows.iter().map(|(id, _)| *id).collect();
    let said = RowId::Message;
    assert_eq!(ids, [RowId::Day(0), said(1), said(2), said(3), said(4), said(5), RowId::Day(1), said(6)]);
    let followups: Vec<_> = rows.iter().filter_map(|(_, s)| s.as_ref().map(|s| s.followup)).collect();
    assert_eq!(followups, [false, true, false, false, false, false]);
}

#[test]
fn a_clock_that_was_set_back_makes_no_second_heading() {
    let day = 86_400_000;
    let rows = list(&[message(1, "a", day), message(2, "a", day - 1), message(3, "a", day)], &[], false);
    assert_eq!(rows.iter().filter(|(id, _)| matches!(id, RowId::Day(_))).count(), 1);
}

#[test]
fn an_own_message_keeps_its_row_when_it_is_stored() {
    let before = list(&[], &[pending(7, 0, State::InFlight)], false);
    let after = list(&[message(7, "me", 0)], &[], false);
    assert_eq!(before.last().map(|r| r.0), after.last().map(|r| r.0));
}

#[test]
fn only_the_last_stored_own_message_says_that_it_is_sent() {
    let messages = [message(1, "me", 0), message(2, "me", 1), message(3, "a", 2)];
    assert_eq!(deliveries(&list(&messages, &[], false)), [Delivery::Quiet, Delivery::Sent, Delivery::Quiet]);
}

#[test]
fn what_waits_says_so_once_and_what_is_refused_always() {
    let waiting = |n| pending(n, 0, State::Waiting(0));
    let items = [waiting(1), waiting(2), pending(3, 0, State::Refused("too_long".into())), waiting(4)];
    let failed = Delivery::Failed(Refusal::TooLong);
    let queued = |last| Delivery::Queued { last, lost: true };
    assert_eq!(deliveries(&list(&[], &items, true)), [queued(false), queued(false), failed, queued(true)]);
    assert_eq!(deliveries(&list(&[], &items[..1], false)), [Delivery::Sending]);
}

#[test]
fn what_is_not_kept_yet_is_not_said_to_wait() {
    let mut written = pending(1, 0, State::Waiting(0));
    written.saving = 1;
    assert_eq!(deliveries(&list(&[], &[written], true)), [Delivery::Sending]);
}

#[test]
fn what_the_server_takes_later_waits_and_so_does_what_comes_behind_it() {
    let at = |ms| State::Waiting(10 * MINUTE + ms);
    let queued = |last| Delivery::Queued { last, lost: false };
    let items = |ms| [pending(1, 0, at(ms)), pending(2, 0, State::Waiting(0))];
    assert_eq!(deliveries(&list(&[], &items(1_000), false)), [queued(false), queued(true)]);
    assert_eq!(deliveries(&list(&[], &items(999), false)), [Delivery::Sending, Delivery::Sending]);
}

#[test]
fn a_message_that_has_just_left_has_the_line_where_it_will_say_so_and_no_earlier_one_has() {
    let just_now = 10 * MINUTE - QUIET_MS + 1;
    let left = |n| pending(n, just_now, State::InFlight);
    assert_eq!(deliveries(&list(&[], &[left(1)], false)), [Delivery::Going]);
    let before = list(&[message(1, "me", 0)], &[left(7)], false);
    assert_eq!(deliveries(&before), [Delivery::Quiet, Delivery::Going]);
    let after = list(&[message(1, "me", 0), message(7, "me", just_now)], &[], false);
    assert_eq!(
        deliveries(&after),
        [Delivery::Quiet, Delivery::Sent],
        "no row is higher or lower than before"
    );
    assert_eq!(deliveries(&list(&[], &[left(1), left(2)], false)), [Delivery::Quiet, Delivery::Going]);
}

#[test]
fn the_line_stands_before_the_first_unread_message_of_somebody_else() {
    let messages: Vec<_> =
        [(1, "a"), (2, "a"), (3, "me"), (4, "a"), (5, "a")].map(|(seq, who)| message(seq, who, 0)).into();
    let line = |unread| {
        let rows = list_from(&messages, &[], false, unread);
        let at = rows.iter().position(|(id, _)| *id == RowId::Unread)?;
        let (_, said) = &rows[at + 1];
        said.as_ref().map(|said| (said.seq, said.followup))
    };
    assert_eq!(line(None), None);
    assert_eq!(line(Some(1)), Some((Some(2), false)), "it parts what stood together");
    assert_eq!(line(Some(2)), Some((Some(4), false)));
    assert_eq!(line(Some(5)), None);
    assert_eq!(line(Some(0)), None, "the first one is not known to be here");
}
