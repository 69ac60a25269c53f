//! What a page asks of the server.

use chat::outbox::{Intent, Pending, Target};
use chat::{Key, Millis, RoomId, Seq};
use protocol::{Delete, Edit, History, Message, MessageOptions, PerRoom, React, Request, Sync};
use serde::Serialize;
use socketio_client::{Input, Value};

use super::answers::Ask;
use super::{Fact, Tab};

/// How long a page waits for an answer.
const PATIENCE_MS: u64 = 10_000;

impl Tab {
    pub(super) fn ask_sync(&mut self, room: &RoomId, after: Seq, now: Millis) {
        let sync = Sync { cursors: PerRoom::from([(room.clone(), after)]) };
        self.request(&sync, Ask::Sync(room.clone()), now);
    }

    pub(super) fn ask_latest(&mut self, room: &RoomId, now: Millis) {
        let history = History { room: room.clone(), ..History::default() };
        self.request(&history, Ask::Latest(room.clone()), now);
    }

    /// Asks for something that no outbox keeps: a lost answer is a lost answer.
    pub(in crate::sim) fn ask_once<R: Request + Serialize>(&mut self, request: &R, now: Millis) {
        self.request(request, Ask::Other, now);
    }

    pub(super) fn send(&mut self, key: Key, now: Millis) {
        let Some(pending) = self.outbox.get(key).cloned() else {
            return self.facts.push(Fact::Wrong(format!("{key} is to be sent and is not there")));
        };
        self.facts.push(Fact::Emitted(key, pending.room.clone(), pending.intent.clone()));
        let Pending { room, intent, .. } = pending;
        let (ask, some) = (Ask::Send(key, room.clone()), Some(key));
        match intent {
            Intent::Message { body, reply_to } => {
                let options = MessageOptions { room: Some(room), key: some, reply_to, attachments: None };
                self.request(&Message { body: body.into(), options }, ask, now);
            }
            Intent::Edit { target: Target::Stored(target), body } => {
                self.request(&Edit { room, target, body: body.into(), key: some }, ask, now);
            }
            Intent::Delete { target: Target::Stored(target) } => {
                self.request(&Delete { room, target, key: some }, ask, now);
            }
            Intent::React { target: Target::Stored(target), emoji, on } => {
                self.request(&React { room, target, emoji, on, key: some }, ask, now);
            }
            _ => self.facts.push(Fact::Wrong(format!("{key} is sent without its target's number"))),
        }
    }

    fn request<R: Request + Serialize>(&mut self, request: &R, ask: Ask, now: Millis) {
        let args = match serde_json::to_value(request) {
            Ok(Value::Array(args)) => args,
            Ok(one) => vec![one],
            Err(error) => return self.facts.push(Fact::Wrong(format!("{}: {error}", R::EVENT))),
        };
        self.asks.insert(self.session.next_ack_id(), ask);
        let event = R::EVENT.to_owned();
        self.session(Input::Emit { event, args, ack_ms: Some(PATIENCE_MS), volatile: false }, now);
    }
}
