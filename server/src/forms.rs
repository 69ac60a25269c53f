//! What works without script: the name form, the message form and those of the rooms, and the visitor behind a page.
//!
//! Both forms end in a redirect (303) back to the page, so that a reload repeats nothing; a refusal goes along as
//! `?refused=code` and the page turns it into a sentence. Writing goes the same way as a socket's.

pub mod account;
pub(crate) mod back;
pub mod cookie;
mod given_back;
pub mod goodbye;
pub mod moderation;
pub mod rooms;
pub mod sign_in;
pub(crate) mod tried;
pub mod turn;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chat::settings::Access;
use chat::{Key, Nickname, RoomId};
use protocol::{Message, MessageOptions, Refusal, Rename};
use serde::Deserialize;

use crate::App;
use crate::guard::Client;
use crate::limits::Way;
use crate::session::{Author, Known, Secret, SecretKind};
use crate::store::{Stop, StoreError};
use cookie::Presented;
use given_back::GivenBack;

/// The code of `?refused=` where no session may be given: plain HTTP from another machine.
pub const INSECURE: &str = "insecure";

/// The code of `?refused=` for a browser that keeps no cookies.
pub const NO_COOKIES: &str = "no_cookies";

/// Why there is no telling who a visitor is.
#[derive(Debug, thiserror::Error)]
pub enum VisitorError {
    /// The cookie is unknown, expired, doubled or under the wrong name: clear it, and treat them as signed out.
    #[error("the session cookie is not valid")]
    Invalid,
    /// The database could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The person behind the session cookie; `None` without one. Makes nobody: reading a page is not taking part.
pub async fn visitor(app: &App, client: Client, headers: &HeaderMap) -> Result<Option<Author>, VisitorError> {
    Ok(known(app, client, headers).await?.map(|known| known.author))
}

/// The same with the session.
pub(crate) async fn known(
    app: &App,
    client: Client,
    headers: &HeaderMap,
) -> Result<Option<Known>, VisitorError> {
    match cookie::shown(app, client, headers).await? {
        Presented::Nothing | Presented::Elsewhere => Ok(None),
        Presented::Doubtful => Err(VisitorError::Invalid),
        Presented::One(secret) => {
            let known = app.sessions.known(SecretKind::Cookie, secret).await?;
            let known = known.ok_or(VisitorError::Invalid)?;
            app.note(&known.author, client.ip).await?;
            Ok(Some(known))
        }
    }
}

/// The fields of the name form.
#[derive(Deserialize)]
pub struct NameForm {
    name: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    next: Option<String>,
    /// The form's page has given a cookie, so the browser shows it if it keeps any.
    #[serde(default)]
    cookies: Option<String>,
}

/// The fields of the message form.
#[derive(Deserialize)]
pub struct MessageForm {
    body: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

/// `POST /name`: a newcomer becomes a guest of that name, anybody else takes it.
pub async fn name(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<NameForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let page = back::page(form.next.as_deref(), "/r/lobby");
    let typed = form.name.clone();
    let refused = |code: &str| see_other(&back::refused_typed(&page, code, &typed));
    let nickname = match Nickname::parse(&form.name) {
        Ok(nickname) => nickname,
        Err(error) => return Ok(refused(Refusal::from(error).code())),
    };
    let Ok(key) = parse_key(form.key.as_deref()) else {
        return Ok(refused(Refusal::BadRequest.code()));
    };
    match visitor(&app, client, &headers).await? {
        Some(author) => {
            if let Err(problem) = app.limits.form(&author, client) {
                return Ok(refused(problem.code.code()));
            }
            match app.rooms.rename(&author, Rename { name: form.name, key }).await {
                Ok(_) => Ok(see_other(&page)),
                Err(problem) => Ok(refused(problem.code.code())),
            }
        }
        None if form.cookies.is_some() && !cookie::is_probed(&headers) => {
            // Whoever forgets the session at once would find the own name taken.
            Ok(refused(NO_COOKIES))
        }
        None => match newcomer(&app, client, &headers, Some(nickname)).await {
            Ok((_, secret)) => Ok(with_session(client, &secret, see_other(&page))),
            Err(no_guest) => no_guest.answer(refused),
        },
    }
}

/// `POST /r/{room}`: says something; whoever comes without a session becomes a guest.
pub async fn message(
    State(app): State<App>,
    client: Client,
    Path(room): Path<String>,
    headers: HeaderMap,
    form: Result<Form<MessageForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let Ok(room) = RoomId::try_from(room) else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let page = back::page(form.next.as_deref(), &format!("/r/{room}"));
    let given_back = GivenBack::new(&app, client, &headers, &room, &form);
    let Ok(key) = parse_key(form.key.as_deref()) else {
        return Ok(given_back.without_key().answer(&page, &Refusal::BadRequest.into()).await);
    };
    // An empty or endless text makes nobody a guest.
    if let Err(error) = chat::MessageBody::parse(form.body.as_str()) {
        return Ok(given_back.answer(&page, &Refusal::from(error).into()).await);
    }
    let (author, secret) = match visitor(&app, client, &headers).await? {
        Some(author) => (author, None),
        None => {
            // What will be refused makes nobody a guest, either.
            match app.rooms.speaker(&app.sessions.passing(), &room).await {
                Ok(_) => {}
                Err(problem) if problem.code == Refusal::NotFound => {
                    return Ok(StatusCode::NOT_FOUND.into_response());
                }
                Err(problem) => return Ok(given_back.answer(&page, &problem).await),
            }
            match newcomer(&app, client, &headers, None).await {
                Ok((author, secret)) => (author, Some(secret)),
                Err(NoGuest::Refused(code)) => return Ok(given_back.answer(&page, &code.into()).await),
                Err(no_guest) => return no_guest.answer(|code| see_other(&back::refused(&page, code))),
            }
        }
    };
    let options = MessageOptions { room: Some(room.clone()), key, ..MessageOptions::default() };
    let outcome = match app.limits.send(&author, Some(&room), client.network()) {
        Ok(()) => app.rooms.say(&author, Message { body: form.body, options }).await,
        Err(problem) => Err(problem),
    };
    let response = match outcome {
        Ok(said) => {
            tracing::info!(%room, seq = said.seq, author = %author.member.id, "message from a form");
            see_other(&page)
        }
        Err(problem) if problem.code == Refusal::NotFound => StatusCode::NOT_FOUND.into_response(),
        Err(problem) => given_back.answer(&page, &problem).await,
    };
    Ok(match secret {
        Some(secret) => with_session(client, &secret, response),
        None => response,
    })
}

/// Why a visitor did not become a guest.
enum NoGuest {
    /// Nothing protects a secret on its way.
    Insecure,
    /// Too many from this address, or the name is somebody else's.
    Refused(Refusal),
    /// The database.
    Store(StoreError),
}

impl NoGuest {
    fn answer(self, refused: impl FnOnce(&str) -> Response) -> Result<Response, Failure> {
        match self {
            NoGuest::Insecure => Ok(refused(INSECURE)),
            NoGuest::Refused(code) => Ok(refused(code.code())),
            NoGuest::Store(error) => Err(Failure::Store(error)),
        }
    }
}

async fn newcomer(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    name: Option<Nickname>,
) -> Result<(Author, Secret), NoGuest> {
    if app.settings.now().access == Access::Invite {
        return Err(NoGuest::Refused(Refusal::Unauthorized));
    }
    if !client.private {
        return Err(NoGuest::Insecure);
    }
    app.limits.newcomer(client, Way::Form).map_err(|problem| NoGuest::Refused(problem.code))?;
    if let Some(network) = app.store.network(client.ip)
        && app.store.is_shut(&network).await.map_err(NoGuest::Store)?
    {
        return Err(NoGuest::Refused(Refusal::Banned));
    }
    let begun = app.sessions.begin_on(SecretKind::Cookie, name, account::device_of(headers)).await;
    let (author, secret) = begun.map_err(|stop| match stop {
        Stop::Refused(refusal) => NoGuest::Refused(refusal),
        Stop::Failed(error) => NoGuest::Store(error),
    })?;
    app.note(&author, client.ip).await.map_err(NoGuest::Store)?;
    Ok((author, secret))
}

/// An empty hidden field is a page without a key, not a wrong one.
fn parse_key(text: Option<&str>) -> Result<Option<Key>, chat::IdError> {
    text.filter(|text| !text.is_empty()).map(str::parse).transpose()
}

pub(crate) fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let location = HeaderValue::from_str(path).expect("invariant: `back` lets only visible ASCII pass");
    response.headers_mut().insert(LOCATION, location);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(crate) fn with_session(client: Client, secret: &Secret, mut response: Response) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie::give(client, secret));
    response
}

/// A form that ends without a page to go back to.
pub enum Failure {
    /// The cookie is not valid: 401. The page takes it away.
    Unauthorized,
    /// The database: 503, logged here.
    Store(StoreError),
    /// Not a form, or one too long; what is wrong with it is nobody's business but its sender's.
    Form(StatusCode),
}

impl From<FormRejection> for Failure {
    fn from(rejection: FormRejection) -> Failure {
        Failure::Form(match rejection.status() {
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            status => status,
        })
    }
}

impl From<VisitorError> for Failure {
    fn from(error: VisitorError) -> Failure {
        match error {
            VisitorError::Invalid => Failure::Unauthorized,
            VisitorError::Store(error) => Failure::Store(error),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::Unauthorized => StatusCode::UNAUTHORIZED.into_response(),
            Failure::Form(status) => status.into_response(),
            Failure::Store(error) => {
                error.log("a form could not be stored");
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        }
    }
}
