//! One tab of one person: the place where notices, answers, timers and wishes meet, as in the page's `live`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chat::outbox::{Drain, Input, Outbox, Pending};
use chat::{Key, Millis, RoomId, Seq};
use protocol::{Auth, Ended, Heads, Hello, HistoryPage, JoinOk, LeaveOk, Notice, RoomEvent, SyncReply, json};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use socketio_client::native::{self, Setup};
use socketio_client::{Client, Notification, Options};
use tokio::sync::{broadcast, mpsc, watch};

use super::disk::{self, Disk};
use super::rooms::Shelf;
use super::{Board, Person, Phase, Script, Status, post};
use crate::history::{Fact, History, now};
use crate::wire::Undone;

/// An order to open a second tab.
#[derive(Clone, Copy, Debug)]
pub(super) struct Twin {
    pub(super) ms: u64,
    pub(super) together: bool,
}

/// What one tab tells the others of its person.
#[derive(Clone, Debug)]
pub(super) enum Gossip {
    Row(Box<Pending>),
    Gone(Key),
    /// The second tab is closed.
    Over,
}

/// What comes back from the wire.
pub(super) enum Answer {
    Kept(Key, Result<(Seq, bool), Undone>),
    Synced(Vec<RoomId>, Result<SyncReply, Undone>),
    Latest(RoomId, Result<HistoryPage, Undone>),
    Older(RoomId, Result<HistoryPage, Undone>),
    Joined(RoomId, Result<JoinOk, Undone>),
    Left(Key, RoomId, Result<LeaveOk, Undone>),
}

/// What a timer was set for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wake {
    Timeline(RoomId),
    Outbox,
    Wish,
    Connect,
    Join(RoomId),
    Leave,
    Close,
}

/// What all tabs of a person share.
#[derive(Clone)]
struct Home {
    script: Arc<Script>,
    place: usize,
    phase: watch::Receiver<Phase>,
    board: Board,
    disk: Arc<Mutex<Disk>>,
    gossip: broadcast::Sender<(bool, Gossip)>,
}

/// See the module. Fields are those of the files below as well.
pub(super) struct Tab {
    home: Home,
    /// The one that wants things; the other only helps to send.
    pub(super) first: bool,
    pub(super) io: Client,
    notifications: mpsc::UnboundedReceiver<Notification>,
    pub(super) history: History,
    pub(super) rng: StdRng,
    pub(super) outbox: Outbox,
    pub(super) rooms: BTreeMap<RoomId, Shelf>,
    pub(super) epoch: String,
    pub(super) connected: bool,
    /// Cursors to be asked about with the next `sync`.
    pub(super) cursors: BTreeMap<RoomId, Seq>,
    pub(super) syncing: bool,
    /// Requests to leave, and whether they are under way.
    pub(super) leaving: HashMap<Key, (RoomId, bool)>,
    /// When the last wish was due.
    pub(super) last_wish: Option<Millis>,
    /// Own messages that were acked, to be edited.
    pub(super) own: Vec<(RoomId, Seq)>,
    /// Refusals that were written down.
    pub(super) refused: HashSet<Key>,
    /// A second tab is open.
    twin: bool,
    wakes: BinaryHeap<Reverse<(Millis, Wake)>>,
    pub(super) answers: mpsc::UnboundedSender<Answer>,
    answered: mpsc::UnboundedReceiver<Answer>,
    heard: broadcast::Receiver<(bool, Gossip)>,
    /// Pages still to be read back at the end.
    pub(super) ending: Option<u32>,
}

impl Tab {
    /// The tab that a person has from the beginning of the process on.
    pub(super) fn first(
        script: Arc<Script>,
        place: usize,
        phase: watch::Receiver<Phase>,
        board: Board,
    ) -> io::Result<Tab> {
        let (disk, rows) = Disk::open(&path(&script, place, "outbox"))?;
        let (disk, gossip) = (Arc::new(Mutex::new(disk)), broadcast::Sender::new(1_024));
        let home = Home { script, place, phase, board, disk, gossip };
        let mut tab = Tab::open(home, true)?;
        tab.outbox(Input::Loaded { rows, known: Vec::new() })?;
        tab.outbox(Input::Drain(Drain::Alone))?;
        tab.wake(now() + 200, Wake::Wish);
        Ok(tab)
    }

    /// A second tab of the same person.
    fn second(home: Home, together: bool) -> io::Result<Tab> {
        let rows = disk::rows(&path(&home.script, home.place, "outbox"))?;
        let mut tab = Tab::open(home, false)?;
        tab.outbox(Input::Loaded { rows, known: Vec::new() })?;
        tab.outbox(Input::Drain(if together { Drain::Together } else { Drain::Alone }))?;
        Ok(tab)
    }

    fn open(home: Home, first: bool) -> io::Result<Tab> {
        let person = &home.script.people[home.place];
        let mut history =
            History::open(&path(&home.script, home.place, if first { "history" } else { "twin" }))?;
        history.write(Fact::Began)?;
        let mut options = Options::new(&person.url);
        options.transports = super::transports(home.place, first);
        let (io, notifications) = native::open_with(options, Setup::default());
        let auth = Auth { v: Some(protocol::VERSION), lang: None, token: Some(person.token.clone()) };
        io.set_auth(serde_json::to_value(auth).unwrap_or_default());
        io.connect();
        let (answers, answered) = mpsc::unbounded_channel();
        let seed = home.script.seed ^ ((home.place as u64 + 1) << 32) ^ u64::from(first);
        Ok(Tab {
            first,
            io,
            notifications,
            history,
            rng: StdRng::seed_from_u64(seed),
            outbox: Outbox::default(),
            rooms: BTreeMap::new(),
            epoch: String::new(),
            connected: false,
            cursors: BTreeMap::new(),
            syncing: false,
            leaving: HashMap::new(),
            last_wish: None,
            own: Vec::new(),
            refused: HashSet::new(),
            twin: false,
            wakes: BinaryHeap::new(),
            answers,
            answered,
            heard: home.gossip.subscribe(),
            ending: None,
            home,
        })
    }

    /// Whose tab it is.
    pub(super) fn person(&self) -> &Person {
        &self.home.script.people[self.home.place]
    }

    pub(super) fn script(&self) -> &Script {
        &self.home.script
    }

    pub(super) fn disk(&self) -> &Mutex<Disk> {
        &self.home.disk
    }

    pub(super) fn is_calm(&self) -> bool {
        *self.home.phase.borrow() != Phase::Storm
    }

    pub(super) fn gossip(&self, gossip: Gossip) {
        // Nobody else is there most of the time.
        let _ = self.home.gossip.send((self.first, gossip));
    }

    pub(super) fn wake(&mut self, at: Millis, wake: Wake) {
        self.wakes.push(Reverse((at, wake)));
    }

    pub(super) fn roll(&mut self) -> u32 {
        self.rng.random()
    }

    /// Lives until the phase is [`Phase::End`] and everything is written down.
    pub(super) async fn run(mut self, mut twins: mpsc::UnboundedReceiver<Twin>) -> anyhow::Result<()> {
        let mut phase = self.home.phase.clone();
        loop {
            tokio::select! {
                Some(heard) = self.notifications.recv() => self.notified(heard)?,
                Some(answer) = self.answered.recv() => self.answer(answer)?,
                Ok((first, gossip)) = self.heard.recv() => if first != self.first { self.overhear(gossip)?; },
                Some(twin) = twins.recv() => self.open_twin(twin)?,
                () = sleep_until(self.wakes.peek().map(|Reverse((at, _))| *at)) => self.awake()?,
                Ok(()) = phase.changed() => match *phase.borrow_and_update() {
                    Phase::Storm => {}
                    Phase::Calm => self.calm_down()?,
                    Phase::End => self.begin_to_end()?,
                },
            }
            if self.first {
                post(&self.home.board, self.home.place, self.status());
            }
            if self.has_ended()? {
                return Ok(());
            }
        }
    }

    pub(super) fn status(&self) -> Status {
        let entering = self.wakes.iter().filter(|Reverse((_, wake))| matches!(wake, Wake::Join(_))).count();
        let loading = self.rooms.values().filter(|shelf| !shelf.ready).count();
        let rooms = self.rooms.iter().filter(|(_, shelf)| shelf.ready);
        Status {
            name: self.person().name.clone(),
            connected: self.connected,
            waiting: self.outbox.items().len() + self.leaving.len() + entering + loading,
            rooms: rooms.map(|(room, shelf)| (room.clone(), shelf.timeline.applied())).collect(),
        }
    }

    fn notified(&mut self, heard: Notification) -> io::Result<()> {
        match heard {
            Notification::Connected { .. } | Notification::Attempt { .. } => {}
            Notification::Disconnected(_) => self.lost()?,
            Notification::ConnectError { message, .. } => {
                if protocol::notice::CONNECT_REFUSALS.iter().any(|code| code.code() == message) {
                    self.history.write(Fact::Ended { code: message })?;
                    self.wake(now() + 1_000, Wake::Connect);
                }
            }
            Notification::Event { name, args, .. } => self.told(&name, args)?,
        }
        Ok(())
    }

    fn told(&mut self, name: &str, args: Vec<Value>) -> io::Result<()> {
        match name {
            Hello::EVENT => first(args).map_or(Ok(()), |hello| self.hello(hello)),
            Heads::EVENT => first(args).map_or(Ok(()), |heads| self.heads(heads)),
            Ended::EVENT => {
                let code = args.first().and_then(|ended| ended["code"].as_str()).unwrap_or("?").to_owned();
                self.wake(now() + 1_000, Wake::Connect);
                self.history.write(Fact::Ended { code })
            }
            _ => RoomEvent::from_notice(name, args).map_or(Ok(()), |RoomEvent(event)| self.event(event)),
        }
    }

    fn hello(&mut self, hello: Hello) -> io::Result<()> {
        let heads = hello.heads.iter().map(|(room, head)| (room.clone(), *head)).collect();
        let (epoch, you) = (hello.epoch.clone(), hello.you.id.clone());
        self.history.write(Fact::Hello { epoch, you: you.clone(), heads })?;
        self.connected = true;
        self.greet_rooms(hello)?;
        self.outbox(Input::Connected(you))?;
        self.leave_again();
        Ok(())
    }

    fn lost(&mut self) -> io::Result<()> {
        self.history.write(Fact::Lost)?;
        self.connected = false;
        self.syncing = false;
        for (_, under_way) in self.leaving.values_mut() {
            *under_way = false;
        }
        self.outbox(Input::Disconnected)?;
        self.rooms_unanswered()
    }

    fn answer(&mut self, answer: Answer) -> io::Result<()> {
        match answer {
            Answer::Kept(key, answer) => self.kept(key, answer),
            Answer::Synced(rooms, answer) => self.synced(&rooms, answer.ok()),
            Answer::Latest(room, answer) => self.latest(&room, answer.ok()),
            Answer::Older(room, answer) => self.older(&room, answer.ok()),
            Answer::Joined(room, answer) => self.joined(&room, answer),
            Answer::Left(key, room, answer) => self.left(key, &room, answer),
        }
    }

    fn awake(&mut self) -> io::Result<()> {
        let Some(Reverse((_, wake))) = self.wakes.pop() else { return Ok(()) };
        match wake {
            Wake::Timeline(room) => self.timeline(&room, chat::timeline::Input::Timer),
            Wake::Outbox => self.outbox(Input::Timer),
            Wake::Wish => self.wish(),
            Wake::Connect => {
                self.io.connect();
                Ok(())
            }
            Wake::Join(room) => self.join(&room),
            Wake::Leave => {
                self.leave_again();
                Ok(())
            }
            Wake::Close => {
                self.ending = Some(0);
                Ok(())
            }
        }
    }

    fn overhear(&mut self, gossip: Gossip) -> io::Result<()> {
        match gossip {
            Gossip::Row(row) => self.outbox(Input::Heard(*row)),
            Gossip::Gone(key) => self.outbox(Input::HeardGone(key)),
            Gossip::Over => {
                self.twin = false;
                let known = self.outbox.on_disk();
                let rows = disk::rows(&path(&self.home.script, self.home.place, "outbox"))?;
                self.outbox(Input::Loaded { rows, known })?;
                self.outbox(Input::Drain(Drain::Alone))
            }
        }
    }

    fn open_twin(&mut self, Twin { ms, together }: Twin) -> io::Result<()> {
        if std::mem::replace(&mut self.twin, true) {
            return Ok(());
        }
        self.outbox(Input::Drain(if together { Drain::Together } else { Drain::No }))?;
        let mut twin = Tab::second(self.home.clone(), together)?;
        twin.wake(now() + Millis::try_from(ms).unwrap_or(0), Wake::Close);
        let (_none, none) = mpsc::unbounded_channel();
        // Boxed: a future that holds itself has no size.
        let life: std::pin::Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>> =
            Box::pin(twin.run(none));
        tokio::spawn(life);
        Ok(())
    }

    fn begin_to_end(&mut self) -> io::Result<()> {
        self.ending = Some(if self.first { self.home.script.pages } else { 0 });
        self.read_back();
        Ok(())
    }

    /// The end has come, and the last words are written.
    fn has_ended(&mut self) -> io::Result<bool> {
        let over = self.ending == Some(0);
        if over && self.first {
            self.write_displays()?;
            let keys = self.outbox.items().iter().map(|row| row.key).chain(self.leaving.keys().copied());
            self.history.write(Fact::Waiting { keys: keys.collect() })?;
        } else if over {
            self.gossip(Gossip::Over);
        }
        Ok(over)
    }
}

/// A file of a person.
fn path(script: &Script, place: usize, kind: &str) -> PathBuf {
    Path::new(&script.folder).join(format!("{}.{kind}.jsonl", script.people[place].name))
}

/// The first argument, if it is of the contract's form.
fn first<T: serde::de::DeserializeOwned>(mut args: Vec<Value>) -> Option<T> {
    if args.is_empty() {
        return None;
    }
    json::read(args.swap_remove(0))
}

async fn sleep_until(at: Option<Millis>) {
    match at {
        Some(at) => {
            let ms = u64::try_from(at - now()).unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
        None => std::future::pending().await,
    }
}
