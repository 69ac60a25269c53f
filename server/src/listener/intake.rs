//! What one client sends, counted over whatever carries it: frames of its WebSocket and packets of its posts alike.
//!
//! Every one counts, whatever is in it: a ping, an answer nobody asked for or a packet of a namespace that does not
//! exist costs the server work, too.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::gate::Gate;
use crate::config::Config;

const WINDOW: Duration = Duration::from_secs(60);

/// The count of one client's frames and packets.
pub struct Intake {
    /// Number of the connection, for the log.
    number: u64,
    /// So many a minute and no more; `None` with `--rate-limit off`.
    most: Option<u32>,
    counted: Mutex<Counted>,
    /// Whether more of it is taken now.
    pub gate: Gate,
}

struct Counted {
    begun: Instant,
    taken: u32,
    flood: bool,
}

/// The client sends more than anybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flood;

impl Intake {
    /// Nothing has come from the connection of this number.
    pub fn new(number: u64, config: &Config) -> Intake {
        let tuning = &config.tuning;
        let most = tuning.events_per_minute.saturating_mul(tuning.events_kill_factor);
        Intake {
            number,
            most: config.limits_rates().then_some(most),
            counted: Mutex::new(Counted { begun: Instant::now(), taken: 0, flood: false }),
            gate: Gate::new(tuning),
        }
    }

    /// So many more have come.
    ///
    /// # Errors
    /// They were too many, now or before. It is logged the first time.
    pub fn count(&self, more: u32) -> Result<(), Flood> {
        self.count_at(more, Instant::now())
    }

    fn count_at(&self, more: u32, now: Instant) -> Result<(), Flood> {
        let Some(most) = self.most else { return Ok(()) };
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(counted.begun) >= WINDOW {
            (counted.begun, counted.taken) = (now, 0);
        }
        counted.taken = counted.taken.saturating_add(more);
        if counted.taken > most && !std::mem::replace(&mut counted.flood, true) {
            tracing::warn!(connection = self.number, "too much sent, connection ended");
        }
        if counted.flood { Err(Flood) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Switch;

    fn config() -> Config {
        let mut config = Config::new("data");
        (config.tuning.events_per_minute, config.tuning.events_kill_factor) = (3, 2);
        config
    }

    #[test]
    fn so_many_a_minute_and_then_never_again() {
        let (intake, now) = (Intake::new(1, &config()), Instant::now());
        assert_eq!(intake.count_at(6, now), Ok(()));
        assert_eq!(intake.count_at(6, now + WINDOW), Ok(()), "a new minute begins anew");
        assert_eq!(intake.count_at(1, now + WINDOW), Err(Flood));
        assert_eq!(intake.count_at(1, now + 3 * WINDOW), Err(Flood));
    }

    #[test]
    fn without_rate_limits_nothing_is_a_flood() {
        let intake = Intake::new(1, &Config { rate_limit: Switch::Off, ..config() });
        assert_eq!(intake.count(u32::MAX), Ok(()));
    }
}
