//! HTTP long-polling: one GET that the server holds until it has something to say, and one POST at a time.

use std::collections::VecDeque;

use super::Session;
use crate::engine::Handshake;
use crate::{Generation, Output, Reason};

/// Stands between two frames of a body.
const SEPARATOR: char = '\x1e';

/// Most bytes of a POST to a server that names no limit: the limit of the official one.
const MAX_PAYLOAD: usize = 1_000_000;

/// The state of a connection by polling.
#[derive(Debug)]
pub(super) struct Polling {
    /// The Engine.IO session, once it is open.
    sid: Option<String>,
    max_payload: usize,
    /// Frames to send, and their bytes.
    queue: VecDeque<String>,
    bytes: usize,
    getting: bool,
    posting: bool,
}

impl Polling {
    pub(super) fn new() -> Self {
        let (max_payload, queue) = (MAX_PAYLOAD, VecDeque::new());
        Self { sid: None, max_payload, queue, bytes: 0, getting: false, posting: false }
    }

    pub(super) fn opened(&mut self, handshake: &Handshake) {
        self.sid = Some(handshake.sid.clone());
        self.max_payload = handshake.max_payload.and_then(|max| max.try_into().ok()).unwrap_or(MAX_PAYLOAD);
    }

    pub(super) fn push(&mut self, frame: String) {
        self.bytes += frame.len();
        self.queue.push_back(frame);
    }

    /// Bytes that wait for the POST before theirs.
    pub(super) fn unsent(&self) -> u64 {
        self.bytes as u64
    }

    /// The server has ended the session: there is nobody to say goodbye to.
    pub(super) fn over(&mut self) {
        self.sid = None;
    }

    /// The next body: as many frames as the server takes at once, and always one. Empty if none waits.
    fn body(&mut self, reserve: usize) -> String {
        let mut body = String::new();
        while let Some(frame) = self.queue.front() {
            if !body.is_empty() && body.len() + 1 + frame.len() + reserve > self.max_payload {
                break;
            }
            if !body.is_empty() {
                body.push(SEPARATOR);
            }
            body.push_str(frame);
            self.bytes -= frame.len();
            self.queue.pop_front();
        }
        body
    }
}

impl Session {
    /// Sends one Engine.IO frame by what there is.
    pub(super) fn send(&mut self, frame: String) {
        match &mut self.polling {
            Some(polling) => polling.push(frame),
            None => self.outputs.push(Output::Send(frame)),
        }
    }

    /// The server has answered the GET.
    pub(super) fn body(&mut self, of: Generation, body: &str) {
        let Some(polling) = &mut self.polling else { return };
        polling.getting = false;
        for frame in body.split(SEPARATOR) {
            if frame.starts_with('b') {
                self.lose(Reason::ParseError);
            }
            // A frame may have ended the connection.
            if !self.is_live(of) {
                break;
            }
            self.receive(frame);
        }
    }

    /// The server has taken what was posted.
    pub(super) fn posted(&mut self) {
        if let Some(polling) = &mut self.polling {
            polling.posting = false;
        }
    }

    /// Asks and posts whatever is due. To be called once a step, when everything to send is known.
    pub(super) fn poll(&mut self) {
        let Some(mut polling) = self.polling.take() else { return };
        if !std::mem::replace(&mut polling.getting, true) {
            let url = self.polling_url(&polling);
            self.outputs.push(Output::Get { generation: self.generation, url });
        }
        if !polling.posting && polling.sid.is_some() && !polling.queue.is_empty() {
            polling.posting = true;
            let body = polling.body(0);
            self.post(&polling, body, false);
        }
        self.polling = Some(polling);
    }

    /// Ends a connection by polling with what still waits, and a word of goodbye.
    pub(super) fn say_goodbye(&mut self) {
        let Some(mut polling) = self.polling.take() else { return };
        if polling.sid.is_some() {
            let mut body = polling.body(2);
            if !body.is_empty() {
                body.push(SEPARATOR);
            }
            body.push('1');
            self.post(&polling, body, true);
        }
    }

    fn post(&mut self, polling: &Polling, body: String, last: bool) {
        let url = self.polling_url(polling);
        self.outputs.push(Output::Post { generation: self.generation, url, body, last });
    }

    /// Each address is another one, so that no cache on the way answers.
    fn polling_url(&mut self, polling: &Polling) -> String {
        self.polls = self.polls.wrapping_add(1);
        let base = self.endpoint.as_ref().map_or("", |endpoint| &endpoint.polling);
        let (now, number) = (self.now.to_string(), self.polls.to_string());
        let mut url = [base, "&t=", &now, ".", &number].concat();
        if let Some(sid) = &polling.sid {
            url.push_str("&sid=");
            crate::url::escape(sid, &mut url);
        }
        url
    }
}
