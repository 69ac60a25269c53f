//! The pages of accounts: one's own, signing in, and the way back in. What their forms do is in [`crate::forms`].

use app::calendar::Moment;
use app::pages::account::{self as view, AccountPage, Line};
use app::plain::Told;
use axum::extract::{Path, State};
use axum::http::header::{HOST, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chat::Key;
use protocol::Refusal;
use serde::Deserialize;

use super::asked::Asked;
use super::plain::PlainPage;
use super::zone;
use crate::App;
use crate::accounts::Listed;
use crate::forms::account::{DIFFERENT, TOO_SHORT, WRONG};
use crate::forms::{back, tried};
use crate::guard::Client;

/// What may follow the path of one of these pages.
#[derive(Default, Deserialize)]
pub struct Question {
    done: Option<String>,
    refused: Option<String>,
    next: Option<String>,
}

impl Question {
    /// The address is not a place to put words into the page: only codes that have a sentence are shown.
    fn told(&self, page: &PlainPage<'_>) -> Option<Told> {
        let texts = page.lang().plain();
        if let Some(code) = &self.refused {
            return Some(Told::Refused(refusal(page, code)));
        }
        let done = (texts.account.done)(self.done.as_deref()?)?;
        Some(Told::Done(done.to_owned()))
    }
}

impl Question {
    /// The field of the account's page at which a refusal is told, by its `id`; the others stand above the page.
    fn field(&self, headers: &HeaderMap) -> Option<&'static str> {
        Some(match self.refused.as_deref()? {
            WRONG if tried::kept(headers).as_deref() == Some(view::GOODBYE_PASSWORD) => {
                view::GOODBYE_PASSWORD
            }
            WRONG => "today",
            TOO_SHORT => "password",
            DIFFERENT => "password_again",
            code => match Refusal::from_code(code) {
                Refusal::NameTaken | Refusal::Empty | Refusal::TooLong => "name",
                _ => return None,
            },
        })
    }
}

/// The sentence for a refusal's code.
fn refusal(page: &PlainPage<'_>, code: &str) -> String {
    let (texts, account) = (page.lang().texts(), &page.lang().plain().account);
    match (account.refused)(code) {
        Some(text) => text.to_owned(),
        None => (texts.refusal)(Refusal::from_code(code)).to_owned(),
    }
}

/// `GET /account`. Who has no session signs in first.
pub async fn account(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Asked(question): Asked<Question>,
) -> Response {
    let (page, visitor) = match PlainPage::open(&app, client, &headers).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let (Some(author), Some(session)) = (visitor, page.session()) else {
        let to = HeaderValue::from_static("/sign-in?next=/account");
        return page.clean((StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response());
    };
    let read = async {
        Ok::<_, crate::store::StoreError>((
            app.accounts.has(&author).await?,
            app.accounts.sessions(&author, session).await?,
            app.store.receipts(&author.member.id).await?,
        ))
    };
    let (kept, sessions, receipts) = match read.await {
        Ok(read) => read,
        Err(error) => return page.broken(&error),
    };
    let mut frame = page.frame(page.lang().plain().account.title);
    let mut wrong = None;
    match (question.told(&page), question.field(&headers)) {
        (Some(Told::Refused(why)), Some(field)) => wrong = Some((field, why)),
        (told, _) => frame.told = told,
    }
    let zone = Zone { now: app.store.now(), offset: zone::utc_offset(&headers, app.store.now()) };
    let key = Key::v7(u64::try_from(app.store.now()).unwrap_or(0), &rand::random());
    let lines = sessions.into_iter().map(|session| zone.line(session)).collect();
    page.answer(StatusCode::OK, |assets| {
        let (me, language) = (author.member, author.lang);
        let shown =
            AccountPage { me, kept, sessions: lines, today: zone.today(), receipts, language, key, wrong };
        view::account(frame, shown, assets)
    })
}

/// `GET /sign-in`.
pub async fn sign_in(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Asked(question): Asked<Question>,
) -> Response {
    let (page, visitor) = match PlainPage::open(&app, client, &headers).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let mut frame = page.frame(page.lang().plain().account.sign_in);
    let mut wrong = None;
    match question.told(&page) {
        Some(Told::Refused(why)) if question.refused.as_deref() == Some(WRONG) => wrong = Some(why),
        told => frame.told = told,
    }
    let tried = view::Tried { name: tried::kept(&headers).unwrap_or_default(), wrong };
    let next = back::page(question.next.as_deref(), "/");
    let leaving = visitor.map(|author| author.member.name);
    page.answer(StatusCode::OK, |assets| view::sign_in(frame, next, leaving, tried, assets))
}

/// `GET /recover/{token}`.
pub async fn recovery(
    State(app): State<App>,
    client: Client,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    recover(&app, client, &headers, &token, None).await
}

/// The page that asks for a new password; for a token that opens nothing, any more or ever, the one that says so.
pub(crate) async fn recover(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    token: &str,
    refused: Option<&str>,
) -> Response {
    let (page, _) = match PlainPage::open(app, client, headers).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let mut frame = page.frame(page.lang().plain().account.recover);
    match app.accounts.recoverable(token).await {
        Ok(Some(name)) => {
            frame.told = refused.map(|code| Told::Refused(refusal(&page, code)));
            let action = format!("/recover/{token}");
            page.answer(StatusCode::OK, |assets| view::recover(frame, name, action, assets))
        }
        Ok(None) => {
            frame.told = Some(Told::Refused(page.lang().plain().account.link_dead.to_owned()));
            page.answer(StatusCode::NOT_FOUND, |assets| view::empty(frame, assets))
        }
        Err(error) => page.broken(&error),
    }
}

/// The page that shows a way back in, once.
pub(crate) async fn offered(app: &App, client: Client, headers: &HeaderMap, token: &str) -> Response {
    let (page, _) = match PlainPage::open(app, client, headers).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let frame = page.frame(page.lang().plain().account.recover);
    let link = format!("{}/recover/{token}", origin(app, client, headers));
    page.answer(StatusCode::OK, |assets| view::offered(frame, link, assets))
}

/// The address people type; without a configured one the host that passed the door.
fn origin(app: &App, client: Client, headers: &HeaderMap) -> String {
    match &app.config.public_url {
        Some(url) => url.to_string(),
        None => {
            let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            format!("{}://{host}", if client.secure { "https" } else { "http" })
        }
    }
}

/// The clock on which the times of a plain page are told.
struct Zone {
    now: chat::Millis,
    offset: i32,
}

impl Zone {
    fn today(&self) -> i64 {
        Moment::new(self.now, self.offset).day
    }

    fn line(&self, session: Listed) -> Line {
        let Listed { id, token, device, created, used, this } = session;
        let moment = |at| Moment::new(at, self.offset);
        Line { id, token, device, created: moment(created), used: moment(used), this }
    }
}
