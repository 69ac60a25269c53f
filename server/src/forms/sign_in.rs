//! Signing in, and the way back in for who forgot the password. The pages are [`crate::render::account`].

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chat::MemberId;
use protocol::Refusal;
use protocol::notice::EndCode;
use serde::Deserialize;

use super::account::{self, DIFFERENT, answer, device_of, too_large};
use super::{Failure, INSECURE, back, see_other, tried, with_session};
use crate::App;
use crate::accounts::is_same;
use crate::guard::Client;
use crate::render::account as pages;

/// The page of the form.
pub(crate) const PAGE: &str = "/sign-in";

/// The fields of the sign-in form.
#[derive(Deserialize)]
pub struct SignInForm {
    name: String,
    password: String,
    #[serde(default)]
    next: Option<String>,
}

/// The fields of the way back in.
#[derive(Deserialize)]
pub struct RecoverForm {
    password: String,
    #[serde(default)]
    password_again: Option<String>,
}

/// The field of the form that makes a way back in.
#[derive(Deserialize)]
pub struct OfferForm {
    member: String,
}

/// `POST /sign-in`: a new session for whoever knows the password.
pub async fn sign_in(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(too_large)?;
    let next = back::page(form.next.as_deref(), "/");
    if !client.private {
        return Ok(see_other(&back::refused(PAGE, INSECURE)));
    }
    // A cookie that opens nothing is replaced all the same.
    let old = super::known(&app, client, &headers).await.ok().flatten().map(|known| known.session);
    let device = device_of(&headers);
    match app.accounts.sign_in(&form.name, &form.password, client.network(), old, device).await {
        Ok((secret, ended)) => {
            app.endings.end(ended, EndCode::SignedOut).await;
            Ok(with_session(client, &secret, see_other(&next)))
        }
        Err(error) => {
            let mut response = answer(error, PAGE)?;
            // Who mistyped the password types the name once.
            tried::keep(PAGE, &form.name, &mut response);
            Ok(response)
        }
    }
}

/// `POST /recover/{token}`: a new password, once.
pub async fn recover(
    State(app): State<App>,
    client: Client,
    Path(token): Path<String>,
    headers: HeaderMap,
    form: Result<Form<RecoverForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(too_large)?;
    if form.password_again.is_some_and(|again| !is_same(&again, &form.password)) {
        return Ok(pages::recover(&app, client, &headers, &token, Some(DIFFERENT)).await);
    }
    match app.accounts.recover(&token, &form.password).await {
        Ok(ended) => {
            app.endings.end(ended, EndCode::Revoked).await;
            Ok(see_other(&format!("{PAGE}?done=recovered")))
        }
        Err(crate::accounts::AccountError::TooShort) => {
            Ok(pages::recover(&app, client, &headers, &token, Some(account::TOO_SHORT)).await)
        }
        Err(crate::accounts::AccountError::Refused(refusal)) => {
            Ok(pages::recover(&app, client, &headers, &token, Some(refusal.code())).await)
        }
        Err(error) => answer(error, PAGE),
    }
}

/// `POST /settings/recovery`: the one page that shows a way back in for somebody.
pub async fn offer(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<OfferForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (author, _) = account::signed_in(&app, client, &headers).await?;
    let Ok(member) = MemberId::try_from(form.member) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    match app.accounts.offer_recovery(Some(&author), &member).await {
        Ok(secret) => Ok(pages::offered(&app, client, &headers, secret.as_str()).await),
        // Somebody who may not does not learn whether there is such a person.
        Err(crate::accounts::AccountError::Refused(Refusal::Forbidden | Refusal::NotFound)) => {
            Ok(StatusCode::NOT_FOUND.into_response())
        }
        Err(error) => answer(error, "/"),
    }
}
