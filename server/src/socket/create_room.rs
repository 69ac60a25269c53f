//! `createRoom`: make a room and be in it. That is no event, so everybody in it is subscribed by name.

use protocol::{CreateRoom, CreateRoomOk, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: CreateRoom) -> Result<CreateRoomOk, Problem> {
    app.limits.room(&visit.author, visit.slot.client.network())?;
    let mut people = request.members.clone().unwrap_or_default();
    people.push(visit.author.member.id.clone());
    let made = app.rooms.create_room(&visit.author, request).await?;
    let count = people.len();
    app.subscriptions.enter_made(&made.room.id, people).await?;
    app.whispers.opened(&made.room, count);
    Ok(made)
}
