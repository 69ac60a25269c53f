//! A server that comes back with an older database.

use super::*;

#[test]
fn what_was_accepted_and_never_seen_is_sent_again_under_its_key() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.says(message(2));
    outbox.does(Input::Accepted(key(1), 7));
    outbox.does(Input::Disconnected);
    let effects = outbox.does(Input::Restored);
    assert_eq!(effects, [Effect::Changed(key(1)), Effect::Save(key(1))]);
    assert_eq!(sends(&outbox.does(Input::Saved(key(1)))), [], "not before there is a line");
    assert_eq!(sends(&outbox.does(Input::Connected(ana()))), [key(1)]);
    assert_eq!(sends(&outbox.does(Input::Accepted(key(1), 3))), [key(2)]);
    assert_eq!(*outbox.state(1), State::Accepted(3));
}

#[test]
fn what_the_list_shows_already_is_not_said_again() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.does(Input::Accepted(key(1), 7));
    outbox.does(Input::Seen(key(1), 7));
    assert_eq!(outbox.does(Input::Restored), []);
}
