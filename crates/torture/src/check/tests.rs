//! Every invariant is seen failing: a handmade run without a flaw, and one flaw at a time.

#[path = "tests/handmade.rs"]
mod handmade;

use std::collections::HashSet;

use chat::RoomId;
use handmade::*;

use super::*;
use crate::history::{Aim, Became, Fact, Shown, Told, What, digest};

#[test]
fn a_run_without_a_flaw_is_found_without_one() {
    let verdict = check(&evidence());
    assert_eq!(verdict.violations, []);
    assert_eq!((verdict.acked, verdict.messages, verdict.refused, verdict.waiting), (5, 3, 1, 0));
    // Ana 6 events and 3 messages; Bia a page of 2, 2 events and 1 message.
    assert_eq!(verdict.deliveries, 14);
}

#[test]
fn i1_an_acked_message_that_is_not_stored() {
    let lost = |evidence: &mut Evidence| {
        let log = evidence.truth.rooms.get_mut(&closed()).unwrap();
        log.entries.pop();
        log.messages.clear();
        log.head = 1;
    };
    assert!(violated(lost).contains(&1));
}

#[test]
fn i1_an_acked_message_that_is_stored_otherwise() {
    assert!(
        violated(|e| rewrite(e, 0, |fact| if *fact == acked(2, 2) {
            *fact = acked(2, 1);
        }))
        .contains(&1)
    );
    let other = |e: &mut Evidence| open_room(e).entries[1].event = sent("ana", 2, "tvo");
    assert!(violated(other).contains(&1));
}

#[test]
fn i1_an_acked_reaction_that_changed_nothing_points_at_the_one_that_did() {
    let again = |on| {
        move |evidence: &mut Evidence| {
            let what = What::React { target: Aim::Seq(2), emoji: "❤".to_owned(), on };
            append(evidence, 1, wants(room(), 8, what));
            append(evidence, 1, acked(8, 4));
        }
    };
    assert_eq!(violated(again(true)), NONE);
    assert_eq!(violated(again(false)), [1]);
}

#[test]
fn i2_a_gap_a_double_key_or_a_wrong_head() {
    assert!(violated(|e| open_room(e).entries[3].seq = 5).contains(&2));
    assert!(violated(|e| open_room(e).head = 5).contains(&2));
    let doubled = |e: &mut Evidence| {
        open_room(e).entries.push(entry(5, "ana", 2, sent("ana", 2, "two")));
        open_room(e).head = 5;
    };
    assert!(violated(doubled).contains(&2));
    assert_eq!(violated(|e| drop(open_room(e).messages.remove(&2))), [2]);
}

#[test]
fn i3_a_display_that_is_not_the_log() {
    let change = |change: fn(&mut Vec<Shown>)| {
        violated(|e| {
            rewrite(e, 0, |fact| {
                if let Fact::Display { messages, .. } = fact {
                    change(messages);
                }
            });
        })
    };
    assert_eq!(change(|messages| drop(messages.pop())), [3]);
    assert_eq!(change(|messages| messages.reverse()), [3]);
    assert_eq!(change(|messages| messages[0].body = digest("one")), [3]);
    assert_eq!(change(|messages| messages.last_mut().unwrap().reactions = vec![("x".to_owned(), 1)]), [3]);
    assert_eq!(violated(|e| drop_facts(e, 0, |fact| !matches!(fact, Fact::Display { .. }))), [3]);
    let behind = |fact: &mut Fact| {
        if let Fact::Display { applied, .. } = fact {
            *applied -= 1;
        }
    };
    assert_eq!(violated(|e| rewrite(e, 0, behind)), [3]);
}

#[test]
fn i4_a_display_that_jumps_or_shows_something_twice() {
    let jump = |e: &mut Evidence| {
        rewrite(e, 0, |f| {
            if *f == applied(room(), 0, 4) {
                *f = applied(room(), 1, 4);
            }
        });
    };
    assert_eq!(violated(jump), [4]);
    let unheard = |e: &mut Evidence| drop_facts(e, 0, |f| !matches!(f, Fact::Told { seq: 3, .. }));
    assert_eq!(violated(unheard), [4]);
    let twice = |e: &mut Evidence| append(e, 0, Fact::Waiting { keys: vec![key(1)] });
    assert_eq!(violated(twice), [4]);
    let raised = |e: &mut Evidence| {
        rewrite(e, 0, |f| {
            if *f == applied(room(), 0, 4) {
                *f = Fact::Applied { room: room(), from: 0, to: 4, raised: Some(2) };
            }
        });
    };
    assert_eq!(violated(raised), [4], "both numbers were hers to see");
}

#[test]
fn i5_an_order_that_is_not_the_typing_order() {
    // Her lines 3 to 5 are about the first message, 6 to 8 about the second.
    let swapped = |e: &mut Evidence| e.witnesses[0].lines[2..8].rotate_left(3);
    assert_eq!(violated(swapped), [5]);
}

#[test]
fn i6_a_body_that_nobody_sent() {
    let other = |fact: &mut Fact| {
        if let Fact::Told { event: Told::Sent { body, .. }, seq: 2, .. } = fact {
            *body = digest("tvo");
        }
    };
    assert_eq!(violated(|e| rewrite(e, 0, other)), [6]);
    let page = |fact: &mut Fact| {
        if let Fact::Page { messages, .. } = fact {
            messages[0].body = digest("one!");
        }
    };
    assert_eq!(violated(|e| rewrite(e, 1, page)), [6], "edited only later");
    let unknown = told(room(), 9, sent("ana", 9, "?"));
    assert!(violated(|e| append(e, 0, unknown)).contains(&6));
    let by = |fact: &mut Fact| {
        if let Fact::Told { event: Told::Reacted { emoji, .. }, .. } = fact {
            *emoji = "x".to_owned();
        }
    };
    assert_eq!(violated(|e| rewrite(e, 0, by)), [6]);
}

#[test]
fn i6_a_deleted_text_may_be_told_as_it_was_or_empty_and_not_otherwise() {
    let delete = |body: &'static str, deleted| {
        move |e: &mut Evidence| {
            let log = open_room(e);
            log.entries[1].event =
                Told::Sent { key: key(2), author: person("ana"), body: digest(""), deleted: true };
            let gone = Told::Deleted { by: person("ana"), target: 2 };
            log.entries.push(entry(5, "ana", 9, gone.clone()));
            log.head = 5;
            let event = Told::Sent { key: key(2), author: person("ana"), body: digest(body), deleted };
            rewrite(e, 0, |f| {
                if matches!(f, Fact::Told { seq: 2, room, .. } if *room == RoomId::lobby()) {
                    *f = told(room(), 2, event.clone());
                }
            });
            for at in 0..2 {
                drop_facts(e, at, |f| !matches!(f, Fact::Display { .. }));
            }
        }
    };
    // The displays are left out: I3 complains of that, and of nothing else.
    assert_eq!(violated(delete("two", false)), [3]);
    assert_eq!(violated(delete("", true)), [3]);
    assert_eq!(violated(delete("tvo", false)), [3, 6]);
    assert_eq!(violated(delete("two", true)), [3, 6]);
}

#[test]
fn i7_a_tick_that_a_death_took_back() {
    let dead = |kept: &[u8]| {
        let mut kept: HashSet<_> = kept.iter().map(|n| (person("ana"), key(*n))).collect();
        kept.insert((person("bia"), key(4)));
        move |e: &mut Evidence| e.kills = vec![Kill { at: 7, kept: kept.clone() }]
    };
    // Ana's first message is acked by her fifth line, the second by her eighth.
    assert_eq!(violated(dead(&[1])), NONE);
    assert_eq!(violated(dead(&[2])), [7]);
}

#[test]
fn i8_a_refused_key_that_is_stored() {
    assert_eq!(violated(|e| append(e, 0, Fact::Refused { key: key(2), code: "muted".to_owned() })), [8]);
}

#[test]
fn i9_what_is_said_after_a_removal_reaches_the_removed() {
    let event = sent("ana", 6, "alone");
    assert_eq!(violated(|e| append(e, 1, told(closed(), 2, event))), [9]);
    let messages = vec![shown(2, "ana", 6, "alone")];
    let read = Fact::Page { room: closed(), head: 2, reset: false, messages };
    assert_eq!(violated(|e| append(e, 1, read)), [9]);
}

#[test]
fn i9_a_public_room_is_read_as_a_whole_by_who_came_back_and_not_before() {
    let came_back = |knows: bool| {
        move |e: &mut Evidence| {
            let log = open_room(e);
            let became = |n, became| {
                let who = person("bia");
                entry(n, "ana", 10 + n as u8, Told::Person { by: person("ana"), who, became })
            };
            log.entries.extend([became(5, Became::Kicked), entry(6, "ana", 20, sent("ana", 20, "x"))]);
            log.entries.push(became(7, Became::Joined));
            log.messages.insert(6, Some(digest("x")));
            log.head = 7;
            for at in 0..2 {
                drop_facts(e, at, |f| !matches!(f, Fact::Display { .. }));
            }
            if knows {
                append(e, 1, Fact::Page { room: room(), head: 7, reset: true, messages: Vec::new() });
            }
            append(e, 1, told(room(), 6, sent("ana", 20, "x")));
        }
    };
    assert_eq!(violated(came_back(true)), [3]);
    assert_eq!(violated(came_back(false)), [3, 9]);
    let asked = |e: &mut Evidence| {
        came_back(false)(e);
        rewrite(e, 1, |f| {
            if let Fact::Told { synced, seq: 6, .. } = f {
                *synced = true;
            }
        });
    };
    assert_eq!(violated(asked), [3], "whoever asks may read it");
}

#[test]
fn i10_too_much_memory() {
    assert_eq!(violated(|e| e.memory = 301 << 20), [10]);
}

#[test]
fn i11_healing_that_takes_too_long() {
    assert_eq!(violated(|e| e.convergence = vec![15_000; 36]), NONE);
    assert_eq!(violated(|e| e.convergence = [vec![1; 99], vec![15_001]].concat()), [11]);
    assert_eq!(violated(|e| e.reconnects = [vec![1; 98], vec![3_001; 2]].concat()), [11]);
}

#[test]
fn i13_a_wish_that_ends_nowhere() {
    let unanswered = |e: &mut Evidence| drop_facts(e, 0, |f| *f != acked(2, 2));
    assert_eq!(violated(unanswered), [13]);
    let waiting = |e: &mut Evidence| {
        append(e, 0, wants(room(), 9, say("?")));
        append(e, 0, Fact::Waiting { keys: vec![key(9)] });
    };
    assert_eq!(violated(waiting), NONE);
    assert_eq!(violated(|e| drop_facts(e, 0, |f| !matches!(f, Fact::Waiting { .. }))), [13]);
}

#[test]
fn i13_a_wish_that_died_before_the_disk_had_it_was_never_promised() {
    let died = |saved: bool| {
        move |e: &mut Evidence| {
            let mut facts = vec![Fact::Began, wants(room(), 9, say("?"))];
            facts.extend(saved.then_some(Fact::Saved { key: key(9) }));
            let rest = std::mem::take(&mut e.witnesses[1].lines);
            let all = facts.into_iter().chain(rest.into_iter().map(|line| line.fact)).collect();
            e.witnesses[1] = witness("bia", all);
        }
    };
    assert_eq!(violated(died(false)), NONE);
    assert_eq!(violated(died(true)), [13]);
}

#[test]
fn i14_a_panic_or_an_error_in_the_log() {
    assert_eq!(violated(|e| e.complaints = vec!["thread 'x' panicked at".to_owned()]), [14]);
}

#[test]
fn what_a_restore_took_back_is_no_loss_and_what_came_before_or_after_is() {
    let restored = |from: Millis, epoch: &'static str| {
        move |e: &mut Evidence| {
            append(e, 0, Fact::Hello { epoch: epoch.to_owned(), you: person("ana"), heads: Vec::new() });
            append(e, 0, wants(room(), 9, say("gone")));
            append(e, 0, acked(9, 5));
            let at = e.witnesses[0].lines.last().unwrap().at;
            append(e, 0, hello("ana"));
            e.restores = vec![at + from];
        }
    };
    assert_eq!(violated(restored(-1, "before")), NONE);
    assert_eq!(violated(restored(1, "before")), [1], "it was in the backup");
    assert_eq!(violated(restored(-1, "first")), [1], "the new database promised it");
}
