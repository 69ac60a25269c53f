//! One life of the server's process.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use chat::{Event, MemberId, Message, RoomId, Seq};
use protocol::{Ban, History, Mute, PerRoom, Sync};
use server::config::Tuning;
use server::rooms::Rooms;
use server::session::Author;
use server::socket::announce::Publisher;
use server::socket::{Enter, Subscriptions, arrive, channel};
use server::store::{Clock, Committed, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Row as _, SqliteConnection};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use super::seat::Arrival;
use crate::disk::{Disk, Image};
use crate::sim::hall::Hall;

/// How long, of the machine's time, anything in here may take: a server that hangs must not hang the simulation.
const HANGS: Duration = Duration::from_secs(20);

/// A running server.
pub(super) struct Life {
    pub(super) disk: Disk,
    pub(super) store: Store,
    pub(super) rooms: Rooms,
    pub(super) subscriptions: Subscriptions,
    pub(super) wishes: mpsc::Receiver<Enter>,
    pub(super) committed: Committed,
    pub(super) publisher: Publisher<Hall>,
    /// The last `seq` told, by room.
    pub(super) published: HashMap<RoomId, Seq>,
    pub(super) hall: Hall,
    db: std::path::PathBuf,
    pub(super) runtime: Runtime,
}

/// What somebody sees, asked of the server itself.
pub(in crate::sim) struct Sight {
    /// By room: the log as `sync` replays it from its beginning, and the messages as `history` shows them.
    pub(in crate::sim) rooms: BTreeMap<RoomId, (Vec<Event>, Vec<Message>)>,
}

/// One thread, so that nothing of a run is left to chance.
pub(super) fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// The channels that a person's connection listens to from the first moment.
pub(super) fn own_channels(who: &MemberId) -> [String; 2] {
    [channel::of_person(who), channel::of_reader(who)]
}

impl Life {
    pub(super) fn open(disk: Disk, clock: Clock, hall: Hall) -> Result<Life> {
        let runtime = runtime()?;
        let store = runtime.block_on(Store::open_with(disk.folder(), clock))?;
        let committed = store.committed();
        let published = committed.heads().clone();
        let subscriptions = Subscriptions::default();
        let publisher = Publisher::new(hall.clone(), store.clone(), Tuning::default(), published.clone());
        Ok(Life {
            rooms: Rooms::new(&store),
            wishes: subscriptions.queue(),
            db: disk.folder().join("chat.db"),
            disk,
            store,
            subscriptions,
            committed,
            publisher,
            published,
            hall,
            runtime,
        })
    }

    /// Runs something to its end.
    pub(super) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let within = async { tokio::time::timeout(HANGS, work).await.expect("the server hangs") };
        self.runtime.block_on(within)
    }

    pub(super) fn arrival(&self, author: &Author) -> Arrival {
        let (subscriptions, rooms, author) = (self.subscriptions.clone(), self.rooms.clone(), author.clone());
        Box::pin(async move { arrive(&subscriptions, &rooms, &author).await })
    }

    /// How far each room's log has come, as the database says.
    pub(super) fn heads(&self) -> Result<Vec<(RoomId, Seq)>> {
        self.run(async {
            let mut db = connect(&self.db).await?;
            let rows =
                sqlx::query("SELECT public_id, last_seq FROM rooms ORDER BY id").fetch_all(&mut db).await?;
            db.close().await?;
            rows.iter()
                .map(|row| {
                    Ok((row.try_get::<String, _>(0)?.parse()?, u64::try_from(row.try_get::<i64, _>(1)?)?))
                })
                .collect()
        })
    }

    /// The owner takes back every ban and every silence. Whether there was one.
    pub(super) fn pardon(&self) -> Result<bool> {
        let owner = super::author("p0".parse()?);
        let mut changed = false;
        for number in 1..5 {
            let member: MemberId = format!("p{number}").parse()?;
            let ban = Ban { member: member.clone(), on: false, key: None };
            let done = self.run(self.rooms.ban(&owner, ban)).map_err(|problem| anyhow!("{problem:?}"))?;
            changed |= !done.duplicate;
            for room in crate::sim::deeds::ROOMS {
                let mute = Mute { room: room.parse()?, member: member.clone(), on: false, key: None };
                // Who is not in the room cannot be let speak there, and need not.
                changed |= self.run(self.rooms.mute(&owner, mute)).is_ok_and(|done| !done.duplicate);
            }
        }
        Ok(changed)
    }

    /// Ends without a word, as a process does that is killed.
    pub(super) fn end(self) {
        let Life { runtime, store, rooms, committed, publisher, .. } = self;
        {
            let _inside = runtime.enter();
            drop((store, rooms, committed, publisher));
        }
        runtime.shutdown_background();
    }

    pub(super) async fn sight(&self, author: &Author) -> Result<Sight> {
        let refused = |problem| anyhow!("refused: {problem:?}");
        let mut sight = Sight { rooms: BTreeMap::new() };
        for room in self.rooms.rooms_of(author).await.map_err(refused)? {
            let (mut events, mut after) = (Vec::new(), 0);
            loop {
                let cursors = PerRoom::from([(room.id.clone(), after)]);
                let mut reply = self.rooms.sync(author, Sync { cursors }).await.map_err(refused)?;
                let part = reply.rooms.remove(&room.id).context("a room of one's own is not told")?;
                events.extend(part.events.into_iter().map(|event| event.0));
                after = events.last().map_or(part.after, |event| event.seq);
                if !part.more {
                    break;
                }
            }
            let mut messages: Vec<Message> = Vec::new();
            loop {
                let before = messages.first().map(|message| message.seq);
                let request =
                    History { room: room.id.clone(), before, limit: Some(100), ..History::default() };
                let page = self.rooms.history(Some(author), request).await.map_err(refused)?;
                messages.splice(0..0, page.messages.into_iter().map(Into::into));
                if !page.more {
                    break;
                }
            }
            sight.rooms.insert(room.id, (events, messages));
        }
        Ok(sight)
    }
}

async fn connect(file: &std::path::Path) -> Result<SqliteConnection> {
    Ok(SqliteConnectOptions::new().filename(file).disable_statement_logging().connect().await?)
}

/// The database that every world begins with: five people, the first of whom owns the server, a public room with four
/// of them and a private one with three. Made once.
pub(in crate::sim) fn prepared() -> &'static Image {
    static PREPARED: OnceLock<Image> = OnceLock::new();
    PREPARED.get_or_init(|| prepare().expect("a database can be made in the temporary folder"))
}

fn prepare() -> Result<Image> {
    let folder = std::env::temp_dir().join(format!("chat-sim-{}", std::process::id()));
    let runtime = runtime()?;
    let disk = Disk::watch(&folder)?;
    runtime.block_on(async {
        let store = Store::open_with(&folder, Clock::from_fn(|| 0)).await?;
        store.close().await;
        let mut db = connect(&folder.join("chat.db")).await?;
        db.execute(
            "INSERT INTO members (public_id, name, role, created) VALUES
               ('p0', 'p0', 0, 0), ('p1', 'p1', 4, 0), ('p2', 'p2', 4, 0), ('p3', 'p3', 4, 0), ('p4', 'p4', 4, 0);
             INSERT INTO rooms (public_id, name, kind, creator_id) VALUES ('hall', 'Hall', 0, 1), ('den', 'Den', 1, 1);
             INSERT INTO memberships (room_id, member_id, present, since)
               SELECT r.id, m.id, 1, 0 FROM rooms r, members m
               WHERE (r.public_id = 'hall' AND m.id <= 4) OR (r.public_id = 'den' AND m.id <= 3);",
        )
        .await?;
        db.close().await?;
        anyhow::Ok(())
    })?;
    let image = disk.image(disk.now(), crate::disk::Loss::Process, &mut crate::dice::Dice::new(0));
    drop(disk);
    std::fs::remove_dir_all(&folder)?;
    Ok(image)
}
