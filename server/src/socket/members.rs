//! `members`: who is in a room, a page at a time, who of them is here now, and how far they have read.

use protocol::{Members, MembersOk, PerMember, Problem};

use super::enter::Visit;
use crate::App;
use crate::store::Gathering;

pub(super) async fn perform(app: &App, visit: &Visit, request: Members) -> Result<MembersOk, Problem> {
    let Gathering { members, more, reads } = app.rooms.members(&visit.author, &request).await?;
    let (here, count) = app.presences.look(&request.room, members.iter().map(|member| &member.id));
    let reads = if app.settings.now().receipts { reads } else { PerMember::default() };
    Ok(MembersOk { members: members.into_iter().map(Into::into).collect(), more, here, count, reads })
}
