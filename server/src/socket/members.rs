//! `members`: who is in a room, a page at a time, and who of them is here now.

use protocol::{Members, MembersOk, Problem};

use super::enter::Visit;
use crate::App;

pub(super) async fn perform(app: &App, visit: &Visit, request: Members) -> Result<MembersOk, Problem> {
    let (members, more) = app.rooms.members(&visit.author, &request).await?;
    let (here, count) = app.presences.look(&request.room, members.iter().map(|member| &member.id));
    Ok(MembersOk { members, more, here, count })
}
