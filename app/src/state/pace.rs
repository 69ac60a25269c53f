//! How long the reader waits before the next message, in a room with slow mode. Pure but for the handle.

use chat::{Millis, room};
use leptos::prelude::*;

/// Until when the reader waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Until(Millis);

impl Until {
    /// The reader said something at `at`, in a room whose slow mode is `seconds`.
    pub fn said(&mut self, at: Millis, now: Millis, seconds: u32) {
        if let Some(ms) = room::wait(at, now, seconds) {
            self.told(now, ms);
        }
    }

    /// The server has said how long. Nobody waits less than was said before.
    pub fn told(&mut self, now: Millis, ms: u64) {
        self.0 = self.0.max(now.saturating_add_unsigned(ms));
    }

    /// Nobody waits any longer.
    pub fn free(&mut self) {
        self.0 = 0;
    }

    /// The seconds left, one that has begun as a whole one; and the milliseconds until that number is another.
    pub fn left(&self, now: Millis) -> (u64, Millis) {
        let ms = (self.0 - now).max(0);
        (ms.unsigned_abs().div_ceil(1_000), (ms + 999) % 1_000 + 1)
    }
}

/// A handle to it; copies share it.
#[derive(Clone, Copy)]
pub struct Pace {
    until: StoredValue<Until>,
    /// The seconds left.
    pub left: RwSignal<u64>,
    /// How many they were at first: what is said aloud, once.
    pub first: RwSignal<u64>,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { until: StoredValue::default(), left: RwSignal::new(0), first: RwSignal::new(0) }
    }
}

impl Pace {
    /// Something has changed it.
    pub fn change(&self, change: impl FnOnce(&mut Until)) {
        change(&mut self.until.write_value());
    }

    /// Shows what is left; returns the milliseconds until that is another number.
    pub fn look(&self, now: Millis) -> Option<Millis> {
        let (left, next) = self.until.read_value().left(now);
        let before = self.left.get_untracked();
        if left != before {
            self.left.set(left);
        }
        if left > before || left == 0 && before > 0 {
            self.first.set(left);
        }
        (left > 0).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_spoken_waits_and_begun_seconds_count_whole() {
        let mut until = Until::default();
        assert_eq!(until.left(1_000).0, 0);
        until.said(10_000, 10_000, 42);
        assert_eq!(until.left(10_000), (42, 1_000));
        assert_eq!(until.left(10_001), (42, 999));
        assert_eq!(until.left(11_000), (41, 1_000));
        assert_eq!(until.left(51_999), (1, 1));
        assert_eq!(until.left(52_000).0, 0);
    }

    #[test]
    fn what_is_told_in_any_order_comes_to_the_longest_wait_until_the_mode_is_another() {
        let mut until = Until::default();
        until.told(10_000, 30_000);
        until.said(5_000, 10_000, 20);
        until.said(0, 10_000, 5);
        assert_eq!(until.left(10_000).0, 30);
        until.free();
        assert_eq!(until.left(10_000).0, 0);
        until.said(10_000, 10_000, 0);
        assert_eq!(until.left(10_000).0, 0, "nobody waits without slow mode");
        until.said(99_000, 10_000, 20);
        assert_eq!(until.left(10_000).0, 20, "a clock that goes before says no more than the whole wait");
    }
}
