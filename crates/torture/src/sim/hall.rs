//! Who hears the simulated server: connections with a queue each, in the place of the engine's sockets.
//!
//! A queue has an end, as the engine's has: what does not fit is dropped and the emitter told so.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chat::RoomId;
use protocol::event::kind;
use protocol::notice::EndCode;
use protocol::{Ended, Notice};
use serde::Serialize;
use server::socket::announce::{Audience, Told};
use server::socket::channel::{self, Whose};
use socketio_client::Value;
use socketio_client::packet::{Body, Packet};

use super::net::LinkId;
use crate::dice::Dice;

/// Packets that wait for one slow reader.
const QUEUE: usize = 24;

/// Every connection. Copies are the same hall.
#[derive(Clone)]
pub(super) struct Hall {
    listeners: Arc<Mutex<BTreeMap<LinkId, Listener>>>,
    /// Which notices get lost on their way into a queue, as if the engine had forgotten them.
    losses: Arc<Mutex<Losses>>,
}

struct Losses {
    /// The connections that something was lost on.
    on: BTreeSet<LinkId>,
    dice: Dice,
    percent: u64,
}

/// One connection.
#[derive(Default)]
struct Listener {
    channels: BTreeSet<String>,
    queue: VecDeque<String>,
    end: Option<End>,
    /// Something did not fit, and so many looks after full queues have come since.
    neglected: Option<u32>,
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
    /// An empty hall, in which `percent` of the notices about messages get lost.
    pub(super) fn new(dice: Dice, percent: u64) -> Hall {
        Hall {
            listeners: Arc::default(),
            losses: Arc::new(Mutex::new(Losses { on: BTreeSet::new(), dice, percent })),
        }
    }

    /// From now on so many notices about messages get lost.
    pub(super) fn lose(&self, percent: u64) {
        self.losses.lock().unwrap_or_else(PoisonError::into_inner).percent = percent;
    }

    /// Something was lost on this connection.
    pub(super) fn has_lost(&self, link: LinkId) -> bool {
        self.losses.lock().unwrap_or_else(PoisonError::into_inner).on.contains(&link)
    }

    /// A look after full queues has come. The connections that should have been cut off by now, or told.
    pub(super) fn neglected(&self) -> Vec<LinkId> {
        let mut neglected = Vec::new();
        for (link, listener) in &mut *self.listeners() {
            if let Some(looks) = listener.neglected.as_mut().filter(|_| listener.end.is_none()) {
                *looks += 1;
                if *looks == 4 {
                    neglected.push(*link);
                }
            }
        }
        neglected
    }

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
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut losses = self.losses.lock().unwrap_or_else(PoisonError::into_inner);
        let about_messages = matches!(name, "sent" | kind::EDITED | kind::DELETED | kind::REACTED);
        let Losses { on, dice, percent } = &mut *losses;
        let percent = if about_messages { *percent } else { 0 };
        for (link, listener) in self.listeners().iter_mut().filter(|(_, l)| l.channels.contains(&channel)) {
            if dice.chance(percent) {
                on.insert(*link);
            } else if !listener.push(frame.clone()) {
                on.insert(*link);
                listener.neglected.get_or_insert(0);
                full = true;
            }
        }
        full
    }

    async fn emit_all(&self, told: Vec<Told>) -> Vec<RoomId> {
        let mut full = Vec::new();
        for Told { room, event, arguments } in told {
            if self.emit(channel::of_room(&room), event, &arguments).await && !full.contains(&room) {
                full.push(room);
            }
        }
        full
    }

    async fn whisper<T: Serialize + Sync>(
        &self,
        channel: String,
        except: Vec<String>,
        name: &str,
        arguments: &T,
    ) {
        let frame = event(name, arguments);
        self.each(&channel, |listener| {
            if except.iter().all(|other| !listener.channels.contains(other)) {
                listener.push(frame.clone());
            }
        });
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

    fn cut_soon(&self, whose: &Whose) {
        self.each(&whose.channel(), |listener| {
            listener.end = Some(End::Cut);
            listener.channels.clear();
        });
    }

    fn emit_or_cut_off<T: Serialize>(&self, channel: String, name: &str, arguments: &T) {
        let frame = event(name, arguments);
        self.each(&channel, |listener| {
            if listener.push(frame.clone()) {
                listener.neglected = None;
            } else {
                listener.end = Some(End::Cut);
                listener.channels.clear();
            }
        });
    }

    fn end(&self, whose: &Whose, code: EndCode) {
        let told = event(Ended::EVENT, &Ended { code });
        self.each(&whose.channel(), |listener| {
            listener.channels.clear();
            let fits = listener.push(told.clone()) && listener.push(frame(Body::Disconnect));
            listener.end.get_or_insert(if fits { End::Told } else { End::Cut });
        });
    }
}
