//! The queue's promises, one a test.

use super::*;

fn key(n: u64) -> Key {
    Key::v7(n, &[0; 10])
}

fn pending(n: u64) -> Pending {
    Pending {
        key: key(n),
        room: RoomId::lobby(),
        body: MessageBody::parse(format!("m{n}")).unwrap(),
        created: 0,
        state: State::Waiting(0),
        attempts: 0,
    }
}

fn connected() -> Outbox {
    let mut outbox = Outbox::default();
    outbox.step(Input::Connected, 0, 0);
    outbox
}

fn sends(effects: &[Effect]) -> Vec<Key> {
    effects.iter().filter_map(|e| if let Effect::Send(k) = e { Some(*k) } else { None }).collect()
}

#[test]
fn one_message_at_a_time_is_in_flight_and_the_next_follows_its_answer() {
    let mut outbox = connected();
    assert_eq!(sends(&outbox.step(Input::Push(pending(1)), 0, 0)), [key(1)]);
    assert_eq!(sends(&outbox.step(Input::Push(pending(2)), 0, 0)), []);
    assert_eq!(sends(&outbox.step(Input::Accepted(key(1), 7), 0, 0)), [key(2)]);
    assert_eq!(outbox.get(key(1)).unwrap().state, State::Accepted(7));
}

#[test]
fn rooms_do_not_wait_for_each_other() {
    let mut outbox = connected();
    outbox.step(Input::Push(pending(1)), 0, 0);
    let other = Pending { room: "other".parse().unwrap(), ..pending(2) };
    assert_eq!(sends(&outbox.step(Input::Push(other), 0, 0)), [key(2)]);
}

#[test]
fn what_is_written_offline_goes_out_on_connection() {
    let mut outbox = Outbox::default();
    assert_eq!(sends(&outbox.step(Input::Push(pending(1)), 0, 0)), []);
    assert_eq!(sends(&outbox.step(Input::Connected, 0, 0)), [key(1)]);
}

#[test]
fn what_was_in_flight_is_sent_again_under_the_same_key() {
    let mut outbox = connected();
    outbox.step(Input::Push(pending(1)), 0, 0);
    outbox.step(Input::Disconnected, 0, 0);
    assert_eq!(sends(&outbox.step(Input::Connected, 0, 0)), [key(1)]);
    assert_eq!(outbox.get(key(1)).unwrap().attempts, 2);
}

#[test]
fn a_retryable_refusal_waits_as_long_as_the_server_says_and_keeps_the_order() {
    let mut outbox = connected();
    outbox.step(Input::Push(pending(1)), 0, 0);
    outbox.step(Input::Push(pending(2)), 0, 0);
    let effects = outbox.step(Input::Later(key(1), Some(5_000)), 100, 0);
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::WakeAt(5_100)]);
    assert_eq!(sends(&outbox.step(Input::Timer, 5_099, 0)), []);
    assert_eq!(sends(&outbox.step(Input::Timer, 5_100, 0)), [key(1)]);
}

#[test]
fn the_delay_grows_to_half_a_minute_and_is_never_more() {
    assert_eq!(delay(1, None, 1_000), 1_000);
    assert_eq!(delay(3, None, 4_000), 4_000);
    for attempts in 0..100 {
        assert!(delay(attempts, None, u32::MAX) <= MAX_DELAY_MS);
    }
}

#[test]
fn a_final_refusal_stays_to_be_read_and_blocks_nobody() {
    let mut outbox = connected();
    outbox.step(Input::Push(pending(1)), 0, 0);
    outbox.step(Input::Push(pending(2)), 0, 0);
    let effects = outbox.step(Input::Refused(key(1), "muted".into()), 0, 0);
    assert_eq!(sends(&effects), [key(2)]);
    assert_eq!(outbox.get(key(1)).unwrap().state, State::Refused("muted".into()));
}

#[test]
fn only_the_persons_own_again_makes_a_new_key() {
    let mut outbox = connected();
    outbox.step(Input::Push(pending(1)), 0, 0);
    assert_eq!(outbox.step(Input::Again(key(1), key(9)), 0, 0), []);
    outbox.step(Input::Refused(key(1), "muted".into()), 0, 0);
    let effects = outbox.step(Input::Again(key(1), key(9)), 0, 0);
    assert_eq!(effects, [Effect::Gone(key(1)), Effect::Changed(key(9)), Effect::Send(key(9))]);
}

#[test]
fn a_message_whose_event_is_here_is_gone_even_if_its_ack_was_lost() {
    let mut outbox = connected();
    outbox.step(Input::Push(pending(1)), 0, 0);
    outbox.step(Input::Push(pending(2)), 0, 0);
    let effects = outbox.step(Input::Seen(key(1)), 0, 0);
    assert_eq!(effects, [Effect::Gone(key(1)), Effect::Send(key(2))]);
    assert_eq!(outbox.step(Input::Accepted(key(1), 1), 0, 0), []);
}
