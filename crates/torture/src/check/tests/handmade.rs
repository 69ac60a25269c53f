//! A handmade run of two people, and ways to spoil it.

use chat::{Key, MemberId, RoomId, Seq};

use crate::check::{Evidence, Kind, Witness, check};
use crate::history::{Aim, Became, Fact, Line, Shown, Told, What, digest};
use crate::truth::{Entry, Log, Truth};

/// No invariant.
pub(super) const NONE: [u8; 0] = [];

pub(super) fn person(name: &str) -> MemberId {
    name.parse().unwrap()
}

pub(super) fn key(n: u8) -> Key {
    Key::from_bytes([n; 16])
}

pub(super) fn room() -> RoomId {
    RoomId::lobby()
}

pub(super) fn closed() -> RoomId {
    "closed".parse().unwrap()
}

pub(super) fn sent(author: &str, n: u8, body: &str) -> Told {
    Told::Sent { key: key(n), author: person(author), body: digest(body), deleted: false }
}

pub(super) fn entry(seq: Seq, author: &str, n: u8, event: Told) -> Entry {
    Entry { seq, author: person(author), key: key(n), event }
}

pub(super) fn shown(seq: Seq, author: &str, n: u8, body: &str) -> Shown {
    let (key, author, body) = (key(n), person(author), digest(body));
    Shown { seq, key, author, body, deleted: false, reactions: Vec::new() }
}

pub(super) fn wants(room: RoomId, n: u8, what: What) -> Fact {
    Fact::Wants { key: key(n), room, what }
}

pub(super) fn say(body: &str) -> What {
    What::Say { body: digest(body) }
}

pub(super) fn acked(n: u8, seq: Seq) -> Fact {
    Fact::Acked { key: key(n), seq, duplicate: false }
}

pub(super) fn told(room: RoomId, seq: Seq, event: Told) -> Fact {
    Fact::Told { room, seq, synced: false, event }
}

pub(super) fn applied(room: RoomId, from: Seq, to: Seq) -> Fact {
    Fact::Applied { room, from, to, raised: None }
}

/// Ana says two things and edits the first; Bia deletes nothing, answers with an emoji, and is taken out of the
/// closed room, where Ana goes on.
pub(super) fn log() -> (Log, Log) {
    let edited = Told::Edited { by: person("ana"), target: 1, body: digest("one!"), deleted: false };
    let reacted = Told::Reacted { by: person("bia"), target: 2, emoji: "❤".to_owned(), on: true };
    let open = Log {
        public: true,
        head: 4,
        founders: [person("ana"), person("bia")].into(),
        entries: vec![
            entry(1, "ana", 1, sent("ana", 1, "one")),
            entry(2, "ana", 2, sent("ana", 2, "two")),
            entry(3, "ana", 3, edited),
            entry(4, "bia", 4, reacted),
        ],
        messages: [(1, Some(digest("one!"))), (2, Some(digest("two")))].into(),
    };
    let kicked = Told::Person { by: person("ana"), who: person("bia"), became: Became::Kicked };
    let secret = Log {
        public: false,
        head: 2,
        founders: [person("ana"), person("bia")].into(),
        entries: vec![entry(1, "ana", 5, kicked), entry(2, "ana", 6, sent("ana", 6, "alone"))],
        messages: [(2, Some(digest("alone")))].into(),
    };
    (open, secret)
}

pub(super) fn ana() -> Vec<Fact> {
    let (open, secret) = log();
    let mut facts = vec![Fact::Began, hello("ana")];
    for (n, what) in
        [(1, say("one")), (2, say("two")), (3, What::Edit { target: Aim::Key(key(1)), body: digest("one!") })]
    {
        facts.extend([wants(room(), n, what), Fact::Saved { key: key(n) }, acked(n, n.into())]);
    }
    facts.extend([wants(closed(), 6, say("alone")), Fact::Saved { key: key(6) }, acked(6, 2)]);
    facts.extend(open.entries.into_iter().map(|entry| told(room(), entry.seq, entry.event)));
    facts.push(applied(room(), 0, 4));
    facts.extend(secret.entries.into_iter().map(|entry| told(closed(), entry.seq, entry.event)));
    facts.push(applied(closed(), 0, 2));
    let mut heart = shown(2, "ana", 2, "two");
    heart.reactions = vec![("❤".to_owned(), 1)];
    let messages = vec![shown(1, "ana", 1, "one!"), heart];
    facts.push(Fact::Display { room: room(), applied: 4, whole: true, messages });
    let messages = vec![shown(2, "ana", 6, "alone")];
    facts.push(Fact::Display { room: closed(), applied: 2, whole: true, messages });
    facts.push(Fact::Waiting { keys: Vec::new() });
    facts
}

pub(super) fn bia() -> Vec<Fact> {
    let (open, secret) = log();
    let what = What::React { target: Aim::Seq(2), emoji: "❤".to_owned(), on: true };
    let mut facts = vec![Fact::Began, hello("bia"), wants(room(), 4, what), Fact::Saved { key: key(4) }];
    facts.extend([acked(4, 4), wants(closed(), 7, say("too late")), Fact::Saved { key: key(7) }]);
    facts.push(Fact::Refused { key: key(7), code: "forbidden".to_owned() });
    facts.push(told(closed(), 1, secret.entries[0].event.clone()));
    facts.push(Fact::Left { room: closed() });
    let messages = vec![shown(1, "ana", 1, "one"), shown(2, "ana", 2, "two")];
    facts.push(Fact::Page { room: room(), head: 2, reset: true, messages });
    facts.extend(open.entries.into_iter().skip(2).map(|entry| told(room(), entry.seq, entry.event)));
    facts.push(applied(room(), 2, 4));
    let mut heart = shown(2, "ana", 2, "two");
    heart.reactions = vec![("❤".to_owned(), 1)];
    let messages = vec![heart];
    facts.push(Fact::Display { room: room(), applied: 4, whole: false, messages });
    facts.push(Fact::Waiting { keys: Vec::new() });
    facts
}

pub(super) fn hello(name: &str) -> Fact {
    Fact::Hello { epoch: "first".to_owned(), you: person(name), heads: Vec::new() }
}

pub(super) fn witness(name: &str, facts: Vec<Fact>) -> Witness {
    let lines = facts.into_iter().zip(1..).map(|(fact, at)| Line { at, fact }).collect();
    Witness { name: name.to_owned(), me: person(name), kind: Kind::Tab, lines }
}

pub(super) fn evidence() -> Evidence {
    let (open, secret) = log();
    let rooms = [(room(), open), (closed(), secret)].into();
    Evidence {
        truth: Truth { epoch: "first".to_owned(), rooms },
        witnesses: vec![witness("ana", ana()), witness("bia", bia())],
        ..Evidence::default()
    }
}

/// The numbers of the invariants that `flaw` violates.
pub(super) fn violated(flaw: impl FnOnce(&mut Evidence)) -> Vec<u8> {
    let mut evidence = evidence();
    flaw(&mut evidence);
    check(&evidence).summary().into_keys().collect()
}

pub(super) fn open_room(evidence: &mut Evidence) -> &mut Log {
    evidence.truth.rooms.get_mut(&room()).unwrap()
}

/// Changes the facts of the first or second client that `change` cares about.
pub(super) fn rewrite(evidence: &mut Evidence, witness: usize, change: impl FnMut(&mut Fact)) {
    evidence.witnesses[witness].lines.iter_mut().map(|line| &mut line.fact).for_each(change);
}

pub(super) fn drop_facts(evidence: &mut Evidence, witness: usize, keep: impl Fn(&Fact) -> bool) {
    evidence.witnesses[witness].lines.retain(|line| keep(&line.fact));
}

pub(super) fn append(evidence: &mut Evidence, witness: usize, fact: Fact) {
    let at = evidence.witnesses[witness].lines.last().unwrap().at + 1;
    evidence.witnesses[witness].lines.push(Line { at, fact });
}
