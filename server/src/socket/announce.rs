//! Tells rooms what has been committed: the only place that emits to more than one socket.
//!
//! One task for all rooms, so each room hears its events in the order of `seq`, and who comes or goes with an event
//! is in or out exactly there. It also sends `heads`, which show a lost tail, and ends the connections that do not
//! read: a full queue would lose events in silence.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chat::{Change, Event, MemberId, RoomId, Seq};
use protocol::notice::EndCode;
use protocol::{Ended, Heads, Notice, PerRoom, Refusal, RoomEvent};
use serde::Serialize;
use socketioxide::{BroadcastError, SendError, SocketError};
use tokio::time::{MissedTickBehavior, interval};

use super::adapter::{Io, Socket};
use super::binding::Slot;
use super::channel;
use super::subscribe::Enter;
use crate::App;
use crate::config::Tuning;
use crate::store::{Stop, Store};

/// Announces until the store is closed.
pub async fn run(io: Io, app: App) {
    let (mut committed, mut wishes) = (app.store.committed(), app.subscriptions.queue());
    let mut publisher = Publisher {
        io,
        published: committed.heads().clone(),
        store: app.store,
        tuning: app.config.tuning.clone(),
        rooms: HashMap::new(),
    };
    let mut heads = every(publisher.tuning.heads_every);
    let mut relief = every(publisher.tuning.overflow_every);
    loop {
        tokio::select! {
            event = committed.next() => match event {
                Some(event) => publisher.publish(event).await,
                None => break,
            },
            Some(wish) = wishes.recv() => publisher.enter(wish).await,
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
    store: Store,
    tuning: Tuning,
    /// The last `seq` announced, of every room.
    published: HashMap<RoomId, Seq>,
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
    async fn publish(&mut self, event: Event) {
        let Event { room, seq, change, .. } = event.clone();
        let heard = channel::of_room(&room);
        if let Change::Joined { who, .. } = &change {
            self.io.local().to(channel::of_reader(&who.id)).join(heard.clone()).await.ok();
        }
        let full = match RoomEvent(event).into_notice() {
            Some((name, arguments)) => self.emit(&room, name, &arguments).await,
            None => false,
        };
        self.published.insert(room.clone(), seq);
        let first = room.as_str() == chat::LOBBY;
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
        match change {
            Change::Left { who, .. } | Change::Kicked { who, .. } => {
                self.io.local().to(channel::of_person(&who)).leave(heard).await.ok();
            }
            Change::Banned { who, on: true, .. } => {
                self.io.local().to(channel::of_person(&who)).leave(heard).await.ok();
                // A ban is told in the default room first.
                if first {
                    self.end(&who, EndCode::Banned);
                }
            }
            _ => {}
        }
    }

    /// Puts a person's sockets into the person's rooms as of now. A room whose `joined` is still to be announced is
    /// entered with it.
    async fn enter(&mut self, Enter { member, tell, done }: Enter) {
        let entered = match self.store.rooms_of(&member).await {
            Ok(rooms) => {
                let mut heads = PerRoom::default();
                for room in rooms {
                    let published = self.published.get(&room.id).copied().unwrap_or(0);
                    if room.since == 0 || room.since < published {
                        let lobby = room.id.as_str() == chat::LOBBY;
                        let whose =
                            if lobby { channel::of_person(&member) } else { channel::of_reader(&member) };
                        self.io.local().to(whose).join(channel::of_room(&room.id)).await.ok();
                        heads.insert(room.id, room.head);
                    }
                }
                if tell {
                    let heads = Heads { epoch: self.store.epoch().to_owned(), rooms: heads };
                    // Who does not read is found out by the room's next event.
                    self.io.local().to(channel::of_reader(&member)).emit(Heads::EVENT, &heads).await.ok();
                }
                Ok(())
            }
            Err(Stop::Refused(refusal)) => {
                self.end(&member, EndCode::Banned);
                Err(refusal)
            }
            Err(Stop::Failed(error)) => {
                tracing::error!(%error, "a person's rooms could not be read");
                Err(Refusal::Storage)
            }
        };
        // Who asked may be gone.
        done.send(entered).ok();
    }

    /// Ends a person's connections for good: tells why, and cuts off who has not gone by itself soon after.
    fn end(&self, member: &MemberId, code: EndCode) {
        for socket in self.io.local().to(channel::of_person(member)).sockets() {
            socket.leave_all();
            let Some(slot) = socket.req_parts().extensions.get::<Arc<Slot>>().cloned() else { continue };
            tracing::info!(connection = slot.number, ?code, "ended");
            let told = socket.emit(Ended::EVENT, &Ended { code }).is_ok();
            if !told || socket.disconnect().is_err() {
                slot.kill();
                continue;
            }
            let grace = self.tuning.ending;
            tokio::spawn(async move {
                tokio::time::sleep(grace).await;
                slot.kill();
            });
        }
    }

    /// Emits to everybody in `room`; whether a queue was full.
    async fn emit<T: Serialize>(&self, room: &RoomId, event: &str, arguments: &T) -> bool {
        match self.io.local().to(channel::of_room(room)).emit(event, arguments).await {
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
        Heads { epoch: self.store.epoch().to_owned(), rooms: PerRoom::from([(room.clone(), head)]) }
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
            for socket in self.io.local().to(channel::of_room(&room)).sockets() {
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
