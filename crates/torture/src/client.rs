//! A client process: ten people, each with the shipped reducers, the product's own client and an outbox on disk.
//!
//! The program starts itself again as this. It is told what to do by lines on its standard input, says how far
//! everybody is by lines on its standard output, and ends when its input does.

mod bodies;
mod disk;
mod outbox;
mod rooms;
mod tab;
mod wishes;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use chat::{MemberId, RoomId, Seq};
use serde::{Deserialize, Serialize};
use socketio_client::Transports;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// What a client process is told when it starts, in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Script {
    /// Where histories and outboxes are.
    pub folder: PathBuf,
    /// What everything random follows from.
    pub seed: u64,
    /// Wishes a second and person.
    pub rate: f64,
    /// Pages of history that each person reads back at the end, in each room.
    pub pages: u32,
    /// Who lives in this process.
    pub people: Vec<Person>,
}

/// Somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    /// For people; also the name of the files.
    pub name: String,
    /// Who the server says it is.
    pub me: MemberId,
    /// The session's secret.
    pub token: String,
    /// Where to connect.
    pub url: String,
}

/// What a client process is told later, one JSON line each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum Order {
    /// Say how far everybody is: a line with a list of [`Status`].
    Status,
    /// Want nothing new; try at once what was given up for a while.
    Calm,
    /// Write down what is displayed and waits, and end.
    End,
    /// Open a second tab of this person for a while.
    Twin {
        /// The person's place in the script.
        person: usize,
        /// For how long, milliseconds.
        ms: u64,
        /// Both tabs send; else the second one is elected and the first only watches.
        together: bool,
    },
}

/// How far somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The person's name.
    pub name: String,
    /// Greeted and not lost since.
    pub connected: bool,
    /// Requests without a final answer, and rooms that are about to be entered or displayed: who comes in says so to
    /// everybody there, so nobody may end before.
    pub waiting: usize,
    /// Rooms that are displayed, and up to where.
    pub rooms: BTreeMap<RoomId, Seq>,
}

impl Status {
    /// Is connected, waits for nothing, and displays everything up to `heads`.
    pub fn has(&self, heads: &BTreeMap<RoomId, Seq>) -> bool {
        let whole = |(room, at): (&RoomId, &Seq)| heads.get(room).is_none_or(|head| at >= head);
        self.connected && self.waiting == 0 && !self.rooms.is_empty() && self.rooms.iter().all(whole)
    }
}

/// What everybody in a process does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Storm,
    Calm,
    End,
}

/// Of three people one speaks by polling alone, and one by whatever works; who has a second tab polls in one of them.
fn transports(place: usize, first: bool) -> Transports {
    match (place + usize::from(!first)) % 3 {
        0 => Transports::WebSocket,
        1 => Transports::Polling,
        _ => Transports::WebSocketThenPolling,
    }
}

/// Where each tab leaves its status.
type Board = Arc<Mutex<Vec<Status>>>;

fn post(board: &Board, place: usize, status: Status) {
    if let Some(slot) = board.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
        *slot = status;
    }
}

/// Runs a client process until it is told to end or its input ends.
pub fn run(script: &Path) -> Result<()> {
    let text = std::fs::read_to_string(script).with_context(|| script.display().to_string())?;
    let script: Script = serde_json::from_str(&text)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let outcome = runtime.block_on(live(Arc::new(script)));
    // The thread that reads the input cannot be interrupted.
    runtime.shutdown_background();
    outcome
}

async fn live(script: Arc<Script>) -> Result<()> {
    let board: Board = Arc::new(Mutex::new(vec![Status::default(); script.people.len()]));
    let phase = watch::Sender::new(Phase::Storm);
    let (mut tabs, mut people) = (JoinSet::new(), Vec::new());
    for place in 0..script.people.len() {
        let (orders, told) = mpsc::unbounded_channel();
        people.push(orders);
        let tab = tab::Tab::first(Arc::clone(&script), place, phase.subscribe(), Arc::clone(&board))?;
        tabs.spawn(tab.run(told));
    }
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => {
                // Whoever started us is gone: nobody is left to be proven anything.
                let Some(line) = line? else { return Ok(()) };
                obey(serde_json::from_str(&line)?, &phase, &people, &board);
            }
            ended = tabs.join_next() => match ended {
                Some(ended) => ended.context("a tab panicked")??,
                None => return Ok(()),
            },
        }
    }
}

fn obey(
    order: Order,
    phase: &watch::Sender<Phase>,
    people: &[mpsc::UnboundedSender<tab::Twin>],
    board: &Board,
) {
    match order {
        Order::Status => {
            let board = board.lock().unwrap_or_else(PoisonError::into_inner);
            println!("{}", serde_json::to_string(&*board).unwrap_or_default());
        }
        Order::Calm => drop(phase.send_replace(Phase::Calm)),
        Order::End => drop(phase.send_replace(Phase::End)),
        Order::Twin { person, ms, together } => {
            if let Some(person) = people.get(person) {
                // A person that has ended needs no second tab.
                let _ = person.send(tab::Twin { ms, together });
            }
        }
    }
}
