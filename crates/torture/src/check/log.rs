//! What must hold of the database: I1, I2, I5, I7, I8.

use std::collections::{BTreeMap, HashMap, HashSet};

use chat::{Key, Millis, RoomId, Seq};

use super::index::{Index, Wish};
use super::{Evidence, Restore, Verdict, Witness};
use crate::history::{Aim, Became, Fact, Told, What};
use crate::truth::{Log, Truth};

pub(super) fn check(evidence: &Evidence, index: &Index<'_>, verdict: &mut Verdict) {
    gapless(&evidence.truth, verdict);
    for witness in &evidence.witnesses {
        acked_is_stored(evidence, index, witness, verdict);
        refused_is_not_stored(index, witness, verdict);
        order_is_typing_order(index, witness, verdict);
    }
    ticked_survives(evidence, index, verdict);
}

/// I2: one row per author and key, and the numbers are 1 to N.
fn gapless(truth: &Truth, verdict: &mut Verdict) {
    let mut seen = HashSet::new();
    for (room, log) in &truth.rooms {
        for (entry, expected) in log.entries.iter().zip(1..) {
            if entry.seq != expected {
                verdict.violated(2, format!("{room}: number {} where {expected} should be", entry.seq));
                break;
            }
        }
        if log.head != log.entries.last().map_or(0, |entry| entry.seq) {
            verdict.violated(2, format!("{room}: its head is {}", log.head));
        }
        for entry in &log.entries {
            if !seen.insert((&entry.author, entry.key)) {
                verdict.violated(2, format!("{room}/{}: the key {} twice", entry.seq, entry.key));
            }
        }
        state_is_the_log(room, log, verdict);
    }
}

/// I2 too: the table of messages holds those of the log and no others.
fn state_is_the_log(room: &RoomId, log: &Log, verdict: &mut Verdict) {
    let sent: Vec<_> = Index::between(log, 1, Seq::MAX).collect();
    if !log.messages.keys().eq(sent.iter()) {
        verdict.violated(2, format!("{room}: {} messages and {} in the log", log.messages.len(), sent.len()));
    }
}

/// A restore takes back what came after its backup, and says so.
pub(super) fn taken_back(restores: &[Restore], at: Millis) -> bool {
    restores.iter().any(|restore| (restore.from..=restore.until).contains(&at))
}

/// I1: every acked request is in the database as it was asked.
fn acked_is_stored(evidence: &Evidence, index: &Index<'_>, witness: &Witness, verdict: &mut Verdict) {
    let mut seen: HashMap<Key, Seq> = HashMap::new();
    for line in &witness.lines {
        let Fact::Acked { key, seq, .. } = &line.fact else { continue };
        let id = format!("{}: {key}, acked as {seq}", witness.name);
        let Some(wish) = index.wish(&witness.me, *key) else {
            verdict.violated(6, format!("{id}, was never wanted"));
            continue;
        };
        match seen.insert(*key, *seq) {
            // Another database may have given it another number.
            Some(earlier) if earlier != *seq && evidence.restores.is_empty() => {
                verdict.violated(1, format!("{id}, had been acked as {earlier}"));
            }
            Some(_) => verdict.duplicates += 1,
            None => {
                verdict.acked += 1;
                verdict.messages += u64::from(wish.is_message());
            }
        }
        if let Err(wrong) = stored(evidence, index, witness, *key, *seq, wish)
            && !taken_back(&evidence.restores, line.at)
        {
            verdict.violated(1, format!("{id}: {wrong}"));
        }
    }
}

fn stored(
    evidence: &Evidence,
    index: &Index<'_>,
    witness: &Witness,
    key: Key,
    seq: Seq,
    wish: &Wish,
) -> Result<(), String> {
    let Some((room, entry)) = index.entry(&witness.me, key) else {
        return unchanged(evidence, index, witness, seq, wish);
    };
    if (room, entry.seq) != (&wish.room, seq) {
        return Err(format!("stored as {room}/{}", entry.seq));
    }
    if wish.what.iter().any(|what| became(index, witness, what, &entry.event)) {
        Ok(())
    } else {
        Err(format!("wanted {:?}, stored {:?}", wish.what, entry.event))
    }
}

/// What would change nothing makes no event: it is answered with the one that made it so.
fn unchanged(
    evidence: &Evidence,
    index: &Index<'_>,
    witness: &Witness,
    seq: Seq,
    wish: &Wish,
) -> Result<(), String> {
    if wish.is_message() {
        return Err("not in the database".to_owned());
    }
    let log = evidence.truth.rooms.get(&wish.room).ok_or("its room is gone")?;
    let entry = log.entry(seq).ok_or("the number is beyond the log")?;
    let so = |what: &What| match (what, &entry.event) {
        (What::React { target, on: false, .. }, Told::Sent { .. }) => {
            aims_at(index, witness, *target, entry.seq)
        }
        (What::Edit { target, body }, Told::Sent { body: kept, deleted, .. }) => {
            aims_at(index, witness, *target, entry.seq) && (*deleted || body == kept)
        }
        (What::Leave, Told::Person { who, became, .. }) => {
            *who == witness.me && matches!(became, Became::Left | Became::Kicked)
        }
        (what, event) => became(index, witness, what, event),
    };
    if wish.what.iter().any(so) {
        Ok(())
    } else {
        Err(format!("wanted {:?}, was answered with {:?}", wish.what, entry.event))
    }
}

/// The event is what somebody wanted.
fn became(index: &Index<'_>, witness: &Witness, what: &What, event: &Told) -> bool {
    let me = &witness.me;
    match (what, event) {
        (What::Say { body }, Told::Sent { body: kept, deleted, .. }) => *deleted || kept == body,
        (What::Edit { target, body }, Told::Edited { by, target: kept, body: text, deleted }) => {
            by == me && (*deleted || text == body) && aims_at(index, witness, *target, *kept)
        }
        (What::Delete { target }, Told::Deleted { target: kept, .. }) => {
            aims_at(index, witness, *target, *kept)
        }
        (What::React { target, emoji, on }, Told::Reacted { by, target: kept, emoji: face, on: now }) => {
            by == me && (emoji, on) == (face, now) && aims_at(index, witness, *target, *kept)
        }
        (What::Leave, Told::Person { who, became: Became::Left, .. }) => who == me,
        _ => false,
    }
}

fn aims_at(index: &Index<'_>, witness: &Witness, aim: Aim, seq: Seq) -> bool {
    match aim {
        Aim::Seq(aim) => aim == seq,
        Aim::Key(key) => index.entry(&witness.me, key).is_some_and(|(_, entry)| entry.seq == seq),
    }
}

/// I8: what was refused for good never appears.
fn refused_is_not_stored(index: &Index<'_>, witness: &Witness, verdict: &mut Verdict) {
    for line in &witness.lines {
        let Fact::Refused { key, code } = &line.fact else { continue };
        verdict.refused += 1;
        if let Some((room, entry)) = index.entry(&witness.me, *key) {
            let what = format!("{}: {key} was refused ({code}) and is {room}/{}", witness.name, entry.seq);
            verdict.violated(8, what);
        }
    }
}

/// I5: in each room the numbers rise as the sender typed. An edit or a deletion of what waits lets others pass.
fn order_is_typing_order(index: &Index<'_>, witness: &Witness, verdict: &mut Verdict) {
    let mut last: BTreeMap<&RoomId, (Seq, Key)> = BTreeMap::new();
    let mut seen = HashSet::new();
    for line in &witness.lines {
        let Fact::Wants { key, room, what: What::Say { .. } } = &line.fact else { continue };
        if !seen.insert(key) {
            // The text of what waits was changed; its place in the queue was not.
            continue;
        }
        let Some((_, entry)) = index.entry(&witness.me, *key) else { continue };
        if let Some((before, earlier)) = last.insert(room, (entry.seq, *key))
            && before >= entry.seq
        {
            let what = format!("{}: {earlier} before {key} in {room}", witness.name);
            verdict.violated(5, format!("{what}, stored as {before} and {}", entry.seq));
        }
    }
}

/// I7: after each death, what had been ticked before it is in the files.
fn ticked_survives(evidence: &Evidence, index: &Index<'_>, verdict: &mut Verdict) {
    for witness in &evidence.witnesses {
        let mut ticked: Vec<(Millis, Key)> = Vec::new();
        for line in &witness.lines {
            if let Fact::Acked { key, .. } = &line.fact {
                ticked.push((line.at, *key));
            }
        }
        for kill in &evidence.kills {
            for (_, key) in ticked.iter().filter(|(at, _)| *at < kill.at) {
                let kept = kill.kept.contains(&(witness.me.clone(), *key));
                // What made no event has no row to look for, then and now.
                if !kept && index.entry(&witness.me, *key).is_some() {
                    let what = format!("{}: {key} was ticked before the death at {}", witness.name, kill.at);
                    verdict.violated(7, format!("{what} and is not in the file it left"));
                }
            }
        }
    }
}
