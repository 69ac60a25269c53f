//! `sync`: what happened since I last heard.

use chat::{RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::{PerRoom, Request, RoomEvent};

/// Most rooms in one request.
pub const MAX_ROOMS: usize = 50;

/// Most events in one reply, over all its rooms.
pub const MAX_EVENTS: usize = 200;

/// Most bytes of events in one reply, over all its rooms.
pub const MAX_BYTES: usize = 256 * 1024;

/// Farther behind than this many events, a room is answered with `reset`.
pub const MAX_BEHIND: Seq = 2_000;

/// The argument of `sync`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// For each room the last `seq` applied; at most [`MAX_ROOMS`].
    pub cursors: PerRoom<Seq>,
}

/// What `ok` of `sync` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncReply {
    /// Which database this is.
    pub epoch: String,
    /// The rooms asked for, without those one may not see.
    pub rooms: PerRoom<SyncRoom>,
}

/// One room's part of a `sync` reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRoom {
    /// The cursor the events follow; authoritative.
    pub after: Seq,
    /// Ascending, without gaps, each as its notice: `[name, …arguments]`.
    pub events: Vec<RoomEvent>,
    /// The room's last `seq`.
    pub head: Seq,
    /// There is more to ask for.
    pub more: bool,
    /// Too far behind: forget the room and load `history`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
}

impl Request for Sync {
    const EVENT: &'static str = "sync";
    type Ok = SyncReply;
}

impl SyncReply {
    /// What the reply says of `room`, as the timeline takes it.
    pub fn catchup(self, room: &RoomId) -> Option<chat::timeline::Catchup> {
        let SyncReply { epoch, mut rooms } = self;
        rooms.remove(room).map(|part| chat::timeline::Catchup {
            epoch,
            after: part.after,
            events: part.events.into_iter().map(|event| event.0).collect(),
            head: part.head,
            more: part.more,
            reset: part.reset,
        })
    }
}
