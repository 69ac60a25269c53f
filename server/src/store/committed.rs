//! The stream of committed events: a channel as a shortcut, the database as the truth.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chat::{Event, RoomId, Seq};
use sqlx::SqlitePool;
use tokio::sync::{Notify, mpsc};

use super::StoreError;
use super::log::{self, Reader};
use super::stop::Stop;

/// Committed events that wait for the publisher. Few where faults are simulated, so that it is often behind.
pub(super) const CHANNEL: usize = if cfg!(feature = "plant") { 16 } else { 1_024 };

/// Events read at once when the publisher is behind.
const PAGE: i64 = 200;

/// How long to leave a database alone that could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// The writer's end.
pub(super) struct Announcer {
    outbox: mpsc::Sender<Event>,
    behind: Arc<Notify>,
}

impl Announcer {
    /// Hands over what was just committed, without ever waiting: what does not fit is only pointed at.
    pub(super) fn announce(&self, events: Vec<Event>) {
        for event in events {
            if self.outbox.try_send(event).is_err() {
                self.behind.notify_one();
            }
        }
    }
}

/// The committed events, each room's in the order of `seq` and without gaps.
///
/// For one publisher: what [`Committed::next`] has given, it gives to nobody else.
pub struct Committed {
    inbox: mpsc::Receiver<Event>,
    behind: Arc<Notify>,
    readers: SqlitePool,
    /// The last `seq` handed over, or about to be (it is in `ready`), by room.
    published: HashMap<RoomId, Seq>,
    ready: VecDeque<Event>,
    /// Something is in the database that never came through the channel.
    lagging: bool,
}

/// The two ends, for a database whose logs end at `heads`.
pub(super) fn channel(readers: SqlitePool, heads: HashMap<RoomId, Seq>) -> (Announcer, Committed) {
    let (outbox, inbox) = mpsc::channel(CHANNEL);
    let behind = Arc::new(Notify::new());
    let committed = Committed {
        inbox,
        behind: Arc::clone(&behind),
        readers,
        published: heads,
        ready: VecDeque::new(),
        lagging: false,
    };
    (Announcer { outbox, behind }, committed)
}

impl Committed {
    /// The last `seq` of each room that had been handed over when the stream began.
    pub fn heads(&self) -> &HashMap<RoomId, Seq> {
        &self.published
    }

    /// The next event; `None` once the store is closed and all that came through the channel is handed over.
    ///
    /// Cancel safe: an event that was not returned is returned by the next call.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.lagging {
                match self.catch_up().await {
                    Ok(()) => continue,
                    Err(StoreError::Closed) => return None,
                    Err(error) => {
                        tracing::error!(%error, "committed events cannot be read; trying again");
                        tokio::time::sleep(PAUSE).await;
                        continue;
                    }
                }
            }
            tokio::select! {
                biased;
                () = self.behind.notified() => self.lagging = true,
                event = self.inbox.recv() => self.take(event?),
            }
        }
    }

    fn take(&mut self, event: Event) {
        let last = self.published.entry(event.room.clone()).or_default();
        if event.seq == *last + 1 {
            *last = event.seq;
            self.ready.push_back(event);
        } else if event.seq > *last {
            self.lagging = true;
        }
    }

    /// Reads a page of what each room has beyond `published`.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let mut behind = false;
        for (room, head) in log::heads(&self.readers).await? {
            let after = self.published.get(&room).copied().unwrap_or(0);
            if head <= after {
                continue;
            }
            let part = match log::after(&self.readers, Reader::Server, &room, after, PAGE, Seq::MAX).await {
                Ok(part) => part,
                Err(Stop::Refused(_)) => continue,
                Err(Stop::Failed(error)) => return Err(error),
            };
            let Some(last) = part.events.last().map(|event| event.seq) else {
                return Err(StoreError::Corrupt(format!("room {room} ends before {head}")));
            };
            behind |= last < part.head;
            self.ready.extend(part.events);
            self.published.insert(room, last);
        }
        self.lagging = behind;
        Ok(())
    }
}
