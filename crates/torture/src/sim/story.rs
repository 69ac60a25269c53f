//! What was said, sent and answered: what a judge has to know in the end.

use std::collections::{BTreeMap, BTreeSet};

use chat::outbox::Intent;
use chat::{Key, MemberId, Millis, RoomId, Seq};

use super::tab::Fact;
use crate::ledger::Ledger;

/// How much happened in a world, or in many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Things people wanted.
    pub wanted: u64,
    /// Answers that something is stored.
    pub acked: u64,
    /// Frames that reached a page.
    pub deliveries: u64,
    /// The server's process killed.
    pub kills: u64,
    /// The server's power cut.
    pub power_cuts: u64,
    /// The server restarted as one does it.
    pub restarts: u64,
    /// Connections that ended for whatever reason.
    pub disconnects: u64,
    /// Times at which the disk was full or its syncs failed.
    pub disk_faults: u64,
    /// Directions of connections that stalled.
    pub stalls: u64,
    /// Connections cut by the server because nobody read.
    pub cut_off: u64,
    /// Pages that ended without warning.
    pub crashes: u64,
    /// Backups restored.
    pub restores: u64,
}

impl Figures {
    /// Adds those of another world.
    pub fn add(&mut self, other: &Figures) {
        let Figures { wanted, acked, deliveries, kills, power_cuts, restarts, .. } = other;
        let Figures { disconnects, disk_faults, stalls, cut_off, crashes, restores, .. } = other;
        self.wanted += wanted;
        self.acked += acked;
        self.deliveries += deliveries;
        self.kills += kills;
        self.power_cuts += power_cuts;
        self.restarts += restarts;
        self.disconnects += disconnects;
        self.disk_faults += disk_faults;
        self.stalls += stalls;
        self.cut_off += cut_off;
        self.crashes += crashes;
        self.restores += restores;
    }
}

/// Something a person wanted.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) who: MemberId,
    /// The page it was said on.
    pub(super) tab: usize,
    pub(super) room: RoomId,
    pub(super) intent: Intent,
    /// When.
    pub(super) at: Millis,
    /// The page ended before its disk had it.
    pub(super) lost: bool,
    /// Its event, or its answer, was in the part of the log that a restore took away.
    pub(super) restored_away: bool,
}

/// All that is known of a world.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) wishes: BTreeMap<Key, Wish>,
    /// In the order in which they were wanted.
    pub(super) order: Vec<Key>,
    /// What was sent first under a key.
    pub(super) emitted: BTreeMap<Key, (RoomId, Intent)>,
    pub(super) acked: BTreeMap<Key, (RoomId, Seq)>,
    /// Thrown away by its person, or sent again under another key.
    pub(super) discarded: BTreeSet<Key>,
    /// Taken up, while it waited, in the message it was about.
    pub(super) taken_up: BTreeSet<Key>,
    pub(super) violations: Vec<String>,
    pub(super) figures: Figures,
}

impl Story {
    pub(super) fn wish(&mut self, key: Key, wish: Wish) {
        self.figures.wanted += 1;
        self.order.push(key);
        self.wishes.insert(key, wish);
    }

    pub(super) fn take(&mut self, fact: Fact) {
        match fact {
            Fact::Emitted(key, room, intent) => self.emitted(key, room, intent),
            Fact::Acked(key, room, seq) => {
                self.figures.acked += 1;
                let first = self.acked.entry(key).or_insert_with(|| (room.clone(), seq));
                if *first != (room.clone(), seq) {
                    self.violations.push(format!("I2: {key} was answered as {first:?} and as {room}/{seq}"));
                }
            }
            Fact::Wrong(what) | Fact::Hole(what) => self.violations.push(what),
        }
    }

    fn emitted(&mut self, key: Key, room: RoomId, intent: Intent) {
        if !self.wishes.contains_key(&key) {
            self.violations.push(format!("I6: {key} was sent and never wanted"));
        }
        let first = self.emitted.entry(key).or_insert_with(|| (room, intent.clone()));
        if first.1 != intent {
            self.violations.push(format!("{key} was sent as {:?} and as {intent:?}", first.1));
        }
    }

    /// A page ended; these of its wishes were on no disk. A disk takes a moment, but no longer, unless it is one that
    /// keeps nothing.
    pub(super) fn lost(&mut self, keys: impl Iterator<Item = Key>, forgetful: bool, now: Millis) {
        for key in keys {
            if let Some(wish) = self.wishes.get_mut(&key) {
                wish.lost = forgetful || now - wish.at < 1_000;
            }
        }
    }

    /// An older database has taken the place of the present one: what is not in it is gone, as was said beforehand.
    pub(super) fn restored(&mut self, ledger: &Ledger) {
        for (key, wish) in &mut self.wishes {
            let there = ledger.keys.contains_key(&(wish.who.clone(), *key));
            if !there && self.emitted.contains_key(key) {
                wish.restored_away = true;
                self.acked.remove(key);
            }
        }
    }
}
