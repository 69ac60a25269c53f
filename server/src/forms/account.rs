//! The account's forms: keeping a name, its password, its sessions, its colours, leaving. The page is
//! [`crate::render::account`].

use app::i18n::Lang;
use app::pages::account::BY_BROWSER;
use app::shell::Appearance;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::header::{RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chat::Nickname;
use protocol::Refusal;
use protocol::notice::EndCode;
use serde::Deserialize;

use super::cookie;
use super::{Failure, back, known, see_other, with_session};
use crate::App;
use crate::accounts::{AccountError, device, is_same};
use crate::guard::Client;
use crate::session::Author;

/// The page all of these go back to.
pub(crate) const PAGE: &str = "/account";

/// The code of `?refused=` for a name and password that do not belong together.
pub const WRONG: &str = "wrong_password";
/// The code for a new password that is easily guessed.
pub const TOO_SHORT: &str = "password_short";
/// The code for two new passwords that differ.
pub const DIFFERENT: &str = "password_different";

/// The fields of "keep my name".
#[derive(Deserialize)]
pub struct KeepForm {
    #[serde(default)]
    name: Option<String>,
    password: String,
    #[serde(default)]
    password_again: Option<String>,
}

/// The fields of the password form.
#[derive(Deserialize)]
pub struct PasswordForm {
    today: String,
    password: String,
    #[serde(default)]
    password_again: Option<String>,
}

/// The field of a session's button.
#[derive(Deserialize)]
pub struct SessionForm {
    id: String,
}

/// The field of light and dark.
#[derive(Deserialize)]
pub struct AppearanceForm {
    appearance: String,
}

/// The field of who may learn how far one has read.
#[derive(Deserialize)]
pub struct ReceiptsForm {
    receipts: String,
}

/// The field of the language of every page.
#[derive(Deserialize)]
pub struct LanguageForm {
    language: String,
}

/// `POST /account/language`: the language of the person's pages on every device, or what each browser asks for.
pub async fn language(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<LanguageForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (author, _) = signed_in(&app, client, &headers).await?;
    if let Err(problem) = app.limits.change(&author, false) {
        return Ok(refused(problem.code.code()));
    }
    let lang = Lang::tagged(&form.language);
    if lang.is_none() && form.language != BY_BROWSER {
        return Ok(refused(Refusal::BadRequest.code()));
    }
    app.store.set_language(&author.member.id, lang).await.map_err(Failure::Store)?;
    Ok(done("language"))
}

/// `POST /account/receipts`: others may learn how far the person has read, or no longer.
pub async fn receipts(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<ReceiptsForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (author, _) = signed_in(&app, client, &headers).await?;
    if let Err(problem) = app.limits.change(&author, false) {
        return Ok(refused(problem.code.code()));
    }
    app.store.set_receipts(&author.member.id, form.receipts == "on").await.map_err(Failure::Store)?;
    Ok(done("receipts"))
}

/// `POST /account/keep`: the person keeps the name, with a password.
pub async fn keep(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<KeepForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(too_large)?;
    let (author, old) = signed_in(&app, client, &headers).await?;
    if form.password_again.is_some_and(|again| !is_same(&again, &form.password)) {
        return Ok(refused(DIFFERENT));
    }
    if let Err(problem) = app.limits.form(&author, client) {
        return Ok(refused(problem.code.code()));
    }
    let name = match form.name.as_deref().map(Nickname::parse).transpose() {
        Ok(name) => name.filter(|name| name.as_str() != author.member.name),
        // Who was let in under it may keep it, whatever may be chosen today.
        Err(_) if form.name.as_deref().map(str::trim) == Some(&author.member.name) => None,
        Err(error) => return Ok(refused(Refusal::from(error).code())),
    };
    match app.accounts.keep(&author, old, name, &form.password, device_of(&headers)).await {
        Ok(secret) => {
            app.endings.renew(old).await;
            Ok(with_session(client, &secret, done("kept")))
        }
        Err(error) => answer(error, PAGE),
    }
}

/// `POST /account/password`: another password; all other sessions end.
pub async fn password(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<PasswordForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form.map_err(too_large)?;
    let (author, session) = signed_in(&app, client, &headers).await?;
    if form.password_again.is_some_and(|again| !is_same(&again, &form.password)) {
        return Ok(refused(DIFFERENT));
    }
    if let Err(problem) = app.limits.change(&author, true) {
        return Ok(refused(problem.code.code()));
    }
    let passwords = (form.today.as_str(), form.password.as_str());
    match app.accounts.change_password(&author, session, passwords, client.network()).await {
        Ok(ended) => {
            app.endings.end(ended, EndCode::Revoked).await;
            Ok(done("password"))
        }
        Err(error) => answer(error, PAGE),
    }
}

/// `POST /account/sessions`: one of the person's sessions ends.
pub async fn revoke(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<SessionForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (author, _) = signed_in(&app, client, &headers).await?;
    if let Err(problem) = app.limits.change(&author, false) {
        return Ok(refused(problem.code.code()));
    }
    match app.accounts.revoke(&author, &form.id).await {
        Ok(ended) => {
            app.endings.end(ended, EndCode::Revoked).await;
            Ok(done("revoked"))
        }
        Err(error) => answer(error, PAGE),
    }
}

/// `POST /account/appearance`: light, dark, or as the device says; for this browser, whoever uses it.
pub async fn appearance(
    client: Client,
    form: Result<Form<AppearanceForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let Some(chosen) = Appearance::of(&form.appearance) else {
        return Ok(refused(Refusal::BadRequest.code()));
    };
    let mut response = done("appearance");
    response.headers_mut().append(SET_COOKIE, cookie::give_appearance(client, chosen.code()));
    Ok(response)
}

/// `POST /sign-out`: the session ends, and with it its sockets.
pub async fn sign_out(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (_, session) = signed_in(&app, client, &headers).await?;
    match app.accounts.sign_out(session).await {
        Ok(ended) if ended.is_empty() => Err(Failure::Unauthorized),
        Ok(ended) => {
            app.endings.end(ended, EndCode::SignedOut).await;
            let mut response = see_other("/");
            crate::render::forget_cookie(client, &mut response);
            Ok(response)
        }
        Err(error) => answer(error, "/"),
    }
}

/// The person and what names the session; without one 401.
pub(super) async fn signed_in(
    app: &App,
    client: Client,
    headers: &HeaderMap,
) -> Result<(Author, [u8; 32]), Failure> {
    let known = known(app, client, headers).await?.ok_or(Failure::Unauthorized)?;
    Ok((known.author, known.session))
}

/// The browser's name, coarsely.
pub(crate) fn device_of(headers: &HeaderMap) -> String {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).map(device).unwrap_or_default()
}

/// A form with a password that is longer than a form may be is one with too long a password: 400.
pub(super) fn too_large(rejection: FormRejection) -> Failure {
    match Failure::from(rejection) {
        Failure::Form(StatusCode::PAYLOAD_TOO_LARGE) => Failure::Form(StatusCode::BAD_REQUEST),
        failure => failure,
    }
}

/// What is answered where something about an account did not work.
pub(super) fn answer(error: AccountError, page: &str) -> Result<Response, Failure> {
    let code = match error {
        AccountError::Wrong => WRONG,
        AccountError::TooShort => TOO_SHORT,
        AccountError::TooLong => return Err(Failure::Form(StatusCode::BAD_REQUEST)),
        AccountError::Wait(wait) => return Ok(later(StatusCode::TOO_MANY_REQUESTS, wait)),
        AccountError::Busy => return Ok(later(StatusCode::SERVICE_UNAVAILABLE, 1)),
        AccountError::Refused(Refusal::Unauthorized) => return Err(Failure::Unauthorized),
        AccountError::Refused(refusal) => refusal.code(),
        AccountError::Store(error) => return Err(Failure::Store(error)),
    };
    Ok(see_other(&back::refused(page, code)))
}

/// Not now; in `wait` milliseconds, which are told in whole seconds.
fn later(status: StatusCode, wait: chat::Millis) -> Response {
    let seconds = (wait + 999).max(1_000) / 1_000;
    (status, [(RETRY_AFTER, HeaderValue::from(seconds))]).into_response()
}

fn refused(code: &str) -> Response {
    see_other(&back::refused(PAGE, code))
}

fn done(code: &str) -> Response {
    see_other(&format!("{PAGE}?done={code}"))
}
