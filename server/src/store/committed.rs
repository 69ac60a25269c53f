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

/// Batches of committed events that wait for the publisher. Few where faults are simulated, so that it is often behind.
pub(super) const CHANNEL: usize = if cfg!(feature = "plant") { 4 } else { 64 };

/// Events read at once when the publisher is behind.
const PAGE: i64 = 200;

/// How long to leave a database alone that could not be read.
const PAUSE: Duration = Duration::from_secs(1);

/// The writer's end.
pub(super) struct Announcer {
    outbox: mpsc::Sender<Vec<Event>>,
    behind: Arc<Notify>,
}

impl Announcer {
    /// Hands over what was just committed, without ever waiting: what does not fit is only pointed at.
    pub(super) fn announce(&self, events: Vec<Event>) {
        if !events.is_empty() && self.outbox.try_send(events).is_err() {
            self.behind.notify_one();
        }
    }
}

/// The committed events, each room's in the order of `seq` and without gaps.
///
/// For one publisher: what [`Committed::next`] has given, it gives to nobody else.
pub struct Committed {
    inbox: mpsc::Receiver<Vec<Event>>,
    behind: Arc<Notify>,
    readers: SqlitePool,
    /// The last `seq` handed over, or about to be (it is in `ready`), by room.
    published: HashMap<RoomId, Seq>,
    ready: Vec<Event>,
    /// Something is in the database that never came through the channel.
    lagging: bool,
    /// The rooms that are still to be read from the database, each with a head that it has reached.
    unread: VecDeque<(RoomId, Seq)>,
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
        ready: Vec::new(),
        lagging: false,
        unread: VecDeque::new(),
    };
    (Announcer { outbox, behind }, committed)
}

impl Committed {
    /// The last `seq` of each room that had been handed over when the stream began.
    pub fn heads(&self) -> &HashMap<RoomId, Seq> {
        &self.published
    }

    /// The next events, in the order they were committed: those of one transaction together, or a part of one room's
    /// log. `None` once the store is closed and all that came through the channel is handed over.
    ///
    /// Cancel safe: what was not returned is returned by the next call, and what was read so far is not read again.
    pub async fn next(&mut self) -> Option<Vec<Event>> {
        loop {
            if !self.ready.is_empty() {
                return Some(std::mem::take(&mut self.ready));
            }
            if self.lagging || !self.unread.is_empty() {
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
                events = self.inbox.recv() => self.take(events?),
            }
        }
    }

    /// Keeps what follows on what was handed over; the rest is in the database.
    fn take(&mut self, mut events: Vec<Event>) {
        events.retain(|event| {
            let last = self.published.entry(event.room.clone()).or_default();
            let next = event.seq == *last + 1;
            if next {
                *last = event.seq;
            }
            self.lagging |= event.seq > *last;
            next
        });
        self.ready = events;
    }

    /// One step: finds the rooms that are behind, or reads the next page of one of them.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let Some((room, head)) = self.unread.front().cloned() else {
            let heads = log::heads(&self.readers).await?;
            // What is committed after this look and does not fit is pointed at anew.
            self.lagging = false;
            let published = &self.published;
            let behind = |(room, head): &(RoomId, Seq)| published.get(room).is_none_or(|last| last < head);
            self.unread = heads.into_iter().filter(|(_, head)| *head > 0).filter(behind).collect();
            return Ok(());
        };
        let after = self.published.get(&room).copied().unwrap_or(0);
        if head > after {
            match log::after(&self.readers, Reader::Server, &room, after, PAGE, Seq::MAX).await {
                Ok(part) => {
                    let Some(last) = part.events.last().map(|event| event.seq) else {
                        return Err(StoreError::Corrupt(format!("room {room} ends before {head}")));
                    };
                    self.ready = part.events;
                    self.published.insert(room, last);
                    if last < head {
                        return Ok(());
                    }
                }
                Err(Stop::Refused(_)) => {}
                Err(Stop::Failed(error)) => return Err(error),
            }
        }
        self.unread.pop_front();
        Ok(())
    }
}
