//! What the owner sends: events, answers, credentials, goodbye.

use serde_json::{Map, Value};

use super::polling::Polling;
use super::{Phase, Session};
use crate::packet::{self, Body};
use crate::{AckToken, EmitError, Millis, Output, Reason};

/// With more than this unsent, a volatile event would be late before it left.
const WRITABLE: u64 = 64 * 1024;

impl Session {
    pub(super) fn emit(&mut self, event: String, args: Vec<Value>, ack_ms: Option<Millis>, volatile: bool) {
        if packet::is_reserved(&event) {
            return self.outputs.push(Output::Refused(EmitError::Reserved));
        }
        // After a sleep this may be the first to notice: keep the packet for the next connection.
        let expired = matches!(self.phase, Phase::Connected { heartbeat } if self.now > heartbeat.deadline);
        let connected = self.is_connected() && !expired;
        let id = ack_ms.map(|_| self.acks.next_id());
        if !volatile || (connected && self.unsent() <= WRITABLE) {
            let frame = packet::frame(Body::Event { name: event, args, id });
            if connected {
                self.send(frame);
            } else if self.send_buffer.push(id, frame).is_err() {
                return self.outputs.push(Output::Refused(EmitError::BufferFull));
            }
        }
        if let Some(ms) = ack_ms {
            self.acks.register(self.now.saturating_add(ms));
        }
        if expired {
            self.lose(Reason::PingTimeout);
        }
    }

    /// Bytes that wait to be sent.
    fn unsent(&self) -> u64 {
        self.polling.as_ref().map_or(self.unsent, Polling::unsent)
    }

    pub(super) fn answer(&mut self, token: AckToken, args: Vec<Value>) {
        if self.is_connected() && token.generation == self.generation {
            let frame = packet::frame(Body::Ack { id: Some(token.id), args });
            self.send(frame);
        }
    }

    /// CONNECT, with the recovery fields under the owner's.
    pub(super) fn send_connect(&mut self, auth: Value) {
        let Phase::Joining { auth_asked, .. } = &mut self.phase else { return };
        if !std::mem::take(auth_asked) {
            return;
        }
        let mut data = match auth {
            Value::Object(auth) => Some(auth),
            _ => None,
        };
        if let Some(pid) = &self.recovery.pid {
            let data = data.get_or_insert_with(Map::new);
            for (key, value) in [("pid", Some(pid)), ("offset", self.recovery.offset.as_ref())] {
                if let Some(value) = value.filter(|_| !data.contains_key(key)) {
                    data.insert(key.to_owned(), Value::String(value.clone()));
                }
            }
        }
        self.send(packet::frame(Body::Connect(data)));
    }

    pub(super) fn send_disconnect(&mut self) {
        self.send(packet::frame(Body::Disconnect));
    }
}
