//! People: each with a disk that outlives pages, and with one page or two, one of which sends.

use std::collections::{BTreeMap, BTreeSet};

use chat::outbox::{Drain, Input, Pending, Row};
use chat::{Key, MemberId, Millis};

use super::story::Story;
use super::tab::Tab;
use crate::dice::Dice;

/// A page's number; never used again.
pub(super) type TabId = usize;

/// One person.
pub(super) struct Person {
    pub(super) id: MemberId,
    /// Open pages.
    pub(super) tabs: Vec<TabId>,
    /// The page that sends.
    pub(super) holder: Option<TabId>,
    /// The browser has no locks: every page sends.
    together: bool,
    /// The browser keeps nothing.
    forgetful: bool,
    disk: BTreeMap<Key, String>,
    /// What was ever on it.
    kept: BTreeSet<Key>,
}

impl Person {
    /// It was on this person's disk, or the browser keeps nothing anyway.
    pub(super) fn kept(&self, key: Key) -> bool {
        self.forgetful || self.kept.contains(&key)
    }
}

/// Everybody, and every page there is or was.
pub(super) struct People {
    pub(super) persons: Vec<Person>,
    pub(super) tabs: Vec<Option<Tab>>,
    /// By page.
    owners: Vec<usize>,
}

impl People {
    pub(super) fn new(count: usize, dice: &mut Dice) -> People {
        let person = |number: usize| Person {
            id: MemberId::try_from(format!("p{number}")).expect("invariant: a letter and digits"),
            tabs: Vec::new(),
            holder: None,
            together: dice.chance(15),
            forgetful: dice.chance(5),
            disk: BTreeMap::new(),
            kept: BTreeSet::new(),
        };
        People { persons: (0..count).map(person).collect(), tabs: Vec::new(), owners: Vec::new() }
    }

    pub(super) fn tab(&mut self, tab: TabId) -> Option<&mut Tab> {
        self.tabs.get_mut(tab)?.as_mut()
    }

    pub(super) fn owner(&mut self, tab: TabId) -> &mut Person {
        &mut self.persons[self.owners[tab]]
    }

    /// The pages that are open.
    pub(super) fn open(&self) -> impl Iterator<Item = (TabId, &Tab)> {
        self.tabs.iter().enumerate().filter_map(|(id, tab)| Some((id, tab.as_ref()?)))
    }

    /// Whether this page is one that sends.
    pub(super) fn sends(&self, tab: TabId) -> bool {
        let person = &self.persons[self.owners[tab]];
        person.together || person.holder == Some(tab)
    }

    /// The other pages of the same person.
    pub(super) fn siblings(&self, tab: TabId) -> Vec<TabId> {
        let person = &self.persons[self.owners[tab]];
        person.tabs.iter().copied().filter(|other| *other != tab).collect()
    }

    /// A new page.
    pub(super) fn open_tab(&mut self, person: usize, clock: Millis, dice: Dice) -> TabId {
        let id = self.tabs.len();
        let owner = &mut self.persons[person];
        owner.tabs.push(id);
        self.tabs.push(Some(Tab::new(owner.id.clone(), clock, dice)));
        self.owners.push(person);
        id
    }

    /// A page ends without a word. Whether its person needs another one to send.
    pub(super) fn crash(&mut self, id: TabId, story: &mut Story, now: Millis) -> bool {
        let Some(tab) = self.tabs[id].take() else { return false };
        let owner = &mut self.persons[self.owners[id]];
        owner.tabs.retain(|other| *other != id);
        let (disk, tabs) = (&owner.disk, &self.tabs);
        let elsewhere = |key: &Key| {
            owner
                .tabs
                .iter()
                .any(|other| tabs[*other].as_ref().is_some_and(|tab| tab.outbox.get(*key).is_some()))
        };
        let keys = tab.outbox.items().iter().map(|p| p.key);
        story.lost(keys.filter(|key| !disk.contains_key(key) && !elsewhere(key)), owner.forgetful, now);
        let held = owner.holder == Some(id);
        if held {
            owner.holder = None;
        }
        held
    }

    /// The disk has done what a page asked for.
    pub(super) fn written(&mut self, tab: TabId, key: Key, row: Option<String>, now: Millis) {
        // What a page asked for and did not live to see may or may not be there: here it is not.
        if self.tab(tab).is_none() {
            return;
        }
        let owner = self.owner(tab);
        let answer = match row {
            None => {
                owner.disk.remove(&key);
                return;
            }
            Some(_) if owner.forgetful => Input::Unsaved(key),
            Some(row) => {
                owner.disk.insert(key, row);
                owner.kept.insert(key);
                Input::Saved(key)
            }
        };
        if let Some(tab) = self.tab(tab) {
            tab.outbox(answer, now);
        }
    }

    /// A page hears from another one.
    pub(super) fn told(&mut self, tab: TabId, key: Key, row: Option<&str>, now: Millis) {
        let input = row.map_or(Some(Input::HeardGone(key)), |row| read(row).map(Input::Heard));
        if let (Some(input), Some(tab)) = (input, self.tab(tab)) {
            tab.outbox(input, now);
            tab.settle(now);
        }
    }

    /// A page reads its disk; `known` is what it had on it when it began to.
    pub(super) fn load(&mut self, tab: TabId, known: Vec<Key>, now: Millis) {
        let rows = self.owner(tab).disk.values().filter_map(|row| read(row)).collect();
        if let Some(tab) = self.tab(tab) {
            tab.outbox(Input::Loaded { rows, known }, now);
            tab.settle(now);
        }
    }

    /// Who sends: the page that holds the lock, or every page.
    pub(super) fn drain(&mut self, tab: TabId, now: Millis) {
        let owner = self.owner(tab);
        let drain = match owner.holder {
            _ if owner.together => Drain::Together,
            Some(holder) if holder == tab => Drain::Alone,
            _ => return,
        };
        if let Some(tab) = self.tab(tab) {
            tab.outbox(Input::Drain(drain), now);
        }
    }

    /// Another page of the person's is to send. Which one, if there is one to choose.
    pub(super) fn elect(&mut self, person: usize, dice: &mut Dice, now: Millis) -> Option<TabId> {
        let person = &mut self.persons[person];
        if person.together || person.tabs.is_empty() {
            return None;
        }
        let old = person.holder.replace(*dice.pick(&person.tabs));
        let new = person.holder;
        if old != new
            && let Some(tab) = old.and_then(|old| self.tab(old))
        {
            tab.outbox(Input::Drain(Drain::No), now);
        }
        new
    }
}

fn read(row: &str) -> Option<Pending> {
    serde_json::from_str::<Row>(row).ok()?.open()
}
