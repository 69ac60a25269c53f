//! What happens to the world: the server dies, stalls, runs out of disk, is restored; connections stall and break.

use anyhow::Result;
use chat::Millis;

use super::net::{LinkId, Way};
use super::node::From;
use super::people::TabId;
use super::world::{Event, World};
use crate::disk::{Health, Loss};

impl World {
    /// Something goes wrong, and something will again.
    pub(super) fn strike(&mut self) -> Result<()> {
        if self.now >= self.heal {
            return Ok(());
        }
        let next = self.within(500, 5_000);
        self.agenda.enter(next, Event::Strike);
        match self.dice.below(100) {
            0..22 => self.kill(),
            22..27 => self.restart(),
            27..37 => self.fill_disk(),
            37..42 => self.pause(),
            42..62 => self.with_some_link(World::cut),
            62..77 => self.with_some_link(World::stall),
            77..87 => self.with_some_link(World::swallow),
            87..91 => self.turn_clocks(),
            91..96 => {
                self.back_up();
                Ok(())
            }
            96..98 if self.node.has_backup() => self.restore(),
            _ => self.with_some_link(World::cut),
        }
    }

    /// A backup is always to be had, and checks what it has copied.
    fn back_up(&mut self) {
        if let Err(error) = self.node.back_up() {
            self.story.violations.push(format!("no backup: {error:#}"));
        }
    }

    /// A time between `least` and `most` milliseconds from now.
    fn within(&mut self, least: u64, most: u64) -> Millis {
        self.now + Millis::try_from(self.dice.between(least, most)).unwrap_or(0)
    }

    fn loss(&mut self) -> Loss {
        match self.dice.below(10) {
            0..6 => Loss::Process,
            6..8 => Loss::Power(512),
            _ => Loss::Power(4_096),
        }
    }

    /// The process dies: between two turns, or in the middle of one.
    fn kill(&mut self) -> Result<()> {
        let loss = self.loss();
        if self.dice.chance(40) {
            return self.die(self.node.now(), loss);
        }
        self.doom = Some(loss);
        self.agenda.enter(self.now + 400, Event::Doom);
        Ok(())
    }

    pub(super) fn die(&mut self, cut: usize, loss: Loss) -> Result<()> {
        self.doom = None;
        if !self.node.is_up() {
            return Ok(());
        }
        match loss {
            Loss::Process => self.story.figures.kills += 1,
            Loss::Power(_) => self.story.figures.power_cuts += 1,
        }
        self.node.die(cut, loss)?;
        self.gone_from_here();
        let back = self.within(200, 3_000);
        self.agenda.enter(back, Event::Start(From::Disk));
        Ok(())
    }

    /// The server is no longer there: most pages hear of it, some only by silence.
    fn gone_from_here(&mut self) {
        // What comes to nobody finds that out by itself.
        self.resume();
        let links: Vec<_> = self.links.keys().copied().collect();
        for link in links {
            if self.dice.chance(20) {
                self.end_way(link, Way::Up);
                self.end_way(link, Way::Down);
            } else {
                self.server_ends(link);
            }
        }
    }

    /// It is asked to end, ends in order and comes back.
    fn restart(&mut self) -> Result<()> {
        if !self.node.is_up() || self.paused.is_some() {
            return Ok(());
        }
        self.story.figures.restarts += 1;
        self.close()?;
        let back = self.within(100, 1_500);
        self.agenda.enter(back, Event::Start(From::Disk));
        Ok(())
    }

    /// As `server.rs` closes: what was accepted is stored and told, then every session is closed, so that clients come
    /// back.
    fn close(&mut self) -> Result<()> {
        self.node.publish(self.now, 10_000)?;
        self.flush();
        if let Some(hall) = self.node.hall() {
            self.links.keys().for_each(|link| hall.push(*link, "1".to_owned()));
        }
        self.flush();
        self.node.stop()?;
        self.gone_from_here();
        Ok(())
    }

    fn restore(&mut self) -> Result<()> {
        if !self.node.is_up() || self.paused.is_some() {
            return Ok(());
        }
        self.close()?;
        let back = self.within(100, 1_500);
        self.agenda.enter(back, Event::Start(From::Backup));
        Ok(())
    }

    fn fill_disk(&mut self) -> Result<()> {
        self.story.figures.disk_faults += 1;
        let room = usize::try_from(self.dice.below(40_000))?;
        self.node.set_health(if self.dice.chance(70) { Health::Full(room) } else { Health::Failing });
        let mended = self.within(500, 8_000);
        self.agenda.enter(mended, Event::Mend);
        Ok(())
    }

    /// The process is stopped, and goes on later as if nothing had been.
    fn pause(&mut self) -> Result<()> {
        if self.node.is_up() && self.paused.is_none() {
            self.paused = Some(Default::default());
            let later = self.within(1_000, 10_000);
            self.agenda.enter(later, Event::Resume);
        }
        Ok(())
    }

    pub(super) fn resume(&mut self) {
        for event in self.paused.take().unwrap_or_default() {
            self.agenda.enter(self.now, event);
        }
    }

    fn with_some_link(&mut self, act: fn(&mut World, LinkId)) -> Result<()> {
        let links: Vec<_> = self.links.keys().copied().collect();
        if !links.is_empty() {
            let link = *self.dice.pick(&links);
            act(self, link);
        }
        Ok(())
    }

    /// The connection breaks, and both ends hear of it.
    pub(super) fn cut(&mut self, link: LinkId) {
        self.server_ends(link);
    }

    /// Nothing moves in one direction for a while, or in both.
    fn stall(&mut self, link: LinkId) {
        self.story.figures.stalls += 1;
        let until = self.within(1_000, 35_000);
        let ways = *self.dice.pick(&[[Way::Up, Way::Up], [Way::Down, Way::Down], [Way::Up, Way::Down]]);
        if let Some(link) = self.links.get_mut(&link) {
            ways.into_iter().for_each(|way| link.stall(way, until));
        }
    }

    /// The connection is gone, and one end or both do not hear of it.
    fn swallow(&mut self, link: LinkId) {
        let ways = *self.dice.pick(&[[Way::Up, Way::Up], [Way::Down, Way::Down], [Way::Up, Way::Down]]);
        ways.into_iter().for_each(|way| self.end_way(link, way));
    }

    /// A connection on which something is wrong ends for both.
    pub(super) fn mend(&mut self, id: LinkId) {
        let Some(link) = self.links.get(&id) else { return };
        let wrong = |way| !link.is_open(way) || link.stalled_until(way) > self.now;
        if wrong(Way::Up) || wrong(Way::Down) {
            self.node.close(id);
            self.end_way(id, Way::Up);
            self.end_way(id, Way::Down);
            self.agenda.enter(self.now + 1, Event::DownEnd(id));
        }
    }

    /// Somebody sets a clock: the server's, or everybody else's.
    fn turn_clocks(&mut self) -> Result<()> {
        const HOUR: Millis = 3_600_000;
        let jump = *self.dice.pick(&[-HOUR, HOUR, -1_000, 1_000]);
        if self.dice.chance(50) {
            self.skew = jump;
        } else {
            self.people
                .tabs
                .iter_mut()
                .flatten()
                .for_each(|tab| tab.clock = (tab.clock + jump).clamp(-HOUR, HOUR));
        }
        Ok(())
    }

    /// A page has ended: the server hears of it, or it does not.
    pub(super) fn leave_links(&mut self, tab: TabId) {
        let links: Vec<_> =
            self.links.iter().filter(|(_, link)| link.tab == tab).map(|(id, _)| *id).collect();
        for link in links {
            self.end_way(link, Way::Down);
            if self.dice.chance(80) {
                self.carry(link, Way::Up, Event::UpEnd);
            } else {
                self.end_way(link, Way::Up);
            }
        }
    }
}
