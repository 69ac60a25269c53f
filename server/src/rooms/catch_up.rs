//! The reply to `sync`: bounded in rooms, events and bytes, whatever was asked.

use chat::{MemberId, RoomId, Seq};
use protocol::sync::{MAX_BEHIND, MAX_BYTES, MAX_EVENTS, MAX_ROOMS};
use protocol::{Problem, Refusal, RoomEvent, Sync, SyncReply, SyncRoom, json};

use super::problem;
use crate::store::{Part, Stop, Store};

/// What is left of one reply.
struct Budget {
    events: usize,
    bytes: usize,
}

/// Reads every room asked for. Each room's events and head are of one moment; rooms that do not exist, or are not
/// to be seen, are left out.
pub(super) async fn reply(store: &Store, reader: &MemberId, request: Sync) -> Result<SyncReply, Problem> {
    if request.cursors.len() > MAX_ROOMS {
        return Err(Refusal::BadRequest.into());
    }
    let mut reply = SyncReply { epoch: store.epoch().to_owned(), rooms: Default::default() };
    let mut budget = Budget { events: MAX_EVENTS, bytes: MAX_BYTES };
    for (room, cursor) in request.cursors {
        if let Some(part) = read(store, reader, &room, cursor, &mut budget).await? {
            reply.rooms.insert(room, part);
        }
    }
    Ok(reply)
}

async fn read(
    store: &Store,
    reader: &MemberId,
    room: &RoomId,
    cursor: Seq,
    budget: &mut Budget,
) -> Result<Option<SyncRoom>, Problem> {
    // With nothing left to give, one row still brings the head.
    let limit = budget.events.max(1);
    let Part { after, head, events } = match store.log(Some(reader), room, cursor, limit, MAX_BEHIND).await {
        Ok(part) => part,
        Err(Stop::Refused(Refusal::NotFound)) => return Ok(None),
        Err(stop) => return Err(problem(stop)),
    };
    if head.saturating_sub(cursor) > MAX_BEHIND {
        return Ok(Some(SyncRoom { after: head, head, reset: true, ..SyncRoom::default() }));
    }
    // A cursor that no column can hold comes back as it is: the client sees that it is beyond the head.
    let after = after.max(cursor);
    let mut reached = after;
    let mut kept = Vec::new();
    for event in events.into_iter().map(RoomEvent) {
        if !budget.take(&event) {
            break;
        }
        reached = event.seq();
        kept.push(event);
    }
    Ok(Some(SyncRoom { after, events: kept, head, more: reached < head, reset: false }))
}

impl Budget {
    /// Pays for `event`, if there is enough left. The first event of a reply is always paid for: one event alone
    /// is far below the limit, and a reply that brings nothing would be asked for again for ever.
    fn take(&mut self, event: &RoomEvent) -> bool {
        let bytes = json::size(event);
        if self.events == 0 || (bytes > self.bytes && self.events < MAX_EVENTS) {
            // What follows would leave a hole.
            self.events = 0;
            return false;
        }
        self.events -= 1;
        self.bytes = self.bytes.saturating_sub(bytes);
        true
    }
}
