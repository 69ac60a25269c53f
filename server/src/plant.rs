//! Bugs planted on purpose (`chat::plant`), and what the server's own need. Only with the feature `plant`.

use std::cell::RefCell;
use std::collections::HashMap;

use chat::{RoomId, Seq};

pub use chat::plant::{Bug, MARKER, plant_everywhere, planted};

thread_local! {
    static DRAWN: RefCell<HashMap<RoomId, Seq>> = RefCell::default();
}

/// The next number of a room, for [`Bug::Autoincrement`]: one that was drawn and not used is never drawn again.
pub(crate) fn draw(room: &RoomId, last: Seq) -> Seq {
    DRAWN.with_borrow_mut(|drawn| {
        let number = drawn.entry(room.clone()).or_default();
        // Far ahead is another database of the same process.
        *number = if *number > last + 500 { last } else { (*number).max(last) } + 1;
        *number
    })
}

/// Chooses the bug of this name for the whole process, and says so.
pub(crate) fn choose(name: &str) {
    match Bug::from_name(name) {
        Some(bug) => {
            tracing::warn!(bug = bug.name(), MARKER);
            plant_everywhere(bug);
        }
        None => tracing::error!(name, "there is no such bug to plant"),
    }
}
