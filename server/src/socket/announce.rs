//! Tells rooms what has been committed: the only place that emits to more than one socket.
//!
//! One task for all rooms, so each room hears its events in the order of `seq`. It also sends `heads`, which show
//! a lost tail, and ends the connections that do not read: a full queue would lose events in silence.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chat::{MemberId, RoomId, Seq};
use protocol::{Heads, Notice, PerRoom, RoomEvent};
use serde::Serialize;
use socketioxide::{BroadcastError, SendError, SocketError};
use tokio::time::{MissedTickBehavior, interval};

use super::adapter::{Io, Socket};
use super::binding::Slot;
use crate::config::Tuning;
use crate::store::Committed;

/// Where a room's sockets listen.
pub(super) fn room_channel(room: &RoomId) -> String {
    format!("r:{room}")
}

/// Where one person's sockets listen.
pub(super) fn person_channel(member: &MemberId) -> String {
    format!("u:{member}")
}

/// Announces until the store is closed.
pub async fn run(io: Io, mut committed: Committed, epoch: String, tuning: Tuning) {
    let mut publisher = Publisher { io, epoch, tuning, rooms: HashMap::new() };
    let mut heads = every(publisher.tuning.heads_every);
    let mut relief = every(publisher.tuning.overflow_every);
    loop {
        tokio::select! {
            event = committed.next() => match event {
                Some(event) => publisher.publish(RoomEvent(event)).await,
                None => break,
            },
            _ = heads.tick() => publisher.tell_heads().await,
            _ = relief.tick() => publisher.relieve(),
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

struct Publisher {
    io: Io,
    epoch: String,
    tuning: Tuning,
    rooms: HashMap<RoomId, Live>,
}

/// A room in which something has happened lately.
struct Live {
    head: Seq,
    last: Instant,
    overflowed: bool,
    relieved: Option<Instant>,
}

impl Publisher {
    async fn publish(&mut self, event: RoomEvent) {
        let (room, seq) = (event.room().clone(), event.seq());
        let full = match event.into_notice() {
            Some((name, arguments)) => self.emit(&room, name, &arguments).await,
            None => false,
        };
        let live = self.rooms.entry(room).or_insert_with(|| Live {
            head: 0,
            last: Instant::now(),
            overflowed: false,
            relieved: None,
        });
        (live.head, live.last) = (seq, Instant::now());
        if full {
            live.overflowed = true;
            self.relieve();
        }
    }

    /// Emits to everybody in `room`; whether a queue was full.
    async fn emit<T: Serialize>(&self, room: &RoomId, event: &str, arguments: &T) -> bool {
        match self.io.local().to(room_channel(room)).emit(event, arguments).await {
            Ok(()) => false,
            Err(BroadcastError::Socket(errors)) => {
                errors.iter().any(|error| matches!(error, SocketError::InternalChannelFull))
            }
            Err(error) => {
                tracing::error!(%room, event, %error, "a notice could not be emitted");
                false
            }
        }
    }

    /// Tells every room with recent events how far its log has come.
    async fn tell_heads(&mut self) {
        let most = self.tuning.heads_while;
        self.rooms.retain(|_, live| live.last.elapsed() <= most || live.overflowed);
        let rooms: Vec<_> = self.rooms.iter().map(|(room, live)| (room.clone(), live.head)).collect();
        for (room, head) in rooms {
            let heads = self.heads(&room, head);
            if self.emit(&room, Heads::EVENT, &heads).await
                && let Some(live) = self.rooms.get_mut(&room)
            {
                live.overflowed = true;
            }
        }
    }

    fn heads(&self, room: &RoomId, head: Seq) -> Heads {
        Heads { epoch: self.epoch.clone(), rooms: PerRoom::from([(room.clone(), head)]) }
    }

    /// In rooms where a queue was full: who has room again learns that it is behind, who has none is cut off and
    /// heals from the database.
    fn relieve(&mut self) {
        let (now, pause) = (Instant::now(), self.tuning.overflow_every);
        let due: Vec<_> = self
            .rooms
            .iter_mut()
            .filter(|(_, live)| live.overflowed)
            .filter(|(_, live)| live.relieved.is_none_or(|last| now.duration_since(last) >= pause))
            .map(|(room, live)| {
                (live.overflowed, live.relieved) = (false, Some(now));
                (room.clone(), live.head)
            })
            .collect();
        for (room, head) in due {
            let heads = self.heads(&room, head);
            for socket in self.io.local().to(room_channel(&room)).sockets() {
                if let Err(SendError::Socket(SocketError::InternalChannelFull)) =
                    socket.emit(Heads::EVENT, &heads)
                {
                    cut_off(&socket);
                }
            }
        }
    }
}

fn cut_off(socket: &Socket) {
    if let Some(slot) = socket.req_parts().extensions.get::<Arc<Slot>>() {
        tracing::warn!(connection = slot.number, "queue full, connection ended");
        slot.kill();
    }
    // A polling session lives on until its next ping; its full queue must not count again.
    socket.leave_all();
}
