//! The sentences between the messages: every gap is filled, and the reader is spoken to.

use chat::Role;

use super::*;
use crate::state::Happened::{self, *};

/// Everything that can happen.
pub(super) fn all() -> Vec<Happened> {
    let roles = [Role::Owner, Role::Admin, Role::Moderator, Role::Member, Role::Guest];
    let switched = [Muted, Banned, Topic, Locked, Archived];
    let mut all = vec![Went, Kicked, Renamed, Gone, RoomRenamed, Slow(0), Slow(30)];
    for (guest, invited) in [(false, false), (false, true), (true, false), (true, true)] {
        all.push(Came { guest, invited });
    }
    all.extend(switched.into_iter().flat_map(|what| [what(true), what(false)]));
    all.extend(roles.into_iter().flat_map(|role| [Appointed(role), Became(role)]));
    all
}

/// The gaps that a sentence about others has to have.
fn gaps(happened: Happened) -> &'static [&'static str] {
    match happened {
        Came { invited: true, .. } | Kicked | Muted(_) | Banned(_) | Appointed(_) => &["{by}", "{who}"],
        Came { .. } | Went | Became(_) | Gone => &["{who}"],
        Renamed => &["{was}", "{name}"],
        Topic(true) | RoomRenamed | Slow(1..) => &["{by}", "{what}"],
        Topic(false) | Slow(0) | Locked(_) | Archived(_) => &["{by}"],
    }
}

#[test]
fn what_happens_to_others_names_them_all() {
    for lang in Lang::ALL {
        for happened in all() {
            let told = (lang.texts().notes.told)(happened, You::Aside);
            assert!(gaps(happened).iter().all(|gap| told.matches(gap).count() == 1), "{lang:?}: {told}");
            assert_eq!(told.matches('{').count(), gaps(happened).len(), "{lang:?}: {told}");
            assert!(!told.ends_with('.'), "{lang:?}: {told}");
        }
    }
}

#[test]
fn what_the_reader_does_or_suffers_names_the_other_one() {
    for lang in Lang::ALL {
        for happened in all() {
            let between_two = gaps(happened).contains(&"{by}") && gaps(happened).contains(&"{who}");
            for (you, other) in [(You::Doer, "{who}"), (You::Concerned, "{by}")] {
                let told = (lang.texts().notes.told)(happened, you);
                assert!(!between_two || told.contains(other), "{lang:?}: {told}");
                for gap in ["{name}", "{what}"] {
                    assert_eq!(told.contains(gap), gaps(happened).contains(&gap), "{lang:?}: {told}");
                }
            }
        }
    }
}

#[test]
fn several_who_come_or_go_are_named_or_counted() {
    for lang in Lang::ALL {
        let notes = &lang.texts().notes;
        for [two, three, more] in [notes.came, notes.went] {
            for (told, gaps) in [
                (two, vec!["{1}", "{2}"]),
                (three, vec!["{1}", "{2}", "{3}"]),
                (more, vec!["{1}", "{2}", "{more}"]),
            ] {
                assert_eq!(told.matches('{').count(), gaps.len(), "{lang:?}: {told}");
                assert!(gaps.iter().all(|gap| told.contains(gap)), "{lang:?}: {told}");
            }
        }
    }
}
