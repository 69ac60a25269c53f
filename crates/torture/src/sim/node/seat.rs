//! One connection as the simulated server sees it: the frames that come in, and the requests that wait their turn.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;

use chat::{Member, MemberId, Millis, Role};
use protocol::{Problem, Refusal, view};
use server::session::Author;
use socketio_client::packet::{self, Body};

use super::asked::{Asked, refused};
use crate::sim::hall::frame;

/// Requests of one connection that wait; more are refused as `busy`.
const INBOX: usize = 32;

/// A person's arrival: subscribing and reading, which takes more than one turn.
pub(super) type Arrival = Pin<Box<dyn Future<Output = Result<Vec<view::Room>, Problem>>>>;

/// One connection.
#[derive(Default)]
pub(super) struct Seat {
    /// Who it is, once CONNECT has come.
    pub(super) author: Option<Author>,
    pub(super) arrival: Option<Arrival>,
    /// The arrival waits for the publisher.
    pub(super) wished: bool,
    pub(super) greeted: bool,
    pub(super) inbox: VecDeque<(Option<u64>, Asked)>,
    /// Since when a pong is due.
    pub(super) pinged: Option<Millis>,
}

/// What a frame means.
pub(super) enum Heard {
    /// Nothing to do, or answered at once with this frame.
    Done(Option<String>),
    /// CONNECT: somebody is here.
    Connect(MemberId),
    /// Something waits in the inbox.
    Request,
    /// Goodbye.
    Leave,
}

impl Seat {
    /// A frame has come.
    pub(super) fn hear(&mut self, text: &str) -> Heard {
        if text == "3" {
            self.pinged = None;
            return Heard::Done(None);
        }
        let Some(packet) = text.strip_prefix('4').and_then(|text| packet::decode(text).ok()) else {
            return Heard::Leave;
        };
        match packet.body {
            Body::Connect(auth) => {
                let token = auth.and_then(|auth| auth.get("token")?.as_str()?.parse().ok());
                token.map_or(Heard::Leave, Heard::Connect)
            }
            Body::Disconnect => Heard::Leave,
            Body::Event { name, args, id } => {
                if self.inbox.len() >= INBOX {
                    return Heard::Done(id.map(|id| ack(id, refused(Refusal::Busy))));
                }
                self.inbox.push_back((id, Asked::read(&name, args)));
                Heard::Request
            }
            Body::Ack { .. } | Body::ConnectError(_) => Heard::Done(None),
        }
    }

    /// It can do the next request.
    pub(super) fn is_ready(&self) -> bool {
        self.greeted && !self.inbox.is_empty()
    }
}

/// The frame that answers request `id`.
pub(super) fn ack(id: u64, answer: socketio_client::Value) -> String {
    frame(Body::Ack { id: Some(id), args: vec![answer] })
}

/// Somebody with a row in `members`. What the row says counts; this is only the name it is asked under.
pub(super) fn author(id: MemberId) -> Author {
    let member = Member { name: id.to_string(), id, role: Role::Guest, hue: 0 };
    Author { number: 0, member, banned: false, network: None, lang: None }
}
