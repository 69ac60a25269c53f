//! How long the reader waits in a room with slow mode: what tells of it, and the clock that counts. And until midnight.

use chat::{Change, Event};
use leptos::prelude::*;

use super::{Live, Mark};
use crate::browser::clock::{self, now};
use crate::state::pace::Until;
use crate::state::rail::waits;

const MINUTES_A_DAY: u32 = 1_440;
const MS_A_MINUTE: i64 = 60_000;

impl Live {
    /// What the page shows tells of a wait already.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser opens the line"))]
    pub(super) fn pace_so_far(self) {
        let last = self.room.read(|timeline| {
            let own = timeline.messages().rev().find(|said| self.is_me(&said.author.id))?;
            // Since the mode is another, the next message is free.
            let changed = |event: &Event| matches!(event.change, Change::SlowModeChanged { .. });
            let free = timeline.notes(own.seq, chat::Seq::MAX).any(changed);
            (!free).then_some(own.at)
        });
        if let Some(at) = last {
            self.pace(|until| until.said(at, now(), self.slow_mode()));
        }
    }

    /// What is called "today" is called so until midnight, where nobody speaks, too.
    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser opens the line"))]
    pub(super) fn wait_for_midnight(self) {
        let at = now();
        let minute = self.room.zone.get_untracked().moment(at).minute;
        let left = i64::from(MINUTES_A_DAY - minute) * MS_A_MINUTE - at.rem_euclid(MS_A_MINUTE);
        clock::after(left, move || {
            self.draw_soon();
            self.wait_for_midnight();
        });
    }

    /// Something happened in this room.
    pub(super) fn pace_on(self, change: &Change) {
        match change {
            Change::Sent(said) if self.is_me(&said.author.id) => {
                self.pace(|until| until.said(now(), now(), self.slow_mode()));
            }
            Change::SlowModeChanged { .. } => self.pace(Until::free),
            _ => {}
        }
    }

    /// A message for this room was refused for so many milliseconds.
    pub(super) fn pace_for(self, ms: u64) {
        if self.slow_mode() > 0 {
            self.pace(|until| until.told(now(), ms));
        }
    }

    /// How many seconds the reader waits between two messages here.
    fn slow_mode(self) -> u32 {
        let rooms = self.rail.look();
        let room = rooms.here().0;
        let me = self.room.me.get_untracked();
        me.filter(|me| waits(me, room)).map_or(0, |_| room.slow_mode)
    }

    fn pace(self, change: impl FnOnce(&mut Until)) {
        self.room.pace.change(change);
        self.tick();
    }

    fn tick(self) {
        if let Some(next) = self.room.pace.look(now())
            && !self.mark(Mark::Ticking, true)
        {
            clock::after(next, move || {
                self.mark(Mark::Ticking, false);
                self.tick();
            });
        }
    }
}
