//! Several notices at once, one socket after the other.
//!
//! A socket's writer is another task, which wakes at the first packet and flushes when its queue is empty. Told notice by
//! notice, ten of them would be ten writes to every socket. So each socket is given all of them before the next one is
//! given the first.
//!
//! A packet that is put into one socket's queue after the other is encoded for each of them. One that is long, or alone,
//! is put into all queues at once: then they share its bytes, and who stops reading costs the server little.

use std::collections::HashMap;

use chat::RoomId;
use socketioxide::SocketError;
use socketioxide_core::adapter::{BroadcastOptions, Room};
use socketioxide_core::packet::Packet;
use socketioxide_core::parser::Parse as _;
use socketioxide_core::{Sid, Value};
use tokio::task::yield_now;

use super::Told;
use crate::socket::adapter::Local;
use crate::socket::channel;

/// Most rooms of one round: as many as a mask has bits.
const ROOMS: usize = u64::BITS as usize;

/// Most bytes of a packet that each queue has a copy of its own of. A queue is full of
/// [`Tuning::outbox`](crate::config::Tuning) packets.
const MAX_OWN: usize = 768;

/// Packets put into queues until others have their turn.
const TURN: usize = 1_024;

/// Emits `told`; the rooms where a queue was full.
pub(super) async fn emit(sockets: &Local, told: Vec<Told>) -> Vec<RoomId> {
    let mut full = Vec::new();
    let mut rest = told.into_iter().peekable();
    while rest.peek().is_some() {
        let mut round = Round::default();
        while let Some(told) = rest.next_if(|told| round.takes(&told.room)) {
            round.add(sockets, told);
        }
        round.emit(sockets, &mut full).await;
    }
    full
}

/// Notices of so few rooms that a socket's rooms are a mask.
#[derive(Default)]
struct Round {
    rooms: Vec<RoomId>,
    /// Each with the bit of its room.
    packets: Vec<(u64, Value)>,
}

impl Round {
    fn takes(&self, room: &RoomId) -> bool {
        self.rooms.len() < ROOMS || self.rooms.contains(room)
    }

    fn add(&mut self, sockets: &Local, Told { room, event, arguments }: Told) {
        let value = match sockets.parser().encode_value(&arguments, Some(event)) {
            Ok(value) => value,
            Err(error) => return tracing::error!(%room, event, %error, "a notice could not be encoded"),
        };
        let place = self.rooms.iter().position(|known| *known == room).unwrap_or_else(|| {
            self.rooms.push(room);
            self.rooms.len() - 1
        });
        self.packets.push((1 << place, value));
    }

    async fn emit(self, sockets: &Local, full: &mut Vec<RoomId>) {
        let missed = if self.packets.len() == 1 || self.packets.iter().any(|(_, value)| is_long(value)) {
            self.emit_to_all(sockets)
        } else {
            self.emit_to_each(sockets).await
        };
        full.extend(
            self.rooms
                .into_iter()
                .enumerate()
                .filter_map(|(place, room)| (missed & 1 << place != 0).then_some(room)),
        );
    }

    /// Puts one packet after the other into the queues of all who hear it; the rooms where one was full.
    fn emit_to_all(&self, sockets: &Local) -> u64 {
        let mut missed = 0;
        for (mask, value) in &self.packets {
            let place = mask.trailing_zeros() as usize;
            let mut heard = BroadcastOptions::default();
            heard.rooms.extend(self.rooms.get(place).map(|room| Room::from(channel::of_room(room))));
            if is_full(sockets, heard, value.clone()) {
                missed |= mask;
            }
        }
        missed
    }

    /// Fills the queue of one socket after the other; the rooms where one was full.
    async fn emit_to_each(&self, sockets: &Local) -> u64 {
        let (mut missed, mut given) = (0, 0);
        for (sid, rooms) in self.listeners(sockets) {
            let mut packets = self.packets.iter().filter(|(room, _)| rooms & room != 0);
            while let Some((room, value)) = packets.next() {
                given += 1;
                if is_full(sockets, BroadcastOptions::new(sid), value.clone()) {
                    // What came after the gap would only be asked for again.
                    missed |= packets.fold(*room, |missed, (room, _)| missed | room);
                    break;
                }
            }
            if given >= TURN {
                given = 0;
                yield_now().await;
            }
        }
        missed
    }

    /// Every socket that hears one of the rooms, with those it hears.
    fn listeners(&self, sockets: &Local) -> HashMap<Sid, u64> {
        let mut listeners = HashMap::new();
        for (place, room) in self.rooms.iter().enumerate() {
            let mut heard = BroadcastOptions::default();
            heard.rooms.push(Room::from(channel::of_room(room)));
            for sid in sockets.sockets(heard) {
                *listeners.entry(sid).or_default() |= 1 << place;
            }
        }
        listeners
    }
}

fn is_long(value: &Value) -> bool {
    match value {
        Value::Str(text, _) => text.len() > MAX_OWN,
        Value::Bytes(bytes) => bytes.len() > MAX_OWN,
    }
}

/// Puts a packet into the queues of those who hear it; whether one of them was full.
fn is_full(sockets: &Local, heard: BroadcastOptions, value: Value) -> bool {
    let packet = Packet::event(sockets.path().clone(), value);
    match sockets.broadcast(packet, heard) {
        Ok(()) => false,
        Err(errors) => errors.iter().any(|error| matches!(error, SocketError::InternalChannelFull)),
    }
}
