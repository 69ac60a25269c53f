//! The form that deletes an account. Sent twice it is one wish: the second time nobody is there any more, and the answer
//! is the same.

use app::pages::account::GOODBYE_PASSWORD;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use chat::{Key, Role};
use protocol::Refusal;
use serde::Deserialize;

use super::account::{PAGE, answer, signed_in, too_large};
use super::{Failure, back, parse_key, see_other, tried};
use crate::App;
use crate::accounts::{AccountError, Meant};
use crate::guard::Client;

/// The code of `?refused=` for the owner, whose account stays.
pub const OWNER_STAYS: &str = "owner_stays";
/// The code for a guest who has not said that it is meant.
pub const NOT_SURE: &str = "not_sure";

/// What the browser keeps for this site and is no cookie: what was still to be sent, among others.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The fields of the form.
#[derive(Deserialize)]
pub struct DeleteForm {
    #[serde(default)]
    messages: String,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    sure: Option<String>,
    #[serde(default)]
    key: Option<String>,
}

/// `POST /account/delete`: nobody is this person any more.
pub async fn delete(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<DeleteForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(too_large)?;
    let removes = match form.messages.as_str() {
        "" | "kept" => false,
        "removed" => true,
        _ => return Ok(refused(Refusal::BadRequest.code())),
    };
    let Ok(key) = parse_key(form.key.as_deref()) else { return Ok(refused(Refusal::BadRequest.code())) };
    let (author, session) = match signed_in(&app, client, &headers).await {
        Ok(signed_in) => signed_in,
        Err(failure) => return again(&app, client, key, failure).await,
    };
    if author.member.role == Role::Owner {
        return Ok(refused(OWNER_STAYS));
    }
    if form.password.is_none() && form.sure.is_none() {
        return Ok(refused(NOT_SURE));
    }
    if let Err(problem) = app.limits.change(&author, true) {
        return Ok(refused(problem.code.code()));
    }
    let meant = Meant { password: form.password.as_deref(), removes };
    match app.accounts.delete(&author, session, meant, key, client.network()).await {
        Ok(()) => {
            tracing::info!(member = %author.member.id, removes, "account deleted");
            Ok(gone(client))
        }
        Err(AccountError::Refused(Refusal::Forbidden)) => Ok(refused(OWNER_STAYS)),
        Err(AccountError::Refused(Refusal::Unauthorized)) => {
            again(&app, client, key, Failure::Unauthorized).await
        }
        Err(error) => {
            let wrong = matches!(error, AccountError::Wrong);
            let mut response = answer(error, PAGE)?;
            if wrong {
                tried::keep(PAGE, GOODBYE_PASSWORD, &mut response);
            }
            Ok(response)
        }
    }
}

/// What is answered to somebody who is nobody: as the first time, if it was this form that did it.
async fn again(app: &App, client: Client, key: Option<Key>, failure: Failure) -> Result<Response, Failure> {
    match (failure, key) {
        (Failure::Unauthorized, Some(key))
            if app.accounts.is_deleted(key).await.map_err(Failure::Store)? =>
        {
            Ok(gone(client))
        }
        (failure, _) => Err(failure),
    }
}

/// To the page that says so; the browser keeps nothing of the person.
fn gone(client: Client) -> Response {
    let mut response = see_other("/sign-in?done=deleted");
    crate::render::forget_cookie(client, &mut response);
    response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"storage\""));
    response
}

fn refused(code: &str) -> Response {
    see_other(&back::refused(PAGE, code))
}
