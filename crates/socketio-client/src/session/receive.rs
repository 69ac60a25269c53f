//! What arrives on the transport: Engine.IO frames, and the Socket.IO packets in them.

use serde_json::{Map, Value};

use super::polling::Polling;
use super::{Heartbeat, Phase, Session};
use crate::buffer::Event;
use crate::engine::{self, Frame, Handshake};
use crate::packet::{self, Body};
use crate::{AckToken, Notification, Output, Reason};

impl Session {
    pub(super) fn receive(&mut self, text: &str) {
        let opening = matches!(self.phase, Phase::Opening { .. });
        match engine::decode(text) {
            Err(engine::BadFrame) => self.lose(Reason::TransportError),
            Ok(Frame::Close) => {
                self.polling.iter_mut().for_each(Polling::over);
                self.lose(Reason::TransportClose);
            }
            Ok(Frame::Open(handshake)) if opening => self.opened(&handshake),
            // Before OPEN nothing else counts, and after it OPEN does not.
            Ok(Frame::Open(_) | Frame::Ignored) => {}
            Ok(Frame::Ping | Frame::Message(_)) if opening => {}
            Ok(Frame::Ping) => self.ping(),
            Ok(Frame::Message(packet)) => self.receive_packet(packet),
        }
    }

    pub(super) fn opened(&mut self, handshake: &Handshake) {
        if let Some(polling) = &mut self.polling {
            polling.opened(handshake);
        }
        let period = handshake.ping_interval.saturating_add(handshake.ping_timeout);
        let patience = self.choice.patience(self.polling.is_some(), self.open_timeout);
        self.backoff.reset();
        self.phase = Phase::Joining {
            deadline: Some(self.now.saturating_add(patience)),
            heartbeat: Heartbeat { period, deadline: self.now.saturating_add(period), pings: 0 },
            auth_asked: true,
        };
        self.outputs.push(Output::NeedAuth);
    }

    fn ping(&mut self) {
        self.send("3".to_owned());
        if let Phase::Joining { heartbeat, .. } | Phase::Connected { heartbeat } = &mut self.phase {
            heartbeat.deadline = self.now.saturating_add(heartbeat.period);
            heartbeat.pings = heartbeat.pings.saturating_add(1);
            if self.polling.is_none() {
                self.choice.heard(heartbeat.pings);
            }
        }
    }

    fn receive_packet(&mut self, text: &str) {
        let Ok(packet) = packet::decode(text) else { return self.lose(Reason::ParseError) };
        if packet.namespace != "/" {
            return;
        }
        match packet.body {
            Body::Connect(data) => self.connect_reply(data.unwrap_or_default()),
            Body::Disconnect => {
                self.wanted = false;
                self.lose(Reason::ServerDisconnect);
            }
            Body::Event { name, args, id } => {
                let ack = id.map(|id| AckToken { id, generation: self.generation });
                self.event(Event { name, args, ack }, text.len());
            }
            Body::Ack { id: Some(id), args } if self.acks.take(id) => {
                self.outputs.push(Output::AckDone { id, result: Ok(args) });
            }
            // Given up, or never asked.
            Body::Ack { .. } => {}
            Body::ConnectError(data) => self.refused(data),
        }
    }

    /// The server accepted. First what came too early, then what waited, then the news: the order of 4.8.
    fn connect_reply(&mut self, mut data: Map<String, Value>) {
        let Phase::Joining { heartbeat, deadline, .. } = &mut self.phase else { return };
        let Some(sid) = take_string(&mut data, "sid").filter(|sid| !sid.is_empty()) else {
            *deadline = None;
            return self.connect_error("v2 server");
        };
        self.phase = Phase::Connected { heartbeat: *heartbeat };
        self.choice.connected(self.polling.is_some(), self.now);
        let pid = take_string(&mut data, "pid");
        let recovered = pid.is_some() && pid == self.recovery.pid;
        self.recovery.pid = pid;
        for event in self.receive_buffer.take() {
            self.deliver(event);
        }
        while let Some(frame) = self.send_buffer.pop() {
            self.send(frame);
        }
        self.notify(Notification::Connected { sid, recovered });
    }

    fn event(&mut self, event: Event, bytes: usize) {
        if self.is_connected() {
            self.deliver(event);
        } else if self.receive_buffer.push(event, bytes).is_err() {
            self.lose(Reason::ParseError);
        }
    }

    fn deliver(&mut self, event: Event) {
        // A server with recovery adds the offset to events that want no answer.
        if let (Some(_), None, Some(Value::String(offset))) =
            (&self.recovery.pid, &event.ack, event.args.last())
        {
            self.recovery.offset = Some(offset.clone());
        }
        self.notify(event.into());
    }

    /// The server refused. Trying again would change nothing: that is for the owner to decide.
    fn refused(&mut self, data: Value) {
        if self.is_connected() {
            return;
        }
        self.wanted = false;
        self.drop_transport();
        let (message, data) = match data {
            Value::Object(mut object) => {
                (take_string(&mut object, "message"), object.get_mut("data").map(Value::take))
            }
            Value::String(message) => (Some(message), None),
            _ => (None, None),
        };
        let message = message.unwrap_or_default();
        self.notify(Notification::ConnectError { message, data });
    }
}

/// Leaves `null` behind: removing from a map is a kilobyte of code that nothing else here needs.
fn take_string(object: &mut Map<String, Value>, key: &str) -> Option<String> {
    match object.get_mut(key).map(Value::take) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
