//! Who hears the simulated server: connections with a queue each, in the place of the engine's sockets.
//!
//! A queue has an end, as the engine's has: what does not fit is dropped and the emitter told so.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::notice::EndCode;
use protocol::{Ended, Notice};
use serde::Serialize;
use server::socket::announce::Audience;
use socketio_client::Value;
use socketio_client::packet::{Body, Packet};

use super::net::LinkId;

/// Packets that wait for one slow reader.
const QUEUE: usize = 24;

/// Every connection. Copies are the same hall.
#[derive(Clone, Default)]
pub(super) struct Hall(Arc<Mutex<BTreeMap<LinkId, Listener>>>);

/// One connection.
#[derive(Default)]
struct Listener {
    channels: BTreeSet<String>,
    queue: VecDeque<String>,
    end: Option<End>,
}

/// How a connection is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// After what waits for it has gone out.
    Told,
    /// At once: it does not read.
    Cut,
}

/// The Engine.IO frame of a Socket.IO packet.
pub(super) fn frame(body: Body) -> String {
    format!("4{}", Packet { namespace: "/".to_owned(), body }.encode())
}

fn event<T: Serialize>(name: &str, arguments: &T) -> String {
    let args = match serde_json::to_value(arguments) {
        Ok(Value::Array(args)) => args,
        Ok(one) => vec![one],
        Err(error) => panic!("a notice is JSON: {error}"),
    };
    frame(Body::Event { name: name.to_owned(), args, id: None })
}

impl Hall {
    /// Somebody has come in.
    pub(super) fn enter(&self, link: LinkId, channels: impl IntoIterator<Item = String>) {
        self.listeners().entry(link).or_default().channels.extend(channels);
    }

    /// Somebody has gone.
    pub(super) fn go(&self, link: LinkId) {
        self.listeners().remove(&link);
    }

    /// Puts a frame in the queue of one connection; if it is full, the connection is cut.
    pub(super) fn push(&self, link: LinkId, frame: String) {
        if let Some(listener) = self.listeners().get_mut(&link)
            && !listener.push(frame)
        {
            listener.end = Some(End::Cut);
        }
    }

    /// Cuts a connection.
    pub(super) fn cut(&self, link: LinkId) {
        if let Some(listener) = self.listeners().get_mut(&link) {
            listener.end = Some(End::Cut);
        }
    }

    /// The next frame for this connection.
    pub(super) fn pop(&self, link: LinkId) -> Option<String> {
        self.listeners().get_mut(&link)?.queue.pop_front()
    }

    /// The connections with something to send, or to end.
    pub(super) fn busy(&self) -> Vec<(LinkId, Option<End>)> {
        let listeners = self.listeners();
        let busy = listeners.iter().filter(|(_, l)| !l.queue.is_empty() || l.end.is_some());
        busy.map(|(link, l)| (*link, l.end)).collect()
    }

    fn listeners(&self) -> MutexGuard<'_, BTreeMap<LinkId, Listener>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to each in `channel`.
    fn each(&self, channel: &str, mut act: impl FnMut(&mut Listener)) {
        self.listeners().values_mut().filter(|l| l.channels.contains(channel)).for_each(&mut act);
    }
}

impl Listener {
    fn push(&mut self, frame: String) -> bool {
        let fits = self.queue.len() < QUEUE && self.end.is_none();
        if fits {
            self.queue.push_back(frame);
        }
        fits || self.end.is_some()
    }
}

impl Audience for Hall {
    async fn emit<T: Serialize + Sync>(&self, channel: String, name: &str, arguments: &T) -> bool {
        let (frame, mut full) = (event(name, arguments), false);
        self.each(&channel, |listener| full |= !listener.push(frame.clone()));
        full
    }

    async fn join(&self, whose: String, channel: String) {
        self.each(&whose, |listener| {
            listener.channels.insert(channel.clone());
        });
    }

    async fn leave(&self, whose: String, channel: String) {
        self.each(&whose, |listener| {
            listener.channels.remove(&channel);
        });
    }

    fn emit_or_cut_off<T: Serialize>(&self, channel: String, name: &str, arguments: &T) {
        let frame = event(name, arguments);
        self.each(&channel, |listener| {
            if !listener.push(frame.clone()) {
                listener.end = Some(End::Cut);
                listener.channels.clear();
            }
        });
    }

    fn end(&self, channel: String, code: EndCode) {
        let told = event(Ended::EVENT, &Ended { code });
        self.each(&channel, |listener| {
            listener.channels.clear();
            let fits = listener.push(told.clone()) && listener.push(frame(Body::Disconnect));
            listener.end.get_or_insert(if fits { End::Told } else { End::Cut });
        });
    }
}
