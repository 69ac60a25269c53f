//! The network between people and the server: connections that are late, stall in one direction, and end.
//!
//! As under TCP, what arrives arrives in order, and what was on its way when a connection ended is lost, unseen by
//! the sender. A connection's two ends may learn of its end at very different times.

use chat::Millis;

use crate::dice::Dice;

/// A connection's number; never used again.
pub(super) type LinkId = usize;

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// To the server.
    Up,
    /// To the person.
    Down,
}

/// One connection.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Whose, and which of that tab's attempts.
    pub(super) tab: usize,
    pub(super) generation: u32,
    up: Lane,
    down: Lane,
    /// Half of the time for there and back.
    latency: u64,
}

#[derive(Clone, Debug)]
struct Lane {
    open: bool,
    /// When the last thing arrives: nothing overtakes.
    last: Millis,
    stalled_until: Millis,
}

impl Link {
    /// A new connection with a latency of its own, from nothing to what satellites have.
    pub(super) fn new(tab: usize, generation: u32, dice: &mut Dice) -> Link {
        let lane = Lane { open: true, last: 0, stalled_until: 0 };
        let latency = *dice.pick(&[0, 1, 5, 20, 60, 150, 400]);
        Link { tab, generation, up: lane.clone(), down: lane, latency }
    }

    fn lane(&mut self, way: Way) -> &mut Lane {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    /// When something sent now arrives; `None` if it never does.
    pub(super) fn send(&mut self, way: Way, now: Millis, dice: &mut Dice) -> Option<Millis> {
        let jitter = dice.below(self.latency / 2 + 1);
        let delay = Millis::try_from(self.latency + jitter).unwrap_or(0);
        let lane = self.lane(way);
        if !lane.open {
            return None;
        }
        lane.last = lane.last.max(now.max(lane.stalled_until) + delay);
        Some(lane.last)
    }

    /// Whether something sent that way can still arrive.
    pub(super) fn is_open(&self, way: Way) -> bool {
        match way {
            Way::Up => self.up.open,
            Way::Down => self.down.open,
        }
    }

    /// Nothing moves that way for a while; later it goes on, in order.
    pub(super) fn stall(&mut self, way: Way, until: Millis) {
        let lane = self.lane(way);
        lane.stalled_until = lane.stalled_until.max(until);
    }

    /// Until when nothing moves that way.
    pub(super) fn stalled_until(&self, way: Way) -> Millis {
        match way {
            Way::Up => self.up.stalled_until,
            Way::Down => self.down.stalled_until,
        }
    }

    /// What goes that way from now on is lost, with what is on its way.
    pub(super) fn end(&mut self, way: Way) {
        self.lane(way).open = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overtakes_and_a_stall_only_delays() {
        let mut dice = Dice::new(3);
        let mut link = Link::new(0, 1, &mut dice);
        let mut last = 0;
        for now in 0..100 {
            if now == 50 {
                link.stall(Way::Up, 9_000);
            }
            let arrival = link.send(Way::Up, now, &mut dice).unwrap();
            assert!(arrival >= last.max(now) && (now < 50 || arrival >= 9_000));
            last = arrival;
        }
        assert!(link.send(Way::Down, 100, &mut dice).unwrap() < 9_000);
        link.end(Way::Up);
        assert_eq!((link.send(Way::Up, 100, &mut dice), link.is_open(Way::Down)), (None, true));
    }
}
