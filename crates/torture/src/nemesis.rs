//! What goes wrong, and when: a schedule that follows from the seed alone.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};

use crate::proxy::{Cut, Weather};

/// One thing that goes wrong. Times are milliseconds from the beginning of the storm.
#[derive(Clone, Debug, PartialEq)]
pub struct Strike {
    /// When.
    pub at: u64,
    /// For how long, where it lasts.
    pub lasts: u64,
    /// What.
    pub blow: Blow,
}

/// What goes wrong. Numbers that name a person or a room are dice: whoever strikes takes the remainder.
#[derive(Clone, Debug, PartialEq)]
pub enum Blow {
    /// `kill -9` of the server, which starts again on the same files.
    Kill,
    /// SIGTERM of the server, which starts again.
    Terminate,
    /// SIGSTOP of the server.
    Pause,
    /// SIGSTOP of a client process: ten slow consumers.
    StopClients(usize),
    /// `kill -9` of a client process, which starts again from its outboxes.
    KillClients(usize),
    /// Other weather on some links.
    Weather(Sky, Vec<usize>),
    /// The connections of some links are cut.
    Cut(Cut, Vec<usize>),
    /// Stock clients must poll.
    Downgrade,
    /// No byte is left on the server's disk.
    FullDisk,
    /// A second tab of a person; both send, or the second one is elected.
    Twin {
        /// Whose.
        person: usize,
        /// Both send.
        together: bool,
    },
    /// Somebody is taken out of a room; out of a public one they come back.
    Kick {
        /// Who.
        person: usize,
        /// From where.
        room: usize,
    },
    /// Somebody may not speak in a room for a while.
    Mute {
        /// Who.
        person: usize,
        /// Where.
        room: usize,
    },
    /// Somebody may not be here for a while.
    Ban(usize),
    /// The server's clock is set, by so many milliseconds beside the true time.
    Clock(i64),
}

/// Kinds of weather.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sky {
    /// Nothing passes.
    BlackHole,
    /// Nothing passes in one direction.
    OneWay,
    /// Every chunk is late by up to 400 ms.
    Late,
    /// 8 KiB/s.
    Slow,
    /// Every write is cut into slices of 1 to 7 bytes.
    Sliced,
}

impl Sky {
    /// All of them.
    pub const ALL: [Sky; 5] = [Sky::BlackHole, Sky::OneWay, Sky::Late, Sky::Slow, Sky::Sliced];

    /// What it is on one link; `up` is the direction that a stall leaves open.
    pub fn weather(self, up: bool) -> Weather {
        match self {
            Sky::BlackHole => Weather { up: false, down: false, ..Weather::FAIR },
            Sky::OneWay => Weather { up, down: !up, ..Weather::FAIR },
            Sky::Late => Weather { latency: Duration::from_millis(400), ..Weather::FAIR },
            Sky::Slow => Weather { rate: Some(8 * 1024), ..Weather::FAIR },
            Sky::Sliced => Weather { slice: Some(7), ..Weather::FAIR },
        }
    }
}

/// Every nemesis, as it is counted and named to people. Each must have struck in a set of runs.
pub const NAMES: [&str; 19] = [
    "kill -9 of the server",
    "SIGTERM of the server",
    "SIGSTOP of the server",
    "SIGSTOP of a client process",
    "kill -9 of a client process",
    "black hole",
    "one-way stall",
    "latency",
    "8 KiB/s",
    "slices",
    "reset",
    "orderly end",
    "forced polling",
    "disk full",
    "two tabs, both sending",
    "two tabs, one elected",
    "kick",
    "mute or ban",
    "clock",
];

impl Blow {
    /// Its place in [`NAMES`].
    pub fn number(&self) -> usize {
        match self {
            Blow::Kill => 0,
            Blow::Terminate => 1,
            Blow::Pause => 2,
            Blow::StopClients(_) => 3,
            Blow::KillClients(_) => 4,
            Blow::Weather(sky, _) => 5 + Sky::ALL.iter().position(|it| it == sky).unwrap_or(0),
            Blow::Cut(Cut::Reset, _) => 10,
            Blow::Cut(Cut::Finish, _) => 11,
            Blow::Downgrade => 12,
            Blow::FullDisk => 13,
            Blow::Twin { together: true, .. } => 14,
            Blow::Twin { together: false, .. } => 15,
            Blow::Kick { .. } => 16,
            Blow::Mute { .. } | Blow::Ban(_) => 17,
            Blow::Clock(_) => 18,
        }
    }
}

/// What a run has for the nemeses to strike at.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// How long the storm lasts, milliseconds.
    pub lasts: u64,
    /// Links of clients.
    pub links: usize,
    /// Processes of native clients.
    pub processes: usize,
    /// There are stock clients.
    pub stock: bool,
    /// The server's disk can be filled.
    pub small_disk: bool,
}

/// The schedule of one run, in the order of time.
pub fn plan(seed: u64, stage: &Stage) -> Vec<Strike> {
    let mut planner = Planner { rng: StdRng::seed_from_u64(seed), stage: *stage, strikes: Vec::new() };
    planner.server();
    planner.clients();
    planner.network();
    planner.people();
    let mut strikes = planner.strikes;
    strikes.sort_by_key(|strike| strike.at);
    strikes
}

struct Planner {
    rng: StdRng,
    stage: Stage,
    strikes: Vec<Strike>,
}

impl Planner {
    /// Strikes again and again, `pause` milliseconds after each other, for `lasts` milliseconds each.
    fn again(
        &mut self,
        pause: std::ops::Range<u64>,
        lasts: std::ops::Range<u64>,
        blow: impl Fn(&mut StdRng, &Stage) -> Blow,
    ) {
        // Not before everybody has arrived.
        let mut at = 1_000 + self.rng.random_range(0..pause.end);
        loop {
            let lasts = if lasts.is_empty() { 0 } else { self.rng.random_range(lasts.clone()) };
            if at + 500 >= self.stage.lasts {
                return;
            }
            let blow = blow(&mut self.rng, &self.stage);
            self.strikes.push(Strike { at, lasts: lasts.min(self.stage.lasts - at), blow });
            at += self.rng.random_range(pause.clone());
        }
    }

    /// Strikes somewhere in the run, `times` times.
    fn some(&mut self, times: u64, lasts: std::ops::Range<u64>, blow: impl Fn(&mut StdRng, &Stage) -> Blow) {
        let minutes = (self.stage.lasts / 60_000).max(1);
        for _ in 0..times * minutes {
            let lasts = if lasts.is_empty() { 0 } else { self.rng.random_range(lasts.clone()) };
            let at = self.rng.random_range(1_500..(self.stage.lasts - 1_000).max(1_501));
            let blow = blow(&mut self.rng, &self.stage);
            self.strikes.push(Strike { at, lasts: lasts.min(self.stage.lasts - at), blow });
        }
    }

    fn server(&mut self) {
        self.again(3_000..6_000, 0..0, |_, _| Blow::Kill);
        self.some(1, 0..0, |_, _| Blow::Terminate);
        self.some(1, 1_000..10_000, |_, _| Blow::Pause);
        self.again(4_000..9_000, 0..0, |rng, _| Blow::Clock(rng.random_range(-3_600_000..=3_600_000)));
        if self.stage.small_disk {
            self.some(2, 1_500..3_500, |_, _| Blow::FullDisk);
        }
    }

    fn clients(&mut self) {
        let one = |rng: &mut StdRng, stage: &Stage| rng.random_range(0..stage.processes.max(1));
        self.some(1, 2_000..35_000, move |rng, stage| Blow::StopClients(one(rng, stage)));
        self.some(2, 0..0, move |rng, stage| Blow::KillClients(one(rng, stage)));
        self.again(1_500..4_000, 1_000..6_000, |rng, _| Blow::Twin {
            person: rng.random_range(0..1_000),
            together: rng.random(),
        });
    }

    fn network(&mut self) {
        self.again(800..2_400, 2_000..9_000, |rng, stage| {
            let sky = *[Sky::OneWay, Sky::Late, Sky::Slow, Sky::Sliced].choose(rng).unwrap_or(&Sky::Late);
            Blow::Weather(sky, links(rng, stage, 4))
        });
        self.again(6_000..14_000, 5_000..40_000, |rng, stage| {
            Blow::Weather(Sky::BlackHole, links(rng, stage, 3))
        });
        self.again(1_200..3_000, 0..0, |rng, stage| {
            let cut = if rng.random() { Cut::Reset } else { Cut::Finish };
            Blow::Cut(cut, links(rng, stage, stage.links / 3))
        });
        if self.stage.stock {
            self.some(2, 4_000..12_000, |_, _| Blow::Downgrade);
        }
    }

    fn people(&mut self) {
        self.again(1_500..4_000, 0..0, |rng, _| {
            let (person, room) = (rng.random_range(0..1_000), rng.random_range(0..1_000));
            Blow::Kick { person, room }
        });
        self.again(2_500..6_000, 1_000..4_000, |rng, _| {
            let (person, room) = (rng.random_range(0..1_000), rng.random_range(0..1_000));
            if rng.random_bool(0.4) { Blow::Ban(person) } else { Blow::Mute { person, room } }
        });
    }
}

/// One to `most` links, each once.
fn links(rng: &mut StdRng, stage: &Stage, most: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..stage.links).collect();
    all.shuffle(rng);
    all.truncate(rng.random_range(1..=most.max(1)));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const STAGE: Stage = Stage { lasts: 50_000, links: 40, processes: 4, stock: true, small_disk: true };

    #[test]
    fn a_seed_has_one_schedule() {
        assert_eq!(plan(7, &STAGE), plan(7, &STAGE));
        assert_ne!(plan(7, &STAGE), plan(8, &STAGE));
    }

    #[test]
    fn every_nemesis_strikes_in_six_runs() {
        for seed in 0..20 {
            let runs = (0..6).flat_map(|run| plan(seed * 100 + run, &STAGE));
            let struck: BTreeSet<_> = runs.map(|strike| strike.blow.number()).collect();
            assert_eq!(struck, (0..NAMES.len()).collect(), "seed {seed}");
        }
    }

    #[test]
    fn six_runs_have_enough_deaths_and_cuts() {
        for seed in 0..20 {
            let strikes: Vec<_> = (0..6).flat_map(|run| plan(seed * 100 + run, &STAGE)).collect();
            let kills = strikes.iter().filter(|strike| strike.blow == Blow::Kill).count();
            let cuts: usize = strikes
                .iter()
                .map(|strike| if let Blow::Cut(_, links) = &strike.blow { links.len() } else { 0 })
                .sum();
            assert!(kills >= 45 && cuts >= 700, "seed {seed}: {kills} {cuts}");
        }
    }

    #[test]
    fn nothing_lasts_longer_than_the_storm() {
        for strike in plan(3, &STAGE) {
            assert!(strike.at + strike.lasts <= STAGE.lasts, "{strike:?}");
        }
    }
}
