//! Where the reader is in the list, and what follows from it: the view is kept still, and more is loaded in time.

use leptos::prelude::*;

use super::Live;
use crate::browser::clock::now;
use crate::browser::scroll::{self, Anchor};
use crate::state::Room;

impl Live {
    /// The view has moved, or what is around it.
    pub fn looked(self) {
        let cut = self.room.cut.get_untracked();
        let place = scroll::place();
        let at_end = place.at_end && !cut;
        if self.room.at_end.get_untracked() != at_end {
            self.room.at_end.set(at_end);
        }
        if at_end && self.room.below.get_untracked() > 0 {
            self.room.below.set(0);
        }
        self.see();
        if cut && place.near_end {
            self.newer();
        } else if place.near_start {
            self.older();
        }
    }

    /// Goes to the newest message. False if it is not in the memory: the page has to be loaded.
    pub fn to_present(self) -> bool {
        self.room.at_end.set(true);
        self.room.below.set(0);
        self.draw(|room| room.to_present(now()))
    }

    /// Draws, and keeps what the reader looks at where it is: at the newest message, or at the row in the middle,
    /// whatever comes and goes around it.
    pub(super) fn draw<T>(self, draw: impl FnOnce(Room) -> T) -> T {
        let anchor = if self.room.at_end.get_untracked() { None } else { Anchor::take() };
        let drawn = draw(self.room);
        // Drawing has told the rows' effects, which run at the end of this turn. This runs after them, and before
        // the next picture.
        queue_microtask(move || match anchor {
            Some(anchor) => anchor.restore(),
            None if self.room.at_end.get_untracked() => scroll::to_end(),
            None => {}
        });
        drawn
    }
}
