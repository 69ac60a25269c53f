//! Watches what a WebSocket client sends, and says with which code to close when it is no WebSocket.
//!
//! The engine ends such a connection too, but without a word; clients are promised 1002, 1007 and 1009
//! (docs/PROTOCOL.md), and one that is told why does not send the same thing again. Nothing is decoded for the
//! engine here: it reads the same bytes itself. RFC 6455 sections 5 and 7.4.

mod namespace;
mod outgoing;
mod text;

use namespace::Namespace;
use text::Text;

pub(crate) use namespace::names_briefly;
pub(super) use outgoing::{Outgoing, Step};

/// Longest head of a frame: two bytes, eight of length, four of mask.
const MAX_HEAD: usize = 14;
/// Most frames of one message: fragments without a byte would never come to its size.
const MAX_FRAMES: u32 = 1_024;
/// Longest payload of a control frame.
const MAX_CONTROL: u64 = 125;
/// The frame that is answered by the library itself.
const PING: u8 = 9;
/// Bytes of such an answer beside its payload, which is the ping's.
const ANSWER_HEAD: usize = 2;

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum CloseCode {
    /// Not the protocol.
    Protocol = 1002,
    /// A text that is no UTF-8.
    Text = 1007,
    /// More than a message may have, in bytes or in frames.
    Size = 1009,
}

impl CloseCode {
    /// The close frame that says so.
    pub(super) fn frame(self) -> [u8; 4] {
        let [high, low] = (self as u16).to_be_bytes();
        [0x88, 2, high, low]
    }
}

/// Where in the stream of frames we are.
pub(super) struct Frames {
    limit: u64,
    head: [u8; MAX_HEAD],
    have: usize,
    frame: Frame,
    message: Option<Message>,
    heard: Heard,
    /// Messages that have come whole; counted up to what anybody asks for.
    messages: u8,
}

/// What has come since it was asked last.
#[derive(Default)]
pub(super) struct Heard {
    /// Frames of every kind.
    pub(super) frames: u32,
    /// Bytes of the answers that pings get by themselves.
    pub(super) owed: usize,
}

/// The frame whose payload is being read.
#[derive(Default)]
struct Frame {
    left: u64,
    mask: [u8; 4],
    turn: usize,
    last: bool,
    control: bool,
}

/// The message that its frames make up.
struct Message {
    bytes: u64,
    frames: u32,
    /// `None` for a binary one.
    text: Option<Text>,
    namespace: Namespace,
}

impl Frames {
    /// At the beginning; no message may have more than `limit` bytes.
    pub(super) fn new(limit: usize) -> Frames {
        Frames {
            limit: limit as u64,
            head: [0; MAX_HEAD],
            have: 0,
            frame: Frame::default(),
            message: None,
            heard: Heard::default(),
            messages: 0,
        }
    }

    /// Another frame may begin here.
    pub(super) fn is_at_border(&self) -> bool {
        self.frame.left == 0 && self.have == 0
    }

    /// How many messages have come whole; of many it only says that they are.
    pub(super) fn messages(&self) -> u8 {
        self.messages
    }

    /// What has come since this was asked last.
    pub(super) fn heard(&mut self) -> Heard {
        std::mem::take(&mut self.heard)
    }

    /// What came next.
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> Result<(), CloseCode> {
        while let Some((first, rest)) = bytes.split_first() {
            if self.frame.left > 0 {
                let fits = usize::try_from(self.frame.left).unwrap_or(usize::MAX).min(bytes.len());
                let (payload, rest) = bytes.split_at(fits);
                self.payload(payload)?;
                bytes = rest;
                continue;
            }
            self.head[self.have] = *first;
            self.have += 1;
            bytes = rest;
            // Without a mask the head is shorter than we would wait for.
            if self.have == 2 && (self.head[0] & 0x70 != 0 || self.head[1] & 0x80 == 0) {
                return Err(CloseCode::Protocol);
            }
            if self.have >= 2 && self.have == self.head_length() {
                self.begin()?;
                self.have = 0;
                if self.frame.left == 0 {
                    self.end()?;
                }
            }
        }
        Ok(())
    }

    fn head_length(&self) -> usize {
        let length = match self.head[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        2 + length + 4
    }

    /// The head is complete.
    fn begin(&mut self) -> Result<(), CloseCode> {
        let [first, second] = [self.head[0], self.head[1]];
        let length = match second & 0x7f {
            126 => self.head[2..4].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
            127 => self.head[2..10].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
            short => u64::from(short),
        };
        self.heard.frames = self.heard.frames.saturating_add(1);
        if first & 0x0f == PING {
            self.heard.owed = self.heard.owed.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
            self.heard.owed = self.heard.owed.saturating_add(ANSWER_HEAD);
        }
        let last = first & 0x80 != 0;
        let control = match (first & 0x0f, &self.message) {
            (1, None) => self.start(Some(Text::default())),
            (2, None) => self.start(None),
            (0, Some(_)) => false,
            (8..=10, _) if last && length <= MAX_CONTROL => true,
            _ => return Err(CloseCode::Protocol),
        };
        if let Some(message) = self.message.as_mut().filter(|_| !control) {
            message.bytes = message.bytes.saturating_add(length);
            message.frames += 1;
            if message.bytes > self.limit || message.frames > MAX_FRAMES {
                return Err(CloseCode::Size);
            }
        }
        let mut mask = [0; 4];
        mask.copy_from_slice(&self.head[self.have - 4..self.have]);
        self.frame = Frame { left: length, mask, turn: 0, last, control };
        Ok(())
    }

    fn start(&mut self, text: Option<Text>) -> bool {
        self.message = Some(Message { bytes: 0, frames: 0, text, namespace: Namespace::default() });
        false
    }

    fn payload(&mut self, masked: &[u8]) -> Result<(), CloseCode> {
        let frame = &mut self.frame;
        if let Some(Message { text: Some(text), namespace, .. }) =
            self.message.as_mut().filter(|_| !frame.control)
        {
            for byte in masked {
                let byte = byte ^ frame.mask[frame.turn];
                text.push(byte)?;
                namespace.push(byte).map_err(|_| CloseCode::Protocol)?;
                frame.turn = (frame.turn + 1) % 4;
            }
        }
        frame.left -= masked.len() as u64;
        if frame.left == 0 { self.end() } else { Ok(()) }
    }

    /// The frame is complete.
    fn end(&mut self) -> Result<(), CloseCode> {
        if self.frame.control || !self.frame.last {
            return Ok(());
        }
        self.messages = self.messages.saturating_add(1);
        match self.message.take().and_then(|message| message.text) {
            Some(text) => text.end(),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
