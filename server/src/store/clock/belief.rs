//! Whether the machine's clock is believed: pure, over what the clock says and how much time has really passed.
//!
//! A clock that is not where the last known time and the time since then put it, by more than a day, has jumped. Until
//! it has run on for a day, or somebody says that it is right, what ends by age is counted from the last known time on.

use chat::Millis;
use serde::{Deserialize, Serialize};

/// A clock that is further away than this has jumped.
pub(super) const DAY: Millis = 24 * 60 * 60 * 1_000;

/// What is kept of it, in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Belief {
    /// The last known time.
    pub(super) known: Millis,
    /// The clock has jumped.
    #[serde(default)]
    pub(super) doubt: Option<Doubt>,
}

/// A jump that nobody has confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Doubt {
    /// The last known time when it began.
    pub(super) since: Millis,
    /// What the clock said last.
    pub(super) said: Millis,
    /// How long the clock has run on since it jumped last.
    pub(super) ran: Millis,
}

/// The clock is to be believed from now on: what was noted since `since` is younger by `by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Correction {
    /// The last known time when the doubt began.
    pub(crate) since: Millis,
    /// How far the clock is from the last known time.
    pub(crate) by: Millis,
    /// What the clock says.
    pub(crate) now: Millis,
}

impl Belief {
    /// A clock of which nothing is known before `known`.
    pub(super) fn new(known: Millis) -> Belief {
        Belief { known, doubt: None }
    }

    /// The clock says `said`, and so much time has `passed` since the last look. True if a doubt begins.
    pub(super) fn look(&mut self, said: Millis, passed: Millis) -> bool {
        let expected = self.known.saturating_add(passed.max(0));
        if said.abs_diff(expected) <= DAY.unsigned_abs() {
            *self = Belief::new(said);
            return false;
        }
        let before = self.doubt;
        let ran = match before {
            Some(doubt) if said.abs_diff(doubt.said.saturating_add(passed.max(0))) <= DAY.unsigned_abs() => {
                doubt.ran.saturating_add(passed.max(0))
            }
            _ => 0,
        };
        let since = before.map_or(expected, |doubt| doubt.since);
        *self = Belief { known: expected, doubt: Some(Doubt { since, said, ran }) };
        before.is_none()
    }

    /// What to do for the clock to be believed, if it has jumped and has run on for a day, or if somebody `confirms` it.
    pub(super) fn correction(&self, confirms: bool) -> Option<Correction> {
        let Doubt { since, said, ran } = self.doubt?;
        (confirms || ran >= DAY).then_some(Correction { since, by: said - self.known, now: said })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_700_000_000_000;
    const YEAR: Millis = 365 * DAY;

    #[test]
    fn a_clock_that_goes_on_is_believed_and_so_is_one_that_was_off_for_a_day() {
        let mut belief = Belief::new(NOW);
        for (said, passed) in [(NOW, 0), (NOW + 5, 5), (NOW + DAY + 5, 0), (NOW + DAY, 60_000)] {
            assert!(!belief.look(said, passed));
            assert_eq!((belief.known, belief.doubt), (said, None));
        }
    }

    #[test]
    fn l109_a_clock_a_year_away_is_believed_after_a_day_or_when_it_is_back() {
        for far in [YEAR, -YEAR] {
            let mut belief = Belief::new(NOW);
            assert!(belief.look(NOW + far, 0));
            assert_eq!(belief.known, NOW, "time goes on from where it was");
            assert!(!belief.look(NOW + far + DAY - 1, DAY - 1), "it is said once");
            assert_eq!((belief.known, belief.correction(false)), (NOW + DAY - 1, None));
            let mut back = belief;
            assert!(!back.look(NOW + DAY, 1));
            assert_eq!((back.known, back.doubt), (NOW + DAY, None), "it is right again");
            belief.look(NOW + far + DAY, 1);
            let correction = Correction { since: NOW, by: far, now: NOW + far + DAY };
            assert_eq!(belief.correction(false), Some(correction));
        }
    }

    #[test]
    fn l109_another_jump_begins_the_day_anew_and_a_word_of_the_operator_ends_it() {
        let mut belief = Belief::new(NOW);
        belief.look(NOW + YEAR, 0);
        belief.look(NOW + YEAR + DAY - 1, DAY - 1);
        belief.look(NOW + 3 * YEAR, 10);
        belief.look(NOW + 3 * YEAR + 10, 10);
        assert_eq!(belief.correction(false), None);
        let correction = belief.correction(true).unwrap();
        assert_eq!((correction.since, correction.now), (NOW, NOW + 3 * YEAR + 10));
        assert_eq!(Belief::new(NOW).correction(true), None, "there is nothing to confirm");
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let mut belief = Belief::new(NOW);
        belief.look(NOW + YEAR, 0);
        let text = serde_json::to_string(&belief).unwrap();
        assert_eq!(serde_json::from_str::<Belief>(&text).unwrap(), belief);
    }
}
