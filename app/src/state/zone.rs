//! How far the clock of the list is from UTC.

use chat::Millis;

use crate::browser;
use crate::calendar::Moment;

/// Whose clock the times of the list are told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// So many minutes east of UTC: what the server's page says, and the first view in the browser repeats.
    Fixed(i32),
    /// The reader's own, with its summer time. Not on the server.
    Browser,
}

impl Zone {
    /// The moment `at` on that clock.
    pub fn moment(self, at: Millis) -> Moment {
        let offset = match self {
            Zone::Fixed(offset) => offset,
            Zone::Browser => browser::clock::utc_offset(at),
        };
        Moment::new(at, offset)
    }
}
