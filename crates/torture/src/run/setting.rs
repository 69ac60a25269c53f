//! What a run needs before its storm: a disk, a server, people, rooms, a network and processes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chat::{MemberId, Millis, RoomId};
use protocol::CreateRoom;
use protocol::view::RoomKind;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use tokio::sync::Mutex as Lock;

use super::{Kind, Run};
use crate::client::{Person, Script};
use crate::crew::Member;
use crate::history::now;
use crate::host::Host;
use crate::nemesis::Stage;
use crate::proxy::Link;
use crate::steward::{Steward, arrive, key};
use crate::storm::{Notes, Scene, Way};
use crate::truth::{self, FILE};

/// Processes of native clients, and clients in each.
const PROCESSES: usize = 4;
const IN_EACH: usize = 9;
/// One client in ten is a stock one.
const STOCK: usize = 4;
/// Rooms beside the default one: the first ones are public.
const PUBLIC: usize = 4;
const CLOSED: usize = 3;
/// Rooms of each client beside the default one.
const OF_EACH: usize = 3;
/// `members.role` of an administrator, and of somebody who is no guest.
const ADMIN: i64 = 1;
const MEMBER: i64 = 3;

/// The stock clients' script; it finds the official library from where it is put.
const STOCK_SCRIPT: &str = include_str!("../../node/client.mjs");

/// A run that can begin.
pub(super) struct Setting {
    pub(super) scene: Arc<Scene>,
    pub(super) stage: Stage,
    /// Every client's person, native ones first, in the order of the links.
    pub(super) people: Vec<Person>,
    pub(super) founders: BTreeMap<RoomId, BTreeSet<MemberId>>,
    pub(super) restores: Mutex<Vec<Millis>>,
    pub(super) skipped: Vec<String>,
    folder: PathBuf,
    _disk: Option<SmallDisk>,
}

impl Setting {
    pub(super) async fn prepare(run: &Run) -> Result<Setting> {
        let mut rng = StdRng::seed_from_u64(run.seed ^ 0x5e77);
        let mut host = Host::new(&run.binary, &run.folder);
        let mut skipped = Vec::new();
        let disk = match SmallDisk::mount(run, &host.data()) {
            Ok(disk) => disk,
            Err(error) => {
                skipped.push(format!("the full disk: {error:#}"));
                None
            }
        };
        let limits = if run.kind == Kind::Limited { "on" } else { "off" };
        host.options = ["--rate-limit", limits].map(str::to_owned).to_vec();
        host.start().await?;
        let stock = stock_program(run, &mut skipped)?;
        let (mut people, steward) = make_people(run, &mut host, stock.is_some()).await?;
        let mut links = Vec::new();
        for person in &mut people {
            let link = Link::open(host.upstream.subscribe()).await?;
            person.url = format!("http://{}", link.address);
            links.push(Way::new(link));
        }
        let (steward, rooms, founders) = make_rooms(&mut rng, &host, steward, &people, &mut links).await?;
        let crew = crew(run, &people, stock)?;
        let stage = Stage {
            lasts: run.storm.as_millis() as u64,
            links: people.len(),
            processes: PROCESSES,
            stock: people.len() > PROCESSES * IN_EACH,
            small_disk: disk.is_some(),
        };
        let natives = people[..PROCESSES * IN_EACH].iter().map(|person| person.me.clone()).collect();
        let scene = Scene {
            filler: disk.is_some().then(|| host.data().join("filler")),
            host: Lock::new(host),
            crew: crew.into_iter().map(Lock::new).collect(),
            natives: PROCESSES,
            links,
            steward,
            people: natives,
            rooms,
            folder: run.folder.clone(),
            notes: Mutex::new(Notes::default()),
        };
        Ok(Setting {
            scene: Arc::new(scene),
            stage,
            people,
            founders,
            restores: Mutex::default(),
            skipped,
            folder: run.folder.clone(),
            _disk: disk,
        })
    }

    /// Where a person's history of one kind is.
    pub(super) fn history(&self, person: &Person, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}.jsonl", person.name))
    }

    /// Takes a backup, puts it in the database's place five seconds later, and has done again what it undoes of the
    /// steward's: whoever was let in or let speak after the backup is out or silent again, for ever.
    pub(super) async fn restore(&self) -> Result<()> {
        let (from, file) = (now(), self.folder.join("backup.db"));
        let name = file.to_str().context("a path that is a text")?;
        // The backup is taken from a running server, which may be killed meanwhile: as an operator would, again.
        let mut tries = 0;
        loop {
            let taken = {
                let host = self.scene.host.lock().await;
                host.operate(&["backup", name]).await
            };
            match taken {
                Ok(()) => break,
                Err(error) if tries == 5 => return Err(error),
                Err(_) => tries += 1,
            }
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        let mut host = self.scene.host.lock().await;
        let at = host.kill().await?;
        self.scene.notes().gone.push(at);
        host.operate(&["restore", name]).await?;
        host.start().await?;
        self.restores.lock().unwrap_or_else(PoisonError::into_inner).push(from);
        // The steward needs the server, which may be killed meanwhile.
        drop(host);
        self.scene.lift_again(at).await
    }

    /// Takes away what a run without a flaw needs no more.
    pub(super) fn clear(self, passed: bool) {
        let folder = self.folder.clone();
        drop(self);
        if passed {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

async fn make_people(run: &Run, host: &mut Host, stock: bool) -> Result<(Vec<Person>, Person)> {
    let url = format!("http://{}", host.upstream.borrow().context("the server is down")?);
    let mut people = Vec::new();
    for number in 0..PROCESSES * IN_EACH {
        people.push(arrive(&format!("c{number:02}"), &url).await?);
    }
    for number in 0..if stock { STOCK } else { 0 } {
        people.push(arrive(&format!("s{number:02}"), &url).await?);
    }
    let steward = arrive("steward", &url).await?;
    host.terminate().await?;
    let file = host.data().join(FILE);
    truth::appoint(&file, &steward.me, ADMIN).await?;
    if run.kind == Kind::Limited {
        // Guests of one address share a limit; these do not.
        for person in people.iter().skip(4) {
            truth::appoint(&file, &person.me, MEMBER).await?;
        }
    }
    host.start().await?;
    Ok((people, steward))
}

type Rooms = (Steward, Vec<(RoomId, bool)>, BTreeMap<RoomId, BTreeSet<MemberId>>);

/// Makes the rooms with everybody in four of them, the default one included.
async fn make_rooms(
    rng: &mut StdRng,
    host: &Host,
    mut steward: Person,
    people: &[Person],
    links: &mut Vec<Way>,
) -> Result<Rooms> {
    let mut members = vec![BTreeSet::new(); PUBLIC + CLOSED];
    for person in people {
        let mut all: Vec<usize> = (0..members.len()).collect();
        all.shuffle(rng);
        // The first room is everybody's second one, half of the time.
        let first = rng.random_bool(0.5).then_some(0);
        let rooms: BTreeSet<usize> = first.into_iter().chain(all).take(OF_EACH + 1).collect();
        for room in rooms.into_iter().take(OF_EACH) {
            members[room].insert(person.me.clone());
        }
    }
    let link = Link::open(host.upstream.subscribe()).await?;
    steward.url = format!("http://{}", link.address);
    let connected = Steward::connect(&steward);
    // Kept with the others, and struck by nobody: it is no client's.
    links.push(Way::new(link));
    let everybody: BTreeSet<_> =
        people.iter().map(|person| person.me.clone()).chain([steward.me.clone()]).collect();
    let (mut rooms, mut founders) = (Vec::new(), BTreeMap::from([(RoomId::lobby(), everybody)]));
    for (number, mut members) in members.into_iter().enumerate() {
        let public = number < PUBLIC;
        let request = CreateRoom {
            name: format!("Sala {number}"),
            kind: if public { RoomKind::Public } else { RoomKind::Private },
            members: Some(members.iter().cloned().collect()),
            key: Some(key()),
        };
        let made = connected.insist(&request).await?;
        let Ok(made) = made else { bail!("a room could not be made: {made:?}") };
        members.insert(steward.me.clone());
        rooms.push((made.room.id.clone(), public));
        founders.insert(made.room.id, members);
    }
    Ok((connected, rooms, founders))
}

fn crew(run: &Run, people: &[Person], stock: Option<(PathBuf, Vec<String>)>) -> Result<Vec<Member>> {
    let own = std::env::current_exe()?;
    let rate = run.rate / people.len() as f64;
    let script = |people: &[Person], number: u64| Script {
        folder: run.folder.clone(),
        seed: run.seed.wrapping_add(number * 1_000),
        rate,
        pages: 3,
        people: people.to_vec(),
    };
    let (natives, stocks) = people.split_at(PROCESSES * IN_EACH);
    let mut crew: Vec<Member> = natives
        .chunks(IN_EACH)
        .enumerate()
        .map(|(number, people)| {
            let program = (own.clone(), vec!["client".to_owned()]);
            Member::new(number, program, script(people, number as u64))
        })
        .collect();
    if let Some(program) = stock {
        crew.push(Member::new(PROCESSES, program, script(stocks, PROCESSES as u64)));
    }
    Ok(crew)
}

/// Node and the stock clients' script, where both can be had.
fn stock_program(run: &Run, skipped: &mut Vec<String>) -> Result<Option<(PathBuf, Vec<String>)>> {
    let library = |folder: &Path| folder.join("node_modules/socket.io-client").exists();
    let node = Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success());
    if !node || !run.folder.ancestors().any(library) {
        skipped.push("the stock clients: they need Node.js and npm's socket.io-client".to_owned());
        return Ok(None);
    }
    let file = run.folder.join("stock.mjs");
    std::fs::write(&file, STOCK_SCRIPT)?;
    let file = file.to_str().context("a path that is a text")?.to_owned();
    Ok(Some((PathBuf::from("node"), vec![file])))
}

/// A disk of memory for the database, small enough to be filled.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(run: &Run, folder: &Path) -> Result<Option<SmallDisk>> {
        if run.kind != Kind::SmallDisk {
            return Ok(None);
        }
        std::fs::create_dir_all(folder)?;
        let megabytes = 96 + run.storm.as_secs() * 2;
        let size = format!("size={megabytes}m,mode=700");
        let output =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "torture"]).arg(folder).output()?;
        if !output.status.success() {
            bail!("no tmpfs here: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(Some(SmallDisk(folder.to_owned())))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a process that still ends must not keep it.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
