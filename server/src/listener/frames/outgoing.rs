//! Watches what is written to a WebSocket: where its frames begin and end, and whether the last one has been said.
//!
//! One packet is left out: the engine's `1`, which Node's server never sends over a WebSocket. Clients of some
//! languages take it for "do not come back" (python-socketio and rust_socketio after a restart).

/// The frame of the packet `1`.
const CLOSE_PACKET: [u8; 3] = [0x81, 1, b'1'];
/// The end of the answer that allows the upgrade.
const END_OF_HEAD: [u8; 4] = *b"\r\n\r\n";
/// The kind of the last frame.
const CLOSE: u8 = 8;

/// Where in the stream of written bytes we are.
pub(in crate::listener) struct Outgoing {
    place: Place,
    closed: bool,
}

#[derive(Clone, Copy)]
enum Place {
    /// In the answer that allows the upgrade; the last bytes of it.
    Answer([u8; 4]),
    /// In the head of a frame, of which so much has been written.
    Head { bytes: [u8; 10], have: usize },
    /// In the payload of a frame, of which so much is left.
    Payload { left: u64, closes: bool },
}

/// What is to be done with the bytes that come next.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::listener) enum Step {
    /// So many of them are written.
    Write(usize),
    /// So many of them are left out.
    Omit(usize),
}

const BORDER: Place = Place::Head { bytes: [0; 10], have: 0 };

impl Outgoing {
    /// Before the answer that allows the upgrade.
    pub(in crate::listener) fn new() -> Outgoing {
        Outgoing { place: Place::Answer([0; 4]), closed: false }
    }

    /// What is to be done with `bytes`, which are not empty.
    pub(in crate::listener) fn next(&self, bytes: &[u8]) -> Step {
        let (mut place, mut at) = (self.place, 0);
        while at < bytes.len() {
            if place.is_border() && bytes[at..].starts_with(&CLOSE_PACKET) {
                return if at == 0 { Step::Omit(CLOSE_PACKET.len()) } else { Step::Write(at) };
            }
            at += place.pass(&bytes[at..]).0;
        }
        Step::Write(at)
    }

    /// These have been written.
    pub(in crate::listener) fn wrote(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (passed, closed) = self.place.pass(bytes);
            self.closed |= closed;
            bytes = &bytes[passed..];
        }
    }

    /// Another frame may begin here.
    pub(in crate::listener) fn is_at_border(&self) -> bool {
        self.place.is_border()
    }

    /// The frame after which none comes has been written.
    pub(in crate::listener) fn has_closed(&self) -> bool {
        self.closed
    }
}

impl Place {
    fn is_border(&self) -> bool {
        matches!(self, Place::Head { have: 0, .. })
    }

    /// Goes on over some of `bytes`: over how many, and whether they end the last frame.
    fn pass(&mut self, bytes: &[u8]) -> (usize, bool) {
        match self {
            Place::Answer(last) => {
                last.rotate_left(1);
                last[3] = bytes[0];
                if *last == END_OF_HEAD {
                    *self = BORDER;
                }
                (1, false)
            }
            Place::Head { bytes: head, have } => {
                head[*have] = bytes[0];
                *have += 1;
                let Some(left) = length(&head[..*have]) else { return (1, false) };
                let closes = head[0] & 0x0f == CLOSE;
                *self = if left == 0 { BORDER } else { Place::Payload { left, closes } };
                (1, closes && left == 0)
            }
            Place::Payload { left, closes } => {
                let passed = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= passed as u64;
                let ended = *left == 0;
                let closed = ended && *closes;
                if ended {
                    *self = BORDER;
                }
                (passed, closed)
            }
        }
    }
}

/// The length of the payload that the head of a frame without a mask tells, once it is whole.
fn length(head: &[u8]) -> Option<u64> {
    let of = |bytes: &[u8]| bytes.iter().fold(0, |length, byte| length << 8 | u64::from(*byte));
    match head.get(1)? & 0x7f {
        126 => head.get(2..4).map(of),
        127 => head.get(2..10).map(of),
        short => Some(u64::from(short)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let head = match payload.len() {
            length @ 0..126 => vec![first, u8::try_from(length).unwrap()],
            length @ 126..65_536 => {
                [vec![first, 126], u16::try_from(length).unwrap().to_be_bytes().to_vec()].concat()
            }
            length => [vec![first, 127], (length as u64).to_be_bytes().to_vec()].concat(),
        };
        [head, payload.to_vec()].concat()
    }

    /// What reaches the other side of `bytes`, of which so many are written at once.
    fn written(bytes: &[u8], at_once: usize) -> (Vec<u8>, Outgoing) {
        let (mut outgoing, mut rest, mut written) = (Outgoing::new(), bytes, Vec::new());
        while !rest.is_empty() {
            match outgoing.next(rest) {
                Step::Omit(length) => rest = &rest[length..],
                Step::Write(length) => {
                    let length = length.min(at_once);
                    outgoing.wrote(&rest[..length]);
                    written.extend(&rest[..length]);
                    rest = &rest[length..];
                }
            }
        }
        (written, outgoing)
    }

    #[test]
    fn the_packet_that_closes_is_left_out_and_nothing_else() {
        let messages = [
            frame(0x81, b"0{}"),
            frame(0x81, b"1"),
            frame(0x81, b"42[\"sent\",\"\x811\x811\"]"),
            frame(0x82, b"1"),
            frame(0x81, &CLOSE_PACKET.repeat(100)),
            frame(0x81, &CLOSE_PACKET.repeat(30_000)),
            frame(0x81, b""),
            frame(0x81, b"1"),
            frame(0x88, b""),
        ];
        let kept: Vec<u8> = [0, 2, 3, 4, 5, 6, 8].iter().flat_map(|n| messages[*n].clone()).collect();
        for at_once in [1, 2, 3, 7, 1_000, usize::MAX] {
            let (written, outgoing) = written(&[ANSWER, &messages.concat()].concat(), at_once);
            assert!(written == [ANSWER, &kept].concat(), "{at_once} at once");
            assert!(outgoing.has_closed() && outgoing.is_at_border(), "{at_once} at once");
        }
    }

    #[test]
    fn in_the_middle_of_a_frame_is_no_border() {
        let (_, outgoing) = written(&[ANSWER, &frame(0x81, b"42")[..3]].concat(), usize::MAX);
        assert!(!outgoing.is_at_border() && !outgoing.has_closed());
        assert!(written(ANSWER, 1).1.is_at_border());
        assert!(!Outgoing::new().is_at_border());
        assert!(written(&[ANSWER, &frame(0x88, b"\x03\xe8")].concat(), 1).1.has_closed());
    }
}
