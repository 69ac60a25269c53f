//! The state machine: when to connect, what a connection's end means, and which deadline comes next.
//!
//! What arrives on a transport is in `session/receive.rs`, what the owner sends in `session/send.rs`, which transport
//! it is in `session/choice.rs`. The rules are those of the official client 4.8; the README lists where this one differs, and why.

mod choice;
mod polling;
mod receive;
mod send;

use crate::acks::Acks;
use choice::Choice;
use polling::Polling;

use crate::backoff::Backoff;
use crate::buffer::{ReceiveBuffer, SendBuffer};
use crate::url::{Endpoint, endpoint};
use crate::{AckError, Generation, Input, Millis, Notification, Options, Output, Reason};

/// Shortest time between two attempts that do not wait for the backoff.
const FORCED_EVERY: Millis = 1_000;

/// One client's state. Owned by a driver, changed by [`step`] alone.
#[derive(Debug)]
pub struct Session {
    endpoint: Option<Endpoint>,
    open_timeout: Millis,
    reconnection: bool,
    /// The owner wants a connection, and no server has said no.
    wanted: bool,
    phase: Phase,
    /// The transport of the attempt or connection, and the last number given to any.
    generation: Generation,
    issued: Generation,
    /// The transport is polling; else it is a WebSocket.
    polling: Option<Polling>,
    /// Requests by HTTP so far.
    polls: u32,
    choice: Choice,
    backoff: Backoff,
    acks: Acks,
    send_buffer: SendBuffer,
    receive_buffer: ReceiveBuffer,
    recovery: Recovery,
    /// `bufferedAmount` as last told.
    unsent: u64,
    forced_at: Option<Millis>,
    now: Millis,
    /// The deadline that the driver's timer is set to.
    timer: Option<Millis>,
    outputs: Vec<Output>,
}

#[derive(Debug)]
enum Phase {
    Closed,
    /// Until the next attempt.
    Waiting {
        at: Millis,
    },
    /// A transport is being opened; OPEN has not come.
    Opening {
        deadline: Millis,
    },
    /// OPEN has come, the CONNECT reply has not. Without a deadline once a reply of Socket.IO v2 came.
    Joining {
        deadline: Option<Millis>,
        heartbeat: Heartbeat,
        auth_asked: bool,
    },
    Connected {
        heartbeat: Heartbeat,
    },
}

#[derive(Debug, Clone, Copy)]
struct Heartbeat {
    /// `pingInterval + pingTimeout`.
    period: Millis,
    deadline: Millis,
    /// PINGs heard, as far as it matters.
    pings: u8,
}

/// Connection state recovery: what the server needs to know to send what was missed.
#[derive(Debug, Default)]
struct Recovery {
    pid: Option<String>,
    offset: Option<String>,
}

/// Takes one input at the time `now`, and returns what is to be done, in order.
///
/// `now` may go backwards (somebody set the clock): deadlines go with it.
pub fn step(session: &mut Session, input: Input<'_>, now: Millis) -> Vec<Output> {
    session.set_clock(now);
    session.take(input);
    session.poll();
    session.arm_timer();
    std::mem::take(&mut session.outputs)
}

impl Session {
    /// A session that waits for [`Input::Connect`].
    pub fn new(options: &Options) -> Self {
        Self {
            endpoint: endpoint(options),
            open_timeout: options.open_timeout_ms,
            reconnection: options.reconnection,
            wanted: false,
            phase: Phase::Closed,
            generation: 0,
            issued: 0,
            polling: None,
            polls: 0,
            choice: Choice::new(options.transports),
            backoff: Backoff::new(options.seed, options.spread),
            acks: Acks::default(),
            send_buffer: SendBuffer::default(),
            receive_buffer: ReceiveBuffer::default(),
            recovery: Recovery::default(),
            unsent: 0,
            forced_at: None,
            now: 0,
            timer: None,
            outputs: Vec::new(),
        }
    }

    /// Whether the server has accepted the connection.
    pub fn is_connected(&self) -> bool {
        matches!(self.phase, Phase::Connected { .. })
    }

    /// The id that the next [`Input::Emit`] with `ack_ms` will have, unless it is refused.
    pub fn next_ack_id(&self) -> u64 {
        self.acks.next_id()
    }

    fn take(&mut self, input: Input<'_>) {
        match input {
            Input::Connect => self.connect(),
            Input::Disconnect => self.disconnect(),
            Input::Text(of, text) if self.is_live(of) => self.receive(text),
            Input::Binary(of, _) if self.is_live(of) => self.lose(Reason::ParseError),
            Input::Closed(of, _) if self.is_live(of) => self.lose(Reason::TransportClose),
            Input::Failed(of) if self.is_live(of) => {
                let message = if self.polling.is_some() { "polling error" } else { "websocket error" };
                self.lose_with(Reason::TransportError, message);
            }
            Input::Body(of, body) if self.is_live(of) => self.body(of, body),
            Input::Posted(of) if self.is_live(of) => self.posted(),
            Input::Text(of, text) if self.is_probe(of) => self.probed(of, text),
            Input::Binary(of, _) | Input::Closed(of, _) | Input::Failed(of) if self.is_probe(of) => {
                self.drop_probe();
            }
            // The server speaks first: there is nothing to do when a transport opens. The rest is of an older one.
            Input::Opened(_)
            | Input::Text(..)
            | Input::Binary(..)
            | Input::Closed(..)
            | Input::Failed(_)
            | Input::Body(..)
            | Input::Posted(_) => {}
            Input::Timer => self.timer_fired(),
            Input::Emit { event, args, ack_ms, volatile } => self.emit(event, args, ack_ms, volatile),
            Input::Ack(token, args) => self.answer(token, args),
            Input::Auth(auth) => self.send_connect(auth),
            Input::Buffered(bytes) => self.unsent = bytes,
            Input::Online => {
                self.wake();
                self.probe_at_once();
            }
            Input::Visible | Input::PageShow => self.wake(),
            Input::PageHide if self.polling.is_some() => self.end(Reason::TransportClose, "page hidden"),
            Input::PageHide => {}
            Input::Offline => self.offline(),
        }
    }

    fn is_live(&self, generation: Generation) -> bool {
        generation == self.generation && self.has_transport()
    }

    fn has_transport(&self) -> bool {
        !matches!(self.phase, Phase::Closed | Phase::Waiting { .. })
    }

    fn notify(&mut self, notification: Notification) {
        self.outputs.push(Output::Notify(notification));
    }

    fn connect(&mut self) {
        self.wanted = true;
        if matches!(self.phase, Phase::Closed) {
            self.open();
        }
    }

    fn open(&mut self) {
        self.open_by(self.choice.starts_with_polling(self.now));
    }

    fn open_by(&mut self, polling: bool) {
        let Some(endpoint) = &self.endpoint else {
            self.wanted = false;
            self.phase = Phase::Closed;
            return self.connect_error("invalid url");
        };
        self.issued += 1;
        self.generation = self.issued;
        self.unsent = 0;
        let patience = self.choice.patience(polling, self.open_timeout);
        self.phase = Phase::Opening { deadline: self.now.saturating_add(patience) };
        self.polling = polling.then(Polling::new);
        if !polling {
            let url = endpoint.websocket.clone();
            self.outputs.push(Output::Open { generation: self.generation, url });
        }
    }

    fn connect_error(&mut self, message: &str) {
        self.notify(Notification::ConnectError { message: message.to_owned(), data: None });
    }

    fn disconnect(&mut self) {
        self.wanted = false;
        match self.phase {
            Phase::Closed => {}
            Phase::Waiting { .. } => {
                self.phase = Phase::Closed;
                self.backoff.reset();
            }
            Phase::Opening { .. } | Phase::Joining { .. } => self.drop_transport(),
            Phase::Connected { .. } => {
                self.send_disconnect();
                self.lose(Reason::ClientDisconnect);
            }
        }
    }

    /// Forgets the transport, and every attempt before it.
    fn drop_transport(&mut self) {
        self.close_transport();
        self.phase = Phase::Closed;
        self.backoff.reset();
    }

    fn close_transport(&mut self) {
        self.drop_probe();
        self.say_goodbye();
        self.outputs.push(Output::Close(self.generation));
    }

    fn lose(&mut self, reason: Reason) {
        self.lose_with(reason, reason.as_str());
    }

    /// The connection, or the attempt, is over. `message` is for an attempt.
    fn lose_with(&mut self, reason: Reason, message: &str) {
        if !self.falls_back(reason) {
            self.end(reason, message);
        }
    }

    /// As [`lose_with`](Self::lose_with), without another transport.
    fn end(&mut self, reason: Reason, message: &str) {
        let was = std::mem::replace(&mut self.phase, Phase::Closed);
        if let Some(polling) = self.polling.as_mut().filter(|_| reason == Reason::TransportError) {
            polling.over();
        }
        let polled = self.polling.is_some();
        self.close_transport();
        if let Phase::Connected { heartbeat } = was {
            if reason == Reason::PingTimeout && !polled {
                self.choice.went_silent(heartbeat.pings);
            }
            self.notify(Notification::Disconnected(reason));
            self.fail_sent_requests();
        } else {
            if polled {
                self.choice.polling_failed();
            }
            self.connect_error(message);
        }
        if self.wanted && self.reconnection {
            let (n, delay) = self.backoff.next();
            let at = self.now.saturating_add(delay);
            self.phase = Phase::Waiting { at };
            self.notify(Notification::Attempt { n, at });
        }
    }

    /// Requests whose packet still waits in the buffer live on: it goes out at the next connection.
    fn fail_sent_requests(&mut self) {
        let buffer = &self.send_buffer;
        for id in self.acks.take_where(|id, _| !buffer.holds(id)) {
            self.outputs.push(Output::AckDone { id, result: Err(AckError::Disconnected) });
        }
    }

    fn offline(&mut self) {
        let local = self.endpoint.as_ref().is_some_and(|endpoint| endpoint.local);
        if self.has_transport() && !local {
            self.end(Reason::TransportClose, Reason::TransportClose.as_str());
        }
    }

    /// The network or the page is back: do not wait for what a sleeping timer would have found out.
    fn wake(&mut self) {
        if let Some((reason, message)) = self.overdue() {
            self.lose_with(reason, message);
        }
        let may_force = self.forced_at.is_none_or(|at| self.now >= at.saturating_add(FORCED_EVERY));
        if may_force && matches!(self.phase, Phase::Waiting { .. }) {
            self.forced_at = Some(self.now);
            self.notify(Notification::Attempt { n: self.backoff.attempts(), at: self.now });
            self.open();
        }
    }

    fn timer_fired(&mut self) {
        self.timer = None;
        let now = self.now;
        for id in self.acks.take_where(|_, deadline| deadline <= now) {
            self.send_buffer.remove(id);
            self.outputs.push(Output::AckDone { id, result: Err(AckError::Timeout) });
        }
        match self.phase {
            Phase::Waiting { at } if at <= now => self.open(),
            _ => match self.overdue() {
                Some((reason, message)) => self.lose_with(reason, message),
                None => self.probe_timer(),
            },
        }
    }

    /// How the transport is to end if one of its deadlines has passed.
    fn overdue(&self) -> Option<(Reason, &'static str)> {
        let timeout = (Reason::TransportClose, "timeout");
        let ping_timeout = (Reason::PingTimeout, Reason::PingTimeout.as_str());
        match self.phase {
            Phase::Opening { deadline } if deadline <= self.now => Some(timeout),
            Phase::Joining { deadline: Some(deadline), .. } if deadline <= self.now => Some(timeout),
            Phase::Joining { heartbeat, .. } | Phase::Connected { heartbeat }
                if heartbeat.deadline <= self.now =>
            {
                Some(ping_timeout)
            }
            _ => None,
        }
    }

    fn arm_timer(&mut self) {
        let phase = match self.phase {
            Phase::Closed => None,
            Phase::Waiting { at } => Some(at),
            Phase::Opening { deadline } => Some(deadline),
            Phase::Joining { deadline, heartbeat, .. } => {
                Some(deadline.map_or(heartbeat.deadline, |deadline| deadline.min(heartbeat.deadline)))
            }
            Phase::Connected { heartbeat } => Some(heartbeat.deadline),
        };
        let choice = self.choice.deadline().filter(|_| self.is_polling());
        let next = [phase, self.acks.earliest(), choice].into_iter().flatten().min();
        // A timer that is no longer needed is left to fire for nothing.
        if let Some(at) = next.filter(|at| self.timer != Some(*at)) {
            self.timer = Some(at);
            self.outputs.push(Output::TimerAt(at));
        }
    }

    /// If somebody set the clock back by an hour, every deadline would be an hour late.
    fn set_clock(&mut self, now: Millis) {
        if let Some(back) = self.now.checked_sub(now).filter(|back| *back > 0) {
            let earlier = |at: &mut Millis| *at = at.saturating_sub(back);
            match &mut self.phase {
                Phase::Closed => {}
                Phase::Waiting { at } | Phase::Opening { deadline: at } => earlier(at),
                Phase::Joining { deadline, heartbeat, .. } => {
                    deadline.iter_mut().for_each(earlier);
                    earlier(&mut heartbeat.deadline);
                }
                Phase::Connected { heartbeat } => earlier(&mut heartbeat.deadline),
            }
            self.acks.rebase(back);
            self.choice.set_back(back);
            self.forced_at.iter_mut().for_each(earlier);
        }
        self.now = now;
    }
}
