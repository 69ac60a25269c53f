//! How long the loss of the line is kept quiet, and its return is told.

use leptos::prelude::*;

use super::Live;
use crate::browser::clock::{self, now};
use crate::state::Line;
use crate::state::line::{BACK_MS, Happening, PATIENCE_MS};

impl Live {
    pub(super) fn happened(self, happening: Happening) {
        let before = self.room.line.get_untracked();
        let line = self.room.happened(happening);
        if line == before {
            return;
        }
        if matches!(before, Line::Up | Line::Back { .. }) && matches!(line, Line::Waiting | Line::Ended) {
            self.room.people.lost(Some(now()));
        }
        // What waits says so only while the line is lost.
        self.draw_soon();
        match (before, line) {
            (_, Line::Waiting) => self.wait_patiently(),
            (Line::Lost, Line::Back { .. }) => {
                clock::after(BACK_MS, move || self.happened(Happening::BackOver));
            }
            _ => {}
        }
    }

    pub(super) fn wait_patiently(self) {
        let loss = self.inner().losses.wrapping_add(1);
        self.inner().losses = loss;
        clock::after(PATIENCE_MS, move || {
            // The line may have come and gone again meanwhile: every loss has its own patience.
            if self.inner().losses == loss {
                self.happened(Happening::PatienceOver);
            }
        });
    }
}
