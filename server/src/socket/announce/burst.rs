//! Several notices at once, one socket after the other.
//!
//! A socket's writer is another task, which wakes at the first packet and flushes when its queue is empty. Told notice by
//! notice, ten of them would be ten writes to every socket. So each socket is given all of them before the next one is
//! given the first, and each notice is encoded once for all.

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
        let (mut missed, mut given) = (0, 0);
        for (sid, rooms) in self.listeners(sockets) {
            let mut packets = self.packets.iter().filter(|(room, _)| rooms & room != 0);
            while let Some((room, value)) = packets.next() {
                given += 1;
                if is_full(sockets, sid, value.clone()) {
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
        full.extend(
            self.rooms
                .into_iter()
                .enumerate()
                .filter_map(|(place, room)| (missed & 1 << place != 0).then_some(room)),
        );
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

/// Puts a packet into a socket's queue; whether the queue was full.
fn is_full(sockets: &Local, sid: Sid, value: Value) -> bool {
    let packet = Packet::event(sockets.path().clone(), value);
    match sockets.broadcast(packet, BroadcastOptions::new(sid)) {
        Ok(()) => false,
        Err(errors) => errors.iter().any(|error| matches!(error, SocketError::InternalChannelFull)),
    }
}
