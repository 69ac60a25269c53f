//! Where the reader is in the list, and what follows from it.

use leptos::prelude::*;
use web_sys::Element;

use super::Live;
use crate::browser::clock::now;
use crate::browser::scroll;

impl Live {
    /// The view has moved.
    pub fn scrolled(self, log: &Element) {
        let cut = self.room.cut.get_untracked();
        let at_end = !cut && scroll::at_end(log);
        if self.room.at_end.get_untracked() != at_end {
            self.room.at_end.set(at_end);
        }
        if at_end && self.room.below.get_untracked() > 0 {
            self.room.below.set(0);
        }
        if cut && scroll::near_end(log) {
            self.newer();
        } else if scroll::near_start(log) {
            self.older();
        }
    }

    /// Goes to the newest message. False if it is not in the memory: the page has to be loaded.
    pub fn to_present(self, log: &Element) -> bool {
        self.room.at_end.set(true);
        if !self.room.to_present(now()) {
            return false;
        }
        self.room.below.set(0);
        scroll::to_end(log);
        true
    }
}
