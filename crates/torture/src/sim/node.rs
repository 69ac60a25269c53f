//! The server of the simulation: the real store, the real rooms' service and the real publisher, and in the place of
//! sockets a hall of queues. It dies as a process does, and comes back with what its disk would hold.
//!
//! It does what it does in turns, each at one virtual moment: in one turn every connection does at most one request,
//! in another the publisher tells what was committed. Within a turn nothing is left to chance, so a run can be
//! repeated to the last byte.

pub(super) mod asked;
mod life;
mod seat;
mod turn;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use anyhow::{Result, ensure};
use chat::{MemberId, Millis, RoomId, Seq};
use server::store::{Clock, backup, restore};
use socketio_client::packet::Body;

use super::hall::{Hall, frame};
use super::net::LinkId;
use crate::dice::Dice;
use crate::disk::{Disk, Health, Loss};
use crate::ledger::Ledger;
use life::Life;
use seat::{Heard, Seat, author};

pub(super) use life::{Sight, prepared};
pub(super) use turn::Left;

/// Between two pings, and from a ping to its pong.
pub(super) const PING_MS: Millis = 15_000;
const PONG_MS: Millis = 10_000;

/// A server, alive or not.
pub(super) struct Node {
    folder: PathBuf,
    lives: u32,
    life: Option<Life>,
    seats: BTreeMap<LinkId, Seat>,
    /// The machine's clock, which somebody may set.
    clock: Arc<AtomicI64>,
    /// When the world began, in its time and in the publisher's.
    origin: Millis,
    began: Instant,
    dice: Dice,
    /// How many percent of the notices the engine loses.
    losses: u64,
}

/// How the next life begins.
#[derive(Clone, Debug)]
pub(super) enum From {
    /// With what is on the disk.
    Disk,
    /// With the backup that was made at some time, and a new epoch.
    Backup,
}

impl Node {
    /// A server below `folder`, not running yet.
    pub(super) fn new(folder: &Path, began: Millis, mut dice: Dice) -> Result<Node> {
        let losses = if dice.chance(30) { 3 } else { 0 };
        prepared().put(&folder.join("life-0"))?;
        Ok(Node {
            folder: folder.to_owned(),
            lives: 0,
            life: None,
            seats: BTreeMap::new(),
            clock: Arc::new(AtomicI64::new(began)),
            origin: began,
            began: Instant::now(),
            dice,
            losses,
        })
    }

    fn folder_of(&self, life: u32) -> PathBuf {
        self.folder.join(format!("life-{life}"))
    }

    fn backup_file(&self) -> PathBuf {
        self.folder.join("backup.db")
    }

    pub(super) fn is_up(&self) -> bool {
        self.life.is_some()
    }

    /// The server's clock goes on to `now`, plus what somebody has set it to.
    pub(super) fn set_clock(&self, now: Millis) {
        self.clock.store(now, Ordering::SeqCst);
    }

    /// Starts the server.
    pub(super) fn start(&mut self, from: &From) -> Result<()> {
        ensure!(self.life.is_none(), "it runs already");
        let folder = self.folder_of(self.lives);
        let hand = Arc::clone(&self.clock);
        let clock = Clock::from_fn(move || hand.load(Ordering::SeqCst));
        if matches!(from, From::Backup) {
            let file = self.backup_file();
            life::runtime()?.block_on(restore(&folder, &file))?;
        }
        let hall = Hall::new(self.dice.fork(), self.losses);
        self.life = Some(Life::open(Disk::watch(&folder)?, clock, hall)?);
        Ok(())
    }

    /// Makes a backup while it runs.
    pub(super) fn back_up(&mut self) -> Result<()> {
        let target = self.backup_file();
        if let Some(life) = &self.life {
            let _ = std::fs::remove_file(&target);
            life.run(backup(life.disk.folder(), &target))?;
        }
        Ok(())
    }

    /// There is a backup to restore.
    pub(super) fn has_backup(&self) -> bool {
        self.backup_file().exists()
    }

    /// The process dies. What the next one finds is what the disk holds after the first `cut` operations.
    pub(super) fn die(&mut self, cut: usize, loss: Loss) -> Result<()> {
        let Some(life) = self.life.take() else { return Ok(()) };
        self.seats.clear();
        self.lives += 1;
        let next = self.folder_of(self.lives);
        let image = life.disk.image(cut, loss, &mut self.dice);
        life.end();
        image.put(&next)?;
        Ok(())
    }

    /// The process is asked to end, and ends: the next one finds everything.
    pub(super) fn stop(&mut self) -> Result<()> {
        if let Some(life) = &self.life {
            life.run(life.store.close());
        }
        let cut = self.now();
        self.die(cut, Loss::Process)
    }

    /// A point of the disk's life to die at.
    pub(super) fn now(&self) -> usize {
        self.life.as_ref().map_or(0, |life| life.disk.now())
    }

    pub(super) fn set_health(&self, health: Health) {
        if let Some(life) = &self.life {
            life.disk.set_health(health);
        }
    }

    /// What the database holds now, read past the server.
    pub(super) fn ledger(&self) -> Result<Ledger> {
        match &self.life {
            Some(life) => life.run(Ledger::read(life.disk.folder())),
            None => life::runtime()?.block_on(Ledger::read(&self.folder_of(self.lives))),
        }
    }

    /// The queues, if it runs.
    pub(super) fn hall(&self) -> Option<Hall> {
        self.life.as_ref().map(|life| life.hall.clone())
    }

    /// A connection has been made.
    pub(super) fn open(&mut self, link: LinkId) {
        let Some(life) = &self.life else { return };
        self.seats.insert(link, Seat::default());
        life.hall.enter(link, []);
        let times = format!("\"pingInterval\":{PING_MS},\"pingTimeout\":{PONG_MS}");
        life.hall
            .push(link, format!("0{{\"sid\":\"s{link}\",\"upgrades\":[],{times},\"maxPayload\":65536}}"));
    }

    /// A connection is gone.
    pub(super) fn close(&mut self, link: LinkId) {
        self.seats.remove(&link);
        if let Some(life) = &self.life {
            life.hall.go(link);
        }
    }

    /// A frame has come. True if there is work to do now; `None` if the connection is to end.
    pub(super) fn hear(&mut self, link: LinkId, text: &str) -> Option<bool> {
        let (Some(seat), Some(life)) = (self.seats.get_mut(&link), &self.life) else { return Some(false) };
        match seat.hear(text) {
            Heard::Done(answer) => {
                answer.into_iter().for_each(|frame| life.hall.push(link, frame));
                Some(false)
            }
            Heard::Connect(who) => {
                let sid = serde_json::json!({ "sid": format!("c{link}") });
                life.hall.push(link, frame(Body::Connect(sid.as_object().cloned())));
                life.hall.enter(link, life::own_channels(&who));
                let author = author(who);
                seat.arrival = Some(life.arrival(&author));
                seat.author = Some(author);
                Some(true)
            }
            Heard::Request => Some(seat.is_ready()),
            Heard::Leave => None,
        }
    }

    /// Time to ping. `None` if the last one was not answered: the connection is to end.
    pub(super) fn ping(&mut self, link: LinkId, now: Millis) -> Option<()> {
        let (Some(seat), Some(life)) = (self.seats.get_mut(&link), &self.life) else { return Some(()) };
        if seat.pinged.is_some_and(|since| now - since >= PONG_MS) {
            return None;
        }
        seat.pinged.get_or_insert(now);
        life.hall.push(link, "2".to_owned());
        Some(())
    }

    /// Which database this is.
    pub(super) fn epoch(&self) -> &str {
        self.life.as_ref().map_or("", |life| life.store.epoch())
    }

    /// How far each room's log has come.
    pub(super) fn heads(&self) -> Result<Vec<(RoomId, Seq)>> {
        self.life.as_ref().map_or_else(|| Ok(Vec::new()), Life::heads)
    }

    /// Nobody is banned or silent any more. Whether somebody was.
    pub(super) fn pardon(&mut self) -> Result<bool> {
        self.life.as_ref().map_or(Ok(false), Life::pardon)
    }

    /// From now on the engine loses so many percent of the notices about messages.
    pub(super) fn lose(&mut self, percent: u64) {
        self.losses = percent;
        self.hall().iter().for_each(|hall| hall.lose(percent));
    }

    /// What somebody sees, for a judge.
    pub(super) fn sees(&mut self, who: &MemberId) -> Result<Sight> {
        let life = self.life.as_ref().ok_or_else(|| anyhow::anyhow!("it does not run"))?;
        life.run(life.sight(&author(who.clone())))
    }
}
