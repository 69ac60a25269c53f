//! The layer of lives: the reducers against their reference (docs/delivery.md section 9).

#![cfg(feature = "model")]

use torture::model;

/// Lives of each reducer in a run that people wait for.
const CASES: u32 = 10_000;

#[test]
fn a_room_is_seen_as_it_is_whatever_comes_late_twice_or_never() {
    model::timeline::run(1, CASES).unwrap_or_else(|failure| panic!("{failure:#?}"));
}

#[test]
fn what_was_said_arrives_once_and_in_order_whatever_is_cut_lost_or_closed() {
    model::outbox::run(1, CASES).unwrap_or_else(|failure| panic!("{failure:#?}"));
}
