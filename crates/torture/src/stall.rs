//! I10: what a consumer that stops reading costs the server. Once it reads again, it hears of everything.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chat::Seq;
use futures_util::future::join_all;
use protocol::{Auth, Heads, Hello, Message, MessageOptions, Notice, json};
use socketio_client::native;
use socketio_client::{Client, Notification, Options};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::client::Person;
use crate::host::Host;
use crate::proxy::{Link, Weather};
use crate::steward::{Steward, arrive, key};

/// Sockets that stop reading.
const SOCKETS: usize = 40;
/// Messages that pass meanwhile, and how long each is: more than the kernel keeps for a socket, so that the server's
/// own queue is filled and overflows.
const MESSAGES: usize = 4_000;
const BYTES: usize = 3_000;
/// Messages under way at once.
const AT_ONCE: usize = 50;
/// Longest wait for a client that woke up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What stalled sockets came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Sockets that stopped reading.
    pub sockets: u64,
    /// Growth of the server's memory for each, bytes.
    pub each: u64,
    /// Connections that the server cut.
    pub cut: u64,
}

/// A client that may stop reading.
struct Sleeper {
    /// Holds the connection.
    _io: Client,
    /// With small buffers in the kernel: what waits, waits in the server.
    link: Link,
    notifications: mpsc::UnboundedReceiver<Notification>,
}

/// Lets messages pass by clients that do not read, and wakes them.
pub async fn measure(binary: &Path, folder: &Path) -> Result<Cost> {
    let mut host = Host::new(binary, folder);
    host.options = ["--rate-limit", "off"].map(str::to_owned).to_vec();
    host.start().await?;
    let url = format!("http://{}", host.upstream.borrow().context("the server is down")?);
    let talker = Steward::connect(&arrive("talker", &url).await?);
    let mut sleepers = Vec::new();
    for number in 0..SOCKETS {
        let person = arrive(&format!("sleeper{number}"), &url).await?;
        let mut sleeper = Sleeper::open(person, &host).await?;
        sleeper.head().await?;
        sleepers.push(sleeper);
    }
    // What the server needs anyway is there before the measure is taken.
    say(&talker, MESSAGES / 8).await?;
    let before = host.resident().context("no memory figure on this system")?;
    for sleeper in &sleepers {
        sleeper.link.set(Weather { down: false, ..Weather::FAIR });
    }
    let mut peak = before;
    let mut looks = interval(Duration::from_millis(10));
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut talking = std::pin::pin!(say(&talker, MESSAGES));
    loop {
        tokio::select! {
            said = &mut talking => break said?,
            _ = looks.tick() => peak = peak.max(host.resident().unwrap_or(0)),
        }
    }
    let all = (MESSAGES / 8 + MESSAGES) as Seq;
    for sleeper in &mut sleepers {
        sleeper.link.set(Weather::FAIR);
    }
    for sleeper in &mut sleepers {
        sleeper.hears(all).await?;
    }
    host.terminate().await?;
    let log = std::fs::read_to_string(host.log())?;
    let cut = log.lines().filter(|line| line.contains(crate::run::OVERFLOWED)).count() as u64;
    Ok(Cost { sockets: SOCKETS as u64, each: (peak - before) / SOCKETS as u64, cut })
}

async fn say(talker: &Steward, messages: usize) -> Result<()> {
    let body = "a".repeat(BYTES);
    for _ in 0..messages / AT_ONCE {
        let said = (0..AT_ONCE).map(|_| {
            let options = MessageOptions { key: Some(key()), ..MessageOptions::default() };
            let message = Message { body: body.clone(), options };
            async move { talker.insist(&message).await }
        });
        for said in join_all(said).await {
            said?.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        }
    }
    Ok(())
}

impl Sleeper {
    async fn open(person: Person, host: &Host) -> Result<Sleeper> {
        let link = Link::open(host.upstream.subscribe()).await?;
        let (io, notifications) = native::open(Options::new(format!("http://{}", link.address)));
        let auth = Auth { v: Some(protocol::VERSION), lang: None, token: Some(person.token) };
        io.set_auth(serde_json::to_value(auth).unwrap_or_default());
        io.connect();
        Ok(Sleeper { _io: io, link, notifications })
    }

    /// The default room's head, as the next greeting tells it.
    async fn head(&mut self) -> Result<Seq> {
        timeout(PATIENCE, self.greeting()).await.context("no greeting")?
    }

    async fn greeting(&mut self) -> Result<Seq> {
        while let Some(heard) = self.notifications.recv().await {
            if let Notification::Event { name, mut args, .. } = heard
                && name == Hello::EVENT
                && let Some(hello) = args.pop().and_then(json::read::<Hello>)
            {
                return Ok(hello.heads.get(&chat::RoomId::lobby()).copied().unwrap_or(0));
            }
        }
        bail!("the connection's task has ended")
    }

    /// Hears of the last message, on the connection it slept on or greeted on another.
    async fn hears(&mut self, last: Seq) -> Result<()> {
        timeout(PATIENCE, self.listen(last)).await.context("a client that woke up does not hear")?
    }

    async fn listen(&mut self, last: Seq) -> Result<()> {
        while let Some(heard) = self.notifications.recv().await {
            let Notification::Event { name, mut args, .. } = heard else { continue };
            let seq = if name == Hello::EVENT {
                let hello = args.pop().and_then(json::read::<Hello>);
                hello.and_then(|hello| hello.heads.get(&chat::RoomId::lobby()).copied())
            } else if name == Heads::EVENT {
                // Whose queue was full for a moment is told where the log ends, and asks.
                let heads = args.pop().and_then(json::read::<Heads>);
                heads.and_then(|heads| heads.rooms.get(&chat::RoomId::lobby()).copied())
            } else {
                protocol::RoomEvent::from_notice(&name, args).map(|event| event.seq())
            };
            if seq.is_some_and(|seq| seq >= last) {
                return Ok(());
            }
        }
        bail!("the connection's task has ended")
    }
}
