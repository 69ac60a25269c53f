//! Carries the schedule out, and notes what was struck when.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use chat::{MemberId, Millis, RoomId};
use protocol::{Ban, Kick, Mute};
use tokio::sync::Mutex as Lock;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::check;
use crate::client::Order;
use crate::crew::Member;
use crate::history::now;
use crate::host::Host;
use crate::nemesis::{Blow, NAMES, Strike};
use crate::proxy::{Link, Weather};
use crate::steward::{Lift, Steward, key};
use crate::truth::{self, FILE};

/// How long somebody may take to come back once a ban is over: they ask once a second.
const BACK_AFTER_BAN: Duration = Duration::from_millis(1_500);

/// Everything there is to strike at.
pub struct Scene {
    /// The server.
    pub host: Lock<Host>,
    /// The client processes; the stock clients' is the last one, if there is one.
    pub crew: Vec<Lock<Member>>,
    /// Processes of native clients.
    pub natives: usize,
    /// A way for each client, in the order of the processes and their people.
    pub links: Vec<Way>,
    /// Who keeps the peace.
    pub steward: Steward,
    /// The people of the native clients, and the closed rooms among `rooms`.
    pub people: Vec<MemberId>,
    /// Rooms beside the default one, and whether they are public.
    pub rooms: Vec<(RoomId, bool)>,
    /// Where runs of this folder put copies.
    pub folder: PathBuf,
    /// A file that fills the server's disk, if that is small.
    pub filler: Option<PathBuf>,
    /// What has happened.
    pub notes: Mutex<Notes>,
}

/// A client's way, and how often its weather was changed: only the last change is taken back.
pub struct Way {
    /// The way.
    pub link: Link,
    changes: AtomicU64,
}

impl Way {
    /// A way in fair weather.
    pub fn new(link: Link) -> Way {
        Way { link, changes: AtomicU64::new(0) }
    }
}

/// What has happened in a storm.
#[derive(Debug, Default)]
pub struct Notes {
    /// How often each nemesis has struck.
    pub struck: [u64; NAMES.len()],
    /// The server's deaths.
    pub kills: Vec<check::Kill>,
    /// When the server went away: deaths, ends and stops.
    pub gone: Vec<Millis>,
    /// Whom something else kept from connecting, from when to when.
    pub disturbed: Vec<(usize, Millis, Millis)>,
    /// Connections that died with the server.
    pub orphaned: u64,
    /// Clients that stopped reading for a while.
    pub stalled: u64,
    /// What went wrong with the run itself.
    pub failures: Vec<String>,
}

impl Scene {
    /// The notes.
    pub fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn disturb(&self, links: impl IntoIterator<Item = usize>, from: Millis) {
        let until = now();
        self.notes().disturbed.extend(links.into_iter().map(|link| (link, from, until)));
    }

    /// Connections of clients that are open now.
    pub fn open_now(&self) -> u64 {
        self.links.iter().map(|way| way.link.open_now()).sum()
    }

    /// The links of a process.
    async fn links_of(&self, process: usize) -> std::ops::Range<usize> {
        let mut first = 0;
        for (number, member) in self.crew.iter().enumerate() {
            let people = member.lock().await.script.people.len();
            if number == process {
                return first..first + people;
            }
            first += people;
        }
        first..first
    }
}

/// Strikes as planned, and returns when everything has been taken back.
pub async fn rage(scene: &Arc<Scene>, plan: Vec<Strike>) {
    let begun = Instant::now();
    let mut strikes = JoinSet::new();
    for strike in plan {
        let scene = Arc::clone(scene);
        strikes.spawn(async move {
            sleep_until(begun + Duration::from_millis(strike.at)).await;
            let number = strike.blow.number();
            match scene.strike(strike).await {
                Ok(true) => scene.notes().struck[number] += 1,
                Ok(false) => {}
                Err(error) => scene.notes().failures.push(format!("{}: {error:#}", NAMES[number])),
            }
        });
    }
    strikes.join_all().await;
}

impl Scene {
    /// Whether it struck: what was to be struck may not be there.
    async fn strike(&self, Strike { lasts, blow, .. }: Strike) -> Result<bool> {
        let pause = Duration::from_millis(lasts);
        match blow {
            Blow::Kill => self.kill().await,
            Blow::Terminate => self.terminate().await,
            Blow::Pause => self.pause(pause).await,
            Blow::StopClients(process) => self.stop_clients(process, pause).await,
            Blow::KillClients(process) => self.kill_clients(process).await,
            Blow::Weather(sky, links) => {
                let weather = sky.weather(lasts % 2 == 0);
                self.change(&links, weather, pause).await;
                Ok(true)
            }
            Blow::Cut(cut, links) => {
                let at = now();
                links.iter().for_each(|link| self.links[*link].link.cut(cut));
                self.disturb(links, at);
                Ok(true)
            }
            Blow::Downgrade => {
                let links: Vec<_> = self.links_of(self.natives).await.collect();
                for link in &links {
                    // So that everybody comes again, and finds the other transport only.
                    self.links[*link].link.cut(crate::proxy::Cut::Reset);
                }
                self.change(&links, Weather { upgrades: false, ..Weather::FAIR }, pause).await;
                Ok(true)
            }
            Blow::FullDisk => self.fill_disk(pause).await,
            Blow::Twin { person, together } => self.twin(person, lasts, together).await,
            Blow::Kick { person, room } => self.kick(person, room).await,
            Blow::Mute { person, room } => self.mute(person, room, pause).await,
            Blow::Ban(person) => self.ban(person, pause).await,
            Blow::Clock(ms) => {
                let file = self.host.lock().await.clock();
                std::fs::write(file, ms.to_string())?;
                Ok(true)
            }
        }
    }

    async fn kill(&self) -> Result<bool> {
        let mut host = self.host.lock().await;
        let open = self.open_now();
        let at = host.kill().await?;
        let number = {
            let mut notes = self.notes();
            notes.gone.push(at);
            notes.orphaned += open;
            notes.kills.push(check::Kill { at, ..check::Kill::default() });
            notes.kills.len() - 1
        };
        let copy = self.folder.join(format!("death-{number}"));
        std::fs::create_dir_all(&copy)?;
        for file in [FILE.to_owned(), format!("{FILE}-wal")] {
            let from = host.data().join(&file);
            if from.exists() {
                std::fs::copy(from, copy.join(file))?;
            }
        }
        self.start(&mut host).await?;
        drop(host);
        let kept = truth::keys(&copy.join(FILE)).await.context("the files a death left")?;
        self.notes().kills[number].kept = kept;
        std::fs::remove_dir_all(copy)?;
        Ok(true)
    }

    /// A full disk may keep it from starting; a supervisor would try again too.
    async fn start(&self, host: &mut Host) -> Result<()> {
        let mut patience = 40;
        while let Err(error) = host.start().await {
            let full = self.filler.as_ref().is_some_and(|filler| filler.exists());
            patience -= 1;
            if !full || patience == 0 {
                return Err(error);
            }
            sleep(Duration::from_millis(250)).await;
        }
        Ok(())
    }

    async fn terminate(&self) -> Result<bool> {
        let mut host = self.host.lock().await;
        // Stopped where it stands it would hear nothing.
        host.pause(false)?;
        let (at, open) = (now(), self.open_now());
        {
            let mut notes = self.notes();
            notes.gone.push(at);
            notes.orphaned += open;
        }
        let ended = host.terminate().await;
        self.start(&mut host).await?;
        ended.map(|()| true)
    }

    async fn pause(&self, pause: Duration) -> Result<bool> {
        let life = {
            let mut host = self.host.lock().await;
            if !host.is_up() {
                return Ok(false);
            }
            host.pause(true)?;
            self.notes().gone.push(now());
            host.starts.len()
        };
        sleep(pause).await;
        let mut host = self.host.lock().await;
        // It may have been killed meanwhile; its successor was never stopped.
        if host.starts.len() == life {
            host.pause(false)?;
        }
        Ok(true)
    }

    async fn stop_clients(&self, process: usize, pause: Duration) -> Result<bool> {
        let links = self.links_of(process).await;
        let at = now();
        {
            let mut member = self.crew[process].lock().await;
            if !member.is_up() {
                return Ok(false);
            }
            member.stop(true)?;
        }
        sleep(pause).await;
        let mut member = self.crew[process].lock().await;
        if member.stopped {
            member.stop(false)?;
        }
        self.notes().stalled += links.len() as u64;
        self.disturb(links, at);
        Ok(true)
    }

    async fn kill_clients(&self, process: usize) -> Result<bool> {
        let links = self.links_of(process).await;
        let at = now();
        let mut member = self.crew[process].lock().await;
        member.kill().await?;
        member.start()?;
        drop(member);
        sleep(Duration::from_secs(1)).await;
        self.disturb(links, at);
        Ok(true)
    }

    async fn change(&self, links: &[usize], weather: Weather, pause: Duration) {
        let at = now();
        let changes: Vec<_> = links
            .iter()
            .map(|link| {
                let way = &self.links[*link];
                way.link.set(weather);
                way.changes.fetch_add(1, Ordering::Relaxed) + 1
            })
            .collect();
        sleep(pause).await;
        for (link, change) in links.iter().zip(changes) {
            let way = &self.links[*link];
            if way.changes.load(Ordering::Relaxed) == change {
                way.link.set(Weather::FAIR);
            }
        }
        if !weather.down {
            self.notes().stalled += links.len() as u64;
        }
        self.disturb(links.iter().copied(), at);
    }

    async fn fill_disk(&self, pause: Duration) -> Result<bool> {
        let Some(filler) = self.filler.clone() else { return Ok(false) };
        if filler.exists() {
            return Ok(false);
        }
        let file = filler.clone();
        // Ends with the error that there is no space, which is the point.
        tokio::task::spawn_blocking(move || {
            let mut file = std::fs::File::create(file)?;
            std::io::copy(&mut std::io::repeat(0), &mut file)
        })
        .await?
        .ok();
        sleep(pause).await;
        std::fs::remove_file(filler)?;
        Ok(true)
    }

    async fn twin(&self, person: usize, ms: u64, together: bool) -> Result<bool> {
        let mut process = self.crew[person % self.natives].lock().await;
        let person = person / self.natives % process.script.people.len();
        if !process.is_up() {
            return Ok(false);
        }
        process.tell(&Order::Twin { person, ms, together }).await?;
        Ok(true)
    }

    fn person(&self, dice: usize) -> MemberId {
        self.people[dice % self.people.len()].clone()
    }

    async fn kick(&self, person: usize, room: usize) -> Result<bool> {
        let (room, public) = self.rooms[room % self.rooms.len()].clone();
        // From a closed room nobody comes back: it is not to be empty in the end.
        if !public && !person.is_multiple_of(12) {
            return Ok(false);
        }
        let request = Kick { room, member: self.person(person), key: Some(key()) };
        Ok(self.steward.insist(&request).await?.is_ok_and(|stored| !stored.duplicate))
    }

    async fn mute(&self, person: usize, room: usize, pause: Duration) -> Result<bool> {
        let room = match room % (self.rooms.len() + 1) {
            0 => RoomId::lobby(),
            room => self.rooms[room - 1].0.clone(),
        };
        let member = self.person(person);
        let mute = Mute { room: room.clone(), member: member.clone(), on: true, key: Some(key()) };
        let muted = self.steward.insist(&mute).await?.is_ok();
        sleep(pause).await;
        if muted {
            self.steward.lift(Lift::Mute(room, member)).await?.ok();
        }
        Ok(muted)
    }

    async fn ban(&self, person: usize, pause: Duration) -> Result<bool> {
        let (member, at) = (self.person(person), now());
        let ban = Ban { member: member.clone(), on: true, key: Some(key()) };
        let banned = self.steward.insist(&ban).await?.is_ok();
        sleep(pause).await;
        if banned {
            self.steward.lift(Lift::Ban(member)).await?.ok();
            sleep(BACK_AFTER_BAN).await;
            self.disturb(Some(self.link_of(person)), at);
        }
        Ok(banned)
    }

    /// Lets those in and speak again to whom a backup restored at `at` knows nothing of that.
    pub async fn lift_again(&self, at: Millis) -> Result<()> {
        let back = self.steward.lift_again().await?;
        sleep(BACK_AFTER_BAN).await;
        let links = self.people.iter().enumerate().filter(|(_, person)| back.contains(*person));
        self.disturb(links.map(|(link, _)| link), at);
        Ok(())
    }

    /// The link of a native client.
    fn link_of(&self, dice: usize) -> usize {
        dice % self.people.len()
    }
}
