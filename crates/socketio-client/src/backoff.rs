//! When to try again: the formula of the official client, and a variant that spreads a fleet.

use crate::Millis;

const MIN: Millis = 1_000;
const MAX: Millis = 5_000;

/// Delay before attempt `n` (from 0) for a random number `r` in `[0, 1)`, as the official client computes
/// it from its defaults: 0.5–1.5 s, 1–3 s, 2–5 s, 4–5 s, then 5 s.
///
/// With `spread` the cap comes before the jitter: 2.5–7.5 s from the fourth attempt on.
pub fn delay(n: u32, r: f64, spread: bool) -> Millis {
    // Both forms have long been at their cap by then, and the shift cannot overflow.
    let mut base = MIN << n.min(16);
    if spread {
        base = base.min(MAX);
    }
    let deviation = (r * 0.5 * base as f64) as Millis;
    let even = ((r * 10.0) as u32).is_multiple_of(2);
    let jittered = if even { base - deviation } else { base + deviation };
    if spread { jittered } else { jittered.min(MAX) }
}

/// Attempts made since the last connection, and the random numbers of the jitter.
#[derive(Debug)]
pub(crate) struct Backoff {
    attempts: u32,
    spread: bool,
    random: u64,
}

impl Backoff {
    pub(crate) fn new(seed: u64, spread: bool) -> Self {
        Self { attempts: 0, spread, random: seed }
    }

    /// Counts one more attempt: its number, from 1, and the delay before it.
    pub(crate) fn next(&mut self) -> (u32, Millis) {
        let r = self.random();
        let delay = delay(self.attempts, r, self.spread);
        self.attempts = self.attempts.saturating_add(1);
        (self.attempts, delay)
    }

    /// Number of the last attempt counted.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }

    /// SplitMix64, in `[0, 1)`: good enough to jitter, and twenty bytes of state less than a crate.
    fn random(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_delay_lies_in_the_documented_range() {
        let ranges = [(500, 1_500), (1_000, 3_000), (2_000, 5_000), (4_000, 5_000), (5_000, 5_000)];
        let mut backoff = Backoff::new(7, false);
        for _ in 0..2_000 {
            backoff.reset();
            for (n, (low, high)) in ranges.iter().enumerate() {
                let (attempt, delay) = backoff.next();
                assert_eq!(attempt as usize, n + 1);
                assert!((*low..=*high).contains(&delay), "attempt {n}: {delay}");
            }
        }
    }

    #[test]
    fn spread_delays_differ_even_after_many_failures() {
        let mut backoff = Backoff::new(7, true);
        let late: Vec<_> = (0..200).map(|_| backoff.next().1).skip(3).collect();
        assert!(late.iter().all(|delay| (2_500..=7_500).contains(delay)));
        assert!(late.iter().any(|delay| *delay < 3_500) && late.iter().any(|delay| *delay > 6_500));
    }

    #[test]
    fn two_seeds_give_two_sequences_and_one_seed_gives_one() {
        let sequence = |seed| {
            let mut backoff = Backoff::new(seed, true);
            (0..8).map(|_| backoff.next().1).collect::<Vec<_>>()
        };
        assert_eq!(sequence(1), sequence(1));
        assert_ne!(sequence(1), sequence(2));
    }
}
