//! Who prepares a run and keeps the peace in it: makes the people and the rooms, kicks, mutes and bans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chat::{Key, MemberId, RoomId, Seq};
use protocol::{Auth, Ban, Hello, Mute, Notice, Problem, Request, RoomEvent, Stored, json};
use serde::Serialize;
use socketio_client::native;
use socketio_client::{Client, Notification, Options};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::client::Person;
use crate::history::now;
use crate::wire::{Undone, ask};

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause before another try.
const PAUSE: Duration = Duration::from_millis(200);

/// Connects as a newcomer, and becomes somebody.
pub async fn arrive(name: &str, url: &str) -> Result<Person> {
    let (io, mut notifications) = open(url, None);
    let hello = timeout(PATIENCE, greeting(&mut notifications)).await.context("no greeting")?;
    io.disconnect();
    let token = hello.token.context("a newcomer gets a token")?;
    Ok(Person { name: name.to_owned(), me: hello.you.id, token, url: url.to_owned() })
}

fn open(url: &str, token: Option<String>) -> (Client, mpsc::UnboundedReceiver<Notification>) {
    let (io, notifications) = native::open(Options::new(url));
    let auth = Auth { v: Some(protocol::VERSION), lang: None, token };
    io.set_auth(serde_json::to_value(auth).unwrap_or_default());
    io.connect();
    (io, notifications)
}

async fn greeting(notifications: &mut mpsc::UnboundedReceiver<Notification>) -> Hello {
    loop {
        match notifications.recv().await {
            Some(Notification::Event { name, mut args, .. }) if name == Hello::EVENT && !args.is_empty() => {
                if let Some(hello) = json::read(args.swap_remove(0)) {
                    return hello;
                }
            }
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}

/// How far each room has come, as the steward has heard.
pub type Heads = Arc<Mutex<BTreeMap<RoomId, Seq>>>;

/// What the steward takes back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lift {
    /// Somebody may be here again.
    Ban(MemberId),
    /// Somebody may speak in a room again.
    Mute(RoomId, MemberId),
}

/// A connected moderator, who made every room.
pub struct Steward {
    /// Who it is.
    pub me: MemberId,
    io: Client,
    connected: watch::Receiver<bool>,
    /// How far the rooms have come.
    pub heads: Heads,
    /// What it has taken back, and what it is about to.
    lifted: Mutex<BTreeSet<Lift>>,
}

impl Steward {
    /// Connects and stays so, whatever the server does.
    pub fn connect(person: &Person) -> Steward {
        let (io, notifications) = open(&person.url, Some(person.token.clone()));
        let (tell, connected) = watch::channel(false);
        let heads = Heads::default();
        tokio::spawn(listen(notifications, tell, Arc::clone(&heads)));
        Steward { me: person.me.clone(), io, connected, heads, lifted: Mutex::default() }
    }

    /// Asks until there is an answer that is one. The request has a key, so asking again does no harm.
    pub async fn insist<R: Request + Serialize>(&self, request: &R) -> Result<Result<R::Ok, Problem>> {
        let mut connected = self.connected.clone();
        let asking = async {
            loop {
                if connected.wait_for(|connected| *connected).await.is_err() {
                    bail!("the connection's task has ended");
                }
                match ask(&self.io, request).await {
                    Ok(ok) => return Ok(Ok(ok)),
                    Err(Undone::Refused(problem)) if !problem.retryable => return Ok(Err(problem)),
                    Err(Undone::Refused(problem)) => {
                        let ms = problem.retry_after_ms.unwrap_or(0);
                        tokio::time::sleep(PAUSE + Duration::from_millis(ms)).await;
                    }
                    Err(Undone::Lost | Undone::Silence) => tokio::time::sleep(PAUSE).await,
                }
            }
        };
        timeout(PATIENCE * 2, asking).await.with_context(|| format!("no answer to {}", R::EVENT))?
    }

    /// Takes a ban or a silence back.
    pub async fn lift(&self, lift: Lift) -> Result<Result<Stored, Problem>> {
        // Remembered first: once the answer is here, a restore may already have undone it.
        self.lifted().insert(lift.clone());
        self.ask_to_lift(lift).await
    }

    /// Takes back once more what it has ever taken back, as whoever restores a backup has to: one that was made before
    /// knows nothing of it, and nobody else would let these people in. Returns whose bans had come back.
    pub async fn lift_again(&self) -> Result<BTreeSet<MemberId>> {
        let (all, mut back) = (self.lifted().clone(), BTreeSet::new());
        for lift in all {
            match (lift.clone(), self.ask_to_lift(lift).await?) {
                (Lift::Ban(member), Ok(Stored { duplicate: false, .. })) => drop(back.insert(member)),
                (Lift::Ban(member), Err(problem)) => bail!("{member} stays banned: {problem:?}"),
                // Who has left the room since cannot be let speak there, and need not.
                (Lift::Ban(_), Ok(_)) | (Lift::Mute(..), _) => {}
            }
        }
        Ok(back)
    }

    async fn ask_to_lift(&self, lift: Lift) -> Result<Result<Stored, Problem>> {
        match lift {
            Lift::Ban(member) => self.insist(&Ban { member, on: false, key: Some(key()) }).await,
            Lift::Mute(room, member) => {
                self.insist(&Mute { room, member, on: false, key: Some(key()) }).await
            }
        }
    }

    fn lifted(&self) -> MutexGuard<'_, BTreeSet<Lift>> {
        self.lifted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fresh key.
pub fn key() -> Key {
    Key::v7(u64::try_from(now()).unwrap_or(0), &rand::random())
}

async fn listen(
    mut notifications: mpsc::UnboundedReceiver<Notification>,
    connected: watch::Sender<bool>,
    heads: Heads,
) {
    while let Some(heard) = notifications.recv().await {
        match heard {
            Notification::Disconnected(_) => drop(connected.send_replace(false)),
            Notification::Event { name, mut args, .. } if name == Hello::EVENT => {
                let hello: Option<Hello> = args.pop().and_then(json::read);
                if let Some(hello) = hello {
                    // Another database may be behind the one before.
                    *heads.lock().unwrap_or_else(PoisonError::into_inner) = hello.heads.into_iter().collect();
                    connected.send_replace(true);
                }
            }
            Notification::Event { name, args, .. } => {
                if let Some(event) = RoomEvent::from_notice(&name, args) {
                    let mut heads = heads.lock().unwrap_or_else(PoisonError::into_inner);
                    let head = heads.entry(event.room().clone()).or_default();
                    *head = event.seq().max(*head);
                }
            }
            _ => {}
        }
    }
}
