//! `/i/{token}`: what an invite opens. Two actions lead from the link into the room: a name and the button.
//!
//! Guessed, used up, ended, revoked, or made by somebody banned: the answer is the same (docs/threats.md attack 21).

use app::pages::Notice;
use app::pages::invite::InvitePage;
use app::shell;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chat::Nickname;
use chat::name::skeleton::is_reserved;
use protocol::{Problem, Refusal};
use serde::Deserialize;

use super::asked::Asked;
use super::plain::PlainPage;
use super::{Told, told};
use crate::App;
use crate::forms::account::device_of;
use crate::forms::{Failure, INSECURE, back, see_other, with_session};
use crate::guard::Client;
use crate::limits::Way;
use crate::session::{Author, Secret, SecretKind};
use crate::store::NewSession;
use crate::token;

/// The field of the form; who has a name here sends none.
#[derive(Deserialize)]
pub struct NameForm {
    #[serde(default)]
    name: Option<String>,
}

impl NameForm {
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// `GET /i/{token}`.
pub async fn invite(
    State(app): State<App>,
    client: Client,
    Path(token): Path<String>,
    question: Asked<Told>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (page, me) = match PlainPage::open(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    let Some(found) = app.store.invite(&token::hash(&token)).await.map_err(Failure::Store)? else {
        return Ok(page.notice(Notice::DeadLink));
    };
    let me = me.map(|author| author.member.name);
    let lang = page.lang();
    let mut frame = page.frame(&(lang.desk().invited_to)(&found.room));
    frame.told = told(lang, &question.0);
    let body = InvitePage { action: format!("/i/{token}"), maker: found.maker, me };
    Ok(page.answer(StatusCode::OK, |assets| shell::plain(frame, assets, || body.view(lang))))
}

/// `POST /i/{token}`: into the room.
pub async fn accept(
    State(app): State<App>,
    client: Client,
    Path(token): Path<String>,
    headers: HeaderMap,
    form: Result<Form<NameForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (page, me) = match PlainPage::open(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    let hash = token::hash(&token);
    if app.store.invite(&hash).await.map_err(Failure::Store)?.is_none() {
        return Ok(page.notice(Notice::DeadLink));
    }
    // Whatever was found is a token: 22 characters that an address may have.
    let here = format!("/i/{token}");
    let Comer { author, session } = match comer(&app, client, me, form.name(), device_of(&headers)) {
        Ok(comer) => comer,
        Err(code) => return Ok(see_other(&back::refused(&here, code))),
    };
    let (session, secret) = session.unzip();
    match app.rooms.be_invited(&author, hash, session).await {
        Ok(room) => {
            tracing::info!(%room, member = %author.member.id, "came by an invite");
            let response = see_other(&format!("/r/{room}"));
            Ok(match &secret {
                Some(secret) => with_session(client, secret, response),
                None => response,
            })
        }
        Err(problem) => Ok(refused(&page, &here, &problem)),
    }
}

/// The answer to who may not come in by a link.
pub(super) fn refused(page: &PlainPage<'_>, here: &str, problem: &Problem) -> Response {
    match problem.code {
        Refusal::NotFound => page.notice(Notice::DeadLink),
        Refusal::Banned => page.notice(Notice::Banned),
        code => see_other(&back::refused(here, code.code())),
    }
}

/// Who opens a link: somebody known, or somebody new with the session that they are to have.
pub(super) struct Comer {
    pub(super) author: Author,
    pub(super) session: Option<(NewSession, Secret)>,
}

/// The visitor, or a newcomer called `name`; or the code of what is wrong with that.
pub(super) fn comer(
    app: &App,
    client: Client,
    me: Option<Author>,
    name: Option<&str>,
    device: String,
) -> Result<Comer, &'static str> {
    if let Some(author) = me {
        return Ok(Comer { author, session: None });
    }
    let name = Nickname::parse(name.unwrap_or_default()).map_err(|error| Refusal::from(error).code())?;
    if is_reserved(name.as_str()) {
        return Err(Refusal::NameTaken.code());
    }
    if !client.private {
        return Err(INSECURE);
    }
    app.limits.newcomer(client, Way::Form).map_err(|problem| problem.code.code())?;
    let (secret, session) = app.sessions.draw(SecretKind::Cookie, device);
    // From where somebody was banned nobody new comes in, which the transaction sees to.
    let author = Author { network: app.store.network(client.ip), ..app.sessions.newcomer(name) };
    Ok(Comer { author, session: Some((session, secret)) })
}
