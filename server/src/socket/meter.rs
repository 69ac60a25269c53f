//! How many events of one connection are taken in hand. Counted before anything is queued; whoever sends many more than
//! that is cut off where frames are counted ([`crate::listener::Intake`]).

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use protocol::{Problem, Request, Sync};

use crate::config::Config;

const WINDOW: Duration = Duration::from_secs(60);

/// The counters of one connection; none with `--rate-limit off`.
pub(super) struct Meter(Option<Counters>);

struct Counters {
    per_minute: u32,
    window: Mutex<(Instant, u32)>,
    syncs: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

/// What is to be done with one more event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may go on.
    Pass,
    /// It is refused, with a time to wait.
    Wait(Problem),
}

impl Meter {
    pub(super) fn new(config: &Config) -> Meter {
        let tuning = &config.tuning;
        let one = NonZeroU32::MIN;
        let syncs = Quota::per_second(NonZeroU32::new(tuning.syncs_per_second).unwrap_or(one))
            .allow_burst(NonZeroU32::new(tuning.syncs_burst).unwrap_or(one));
        Meter(config.limits_rates().then(|| Counters {
            per_minute: tuning.events_per_minute,
            window: Mutex::new((Instant::now(), 0)),
            syncs: RateLimiter::direct(syncs),
            clock: DefaultClock::default(),
        }))
    }

    /// One more `event`.
    pub(super) fn count(&self, event: &str) -> Verdict {
        let Some(counters) = &self.0 else { return Verdict::Pass };
        match counters.in_window(Instant::now()) {
            Verdict::Pass if event == Sync::EVENT => counters.sync(),
            verdict => verdict,
        }
    }
}

impl Counters {
    fn in_window(&self, now: Instant) -> Verdict {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let (begun, count) = &mut *window;
        if now.duration_since(*begun) >= WINDOW {
            (*begun, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        if *count > self.per_minute {
            Verdict::Wait(wait(WINDOW.saturating_sub(now.duration_since(*begun))))
        } else {
            Verdict::Pass
        }
    }

    fn sync(&self) -> Verdict {
        match self.syncs.check() {
            Ok(()) => Verdict::Pass,
            Err(until) => Verdict::Wait(wait(until.wait_time_from(self.clock.now()))),
        }
    }
}

fn wait(time: Duration) -> Problem {
    Problem::rate_limited(u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_minute_and_then_a_wait() {
        let mut config = Config::new("data");
        config.tuning.events_per_minute = 3;
        let meter = Meter::new(&config);
        let verdicts: Vec<_> = (0..6).map(|_| meter.count("message")).collect();
        assert_eq!(verdicts[..3], [Verdict::Pass, Verdict::Pass, Verdict::Pass]);
        assert!(verdicts[3..].iter().all(|verdict| matches!(verdict, Verdict::Wait(_))), "{verdicts:?}");
    }

    #[test]
    fn a_new_minute_begins_anew() {
        let mut config = Config::new("data");
        config.tuning.events_per_minute = 1;
        let counters = Meter::new(&config).0.unwrap();
        let now = Instant::now();
        assert_eq!(counters.in_window(now), Verdict::Pass);
        assert!(matches!(counters.in_window(now), Verdict::Wait(_)));
        assert_eq!(counters.in_window(now + WINDOW * 2), Verdict::Pass);
    }

    #[test]
    fn catching_up_has_a_count_of_its_own() {
        let meter = Meter::new(&Config::new("data"));
        let passed = (0..25).filter(|_| meter.count(Sync::EVENT) == Verdict::Pass).count();
        assert_eq!(passed, 20);
        assert_eq!(meter.count("message"), Verdict::Pass);
    }
}
