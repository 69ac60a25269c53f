//! `read`: one has read a room up to a message. One's own sockets hear the numbers it leads to.

use protocol::{Done, Problem, Read, ReadUpTo};

use super::enter::Visit;
use super::whisper::Whisper;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Read) -> Result<Done, Problem> {
    if let Some(reading) = app.rooms.read(&visit.author, &request).await? {
        let (room, member, counts) = (request.room, visit.author.member.id.clone(), reading.counts);
        let seq = counts.read_up_to;
        if reading.shown && app.settings.now().receipts {
            app.whispers.tell(Whisper::Receipt { room: room.clone(), member: member.clone(), seq });
        }
        let (unread, mentions, head) = (Some(counts.unread), Some(counts.mentions), Some(counts.head));
        let read = ReadUpTo { room, member, seq, unread, mentions, head };
        app.whispers.tell_surely(Whisper::Read(read)).await;
    }
    Ok(Done {})
}
