//! What waits for a connection: packets to send, and events that came before the CONNECT reply.
//!
//! Both are bounded. The official client's are not; here a peer or an owner that never stops finds an end.

use std::collections::VecDeque;

use crate::{AckToken, Notification, Value};

const MAX_PACKETS: usize = 1_000;
const MAX_BYTES: usize = 1024 * 1024;

/// The buffer has no room: nothing was taken.
#[derive(Debug)]
pub(crate) struct Full;

/// Frames to send at the next connection, in the order of their emits.
#[derive(Debug, Default)]
pub(crate) struct SendBuffer {
    frames: VecDeque<(Option<u64>, String)>,
    bytes: usize,
}

impl SendBuffer {
    pub(crate) fn push(&mut self, ack: Option<u64>, frame: String) -> Result<(), Full> {
        let bytes = self.bytes + frame.len();
        if self.frames.len() >= MAX_PACKETS || bytes > MAX_BYTES {
            return Err(Full);
        }
        self.bytes = bytes;
        self.frames.push_back((ack, frame));
        Ok(())
    }

    pub(crate) fn pop(&mut self) -> Option<String> {
        let (_, frame) = self.frames.pop_front()?;
        self.bytes -= frame.len();
        Some(frame)
    }

    pub(crate) fn holds(&self, id: u64) -> bool {
        self.frames.iter().any(|(ack, _)| *ack == Some(id))
    }

    /// Forgets the packet of a request that was given up.
    pub(crate) fn remove(&mut self, id: u64) {
        let bytes = &mut self.bytes;
        self.frames.retain(|(ack, frame)| {
            let other = *ack != Some(id);
            if !other {
                *bytes -= frame.len();
            }
            other
        });
    }
}

/// An event as it came.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) args: Vec<Value>,
    pub(crate) ack: Option<AckToken>,
}

impl From<Event> for Notification {
    fn from(Event { name, args, ack }: Event) -> Self {
        Self::Event { name, args, ack }
    }
}

/// Events received before the CONNECT reply.
#[derive(Debug, Default)]
pub(crate) struct ReceiveBuffer {
    events: Vec<Event>,
    bytes: usize,
}

impl ReceiveBuffer {
    /// `bytes` is the length of the packet that brought the event.
    pub(crate) fn push(&mut self, event: Event, bytes: usize) -> Result<(), Full> {
        if self.events.len() >= MAX_PACKETS || self.bytes + bytes > MAX_BYTES {
            return Err(Full);
        }
        self.bytes += bytes;
        self.events.push(event);
        Ok(())
    }

    pub(crate) fn take(&mut self) -> Vec<Event> {
        self.bytes = 0;
        std::mem::take(&mut self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thousand_and_first_packet_is_refused_until_one_leaves() {
        let mut buffer = SendBuffer::default();
        for id in 0..1_000 {
            buffer.push(Some(id), "42[\"e\"]".into()).unwrap();
        }
        assert!(buffer.push(None, "x".into()).is_err());
        buffer.remove(17);
        assert!(!buffer.holds(17));
        buffer.push(None, "x".into()).unwrap();
    }

    #[test]
    fn one_byte_above_a_mebibyte_is_refused_until_one_leaves() {
        let mut buffer = SendBuffer::default();
        buffer.push(None, "x".repeat(MAX_BYTES)).unwrap();
        assert!(buffer.push(None, "x".into()).is_err());
        assert_eq!(buffer.pop().map(|frame| frame.len()), Some(MAX_BYTES));
        buffer.push(None, "x".into()).unwrap();
    }

    #[test]
    fn a_peer_cannot_fill_the_receive_buffer_without_end() {
        let event = || Event { name: "e".into(), args: Vec::new(), ack: None };
        let mut buffer = ReceiveBuffer::default();
        buffer.push(event(), MAX_BYTES).unwrap();
        assert!(buffer.push(event(), 1).is_err());
        assert_eq!(buffer.take().len(), 1);
        for _ in 0..1_000 {
            buffer.push(event(), 1).unwrap();
        }
        assert!(buffer.push(event(), 1).is_err());
    }
}
