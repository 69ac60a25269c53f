//! How long things may take, and how fast a client reads while something waits for it. A stream that moves by one byte
//! now and then moves, and would keep its answer in memory for as long as it likes.

use std::time::Duration;

use tokio::time::Instant;

use crate::config::Tuning;

/// How long things may take.
pub(in crate::listener) struct Patience {
    /// A write that does not move.
    pub(super) stall: Duration,
    /// A client that is listened to no longer, until it leaves.
    pub(super) farewell: Duration,
    /// A client whose bytes wait here cannot be heard to answer a ping: so often it counts as having answered.
    pub(super) vouch: Duration,
    /// Bytes a second that a client reads, at least, while something waits for it.
    rate: u32,
}

impl Patience {
    pub(in crate::listener) fn new(tuning: &Tuning) -> Patience {
        Patience {
            stall: tuning.write_stall,
            farewell: tuning.farewell,
            vouch: tuning.vouch(),
            rate: tuning.least_rate,
        }
    }
}

/// What a client reads from the first write on that had to wait for it.
pub(super) struct Backlog {
    since: Instant,
    written: u64,
}

impl Backlog {
    /// Beginning now.
    pub(super) fn begin(now: Instant) -> Backlog {
        Backlog { since: now, written: 0 }
    }

    /// So many bytes more have been written.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.written = self.written.saturating_add(bytes as u64);
    }

    /// When the client has been too slow, if no byte more is written from `now` until then: a while after it began to be
    /// slow, and for each byte read as long as the least rate gives it. A write that does not move at all has that while
    /// and no more.
    pub(super) fn end(&self, patience: &Patience, now: Instant) -> Instant {
        let earned =
            Duration::from_millis(self.written.saturating_mul(1_000) / u64::from(patience.rate.max(1)));
        (self.since + patience.stall + earned).min(now + patience.stall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn patience() -> Patience {
        Patience { stall: 20 * SECOND, farewell: SECOND, vouch: SECOND, rate: 1_000 }
    }

    #[test]
    fn a_byte_now_and_then_is_not_fast_enough() {
        let begun = Instant::now();
        let mut backlog = Backlog::begin(begun);
        (0..19).for_each(|_| backlog.wrote(1));
        assert_eq!(backlog.end(&patience(), begun + 19 * SECOND), begun + Duration::from_millis(20_019));
    }

    #[test]
    fn who_reads_steadily_has_all_the_time_it_takes_and_who_stops_has_none() {
        let begun = Instant::now();
        let mut backlog = Backlog::begin(begun);
        (0..100).for_each(|_| backlog.wrote(1_000));
        assert_eq!(backlog.end(&patience(), begun + 90 * SECOND), begun + 110 * SECOND);
        assert_eq!(backlog.end(&patience(), begun + 100 * SECOND), begun + 120 * SECOND);
    }
}
