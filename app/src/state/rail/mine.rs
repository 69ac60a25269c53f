//! One room of the rail, and its numbers.

use std::ops::Deref;

use chat::unread::{Counts, Now, Unread};
use chat::{Act, Change, Member, MemberId};
use protocol::view::{Notify, Room, RoomKind};

use super::Then;

/// The reader decides how this room is.
pub fn keeps(me: &Member, room: &Room) -> bool {
    me.role.may(Act::RenameRoom { public: room.kind == RoomKind::Public }, room.keeper, None)
}

/// The reader may bring others into this room.
pub fn adds(me: &Member, room: &Room) -> bool {
    room.kind == RoomKind::Private && !room.archived && me.role.may(Act::AddMember, room.keeper, None)
}

/// The reader waits between two messages while this room has slow mode.
pub fn waits(me: &Member, room: &Room) -> bool {
    !me.role.may(Act::SpeakWithoutWaiting, room.keeper, None)
}

/// The reader speaks in this room while it is locked.
pub(super) fn speaks(me: &Member, room: &Room) -> bool {
    me.role.may(Act::SpeakWhileLocked, room.keeper, None)
}

/// What of a room calls for the reader.
pub fn told(room: &Room) -> u64 {
    match room.notify {
        Notify::All => room.unread,
        Notify::Mentions => room.mentions,
        Notify::None => 0,
    }
}

/// What an event makes of a room, but for the numbers.
pub(super) fn happen(room: &mut Room, change: &Change, is_me: impl Fn(&MemberId) -> bool) {
    match change {
        Change::RoomRenamed { name, .. } => room.name.clone_from(name),
        Change::TopicChanged { topic, .. } => room.topic = Some(topic.clone()).filter(|t| !t.is_empty()),
        Change::SlowModeChanged { seconds, .. } => room.slow_mode = *seconds,
        Change::RoomLocked { on, .. } => room.locked = *on,
        Change::RoomArchived { on, .. } => room.archived = *on,
        Change::Muted { who, on, .. } if is_me(who) => room.muted = *on,
        _ => {}
    }
}

/// One's own room, with what it takes to count.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    pub(super) room: Room,
    pub(super) count: Unread,
}

impl Deref for Mine {
    type Target = Room;

    fn deref(&self) -> &Room {
        &self.room
    }
}

impl Mine {
    pub(super) fn new(room: Room) -> Mine {
        let count = Unread::new(counts(&room));
        Mine { room, count }
    }

    /// The server's word of the room, of whichever moment.
    pub(super) fn told(&mut self, room: Room) -> Then {
        self.count.tell(counts(&room));
        if room.head >= self.room.head {
            self.room = room;
        }
        match self.recount() {
            Then::Ask => Then::Ask,
            _ => Then::Changed,
        }
    }

    pub(super) fn recount(&mut self) -> Then {
        let Now { counts: now, certain } = self.count.now();
        let before = counts(&self.room);
        self.room.head = now.head;
        self.room.read_up_to = now.read_up_to;
        self.room.unread = now.unread;
        self.room.mentions = now.mentions;
        match certain {
            false => Then::Ask,
            true if now == before => Then::Nothing,
            true => Then::Changed,
        }
    }
}

fn counts(room: &Room) -> Counts {
    Counts { head: room.head, read_up_to: room.read_up_to, unread: room.unread, mentions: room.mentions }
}
