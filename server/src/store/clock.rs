//! The server's one clock.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use chat::Millis;

/// Where the time comes from. Tests give a clock of their own and no test looks at the wall.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock::from_fn(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
        })
    }

    /// The machine's clock, and so many milliseconds beside it as `file` says at the time. For tests.
    pub fn beside(file: PathBuf) -> Clock {
        let machine = Clock::system();
        Clock::from_fn(move || {
            let offset = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok());
            machine.now().saturating_add(offset.unwrap_or(0))
        })
    }

    /// A clock that asks `now`, which answers in Unix milliseconds.
    pub fn from_fn(now: impl Fn() -> Millis + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// Unix milliseconds.
    pub fn now(&self) -> Millis {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
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
        assert!((-hour - 60_000..=-hour).contains(&beside("-3600000")));
        assert!((-60_000..=0).contains(&beside("soon")));
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(clock.now() <= Clock::system().now());
    }
}
