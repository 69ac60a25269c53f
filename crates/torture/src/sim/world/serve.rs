//! The server's part of what happens: frames that reach it, its turns, and what goes out.

use anyhow::Result;
use chat::Millis;

use super::{Event, World};
use crate::sim::hall::End;
use crate::sim::net::{LinkId, Way};
use crate::sim::node::{Left, PING_MS};

impl World {
    /// What the server does, unless it is paused.
    pub(super) fn at_server(&mut self, event: Event) -> Result<()> {
        if let Some(waiting) = &mut self.paused {
            waiting.push_back(event);
            return Ok(());
        }
        match event {
            Event::Accept(link) => self.accept(link),
            Event::Up(link, text) if self.up(link) => match self.node.hear(link, &text) {
                Some(true) => self.turn_soon(),
                Some(false) => {}
                None => self.server_ends(link),
            },
            Event::UpEnd(link) => {
                self.node.close(link);
                self.end_way(link, Way::Up);
            }
            Event::Turn => self.turn()?,
            Event::Publish => {
                self.publish_due = false;
                let most = if self.dice.chance(5) { self.dice.below(5) } else { 1_000 };
                match self.node.publish(self.now, most) {
                    Ok(left) => self.follow(left),
                    Err(stuck) => self.stop(&stuck),
                }
            }
            Event::Heads => {
                self.node.tell_heads(self.now);
                self.agenda.enter(self.now + 10_000, Event::Heads);
            }
            Event::Relieve => {
                self.node.relieve(self.now);
                let neglected = self.node.hall().map(|hall| hall.neglected()).unwrap_or_default();
                let told = |link| format!("I10: connection {link} does not read and is not cut off");
                self.story.violations.extend(neglected.into_iter().map(told));
                self.agenda.enter(self.now + 1_000, Event::Relieve);
            }
            Event::Ping(link) if self.up(link) => match self.node.ping(link, self.now) {
                Some(()) => self.agenda.enter(self.now + PING_MS, Event::Ping(link)),
                None => self.server_ends(link),
            },
            _ => {}
        }
        self.flush();
        Ok(())
    }

    fn up(&self, link: LinkId) -> bool {
        self.links.get(&link).is_some_and(|link| link.is_open(Way::Up))
    }

    fn accept(&mut self, link: LinkId) {
        if self.node.is_up() {
            self.node.open(link);
            self.agenda.enter(self.now, Event::Ping(link));
        } else {
            self.carry(link, Way::Down, Event::DownEnd);
        }
    }

    /// The server ends a connection; the page hears of it when it hears of anything.
    pub(in crate::sim) fn server_ends(&mut self, link: LinkId) {
        self.node.close(link);
        self.end_way(link, Way::Up);
        self.carry(link, Way::Down, Event::DownEnd);
    }

    pub(in crate::sim) fn turn_soon(&mut self) {
        if !std::mem::replace(&mut self.turn_due, true) {
            // A busy server takes more at once.
            let late = if self.dice.chance(20) { 300 } else { 4 };
            let at = self.now + Millis::try_from(self.dice.below(late)).unwrap_or(0);
            self.agenda.enter(at, Event::Turn);
        }
    }

    fn turn(&mut self) -> Result<()> {
        self.turn_due = false;
        let before = self.node.now();
        let left = self.node.turn()?;
        if let Some(loss) = self.doom.take() {
            let cut = self.dice.between(before as u64, self.node.now() as u64);
            return self.die(usize::try_from(cut)?, loss);
        }
        self.follow(left);
        Ok(())
    }

    fn follow(&mut self, left: Left) {
        if left.turn {
            self.turn_soon();
        }
        if left.publish {
            self.publish_soon();
        }
    }

    /// The publisher will look what was committed.
    pub(in crate::sim) fn publish_soon(&mut self) {
        if !std::mem::replace(&mut self.publish_due, true) {
            let late = if self.dice.chance(10) { 400 } else { 4 };
            let at = self.now + Millis::try_from(self.dice.below(late)).unwrap_or(0);
            self.agenda.enter(at, Event::Publish);
        }
    }

    /// What waits in the server's queues goes out, where the way is free.
    pub(in crate::sim) fn flush(&mut self) {
        let Some(hall) = self.node.hall() else { return };
        for (link, end) in hall.busy() {
            if end == Some(End::Cut) {
                self.story.figures.cut_off += 1;
                self.server_ends(link);
                continue;
            }
            let stalled_until = self.links.get(&link).map_or(0, |link| link.stalled_until(Way::Down));
            if stalled_until > self.now {
                self.agenda.enter(stalled_until, Event::Flush);
                continue;
            }
            while let Some(frame) = hall.pop(link) {
                self.carry(link, Way::Down, |link| Event::Down(link, frame));
            }
            if end == Some(End::Told) {
                self.server_ends(link);
            }
        }
    }
}
