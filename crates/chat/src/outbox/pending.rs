//! One request on its way: what somebody wants, under which key, and how far it is.

use crate::{Key, MemberId, MessageBody, Millis, RoomId, Seq};

/// So many broken connections in a row, each with the request in flight, make it a suspect.
pub const POISON_DROPS: u32 = 5;

/// A wait that nobody has to be told of.
const SOON_MS: Millis = 1_000;

/// Bytes of a request around its texts: names, identifiers, numbers. Never less than it takes.
const ENVELOPE_BYTES: usize = 512;

/// A request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The idempotency key, the same for every try.
    pub key: Key,
    /// Whose it is: it is sent under no other name.
    pub author: MemberId,
    /// Where it goes.
    pub room: RoomId,
    /// What is wanted.
    pub intent: Intent,
    /// When it was said, Unix milliseconds; later than every request before it.
    pub created: Millis,
    /// How far it is.
    pub state: State,
    /// How often it was emitted. At least once, if this tab cannot know.
    pub attempts: u32,
    /// How many connections in a row broke while it was in flight.
    pub drops: u32,
    /// How many times the disk was asked to keep it and has not answered. Nothing is emitted before that.
    pub saving: u32,
    /// The disk does not have it: it ends with the page.
    pub memory: bool,
    /// When it is tried again is a guess of ours; the server has named no time.
    pub(super) guessed: bool,
}

/// What somebody wants; one key each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// To say something.
    Message {
        /// The text.
        body: MessageBody,
        /// The message it answers.
        reply_to: Option<Seq>,
    },
    /// To say it in other words.
    Edit {
        /// What was said.
        target: Target,
        /// The text as it is to be.
        body: MessageBody,
    },
    /// To take it back.
    Delete {
        /// What was said.
        target: Target,
    },
    /// To react, or to take a reaction back.
    React {
        /// What was said.
        target: Target,
        /// The reaction.
        emoji: String,
        /// It is to be there.
        on: bool,
    },
}

/// The message that a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A stored one.
    Stored(Seq),
    /// An own one that still waits under this key: the request waits until the answer tells the `seq`.
    Waiting(Key),
}

/// How far a request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// To be emitted; not before this time, in Unix milliseconds.
    Waiting(Millis),
    /// Emitted, not answered.
    InFlight,
    /// A message stored under this `seq`; shown until its event is here.
    Accepted(Seq),
    /// Never to be stored: the refusal's code. The person decides what becomes of it.
    Refused(String),
}

impl Pending {
    /// A new request, not yet on disk and never emitted.
    pub fn new(key: Key, author: MemberId, room: RoomId, intent: Intent, created: Millis) -> Pending {
        Pending {
            key,
            author,
            room,
            intent,
            created,
            state: State::Waiting(0),
            attempts: 0,
            drops: 0,
            saving: 0,
            memory: false,
            guessed: false,
        }
    }

    /// Every try has another key.
    #[cfg(feature = "plant")]
    pub(super) fn planted_retry(&mut self) {
        if self.attempts > 0 && crate::plant::planted(crate::plant::Bug::NewKeyOnRetry) {
            let mut bytes = *self.key.as_bytes();
            bytes[15] = bytes[15].wrapping_add(1);
            self.key = Key::from_bytes(bytes);
        }
    }

    /// Every connection it was sent on broke: it is tried seldom, and the person may throw it away.
    pub fn is_poison(&self) -> bool {
        self.drops >= POISON_DROPS
    }

    /// The server has said when it may come again, and that is not soon.
    pub fn is_held(&self, now: Millis) -> bool {
        matches!(self.state, State::Waiting(at) if at - now >= SOON_MS && !self.guessed)
    }

    /// The server has not answered for good.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Waiting(_) | State::InFlight)
    }

    /// The disk has said that it has it, and has not been asked to forget it.
    pub(super) fn is_on_disk(&self) -> bool {
        self.saving == 0 && !self.memory && !matches!(self.state, State::Accepted(_))
    }

    /// The order in which requests were made.
    pub(super) fn place(&self) -> (Millis, Key) {
        (self.created, self.key)
    }

    /// It is about the message that waits under `key`.
    pub(super) fn is_about(&self, key: Key) -> bool {
        self.intent.target() == Some(Target::Waiting(key))
    }
}

impl Intent {
    /// The text that is said.
    pub fn body(&self) -> Option<&MessageBody> {
        match self {
            Intent::Message { body, .. } | Intent::Edit { body, .. } => Some(body),
            Intent::Delete { .. } | Intent::React { .. } => None,
        }
    }

    /// The message it is about.
    pub fn target(&self) -> Option<Target> {
        match self {
            Intent::Message { .. } => None,
            Intent::Edit { target, .. } | Intent::Delete { target } | Intent::React { target, .. } => {
                Some(*target)
            }
        }
    }

    pub(super) fn set_target(&mut self, seq: Seq) {
        match self {
            Intent::Message { .. } => {}
            Intent::Edit { target, .. } | Intent::Delete { target } | Intent::React { target, .. } => {
                *target = Target::Stored(seq);
            }
        }
    }

    /// At least as many bytes as its packet takes.
    pub fn encoded_len(&self) -> usize {
        let text = match self {
            Intent::React { emoji, .. } => emoji,
            _ => self.body().map_or("", MessageBody::as_str),
        };
        ENVELOPE_BYTES + text.bytes().map(escaped_len).sum::<usize>()
    }
}

/// What JSON makes of a byte of UTF-8.
fn escaped_len(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    }
}
