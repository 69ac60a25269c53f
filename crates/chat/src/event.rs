//! One thing that members can see happen in a room.

use crate::rich_text::Block;
use crate::{Key, Member, MemberId, Message, Millis, Role, RoomId, Seq};

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
    /// A message has another text.
    Edited {
        /// Who did it.
        by: MemberId,
        /// The message.
        target: Seq,
        /// The text as typed; empty in the log of a message that was deleted later.
        body: String,
        /// The text as it is shown.
        rich_text: Vec<Block>,
        /// The message was deleted later: this is a replay without the text.
        deleted: bool,
    },
    /// A message's text is gone.
    Deleted {
        /// Who did it.
        by: MemberId,
        /// The message.
        target: Seq,
    },
    /// Somebody put an emoji under a message, or took it back.
    Reacted {
        /// Who did it.
        by: MemberId,
        /// The message.
        target: Seq,
        /// The emoji.
        emoji: String,
        /// It is there now.
        on: bool,
    },
    /// Somebody is in the room now.
    Joined {
        /// Who did it.
        by: MemberId,
        /// Who is in.
        who: Member,
    },
    /// Somebody went.
    Left {
        /// Who did it.
        by: MemberId,
        /// Who is gone.
        who: MemberId,
    },
    /// Somebody was taken out of the room.
    Kicked {
        /// Who did it.
        by: MemberId,
        /// Who is gone.
        who: MemberId,
    },
    /// Somebody may not speak in the room, or may again.
    Muted {
        /// Who did it.
        by: MemberId,
        /// Whom it concerns.
        who: MemberId,
        /// It holds from now on.
        on: bool,
    },
    /// Somebody may not be on this server, or may again.
    Banned {
        /// Who did it.
        by: MemberId,
        /// Whom it concerns.
        who: MemberId,
        /// It holds from now on.
        on: bool,
    },
    /// Somebody has another name.
    Renamed {
        /// Who did it.
        by: MemberId,
        /// Whose name it is.
        who: MemberId,
        /// The new name.
        name: String,
        /// The one before, if it is known.
        was: Option<String>,
    },
    /// Somebody has another role.
    RoleChanged {
        /// Who did it.
        by: MemberId,
        /// Whose role it is.
        who: MemberId,
        /// The new role.
        role: Role,
    },
    /// Somebody has deleted the account: nobody has that name, or any, and what was said stays without one.
    AccountDeleted {
        /// Who did it.
        by: MemberId,
        /// Whose account it was.
        who: MemberId,
    },
    /// The room is about something else.
    TopicChanged {
        /// Who did it.
        by: MemberId,
        /// The new topic; empty for none.
        topic: String,
    },
    /// The room has another name.
    RoomRenamed {
        /// Who did it.
        by: MemberId,
        /// The new name.
        name: String,
    },
    /// People wait between two messages, another time, or no longer.
    SlowModeChanged {
        /// Who did it.
        by: MemberId,
        /// How long each waits; 0 for no longer.
        seconds: u32,
    },
    /// Only those who keep the peace may speak, or everybody again.
    RoomLocked {
        /// Who did it.
        by: MemberId,
        /// It holds from now on.
        on: bool,
    },
    /// The room is closed for good but for reading, or open again.
    RoomArchived {
        /// Who did it.
        by: MemberId,
        /// It holds from now on.
        on: bool,
    },
    /// A newer server told us something we do not know: it has a place and shows nothing.
    Unknown,
}

impl Change {
    /// Of what stands between the messages: who did it, and whom it concerns, if it is about somebody. `None` for
    /// what a message is or becomes.
    pub fn told(&self) -> Option<(&MemberId, Option<&MemberId>)> {
        Some(match self {
            Change::Joined { by, who } => (by, Some(&who.id)),
            Change::Left { by, who }
            | Change::Kicked { by, who }
            | Change::Muted { by, who, .. }
            | Change::Banned { by, who, .. }
            | Change::Renamed { by, who, .. }
            | Change::RoleChanged { by, who, .. }
            | Change::AccountDeleted { by, who } => (by, Some(who)),
            Change::TopicChanged { by, .. }
            | Change::RoomRenamed { by, .. }
            | Change::SlowModeChanged { by, .. }
            | Change::RoomLocked { by, .. }
            | Change::RoomArchived { by, .. } => (by, None),
            Change::Sent(_)
            | Change::Edited { .. }
            | Change::Deleted { .. }
            | Change::Reacted { .. }
            | Change::Unknown => return None,
        })
    }
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
