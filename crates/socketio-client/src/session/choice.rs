//! Which transport is tried: a WebSocket first, polling where that is silent, and a WebSocket again later.

use super::{Phase, Session};
use crate::engine::{self, Frame};
use crate::{Generation, Millis, Notification, Output, Reason, Transports};

/// How long a WebSocket may say nothing while polling could be tried.
const SILENCE: Millis = 5_000;

/// The wait before a WebSocket is tried again beside polling: the first, and the longest after it has doubled.
const PAUSE: Millis = 30_000;
const MAX_PAUSE: Millis = 30 * 60_000;

/// With so many PINGs heard, frames do pass. (Some servers send one at once.)
const ALIVE: u8 = 2;

/// What is known of the way to the server.
#[derive(Debug)]
pub(super) struct Choice {
    transports: Transports,
    /// Polling is tried first: it has worked where a WebSocket has not.
    polling: bool,
    /// A WebSocket has lived. One that fails later is more likely a server that restarts than a proxy.
    proven: bool,
    /// Attempts by WebSocket that failed since the last connection.
    failures: u32,
    /// When a WebSocket is tried again, and the wait before the time after that.
    again: Option<Millis>,
    pause: Millis,
    /// A WebSocket that is tried beside a connection by polling, and until when.
    probe: Option<(Generation, Millis)>,
}

impl Choice {
    pub(super) fn new(transports: Transports) -> Self {
        let (again, probe) = (None, None);
        Self { transports, polling: false, proven: false, failures: 0, again, pause: PAUSE, probe }
    }

    fn is_open(&self) -> bool {
        self.transports == Transports::WebSocketThenPolling
    }

    /// Whether the next attempt starts with polling.
    pub(super) fn starts_with_polling(&self, now: Millis) -> bool {
        match self.transports {
            Transports::WebSocket => false,
            Transports::Polling => true,
            Transports::WebSocketThenPolling => self.polling && self.again.is_none_or(|at| now < at),
        }
    }

    /// How long a new transport may say nothing.
    pub(super) fn patience(&self, polling: bool, longest: Millis) -> Millis {
        if self.is_open() && !polling { longest.min(SILENCE) } else { longest }
    }

    /// An attempt by polling has failed, too: the next one starts with a WebSocket.
    pub(super) fn polling_failed(&mut self) {
        self.polling = false;
    }

    /// The server has accepted a connection.
    pub(super) fn connected(&mut self, polling: bool, now: Millis) {
        self.failures = 0;
        self.polling = polling;
        self.again = (polling && self.is_open()).then(|| now.saturating_add(self.pause));
    }

    /// A PING was heard on a WebSocket, the `pings`th.
    pub(super) fn heard(&mut self, pings: u8) {
        if pings >= ALIVE {
            self.proven = true;
            self.pause = PAUSE;
        }
    }

    /// A WebSocket's connection ended because nothing was heard, not even the second PING: something on the way lets
    /// it open and swallows what comes then.
    pub(super) fn went_silent(&mut self, pings: u8) {
        if pings < ALIVE && self.is_open() {
            self.polling = true;
            self.again = None;
        }
    }

    /// The next deadline of the choice itself.
    pub(super) fn deadline(&self) -> Option<Millis> {
        self.probe.map(|(_, until)| until).or(self.again)
    }

    pub(super) fn set_back(&mut self, back: Millis) {
        let earlier = |at: &mut Millis| *at = at.saturating_sub(back);
        self.again.iter_mut().for_each(earlier);
        self.probe.iter_mut().for_each(|(_, until)| earlier(until));
    }

    fn probe_failed(&mut self, now: Millis) {
        self.probe = None;
        self.pause = self.pause.saturating_mul(2).min(MAX_PAUSE);
        self.again = Some(now.saturating_add(self.pause));
    }
}

impl Session {
    /// Goes on by polling in the same attempt, if the WebSocket failed before it brought a connection.
    pub(super) fn falls_back(&mut self, reason: Reason) -> bool {
        let early = matches!(self.phase, Phase::Opening { .. } | Phase::Joining { .. });
        if !early || self.polling.is_some() || !self.choice.is_open() || reason == Reason::ParseError {
            return false;
        }
        self.choice.failures = self.choice.failures.saturating_add(1);
        if self.choice.proven && self.choice.failures < 2 {
            return false;
        }
        self.outputs.push(Output::Close(self.generation));
        self.open_by(true);
        true
    }

    pub(super) fn is_probe(&self, generation: Generation) -> bool {
        self.choice.probe.is_some_and(|(probe, _)| probe == generation)
    }

    /// A WebSocket opens beside a connection by polling, or its time is over.
    pub(super) fn probe_timer(&mut self) {
        let now = self.now;
        match self.choice.probe {
            Some((_, until)) if until <= now => self.drop_probe(),
            None if self.is_polling() && self.choice.again.is_some_and(|at| at <= now) => self.open_probe(),
            _ => {}
        }
    }

    /// The network may be another one.
    pub(super) fn probe_at_once(&mut self) {
        if self.is_polling() && self.choice.is_open() && self.choice.probe.is_none() {
            self.open_probe();
        }
    }

    pub(super) fn is_polling(&self) -> bool {
        self.is_connected() && self.polling.is_some()
    }

    fn open_probe(&mut self) {
        let Some(endpoint) = &self.endpoint else { return };
        let url = endpoint.websocket.clone();
        self.issued += 1;
        self.choice.probe = Some((self.issued, self.now.saturating_add(SILENCE)));
        self.outputs.push(Output::Open { generation: self.issued, url });
    }

    /// Ends the probe, as failed.
    pub(super) fn drop_probe(&mut self) {
        if let Some((generation, _)) = self.choice.probe {
            self.outputs.push(Output::Close(generation));
            self.choice.probe_failed(self.now);
        }
    }

    /// The server speaks on the probe: the connection moves there. What was not answered by polling may or may not
    /// have been done, as whenever a connection ends.
    pub(super) fn probed(&mut self, generation: Generation, text: &str) {
        let Ok(Frame::Open(handshake)) = engine::decode(text) else { return self.drop_probe() };
        self.choice.probe = None;
        self.choice.polling = false;
        // If it is silent from here on, nothing is tried twice.
        self.choice.failures = 1;
        self.say_goodbye();
        self.outputs.push(Output::Close(self.generation));
        self.generation = generation;
        self.phase = Phase::Opening { deadline: self.now };
        self.notify(Notification::Disconnected(Reason::TransportClose));
        self.fail_sent_requests();
        self.opened(&handshake);
    }
}
