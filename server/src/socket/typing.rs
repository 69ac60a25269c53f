//! `typing`: one is writing, or has stopped. The others hear it and nobody keeps it.

use protocol::{Done, Problem, Typing, TypingNow};

use super::enter::Visit;
use super::whisper::Whisper;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Typing) -> Result<Done, Problem> {
    if request.on {
        app.limits.typing(&visit.author, &request.room)?;
    }
    let (name, deaf) = app.rooms.speaker(&visit.author, &request.room).await?;
    let Typing { room, on } = request;
    let typing = TypingNow { room, member: visit.author.member.id.clone(), name, on };
    app.whispers.tell(Whisper::Typing { typing, deaf });
    Ok(Done {})
}
