//! Who hears: the engine's sockets, as the publisher needs them.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use protocol::notice::EndCode;
use protocol::{Ended, Notice};
use serde::Serialize;
use socketioxide::{BroadcastError, SendError, SocketError};

use crate::socket::adapter::{Io, Socket};
use crate::socket::binding::Slot;

/// Those who hear, by the channels they listen to. The simulation of the fault tests has one of its own.
pub trait Audience {
    /// Emits to everybody in `channel`; whether a queue was full.
    fn emit<T: Serialize + Sync>(
        &self,
        channel: String,
        event: &str,
        arguments: &T,
    ) -> impl Future<Output = bool> + Send;

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

    /// Ends the connections in `channel` for good: tells why, and cuts off who has not gone by itself soon after.
    fn end(&self, channel: String, code: EndCode);

    /// Cuts off who is in `channel`, a moment from now and without a word: they come back, with what they have been
    /// given meanwhile.
    fn cut_soon(&self, channel: String);
}

/// The engine's sockets.
pub struct Engine {
    io: Io,
    /// How long somebody who was told to go may take.
    grace: Duration,
}

impl Engine {
    /// The sockets of `io`.
    pub fn new(io: Io, grace: Duration) -> Engine {
        Engine { io, grace }
    }

    fn kill_soon(&self, slot: Arc<Slot>) {
        let grace = self.grace;
        tokio::spawn(async move {
            tokio::time::sleep(grace).await;
            slot.kill();
        });
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

    fn end(&self, channel: String, code: EndCode) {
        for socket in self.io.local().to(channel).sockets() {
            socket.leave_all();
            let Some(slot) = slot_of(&socket) else { continue };
            tracing::info!(connection = slot.number, ?code, "ended");
            let told = socket.emit(Ended::EVENT, &Ended { code }).is_ok();
            if !told || socket.disconnect().is_err() {
                slot.kill();
                continue;
            }
            self.kill_soon(slot);
        }
    }

    fn cut_soon(&self, channel: String) {
        self.io
            .local()
            .to(channel)
            .sockets()
            .iter()
            .filter_map(slot_of)
            .for_each(|slot| self.kill_soon(slot));
    }
}

fn slot_of(socket: &Socket) -> Option<Arc<Slot>> {
    socket.req_parts().extensions.get::<Arc<Slot>>().cloned()
}

fn cut_off(socket: &Socket) {
    if let Some(slot) = socket.req_parts().extensions.get::<Arc<Slot>>() {
        tracing::warn!(connection = slot.number, "queue full, connection ended");
        slot.kill();
    }
    // A polling session lives on until its next ping; its full queue must not count again.
    socket.leave_all();
}
