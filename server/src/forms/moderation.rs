//! The forms of the page of those who keep the peace. To everybody else there are none.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chat::{Act, MemberId};
use protocol::{Ban, Problem};
use serde::Deserialize;

use super::{Failure, back, see_other, visitor};
use crate::App;
use crate::guard::Client;
use crate::session::Author;
use crate::store::report::Outcome;

/// Where both forms stand.
const PAGE: &str = "/moderation";

/// The fields of a report's form.
#[derive(Deserialize)]
pub struct SettleForm {
    outcome: String,
}

/// The fields of a pardon's form.
#[derive(Deserialize)]
pub struct PardonForm {
    member: String,
}

/// Somebody may see what was reported. What they may do is decided where it is done.
pub(crate) fn keeps_the_peace(author: &Author) -> bool {
    author.member.role.may(Act::ReadReports, false, None) && !author.banned
}

/// `POST /moderation/reports/{id}`: settles a report.
pub async fn settle(
    State(app): State<App>,
    client: Client,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Result<Form<SettleForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Some(keeper) = visitor(&app, client, &headers).await?.filter(keeps_the_peace) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let Form(form) = form?;
    let Ok(report) = id.parse() else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let Some(outcome) = Outcome::from_code(&form.outcome) else {
        return Err(Failure::Form(StatusCode::BAD_REQUEST));
    };
    if let Err(problem) = app.limits.form(&keeper, client) {
        return Ok(see_other(&back::refused(PAGE, problem.code.code())));
    }
    let author = app.store.reported_author(report).await.map_err(Failure::Store)?;
    let live = author.map(|author| app.networks_of(&author)).unwrap_or_default();
    let settled = app.rooms.settle(&keeper, report, outcome, live).await;
    if settled.is_ok() {
        tracing::info!(report, by = %keeper.member.id, outcome = outcome.code(), "report settled");
    }
    Ok(told(settled, outcome.code()))
}

/// `POST /moderation/pardon`: lifts a ban.
pub async fn pardon(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<PardonForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Some(keeper) = visitor(&app, client, &headers).await?.filter(keeps_the_peace) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let Form(form) = form?;
    let Ok(member) = MemberId::try_from(form.member) else {
        return Err(Failure::Form(StatusCode::BAD_REQUEST));
    };
    if let Err(problem) = app.limits.form(&keeper, client) {
        return Ok(see_other(&back::refused(PAGE, problem.code.code())));
    }
    let pardoned = app.rooms.ban(&keeper, Ban { member, on: false, key: None }).await;
    Ok(told(pardoned, "pardoned"))
}

/// Back to the page, which says what became of it.
fn told<T>(outcome: Result<T, Problem>, done: &str) -> Response {
    match outcome {
        Ok(_) => see_other(&[PAGE, "?done=", done].concat()),
        Err(problem) => see_other(&back::refused(PAGE, problem.code.code())),
    }
}
