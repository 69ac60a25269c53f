//! Who of a room is here: on the server with what is still to be told, on a screen as it was told.

use std::collections::BTreeMap;

use crate::{MemberId, Millis};

/// At most one notice of a room in so long.
pub const PAUSE_MS: Millis = 1_000;

/// Most people that one notice names; the others wait for the next.
pub const MAX_NAMED: usize = 100;

/// With more people here nobody is named any more, only counted: as many are on one page of the list, and what names
/// them would go to each of them.
pub const CROWD: u64 = 200;

/// The people of a room who have a connection, and who came and went since the last notice.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// Each with the turn at which the coming or going is to be told.
    people: BTreeMap<MemberId, Person>,
    count: u64,
    /// Changes to be told, in the order they happened.
    waiting: BTreeMap<u64, MemberId>,
    next: u64,
    told: Option<Millis>,
}

/// Somebody who is here, or whose going is still to be told.
#[derive(Clone, Copy, Debug)]
struct Person {
    here: bool,
    turn: Option<u64>,
}

/// What one notice tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// How many are here.
    pub count: u64,
    /// Who is here and was not.
    pub came: Vec<MemberId>,
    /// Who was here and is not.
    pub went: Vec<MemberId>,
}

impl Roster {
    /// Somebody is here, with the first connection, or in the room since now.
    pub fn come(&mut self, id: &MemberId) {
        self.set(id, true);
    }

    /// Somebody is not here any more.
    pub fn go(&mut self, id: &MemberId) {
        self.set(id, false);
    }

    /// Who came and went before anybody was told is not told of.
    fn set(&mut self, id: &MemberId, here: bool) {
        let known = self.people.get(id).copied().unwrap_or(Person { here: false, turn: None });
        if known.here == here {
            return;
        }
        self.count = if here { self.count + 1 } else { self.count.saturating_sub(1) };
        let turn = match known.turn {
            Some(turn) => {
                self.waiting.remove(&turn);
                None
            }
            None => {
                self.next += 1;
                self.waiting.insert(self.next, id.clone());
                Some(self.next)
            }
        };
        if here || turn.is_some() {
            self.people.insert(id.clone(), Person { here, turn });
        } else {
            self.people.remove(id);
        }
    }

    /// Somebody is here.
    pub fn has(&self, id: &MemberId) -> bool {
        self.people.get(id).is_some_and(|person| person.here)
    }

    /// How many are here.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Nobody is here, and nothing is to be told.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Something is to be told.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What is to be told at `now`: at most once in [`PAUSE_MS`], and of [`MAX_NAMED`] people, in a [`CROWD`] of nobody.
    pub fn due(&mut self, now: Millis) -> Option<Changes> {
        if self.waiting.is_empty() || self.told.is_some_and(|told| now - told < PAUSE_MS) {
            return None;
        }
        self.told = Some(now);
        let mut changes = Changes { count: self.count, ..Changes::default() };
        let crowd = self.count > CROWD;
        let most = if crowd { self.waiting.len() } else { MAX_NAMED };
        for _ in 0..most {
            let Some((_, id)) = self.waiting.pop_first() else { break };
            match self.people.get_mut(&id) {
                Some(person) if person.here => {
                    person.turn = None;
                    changes.came.push(id);
                }
                _ => {
                    self.people.remove(&id);
                    changes.went.push(id);
                }
            }
        }
        if crowd {
            changes = Changes { count: self.count, ..Changes::default() };
        }
        Some(changes)
    }
}

/// Who is here as a screen knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// Ascending. Those whose pages of the list were asked for, and who came since.
    ids: Vec<MemberId>,
    count: u64,
}

impl Here {
    /// Somebody is seen to be here, whom nobody has told of; the count is the server's.
    pub fn show(&mut self, id: &MemberId) {
        self.set(id, true);
    }

    /// A page of the people was answered: of those in `asked`, `here` are here, and `count` in all.
    pub fn answer<'a>(
        &mut self,
        asked: impl IntoIterator<Item = &'a MemberId>,
        here: &[MemberId],
        count: u64,
    ) {
        self.count = count;
        for id in asked {
            self.set(id, here.contains(id));
        }
    }

    /// A notice has come.
    pub fn hear(&mut self, changes: &Changes) {
        self.count = changes.count;
        changes.came.iter().for_each(|id| self.set(id, true));
        changes.went.iter().for_each(|id| self.set(id, false));
    }

    fn set(&mut self, id: &MemberId, here: bool) {
        match (self.ids.binary_search(id), here) {
            (Err(at), true) => self.ids.insert(at, id.clone()),
            (Ok(at), false) => {
                self.ids.remove(at);
            }
            _ => {}
        }
    }

    /// Somebody is known to be here.
    pub fn has(&self, id: &MemberId) -> bool {
        self.ids.binary_search(id).is_ok()
    }

    /// How many are here.
    pub fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> MemberId {
        text.parse().unwrap()
    }

    #[test]
    fn changes_are_told_at_most_once_a_second_and_only_their_sum() {
        let mut roster = Roster::default();
        roster.come(&id("ana"));
        roster.come(&id("ana"));
        assert_eq!(
            roster.due(0),
            Some(Changes { count: 1, came: vec![id("ana")], went: vec![] }),
            "the first is told at once"
        );
        roster.come(&id("bia"));
        roster.come(&id("eva"));
        roster.go(&id("eva"));
        roster.go(&id("ana"));
        assert_eq!(roster.due(PAUSE_MS - 1), None);
        let changes = Changes { count: 1, came: vec![id("bia")], went: vec![id("ana")] };
        assert_eq!(roster.due(PAUSE_MS), Some(changes), "Eva came and went unseen");
        roster.go(&id("bia"));
        roster.come(&id("bia"));
        assert_eq!(roster.due(9 * PAUSE_MS), None, "a line that was cut for a moment");
        roster.go(&id("bia"));
        roster.due(9 * PAUSE_MS);
        assert!(roster.is_empty());
    }

    #[test]
    fn attack_055_a_storm_in_a_room_of_five_thousand_is_one_notice_a_second() {
        let mut roster = Roster::default();
        let people: Vec<_> = (0..5_000).map(|n| id(&format!("p{n}"))).collect();
        let (mut notices, mut screen) = (0, Here::default());
        for step in 0..100 {
            // Everybody flutters, ten times a second for ten seconds; in the end everybody is here.
            for person in &people {
                if step % 2 == 1 { roster.go(person) } else { roster.come(person) }
            }
            if step == 99 {
                people.iter().for_each(|person| roster.come(person));
            }
            if let Some(changes) = roster.due(step * 100) {
                assert!(changes.came.len() + changes.went.len() <= MAX_NAMED);
                screen.hear(&changes);
                notices += 1;
            }
        }
        assert!(notices <= 10, "{notices}");
        screen.hear(&roster.due(20_000).unwrap());
        assert_eq!((screen.count(), roster.is_waiting()), (5_000, false));
        assert!(people.iter().all(|person| roster.has(person)));
    }

    #[test]
    fn a_crowd_is_counted_and_nobody_in_it_is_named() {
        let mut roster = Roster::default();
        let people: Vec<_> = (0..=CROWD).map(|n| id(&format!("p{n}"))).collect();
        people.iter().for_each(|person| roster.come(person));
        assert_eq!(roster.due(0), Some(Changes { count: CROWD + 1, ..Changes::default() }));
        roster.go(&people[0]);
        let went = Changes { count: CROWD, came: vec![], went: vec![people[0].clone()] };
        assert_eq!(roster.due(PAUSE_MS), Some(went));
        assert!(!roster.is_waiting());
    }

    #[test]
    fn a_thousand_who_come_within_ten_seconds_cost_each_twelve_notices_at_most() {
        for burst in [1, 10, 100, 1_000] {
            let mut roster = Roster::default();
            let (mut came, mut notices, mut now) = (0, 0, 0);
            while came < 1_000 || roster.is_waiting() {
                // So many at a time, evenly over the ten seconds.
                while came < 1_000 && came / burst * burst * 10 <= now {
                    roster.come(&id(&format!("p{came}")));
                    came += 1;
                }
                notices += u32::from(roster.due(now as Millis).is_some());
                now += 10;
            }
            assert!(notices <= 12, "{notices} notices for bursts of {burst}");
        }
    }

    #[test]
    fn a_screen_knows_those_it_asked_for_and_those_who_came() {
        let mut here = Here::default();
        here.answer(&[id("ana"), id("bia")], &[id("bia")], 7);
        here.hear(&Changes { count: 8, came: vec![id("eva")], went: vec![] });
        assert!(!here.has(&id("ana")) && here.has(&id("bia")) && here.has(&id("eva")));
        here.answer(&[id("bia")], &[], 7);
        assert_eq!((here.has(&id("bia")), here.count()), (false, 7));
    }
}
