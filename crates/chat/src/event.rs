//! One thing that members can see happen in a room.

use crate::{Key, Member, MemberId, Message, Millis, RoomId, Seq};

/// An event of a room's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The room whose log holds it.
    pub room: RoomId,
    /// Its place in that log.
    pub seq: Seq,
    /// When it was stored, Unix milliseconds.
    pub at: Millis,
    /// What happened.
    pub change: Change,
}

/// What an event changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Somebody said something.
    Sent(Box<Message>),
    /// Somebody has another name.
    Renamed {
        /// Who did it.
        by: MemberId,
        /// Whose name it is.
        who: MemberId,
        /// The new name.
        name: String,
    },
    /// A newer server told us something we do not know: it has a place and shows nothing.
    Unknown,
}

impl Event {
    /// The event that `message` is born with.
    pub fn sent(message: Message) -> Event {
        Event {
            room: message.room.clone(),
            seq: message.seq,
            at: message.at,
            change: Change::Sent(Box::new(message)),
        }
    }

    /// The author and key of a `sent` event.
    pub fn sent_by(&self) -> Option<(&Member, Key)> {
        match &self.change {
            Change::Sent(message) => Some((&message.author, message.key)),
            _ => None,
        }
    }
}
