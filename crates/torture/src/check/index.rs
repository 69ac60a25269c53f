//! What the invariants look things up in, made once: wishes by key, messages with their whole life, memberships.

use std::collections::{BTreeMap, HashMap};

use chat::{Key, MemberId, RoomId, Seq};

use super::{Evidence, Witness};
use crate::history::{Became, Fact, Shown, Told, What, digest};
use crate::truth::{Entry, Log};

/// Something somebody wanted.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) room: RoomId,
    /// What it was, and what became of it before it was ever sent: any of these is as wanted.
    pub(super) what: Vec<What>,
}

impl Wish {
    /// It is a message of this text.
    pub(super) fn says(&self, body: &str) -> bool {
        self.what.iter().any(|what| matches!(what, What::Say { body: wanted } if wanted == body))
    }

    /// It is a message.
    pub(super) fn is_message(&self) -> bool {
        matches!(self.what[0], What::Say { .. })
    }
}

/// A message from its first event on.
#[derive(Clone, Debug)]
pub(super) struct Life {
    key: Key,
    author: MemberId,
    /// Digests of what the text may have been: one, unless it is gone.
    bodies: Vec<String>,
    /// Number of each edit and digests of what its text may have been.
    edits: Vec<(Seq, Vec<String>)>,
    deleted: Option<Seq>,
    reactions: Vec<(Seq, String, MemberId, bool)>,
}

/// A stretch of a room's log that reached a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Seq,
    /// Included; the event that takes somebody out still reaches them.
    pub(super) to: Seq,
    /// It began with the end of a ban: what lies before it may be read from then on.
    pub(super) unbanned: bool,
}

impl Stretch {
    pub(super) fn holds(&self, seq: Seq) -> bool {
        (self.from..=self.to).contains(&seq)
    }
}

/// See the module.
pub(super) struct Index<'a> {
    wishes: HashMap<&'a MemberId, HashMap<Key, Wish>>,
    entries: HashMap<&'a MemberId, HashMap<Key, (&'a RoomId, &'a Entry)>>,
    lives: HashMap<&'a RoomId, HashMap<Seq, Life>>,
    stretches: HashMap<&'a RoomId, HashMap<&'a MemberId, Vec<Stretch>>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(evidence: &'a Evidence) -> Index<'a> {
        let mut index = Index {
            wishes: wishes(&evidence.witnesses),
            entries: HashMap::new(),
            lives: HashMap::new(),
            stretches: HashMap::new(),
        };
        for (room, log) in &evidence.truth.rooms {
            index.stretches.insert(room, stretches(log));
            for entry in &log.entries {
                index.entries.entry(&entry.author).or_default().insert(entry.key, (room, entry));
                index.live(room, entry);
            }
        }
        index
    }

    fn live(&mut self, room: &'a RoomId, entry: &'a Entry) {
        let wanted = self.wishes.get(&entry.author).and_then(|all| all.get(&entry.key));
        // What the log has emptied is known from whoever wanted it.
        let texts = |body: &String, deleted: bool| match wanted {
            Some(wish) if deleted => wish.what.iter().filter_map(What::body).cloned().collect(),
            _ => vec![body.clone()],
        };
        let lives = self.lives.entry(room).or_default();
        match &entry.event {
            Told::Sent { body, deleted, .. } => {
                let life = Life {
                    key: entry.key,
                    author: entry.author.clone(),
                    bodies: texts(body, *deleted),
                    edits: Vec::new(),
                    deleted: None,
                    reactions: Vec::new(),
                };
                lives.insert(entry.seq, life);
            }
            Told::Edited { target, body, deleted, .. } => {
                if let Some(life) = lives.get_mut(target) {
                    life.edits.push((entry.seq, texts(body, *deleted)));
                }
            }
            Told::Deleted { target, .. } => {
                if let Some(life) = lives.get_mut(target) {
                    life.deleted.get_or_insert(entry.seq);
                }
            }
            Told::Reacted { target, by, emoji, on } => {
                if let Some(life) = lives.get_mut(target) {
                    life.reactions.push((entry.seq, emoji.clone(), by.clone(), *on));
                }
            }
            Told::Person { .. } | Told::Other => {}
        }
    }

    /// What `author` wanted under `key`.
    pub(super) fn wish(&self, author: &MemberId, key: Key) -> Option<&Wish> {
        self.wishes.get(author)?.get(&key)
    }

    /// The event that `author` made under `key`, with its room.
    pub(super) fn entry(&self, author: &MemberId, key: Key) -> Option<(&'a RoomId, &'a Entry)> {
        self.entries.get(author)?.get(&key).copied()
    }

    /// The message that `room` and `seq` address.
    pub(super) fn life(&self, room: &RoomId, seq: Seq) -> Option<&Life> {
        self.lives.get(room)?.get(&seq)
    }

    /// The numbers of the messages of a room, from one to another, ascending.
    pub(super) fn between(log: &Log, from: Seq, to: Seq) -> impl Iterator<Item = Seq> {
        let sent = log.entries.iter().filter(|entry| matches!(entry.event, Told::Sent { .. }));
        sent.map(|entry| entry.seq).filter(move |seq| (from..=to).contains(seq))
    }

    /// The parts of a room's log that reached somebody.
    pub(super) fn stretches(&self, room: &RoomId, who: &MemberId) -> &[Stretch] {
        self.stretches.get(room).and_then(|all| all.get(who)).map_or(&[], Vec::as_slice)
    }
}

impl Life {
    /// It was displayed like this when the room's head was `head`. Without `whole`, reactions are left aside.
    pub(super) fn was(&self, shown: &Shown, head: Seq, whole: bool) -> bool {
        let deleted = self.deleted.is_some_and(|at| at <= head);
        let edited = self.edits.iter().rev().find(|(at, _)| *at <= head).map(|(_, bodies)| bodies);
        let bodies = edited.unwrap_or(&self.bodies);
        let text = if deleted { shown.body == digest("") } else { bodies.contains(&shown.body) };
        let reactions = if deleted { Vec::new() } else { self.reactions(head) };
        text && (shown.key, &shown.author, shown.deleted) == (self.key, &self.author, deleted)
            && (!whole || shown.reactions == reactions)
    }

    fn reactions(&self, head: Seq) -> Vec<(String, u64)> {
        let mut now: BTreeMap<&str, Vec<&MemberId>> = BTreeMap::new();
        for (_, emoji, who, on) in self.reactions.iter().filter(|(at, ..)| *at <= head) {
            let people = now.entry(emoji).or_default();
            people.retain(|person| *person != who);
            if *on {
                people.push(who);
            }
        }
        let counted = now.into_iter().map(|(emoji, people)| (emoji.to_owned(), people.len() as u64));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// It may have been told like this: its first text, or that of the edit at `seq`.
    pub(super) fn said(&self, seq: Option<Seq>, body: &str, deleted: bool) -> bool {
        if deleted {
            return self.deleted.is_some() && body == digest("");
        }
        let bodies = match seq {
            Some(seq) => self.edits.iter().find(|(at, _)| *at == seq).map(|(_, bodies)| bodies),
            None => Some(&self.bodies),
        };
        bodies.is_some_and(|bodies| bodies.iter().any(|it| it == body))
    }
}

fn wishes(witnesses: &[Witness]) -> HashMap<&MemberId, HashMap<Key, Wish>> {
    let mut wishes: HashMap<_, HashMap<_, _>> = HashMap::new();
    for witness in witnesses {
        let own = wishes.entry(&witness.me).or_default();
        for line in &witness.lines {
            if let Fact::Wants { key, room, what } = &line.fact {
                let new = || Wish { room: room.clone(), what: Vec::new() };
                own.entry(*key).or_insert_with(new).what.push(what.clone());
            }
        }
    }
    wishes
}

/// Who was reached by which part of a room's log.
fn stretches(log: &Log) -> HashMap<&MemberId, Vec<Stretch>> {
    let mut places: HashMap<&MemberId, Place> = HashMap::new();
    for founder in &log.founders {
        places.entry(founder).or_default().change(1, |place| place.present = true, false);
    }
    for entry in &log.entries {
        let Told::Person { who, became, .. } = &entry.event else { continue };
        let place = places.entry(who).or_default();
        match became {
            Became::Joined => place.change(entry.seq, |place| place.present = true, false),
            Became::Left | Became::Kicked => place.change(entry.seq, |place| place.present = false, false),
            Became::Banned => place.change(entry.seq, |place| place.banned = true, false),
            Became::Unbanned => place.change(entry.seq, |place| place.banned = false, true),
            Became::Muted | Became::Unmuted => {}
        }
    }
    places.into_iter().map(|(who, place)| (who, place.stretches)).collect()
}

/// Somebody's place in a room, while the log is read.
#[derive(Default)]
struct Place {
    present: bool,
    banned: bool,
    stretches: Vec<Stretch>,
}

impl Place {
    fn change(&mut self, seq: Seq, change: impl FnOnce(&mut Place), unbanned: bool) {
        let before = self.present && !self.banned;
        change(self);
        match (before, self.present && !self.banned) {
            (false, true) => self.stretches.push(Stretch { from: seq, to: Seq::MAX, unbanned }),
            (true, false) => {
                if let Some(last) = self.stretches.last_mut() {
                    last.to = seq;
                }
            }
            _ => {}
        }
    }
}
