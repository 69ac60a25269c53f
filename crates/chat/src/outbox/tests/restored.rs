//! A server that comes back with an older database.

use super::*;

#[test]
fn what_was_accepted_and_never_seen_is_waited_for_no_longer_and_the_rest_goes_out() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.says(message(2));
    outbox.does(Input::Accepted(key(1), 7));
    outbox.does(Input::Disconnected);
    assert_eq!(outbox.does(Input::Restored), [Effect::Gone(key(1))]);
    assert_eq!(sends(&outbox.does(Input::Connected(ana()))), [key(2)]);
    assert_eq!(outbox.keys(), [key(2)]);
}

#[test]
fn a_late_row_of_another_tab_does_not_bring_it_back() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.does(Input::Accepted(key(1), 7));
    outbox.does(Input::Restored);
    assert_eq!(sends(&outbox.does(Input::Heard(message(1)))), []);
    assert!(outbox.items().is_empty());
}
