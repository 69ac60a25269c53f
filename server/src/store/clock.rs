//! The server's one clock, and how far it is believed.
//!
//! [`Clock::now`] is what the machine says, for events and for people. [`Clock::steady`] is what ages are counted by:
//! the same, unless the machine's clock has jumped. [`Clock::running`] is for durations within one life of the process.

mod belief;
mod kept;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chat::Millis;

pub(crate) use belief::{Belief, Correction};
pub(super) use kept::{correct, keep, kept, settle};

/// How far the times of a room's events rise over a clock that has gone back; further, they follow it.
pub(super) const LEAD: Millis = 2_000;

type Reading = Box<dyn Fn() -> Millis + Send + Sync>;

/// Where the time comes from. Tests give a clock of their own and no test looks at the wall.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    /// Unix milliseconds.
    now: Reading,
    /// Milliseconds since some moment; it never goes back and never jumps.
    running: Reading,
    watch: Mutex<Option<Watch>>,
}

/// The belief, and when it was looked at last.
struct Watch {
    belief: Belief,
    looked: Millis,
}

impl Clock {
    /// The machine's clocks.
    pub fn system() -> Clock {
        Clock::of(machine, since_start())
    }

    /// The machine's clocks, changed by what `file` says at the time. For tests. A number: the clock is set so many
    /// milliseconds beside the true time. `passed` and a number: so many milliseconds have passed.
    pub fn beside(file: PathBuf) -> Clock {
        let (other, started) = (file.clone(), since_start());
        Clock::of(
            move || machine().saturating_add(offset(&file).0),
            move || started().saturating_add(offset(&other).1),
        )
    }

    /// A clock that asks `now`, which answers in Unix milliseconds, and never jumps.
    pub fn from_fn(now: impl Fn() -> Millis + Send + Sync + 'static) -> Clock {
        let now = Arc::new(now);
        let running = now.clone();
        Clock::of(move || now(), move || running())
    }

    /// A clock that asks both.
    pub(crate) fn of(
        now: impl Fn() -> Millis + Send + Sync + 'static,
        running: impl Fn() -> Millis + Send + Sync + 'static,
    ) -> Clock {
        Clock(Arc::new(Inner { now: Box::new(now), running: Box::new(running), watch: Mutex::new(None) }))
    }

    /// Unix milliseconds, as the machine says.
    pub fn now(&self) -> Millis {
        (self.0.now)()
    }

    /// Milliseconds since some moment of this process, whatever the machine says the time is.
    pub fn running(&self) -> Millis {
        (self.0.running)()
    }

    /// Goes on from what the database knows of the time.
    pub(super) fn go_on(&self, kept: Option<Belief>) {
        let belief = kept.unwrap_or_else(|| Belief::new(self.now()));
        *self.0.watch.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Watch { belief, looked: self.running() });
        self.look();
    }

    /// Unix milliseconds by which ages are counted: they go on from the last known time while the clock is in doubt.
    pub(crate) fn steady(&self) -> Millis {
        self.look().known
    }

    /// The machine's clock is believed.
    pub(crate) fn is_believed(&self) -> bool {
        self.look().doubt.is_none()
    }

    /// The earliest time that is surely no longer ago than `life`: what was noted before a doubt began may be older
    /// than it seems.
    pub(crate) fn since(&self, life: Millis) -> Millis {
        let belief = self.look();
        let since = belief.known - life;
        belief.doubt.map_or(since, |doubt| since.max(doubt.since))
    }

    /// What the database is to know of the time.
    pub(super) fn belief(&self) -> Belief {
        self.look()
    }

    /// What to do for the clock to be believed, if that is due or somebody `confirms` it.
    pub(super) fn correction(&self, confirms: bool) -> Option<Correction> {
        self.look().correction(confirms)
    }

    /// The correction is made.
    pub(super) fn believe(&self) {
        self.go_on(None);
    }

    fn look(&self) -> Belief {
        let (now, running) = (self.now(), self.running());
        let mut watch = self.0.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(watch) = watch.as_mut() else { return Belief::new(now) };
        let passed = running - watch.looked;
        watch.looked = running;
        let known = watch.belief.known;
        if watch.belief.look(now, passed) {
            tracing::warn!(
                clock = %shown(now),
                known = %shown(known),
                "the clock has jumped: nothing is deleted by age until it has run on for 24 hours, or until \
                 `chat-moderno admin trust-clock`"
            );
        }
        watch.belief
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The time of an event after one at `last`: the clock's, a little later if that is not later than the last. For display
/// only: the order is that of the numbers.
pub(super) fn next(last: Millis, now: Millis) -> Millis {
    if now > last || last - now > LEAD { now } else { last + 1 }
}

/// A time for the log.
pub(crate) fn shown(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}

fn machine() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

fn since_start() -> impl Fn() -> Millis + Send + Sync + 'static {
    let start = Instant::now();
    move || Millis::try_from(start.elapsed().as_millis()).unwrap_or(Millis::MAX)
}

/// How far the file sets the time and how much it lets pass, which sets the time as well.
fn offset(file: &Path) -> (Millis, Millis) {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let text = text.trim();
    match text.strip_prefix("passed ") {
        Some(passed) => {
            let passed = passed.parse().unwrap_or(0);
            (passed, passed)
        }
        None => (text.parse().unwrap_or(0), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sets_the_clock_and_without_one_it_is_the_machines() {
        let folder = std::env::temp_dir().join(format!("chat-clock-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("offset");
        let clock = Clock::beside(file.clone());
        let hour = 3_600_000;
        let beside = |offset: &str| {
            std::fs::write(&file, offset).unwrap();
            clock.now() - Clock::system().now()
        };
        assert!((hour - 60_000..=hour).contains(&beside("3600000\n")));
        assert!(clock.running() < hour, "a clock that is set lets no time pass");
        assert!((-hour - 60_000..=-hour).contains(&beside("-3600000")));
        assert!((-60_000..=0).contains(&beside("soon")));
        assert!((hour - 60_000..=hour).contains(&beside("passed 3600000")));
        assert!(clock.running() >= hour);
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(clock.now() <= Clock::system().now());
    }

    #[test]
    fn l109_times_rise_over_a_small_step_back_and_follow_a_large_one() {
        assert_eq!(next(1_000, 5_000), 5_000);
        assert_eq!(next(5_000, 5_000), 5_001);
        assert_eq!(next(5_000, 5_000 - LEAD), 5_001);
        assert_eq!(next(5_000, 4_999 - LEAD), 4_999 - LEAD);
        assert_eq!(next(i64::MAX / 2, 7), 7);
    }
}
