//! The queue's promises, one a test.

use super::*;
use crate::{MessageBody, RoomId};

#[path = "tests/about.rs"]
mod about;
#[path = "tests/restored.rs"]
mod restored;

fn key(n: u64) -> Key {
    Key::v7(n, &[0; 10])
}

fn ana() -> MemberId {
    "ana".parse().unwrap()
}

fn body(text: &str) -> MessageBody {
    MessageBody::parse(text).unwrap()
}

fn wish(n: u64, intent: Intent) -> Pending {
    Pending::new(key(n), ana(), RoomId::lobby(), intent, 0)
}

fn message(n: u64) -> Pending {
    wish(n, Intent::Message { body: body(&format!("m{n}")), reply_to: None })
}

fn edit(n: u64, of: u64) -> Pending {
    wish(n, Intent::Edit { target: Target::Waiting(key(of)), body: body("edited") })
}

fn delete(n: u64, of: u64) -> Pending {
    wish(n, Intent::Delete { target: Target::Waiting(key(of)) })
}

/// A tab that sends, greeted as Ana.
fn connected() -> Outbox {
    let mut outbox = Outbox::default();
    outbox.step(Input::Drain(Drain::Alone), 0, 0);
    outbox.step(Input::Connected(ana()), 0, 0);
    outbox
}

fn found(rows: Vec<Pending>) -> Input {
    Input::Loaded { rows, known: Vec::new() }
}

fn sends(effects: &[Effect]) -> Vec<Key> {
    effects.iter().filter_map(|e| if let Effect::Send(k) = e { Some(*k) } else { None }).collect()
}

impl Outbox {
    fn does(&mut self, input: Input) -> Vec<Effect> {
        self.step(input, 0, 0)
    }

    /// Takes a request whose row the disk writes at once.
    fn says(&mut self, pending: Pending) -> Vec<Effect> {
        let key = pending.key;
        let mut effects = self.does(Input::Push(pending));
        if effects.contains(&Effect::Save(key)) {
            effects.extend(self.does(Input::Saved(key)));
        }
        effects
    }

    fn state(&self, n: u64) -> &State {
        &self.get(key(n)).unwrap().state
    }

    fn keys(&self) -> Vec<Key> {
        self.items().iter().map(|p| p.key).collect()
    }
}

#[test]
fn nothing_is_sent_before_the_disk_has_it() {
    let mut outbox = connected();
    let effects = outbox.does(Input::Push(message(1)));
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::Save(key(1))]);
    assert_eq!(sends(&outbox.does(Input::Connected(ana()))), []);
    let effects = outbox.does(Input::Saved(key(1)));
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::Tell(key(1)), Effect::Send(key(1))]);
}

#[test]
fn without_a_disk_it_goes_out_and_is_known_to_be_in_memory_only() {
    let mut outbox = connected();
    outbox.does(Input::Push(message(1)));
    assert!(!outbox.is_in_memory());
    assert_eq!(sends(&outbox.does(Input::Unsaved(key(1)))), [key(1)]);
    assert!(outbox.is_in_memory());
    outbox.does(Input::Accepted(key(1), 1));
    assert!(!outbox.is_in_memory());
}

#[test]
fn one_request_at_a_time_is_in_flight_and_the_next_follows_its_answer() {
    let mut outbox = connected();
    assert_eq!(sends(&outbox.says(message(1))), [key(1)]);
    assert_eq!(sends(&outbox.says(message(2))), []);
    assert_eq!(sends(&outbox.does(Input::Accepted(key(1), 7))), [key(2)]);
    assert_eq!(outbox.state(1), &State::Accepted(7));
}

#[test]
fn what_is_answered_leaves_the_disk_and_the_other_tabs_are_told() {
    let mut outbox = connected();
    outbox.says(message(1));
    let effects = outbox.does(Input::Accepted(key(1), 7));
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::Remove(key(1)), Effect::Tell(key(1))]);
    assert_eq!(outbox.does(Input::Seen(key(1), 7)), [Effect::Gone(key(1))]);
}

#[test]
fn rooms_do_not_wait_for_each_other() {
    let mut outbox = connected();
    outbox.says(message(1));
    let other = Pending { room: "other".parse().unwrap(), ..message(2) };
    assert_eq!(sends(&outbox.says(other)), [key(2)]);
}

#[test]
fn what_is_written_offline_goes_out_on_connection() {
    let mut outbox = Outbox::default();
    outbox.does(Input::Drain(Drain::Alone));
    assert_eq!(sends(&outbox.says(message(1))), []);
    assert_eq!(sends(&outbox.does(Input::Connected(ana()))), [key(1)]);
}

#[test]
fn what_was_in_flight_is_sent_again_under_the_same_key() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.does(Input::Disconnected);
    assert_eq!(sends(&outbox.does(Input::Connected(ana()))), [key(1)]);
    assert_eq!(outbox.get(key(1)).unwrap().attempts, 2);
}

#[test]
fn a_retryable_refusal_waits_as_long_as_the_server_says_and_keeps_the_order() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.says(message(2));
    let effects = outbox.step(Input::Later(key(1), Some(5_000)), 100, 0);
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::WakeAt(5_100)]);
    assert_eq!(outbox.step(Input::Timer, 5_099, 0), [Effect::WakeAt(5_100)]);
    assert_eq!(sends(&outbox.step(Input::Timer, 5_100, 0)), [key(1)]);
}

#[test]
fn as_soon_as_the_server_is_seen_to_store_again_what_waits_is_tried_again() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.does(Input::Later(key(1), None));
    outbox.does(Input::Timer);
    outbox.step(Input::Later(key(1), None), 0, 29_999);
    assert_eq!(sends(&outbox.step(Input::Timer, 1_500, 0)), []);
    outbox.step(Input::Works, 1_500, 10);
    assert_eq!(sends(&outbox.step(Input::Timer, 1_509, 0)), []);
    assert_eq!(sends(&outbox.step(Input::Timer, 1_510, 0)), [key(1)]);
}

#[test]
fn a_time_that_the_server_has_named_is_waited_for_whatever_others_send() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.step(Input::Later(key(1), Some(5_000)), 0, 0);
    outbox.step(Input::Works, 0, 0);
    assert_eq!(sends(&outbox.step(Input::Timer, 4_999, 0)), []);
    assert_eq!(sends(&outbox.step(Input::Timer, 5_000, 0)), [key(1)]);
}

#[test]
fn a_clock_that_is_set_back_delays_nothing() {
    let mut outbox = connected();
    outbox.step(Input::Push(message(1)), 3_600_000, 0);
    outbox.step(Input::Saved(key(1)), 3_600_000, 0);
    outbox.step(Input::Later(key(1), Some(5_000)), 3_600_000, 0);
    assert_eq!(sends(&outbox.step(Input::Timer, 0, 0)), []);
    assert_eq!(sends(&outbox.step(Input::Timer, 5_000, 0)), [key(1)]);
    outbox.step(Input::Push(message(2)), 5_000, 0);
    assert_eq!(outbox.keys(), [key(1), key(2)]);
}

#[test]
fn the_delay_grows_to_half_a_minute_and_is_never_more() {
    assert_eq!(sending::delay(1, None, 1_000), 1_000);
    assert_eq!(sending::delay(3, None, 4_000), 4_000);
    for attempts in 0..100 {
        assert!(sending::delay(attempts, None, u32::MAX) <= 30_000);
    }
}

#[test]
fn a_final_refusal_stays_to_be_read_on_disk_too_and_blocks_nobody() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.says(message(2));
    let effects = outbox.does(Input::Refused(key(1), "muted".into()));
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::Save(key(1)), Effect::Send(key(2))]);
    assert_eq!(outbox.state(1), &State::Refused("muted".into()));
}

#[test]
fn a_late_yes_counts_and_a_late_no_does_not() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.does(Input::Refused(key(1), "muted".into()));
    outbox.does(Input::Accepted(key(1), 3));
    outbox.does(Input::Refused(key(1), "muted".into()));
    outbox.does(Input::Later(key(1), None));
    assert_eq!(outbox.state(1), &State::Accepted(3));
}

#[test]
fn only_the_persons_own_again_makes_a_new_key() {
    let mut outbox = connected();
    outbox.says(message(1));
    assert_eq!(outbox.does(Input::Again(key(1), key(9))), []);
    outbox.does(Input::Refused(key(1), "muted".into()));
    let effects = outbox.does(Input::Again(key(1), key(9)));
    let (old, new) = (key(1), key(9));
    let replaced = [Effect::Gone(old), Effect::Remove(old), Effect::Tell(old)];
    assert_eq!(effects[..2], [Effect::Changed(new), Effect::Save(new)]);
    assert_eq!(effects[2..], replaced);
    assert_eq!(sends(&outbox.does(Input::Saved(new))), [new]);
}

#[test]
fn a_message_whose_event_is_here_is_gone_even_if_its_ack_was_lost() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.says(message(2));
    let effects = outbox.does(Input::Seen(key(1), 1));
    assert_eq!(effects, [Effect::Remove(key(1)), Effect::Gone(key(1)), Effect::Send(key(2))]);
    assert_eq!(outbox.does(Input::Accepted(key(1), 1)), []);
}

#[test]
fn a_row_found_on_disk_goes_out_under_its_key_oldest_first() {
    let mut outbox = connected();
    let late = Pending { created: 2, ..message(1) };
    let early = Pending { created: 1, ..message(2) };
    assert_eq!(sends(&outbox.does(found(vec![late, early]))), [key(2)]);
    assert_eq!(outbox.keys(), [key(2), key(1)]);
}

#[test]
fn what_is_known_already_is_not_taken_from_the_disk_again() {
    let mut outbox = connected();
    outbox.says(message(1));
    assert_eq!(outbox.does(found(vec![message(1)])), []);
    outbox.does(Input::Accepted(key(1), 1));
    outbox.does(Input::Seen(key(1), 1));
    let answered = [Effect::Remove(key(1)), Effect::Tell(key(1))];
    assert_eq!(outbox.does(found(vec![message(1)])), answered, "somebody has not heard of it");
}

#[test]
fn what_another_tab_took_off_the_disk_is_not_sent_here() {
    let mut outbox = connected();
    outbox.does(Input::Disconnected);
    outbox.says(message(1));
    let known = outbox.on_disk();
    outbox.says(message(2));
    let effects = outbox.does(Input::Loaded { rows: Vec::new(), known });
    assert_eq!(effects, [Effect::Gone(key(1))]);
    assert_eq!(outbox.keys(), [key(2)], "what was said after the disk was asked stays");
}

#[test]
fn somebody_elses_rows_wait_for_their_author() {
    let mut outbox = connected();
    let bia = Pending { author: "bia".parse().unwrap(), ..message(1) };
    assert_eq!(sends(&outbox.does(found(vec![bia, message(2)]))), [key(2)]);
    outbox.does(Input::Disconnected);
    assert_eq!(sends(&outbox.does(Input::Connected("bia".parse().unwrap()))), [key(1)]);
}

#[test]
fn without_a_session_everything_waits_for_the_next_hello() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.does(Input::Unauthorized(key(1)));
    assert_eq!(sends(&outbox.says(message(2))), []);
    assert_eq!(sends(&outbox.does(Input::Connected(ana()))), [key(1)]);
}

#[test]
fn a_request_that_breaks_five_connections_waits_five_minutes_and_blocks_its_room_only() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.says(message(2));
    let mut effects = Vec::new();
    for _ in 0..5 {
        outbox.does(Input::Connected(ana()));
        assert!(!outbox.get(key(1)).unwrap().is_poison());
        effects = outbox.does(Input::Disconnected);
    }
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::Save(key(1))]);
    outbox.does(Input::Saved(key(1)));
    assert!(outbox.get(key(1)).unwrap().is_poison());
    assert_eq!(outbox.does(Input::Connected(ana())), [Effect::WakeAt(300_000)]);
    let other = Pending { room: "other".parse().unwrap(), ..message(3) };
    assert_eq!(sends(&outbox.says(other)), [key(3)]);

    assert_eq!(sends(&outbox.step(Input::Timer, 300_000, 0)), [key(1)]);
    outbox.step(Input::Later(key(1), None), 300_000, 0);
    assert!(!outbox.get(key(1)).unwrap().is_poison(), "an answer clears it");
}

#[test]
fn a_poisonous_request_can_be_tried_now_or_thrown_away() {
    let mut outbox = connected();
    outbox.says(message(1));
    for _ in 0..5 {
        outbox.does(Input::Connected(ana()));
        outbox.does(Input::Disconnected);
    }
    outbox.does(Input::Saved(key(1)));
    outbox.does(Input::Connected(ana()));
    outbox.does(Input::Retry(key(1)));
    assert_eq!(sends(&outbox.does(Input::Saved(key(1)))), [key(1)]);
    outbox.says(message(2));
    assert_eq!(sends(&outbox.does(Input::Discard(key(1)))), [key(2)]);
}

#[test]
fn a_tab_that_is_not_elected_sends_nothing_and_goes_on_when_it_is() {
    let mut outbox = connected();
    outbox.does(Input::Drain(Drain::No));
    assert_eq!(outbox.says(message(1)).last(), Some(&Effect::Tell(key(1))));
    assert_eq!(sends(&outbox.does(Input::Drain(Drain::Alone))), [key(1)]);
}

#[test]
fn a_row_of_another_tab_is_sent_here_and_its_answer_told() {
    let mut outbox = connected();
    assert_eq!(outbox.does(Input::Heard(message(1))), [Effect::Changed(key(1)), Effect::Send(key(1))]);
    assert!(outbox.does(Input::Accepted(key(1), 4)).contains(&Effect::Tell(key(1))));
}

#[test]
fn what_the_sending_tab_tells_is_shown_here_and_not_told_again() {
    let mut outbox = connected();
    outbox.does(Input::Drain(Drain::No));
    outbox.says(message(1));
    outbox.says(message(2));
    let told = |n, state| Input::Heard(Pending { state, ..message(n) });
    assert_eq!(outbox.does(told(1, State::Accepted(4))), [Effect::Changed(key(1))]);
    assert_eq!(outbox.does(told(2, State::Refused("muted".into()))), [Effect::Changed(key(2))]);
    assert_eq!((outbox.state(1), outbox.state(2)), (&State::Accepted(4), &State::Refused("muted".into())));
    assert_eq!(outbox.does(Input::HeardGone(key(2))), [Effect::Gone(key(2))]);
}

#[test]
fn a_queue_that_is_full_and_a_request_that_is_too_large_are_refused_here() {
    let mut outbox = Outbox::default();
    for n in 0..MAX_WAITING as u64 {
        outbox.says(message(n));
    }
    let full = Effect::Rejected(key(999), PushError::Full);
    assert_eq!(outbox.does(Input::Push(message(999))), [full]);
    let bia = "bia".parse().unwrap();
    assert_eq!(outbox.check(&bia, &message(999).intent), Ok(()), "each author has a queue of their own");

    let emoji = "x".repeat(MAX_REQUEST_BYTES);
    let wide = Intent::React { target: Target::Stored(1), emoji, on: true };
    let too_long = Effect::Rejected(key(1_000), PushError::TooLong);
    assert_eq!(outbox.does(Input::Push(wish(1_000, wide))), [too_long]);
}

#[test]
fn a_row_is_the_same_after_it_was_on_disk() {
    let pendings = [
        wish(1, Intent::Message { body: body("oi"), reply_to: Some(4) }),
        Pending { state: State::Refused("muted".into()), attempts: 3, ..edit(2, 1) },
        Pending { state: State::Accepted(9), ..delete(3, 1) },
        wish(4, Intent::React { target: Target::Stored(5), emoji: "👍".into(), on: true }),
        Pending { state: State::Waiting(77), drops: 5, ..message(5) },
    ];
    for pending in pendings {
        let text = serde_json::to_string(&Row::from(&pending)).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap().open(), Some(pending), "{text}");
    }
}

#[test]
fn a_row_of_a_newer_version_is_left_alone() {
    let mut row = serde_json::to_value(Row::from(&message(1))).unwrap();
    row["v"] = 2.into();
    assert_eq!(serde_json::from_value::<Row>(row).unwrap().open(), None);
}
