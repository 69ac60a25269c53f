//! The people of the server: what they may be, and whether they may be here.

use app::pages::settings::Person;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use chat::{Act, MemberId, Role};
use protocol::view::Rank;
use protocol::{Ban, Refusal, SetRole};
use serde::Deserialize;

use super::{administrator, done, refused};
use crate::App;
use crate::forms::Failure;
use crate::guard::Client;
use crate::session::Author;

/// Somebody's new role.
#[derive(Deserialize)]
pub struct RoleForm {
    member: MemberId,
    role: String,
}

/// Somebody who may not be here, or may again.
#[derive(Deserialize)]
pub struct BanForm {
    member: MemberId,
    on: String,
}

/// `POST /settings/role`.
pub async fn appoint(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<RoleForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(RoleForm { member, role }) = form?;
    let (_, author) = match administrator(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    let Some(Rank(role)) = Rank::from_code(&role) else {
        return Ok(refused(Refusal::BadRequest.code()));
    };
    if let Err(problem) = app.limits.form(&author, client) {
        return Ok(refused(problem.code.code()));
    }
    match app.rooms.set_role(&author, SetRole { member, role, key: None }).await {
        Ok(_) => Ok(done("appointed")),
        Err(problem) => Ok(refused(problem.code.code())),
    }
}

/// `POST /settings/ban`.
pub async fn ban(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<BanForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(BanForm { member, on }) = form?;
    let (_, author) = match administrator(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    if let Err(problem) = app.limits.form(&author, client) {
        return Ok(refused(problem.code.code()));
    }
    let on = on == "on";
    match app.ban(&author, Ban { member, on, key: None }).await {
        Ok(_) => Ok(done(if on { "banned" } else { "pardoned" })),
        Err(problem) => Ok(refused(problem.code.code())),
    }
}

/// Some of the people, with what the reader may do to each.
pub(super) async fn list(app: &App, reader: &Author, find: &str) -> Result<Vec<Person>, Failure> {
    let people = app.store.roster(find.trim()).await.map_err(Failure::Store)?;
    let role = reader.member.role;
    Ok(people
        .into_iter()
        .map(|(member, banned)| {
            let oneself = member.id == reader.member.id;
            Person {
                banned,
                roles: if oneself { Vec::new() } else { assignable(role, member.role) },
                bannable: !oneself && role.may(Act::Ban, false, member.role),
                recoverable: !oneself && role.may(Act::ResetPassword, false, member.role),
                member: member.into(),
            }
        })
        .collect())
}

/// The roles that somebody of the role `by` may give to one of the role `to`.
fn assignable(by: Role, to: Role) -> Vec<Role> {
    let roles = [Role::Admin, Role::Moderator, Role::Member];
    roles.into_iter().filter(|role| by.may(Act::SetRole(*role), false, to)).collect()
}
