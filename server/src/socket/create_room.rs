//! `createRoom`: make a room and be in it. That is no event, so everybody in it is subscribed by name.

use protocol::{CreateRoom, CreateRoomOk, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: CreateRoom) -> Result<CreateRoomOk, Problem> {
    app.limits.send(&visit.author, None, visit.slot.client.network())?;
    let others = request.members.clone().unwrap_or_default();
    let made = app.rooms.create_room(&visit.author, request).await?;
    for member in std::iter::once(&visit.author.member.id).chain(&others) {
        app.subscriptions.enter_and_tell(member).await?;
    }
    Ok(made)
}
