//! Requests about what was said before: edits and deletions, of what has a `seq` and of what has none yet.

use super::*;

#[test]
fn an_edit_of_what_was_never_sent_changes_it_and_is_saved_first() {
    let mut outbox = connected();
    outbox.does(Input::Disconnected);
    outbox.does(Input::Push(message(1)));
    assert_eq!(outbox.does(Input::Push(edit(2, 1))), [Effect::Changed(key(1)), Effect::Save(key(1))]);
    assert_eq!(outbox.keys(), [key(1)]);
    outbox.does(Input::Connected(ana()));
    assert_eq!(sends(&outbox.does(Input::Saved(key(1)))), [], "the second write is not done");
    assert_eq!(sends(&outbox.does(Input::Saved(key(1)))), [key(1)]);
    assert_eq!(outbox.get(key(1)).unwrap().intent.body(), Some(&body("edited")));
}

#[test]
fn a_deletion_of_what_was_never_sent_removes_it() {
    let mut outbox = connected();
    outbox.does(Input::Disconnected);
    outbox.says(message(1));
    let effects = outbox.does(Input::Push(delete(2, 1)));
    assert_eq!(effects, [Effect::Gone(key(1)), Effect::Remove(key(1)), Effect::Tell(key(1))]);
    assert!(outbox.items().is_empty());
}

#[test]
fn what_another_tab_may_have_sent_is_never_changed_in_place() {
    let mut outbox = connected();
    outbox.does(Input::Disconnected);
    outbox.does(Input::Heard(message(1)));
    outbox.says(edit(2, 1));
    assert_eq!(outbox.keys(), [key(1), key(2)]);
}

#[test]
fn an_edit_waits_until_the_answer_gives_its_target_a_seq() {
    let mut outbox = connected();
    outbox.says(message(1));
    assert_eq!(sends(&outbox.says(edit(2, 1))), []);
    let effects = outbox.does(Input::Accepted(key(1), 7));
    // Before the message leaves the disk: afterwards nobody could tell the edit its target.
    let saved = effects.iter().position(|e| *e == Effect::Save(key(2))).unwrap();
    assert!(saved < effects.iter().position(|e| *e == Effect::Remove(key(1))).unwrap());
    assert_eq!(sends(&outbox.does(Input::Saved(key(2)))), [key(2)]);
    assert_eq!(outbox.get(key(2)).unwrap().intent.target(), Some(Target::Stored(7)));
    assert_eq!(outbox.does(Input::Accepted(key(2), 8))[0], Effect::Gone(key(2)));
}

#[test]
fn what_is_about_a_stored_message_goes_out_at_once() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.does(Input::Accepted(key(1), 7));
    outbox.does(Input::Seen(key(1), 7));
    assert_eq!(sends(&outbox.says(edit(2, 1))), [key(2)]);
}

#[test]
fn what_is_about_a_refused_message_is_refused_too() {
    let mut outbox = connected();
    outbox.says(message(1));
    outbox.says(edit(2, 1));
    outbox.does(Input::Refused(key(1), "muted".into()));
    assert_eq!(outbox.state(2), &State::Refused("not_found".into()));
    outbox.says(edit(3, 99));
    assert_eq!(outbox.state(3), &State::Refused("not_found".into()));
}
