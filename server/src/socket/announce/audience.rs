//! Who hears: the engine's sockets, as the publisher needs them.

use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chat::RoomId;
use protocol::event::Arguments;
use protocol::notice::EndCode;
use protocol::{Ended, Notice};
use serde::Serialize;
use socketioxide::{BroadcastError, SendError, SocketError};
use tokio::task::yield_now;

use crate::socket::adapter::{Io, Socket};
use crate::socket::binding::{Bindings, Slot};
use crate::socket::channel::{self, Whose};

/// After so many notices other tasks get the thread. Not after each: a socket's writer, which is another task, would then
/// write each notice by itself, and the write is the most expensive part of a delivery.
const TURN: usize = 16;

/// What stands in a room's log, to be told to everybody in the room's channel.
#[derive(Clone, Debug)]
pub struct Told {
    /// The room.
    pub room: RoomId,
    /// The notice's name.
    pub event: &'static str,
    /// Its arguments.
    pub arguments: Arguments,
}

/// Those who hear, by the channels they listen to. The simulation of the fault tests has one of its own.
pub trait Audience {
    /// Emits to everybody in `channel`; whether a queue was full.
    fn emit<T: Serialize + Sync>(
        &self,
        channel: String,
        event: &str,
        arguments: &T,
    ) -> impl Future<Output = bool> + Send;

    /// Emits all of `told`, in its order and at once, to everybody in each one's room; the rooms where a queue was full.
    fn emit_all(&self, told: Vec<Told>) -> impl Future<Output = Vec<RoomId>> + Send;

    /// Emits to everybody in `channel` who is in none of `except`; who has no room for it does not hear it.
    fn whisper<T: Serialize + Sync>(
        &self,
        channel: String,
        except: Vec<String>,
        event: &str,
        arguments: &T,
    ) -> impl Future<Output = ()> + Send;

    /// Whoever is in the channel `whose` is in `channel` too from now on.
    fn join(&self, whose: String, channel: String) -> impl Future<Output = ()> + Send;

    /// Whoever is in the channel `whose` is not in `channel` any longer.
    fn leave(&self, whose: String, channel: String) -> impl Future<Output = ()> + Send;

    /// Emits to each in `channel`, and cuts off whose queue is full.
    fn emit_or_cut_off<T: Serialize>(&self, channel: String, event: &str, arguments: &T);

    /// Ends those connections for good: tells why, takes nothing more from them, and cuts off who has not gone by itself
    /// soon after.
    fn end(&self, whose: &Whose, code: EndCode);

    /// Cuts those connections off, a moment from now and without a word: they come back, with what they have been given
    /// meanwhile.
    fn cut_soon(&self, whose: &Whose);
}

/// The engine's sockets.
pub struct Engine {
    io: Io,
    bindings: Bindings,
    /// How long somebody who was told to go may take.
    grace: Duration,
}

impl Engine {
    /// The sockets of `io`, bound in `bindings`.
    pub fn new(io: Io, bindings: Bindings, grace: Duration) -> Engine {
        Engine { io, bindings, grace }
    }
}

impl Audience for Engine {
    async fn emit<T: Serialize + Sync>(&self, channel: String, event: &str, arguments: &T) -> bool {
        match self.io.local().to(channel.clone()).emit(event, arguments).await {
            Ok(()) => false,
            Err(BroadcastError::Socket(errors)) => {
                errors.iter().any(|error| matches!(error, SocketError::InternalChannelFull))
            }
            Err(error) => {
                tracing::error!(channel, event, %error, "a notice could not be emitted");
                false
            }
        }
    }

    async fn emit_all(&self, told: Vec<Told>) -> Vec<RoomId> {
        let mut full = Vec::new();
        for (n, Told { room, event, arguments }) in (1..).zip(told) {
            if self.emit(channel::of_room(&room), event, &arguments).await {
                full.push(room);
            }
            if n % TURN == 0 {
                yield_now().await;
            }
        }
        full
    }

    async fn whisper<T: Serialize + Sync>(
        &self,
        channel: String,
        except: Vec<String>,
        event: &str,
        arguments: &T,
    ) {
        // What gets lost here is told again, or not worth it.
        self.io.local().to(channel).except(except).emit(event, arguments).await.ok();
    }

    async fn join(&self, whose: String, channel: String) {
        self.io.local().to(whose).join(channel).await.ok();
    }

    async fn leave(&self, whose: String, channel: String) {
        self.io.local().to(whose).leave(channel).await.ok();
    }

    fn emit_or_cut_off<T: Serialize>(&self, channel: String, event: &str, arguments: &T) {
        for socket in self.io.local().to(channel).sockets() {
            if let Err(SendError::Socket(SocketError::InternalChannelFull)) = socket.emit(event, arguments) {
                cut_off(&socket);
            }
        }
    }

    fn end(&self, whose: &Whose, code: EndCode) {
        let mut first = HashSet::new();
        for slot in self.bindings.of(whose) {
            slot.end();
            // Who has been told is found again as long as it is not gone, and is not told again.
            if slot.dismiss() {
                tracing::info!(connection = slot.number, ?code, "ended");
                slot.kill_after(self.grace);
                first.insert(slot.number);
            }
        }
        for socket in self.io.local().to(whose.channel()).sockets() {
            let Some(slot) = slot_of(&socket) else { continue };
            let told = first.contains(&slot.number) && socket.emit(Ended::EVENT, &Ended { code }).is_ok();
            // It is cut for sure, and found by its binding until then: it need not be found here again.
            socket.leave_all();
            if !told || socket.disconnect().is_err() {
                slot.kill();
            }
        }
    }

    fn cut_soon(&self, whose: &Whose) {
        for slot in self.bindings.of(whose) {
            slot.kill_after(self.grace);
        }
    }
}

fn slot_of(socket: &Socket) -> Option<Arc<Slot>> {
    socket.req_parts().extensions.get::<Arc<Slot>>().cloned()
}

fn cut_off(socket: &Socket) {
    if let Some(slot) = slot_of(socket)
        && slot.kill()
    {
        tracing::warn!(connection = slot.number, "queue full, connection ended");
    }
    // Its full queue must not count again.
    socket.leave_all();
}
