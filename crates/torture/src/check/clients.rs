//! What must hold of each client: I3, I4, I6, I9, I13.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chat::{Key, Millis, RoomId, Seq};

use super::index::{Index, Stretch};
use super::{Evidence, Kind, Verdict, Witness};
use crate::history::{Fact, Line, Shown, Told};
use crate::truth::Log;

/// Walks one history.
pub(super) fn check(evidence: &Evidence, index: &Index<'_>, witness: &Witness, verdict: &mut Verdict) {
    let mut walk = Walk { evidence, index, witness, verdict, rooms: BTreeMap::new(), epoch: "", at: 0 };
    for line in &witness.lines {
        walk.line(line);
    }
    if witness.kind == Kind::Tab {
        displays_what_is_stored(evidence, index, witness, verdict);
        ends_visibly(evidence, witness, verdict);
    }
}

/// What the checker knows of a room as the client does, at a line of its history.
#[derive(Default)]
struct Room {
    /// The last number applied.
    applied: Seq,
    /// A page is there.
    displayed: bool,
    /// The numbers of the events it has been told since the display began.
    told: HashSet<Seq>,
    /// The highest number it has heard of.
    heard: Seq,
}

struct Walk<'a> {
    evidence: &'a Evidence,
    index: &'a Index<'a>,
    witness: &'a Witness,
    verdict: &'a mut Verdict,
    rooms: BTreeMap<&'a RoomId, Room>,
    epoch: &'a str,
    at: Millis,
}

impl<'a> Walk<'a> {
    fn line(&mut self, line: &'a Line) {
        self.at = line.at;
        match &line.fact {
            Fact::Began => self.rooms.clear(),
            Fact::Hello { epoch, heads, .. } => {
                self.epoch = epoch;
                for (room, head) in heads {
                    self.heard(room, *head);
                }
            }
            Fact::Told { room, seq, event, .. } => self.told(room, *seq, event),
            Fact::Page { room, head, reset, messages } => self.page(room, *head, *reset, messages),
            Fact::Applied { room, from, to, raised } => self.applied(room, *from, *to, *raised),
            Fact::Left { room } => {
                self.rooms.remove(room);
            }
            _ => {}
        }
    }

    /// The line is about the database that is there now, not about one that a restore has replaced.
    fn is_present(&self) -> bool {
        self.epoch == self.evidence.truth.epoch
    }

    fn violated(&mut self, invariant: u8, what: impl std::fmt::Display) {
        self.verdict.violated(invariant, format!("{} at {}: {what}", self.witness.name, self.at));
    }

    fn heard(&mut self, room: &'a RoomId, seq: Seq) {
        let room = self.rooms.entry(room).or_default();
        room.heard = room.heard.max(seq);
    }

    fn told(&mut self, room: &'a RoomId, seq: Seq, event: &'a Told) {
        let known = self.rooms.entry(room).or_default();
        known.told.insert(seq);
        if self.witness.kind == Kind::Stock {
            self.verdict.deliveries += 1;
        }
        self.is_meant_for(room, seq);
        self.heard(room, seq);
        if let Err(wrong) = self.compare(room, seq, event) {
            self.violated(6, format!("{room}/{seq}: {wrong}"));
        }
    }

    /// I6: what it was told is what is stored, and was wanted byte for byte.
    fn compare(&self, room: &RoomId, seq: Seq, told: &Told) -> Result<(), String> {
        if let Told::Sent { key, author, body, deleted: false } = told
            && let Some(wish) = self.index.wish(author, *key)
            && !wish.says(body)
        {
            return Err(format!("told {told:?}, wanted {:?}", wish.what));
        }
        if !self.is_present() {
            return Ok(());
        }
        let log = self.evidence.truth.rooms.get(room).ok_or("told of a room that is not there")?;
        let entry = log.entry(seq).ok_or("told of an event that is not there")?;
        let life = |seq| self.index.life(room, seq).ok_or("of a message that is not there");
        let same = match (told, &entry.event) {
            (Told::Sent { key, author, body, deleted }, Told::Sent { .. }) => {
                (*key, author) == (entry.key, &entry.author) && life(seq)?.said(None, body, *deleted)
            }
            (Told::Edited { by, target, body, deleted }, Told::Edited { target: kept, .. }) => {
                (by, target) == (&entry.author, kept) && life(*target)?.said(Some(seq), body, *deleted)
            }
            (told, kept) => told == kept,
        };
        if same {
            Ok(())
        } else {
            Err(format!("told {told:?}, stored {:?} by {}", entry.event, entry.author))
        }
    }

    /// I9: nothing reaches somebody who is out of the room, or out of everything.
    fn is_meant_for(&mut self, room: &'a RoomId, seq: Seq) {
        if !self.is_present() {
            return;
        }
        let stretches = self.index.stretches(room, &self.witness.me);
        if stretches.iter().any(|it| it.holds(seq)) {
            return;
        }
        let public = self.evidence.truth.rooms.get(room).is_some_and(|log| log.public);
        let heard = self.rooms.get(room).map_or(0, |room| room.heard);
        // A public room may be read as a whole by whoever is in it again, and any room by whose ban is over.
        let readable = |it: &Stretch| seq < it.from && it.from <= heard && (public || it.unbanned);
        if !stretches.iter().any(readable) {
            self.violated(9, format!("{room}/{seq} reached somebody who was in it during {stretches:?}"));
        }
    }

    fn page(&mut self, room: &'a RoomId, head: Seq, reset: bool, messages: &'a [Shown]) {
        self.heard(room, head);
        self.verdict.deliveries += messages.len() as u64;
        for shown in messages {
            self.is_readable(room, shown.seq);
            // Reactions of a page are left aside: the display at the end is compared as a whole.
            let life = self.index.life(room, shown.seq);
            if self.is_present() && !life.is_some_and(|life| life.was(shown, head, false)) {
                self.violated(6, format!("{room}: a page of head {head} holds {shown:?}"));
            }
        }
        if reset {
            let known = self.rooms.entry(room).or_default();
            known.told.retain(|seq| *seq > head);
            known.applied = head;
            self.verdict.resets += u64::from(std::mem::replace(&mut known.displayed, true));
        }
    }

    /// I9 too: what was said in a closed room before one came is not to be read by any path.
    fn is_readable(&mut self, room: &'a RoomId, seq: Seq) {
        let public = self.evidence.truth.rooms.get(room).is_none_or(|log| log.public);
        let stretches = self.index.stretches(room, &self.witness.me);
        let readable = |it: &Stretch| it.holds(seq) || (it.unbanned && seq < it.from);
        if self.is_present() && !public && !stretches.iter().any(readable) {
            self.violated(9, format!("{room}/{seq} was read by somebody who was in it during {stretches:?}"));
        }
    }

    /// I4: the display goes on one by one.
    fn applied(&mut self, room: &'a RoomId, from: Seq, to: Seq, raised: Option<Seq>) {
        let known = self.rooms.entry(room).or_default();
        let first = from.max(raised.unwrap_or(0)) + 1;
        let missing = (first..=to).find(|seq| !known.told.contains(seq));
        let before = std::mem::replace(&mut known.applied, to);
        self.verdict.deliveries += (to + 1).saturating_sub(first);
        if before != from || to < from {
            self.violated(4, format!("{room}: displayed up to {before}, went on from {from} to {to}"));
        }
        if let Some(missing) = missing {
            self.violated(
                4,
                format!("{room}: went on from {from} to {to} without having heard of {missing}"),
            );
        }
        if let Some(raised) = raised
            && self.is_present()
            && let Some(skipped) = self.skipped(room, from, raised)
        {
            self.violated(4, format!("{room}: the server raised {from} to {raised}, over {skipped}"));
        }
        if let Some(known) = self.rooms.get_mut(room) {
            known.told.retain(|seq| *seq > to);
        }
    }

    /// A number between the two that is this client's to see.
    fn skipped(&self, room: &RoomId, from: Seq, raised: Seq) -> Option<Seq> {
        let stretches = self.index.stretches(room, &self.witness.me);
        let inside = |seq: &Seq| stretches.iter().any(|it| it.holds(*seq));
        (from + 1..=raised).find(inside)
    }
}

/// I3: at the end each member's display is the log over its membership.
fn displays_what_is_stored(evidence: &Evidence, index: &Index<'_>, witness: &Witness, verdict: &mut Verdict) {
    let mut displays: HashMap<&RoomId, (Seq, bool, &Vec<Shown>)> = HashMap::new();
    let mut waiting: &[Key] = &[];
    for line in &witness.lines {
        match &line.fact {
            Fact::Began => displays.clear(),
            Fact::Left { room } => {
                displays.remove(room);
            }
            Fact::Display { room, applied, whole, messages } => {
                displays.insert(room, (*applied, *whole, messages));
            }
            Fact::Waiting { keys } => waiting = keys,
            _ => {}
        }
    }
    for (room, log) in &evidence.truth.rooms {
        let stretches = index.stretches(room, &witness.me);
        let member = stretches.last().is_some_and(|last| last.to == Seq::MAX);
        match displays.get(room) {
            Some((applied, whole, messages)) if member => {
                let range = Range { room, log, applied: *applied, whole: *whole, from: stretches[0].from };
                verdict.deliveries += messages.len() as u64;
                if let Err(wrong) = range.compare(index, messages) {
                    verdict.violated(3, format!("{}: {room}: {wrong}", witness.name));
                }
            }
            None if member => verdict.violated(3, format!("{} displays no {room}", witness.name)),
            _ => {}
        }
    }
    let shown: HashSet<_> =
        displays.values().flat_map(|(_, _, all)| all.iter().map(|it| (&it.author, it.key))).collect();
    for key in waiting.iter().filter(|key| shown.contains(&(&witness.me, **key))) {
        verdict.violated(4, format!("{}: {key} is displayed as said and as waiting", witness.name));
    }
}

/// A display to be compared.
struct Range<'a> {
    room: &'a RoomId,
    log: &'a Log,
    applied: Seq,
    whole: bool,
    /// The first number that reached its owner.
    from: Seq,
}

impl Range<'_> {
    fn compare(&self, index: &Index<'_>, messages: &[Shown]) -> Result<(), String> {
        if self.applied != self.log.head {
            return Err(format!("displayed up to {}, the head is {}", self.applied, self.log.head));
        }
        let earliest = if self.log.public { 1 } else { self.from };
        let from = match messages.first() {
            Some(first) if !self.whole => first.seq,
            _ => earliest,
        };
        let expected: Vec<Seq> = Index::between(self.log, from, self.applied).collect();
        let numbers: Vec<Seq> = messages.iter().map(|message| message.seq).collect();
        if numbers != expected {
            let (shown, stored): (BTreeSet<_>, BTreeSet<_>) =
                (numbers.iter().collect(), expected.iter().collect());
            let missing: Vec<_> = stored.difference(&shown).take(5).collect();
            let extra: Vec<_> = shown.difference(&stored).take(5).collect();
            let (some, all) = (numbers.len(), expected.len());
            return Err(format!("{some} messages of {all}, missing {missing:?}, too many {extra:?}"));
        }
        for shown in messages {
            let life = index.life(self.room, shown.seq);
            if !life.is_some_and(|life| life.was(shown, self.applied, true)) {
                return Err(format!("displays {shown:?}, and it was {life:?}"));
            }
        }
        Ok(())
    }
}

/// I13: every wish that was saved ends, in whichever tab, or waits visibly.
fn ends_visibly(evidence: &Evidence, witness: &Witness, verdict: &mut Verdict) {
    let mut open: BTreeMap<Key, bool> = BTreeMap::new();
    let mut waiting: Option<&[Key]> = None;
    for line in &witness.lines {
        match &line.fact {
            // Killed before the disk had it: nobody was told that it is safe.
            Fact::Began => {
                open.retain(|_, saved| *saved);
                waiting = None;
            }
            Fact::Wants { key, .. } => {
                open.entry(*key).or_insert(false);
            }
            Fact::Saved { key } => {
                open.entry(*key).and_modify(|saved| *saved = true);
            }
            Fact::Waiting { keys } => waiting = Some(keys),
            _ => {}
        }
    }
    let same = evidence.witnesses.iter().filter(|other| other.me == witness.me);
    for line in same.flat_map(|witness| &witness.lines) {
        if let Fact::Acked { key, .. }
        | Fact::Refused { key, .. }
        | Fact::Seen { key, .. }
        | Fact::TakenBack { key } = &line.fact
        {
            open.remove(key);
        }
    }
    let Some(waiting) = waiting else {
        return verdict.violated(13, format!("{} never said what waits", witness.name));
    };
    verdict.waiting += waiting.len() as u64;
    for key in open.keys().filter(|key| !waiting.contains(key)) {
        verdict.violated(13, format!("{}: {key} was neither answered nor does it wait", witness.name));
    }
}
