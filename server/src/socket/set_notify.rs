//! `setNotify`: choose what one is notified of in a room.

use protocol::{Done, Notified, Problem, SetNotify};

use super::enter::Visit;
use super::whisper::Whisper;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: SetNotify) -> Result<Done, Problem> {
    if app.rooms.set_notify(&visit.author, &request).await? {
        let notified = Notified { room: request.room, notify: request.notify };
        app.whispers.tell_surely(Whisper::Notified(visit.author.member.id.clone(), notified)).await;
    }
    Ok(Done {})
}
