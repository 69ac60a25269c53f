//! `/claim/{token}`: the link, printed while a server has no owner, whose opener becomes the owner.

use app::pages::Notice;
use app::pages::invite::ClaimPage;
use app::shell;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::asked::Asked;
use super::invite::{Comer, NameForm, comer, refused};
use super::plain::PlainPage;
use super::{Told, told};
use crate::App;
use crate::forms::account::device_of;
use crate::forms::{Failure, back, see_other, with_session};
use crate::guard::Client;
use crate::session::SecretKind;
use crate::token;

/// `GET /claim/{token}`.
pub async fn claim(
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
    if !app.store.ownership_is_offered(&token::hash(&token)).await.map_err(Failure::Store)? {
        return Ok(page.notice(Notice::DeadLink));
    }
    let me = me.map(|author| author.member.name);
    let lang = page.lang();
    let mut frame = page.frame(lang.desk().claim);
    frame.told = told(lang, &question.0);
    let body = ClaimPage { action: format!("/claim/{token}"), me };
    Ok(page.answer(StatusCode::OK, |assets| shell::plain(frame, assets, || body.view(lang))))
}

/// `POST /claim/{token}`: makes the owner, once.
pub async fn take(
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
    if !app.store.ownership_is_offered(&hash).await.map_err(Failure::Store)? {
        return Ok(page.notice(Notice::DeadLink));
    }
    let here = format!("/claim/{token}");
    let Comer { author, session } = match comer(&app, client, me, form.name(), device_of(&headers)) {
        Ok(comer) => comer,
        Err(code) => return Ok(see_other(&back::refused(&here, code))),
    };
    // The owner's session is a new one: what somebody may have seen of the guest's opens nothing more.
    let replaced = if session.is_none() { page.session() } else { None };
    let (session, secret) = session.unwrap_or_else(|| {
        let (secret, session) = app.sessions.draw(SecretKind::Cookie, device_of(&headers));
        (session, secret)
    });
    match app.rooms.claim(&author, hash, session, replaced).await {
        Ok(()) => {
            if let Some(replaced) = replaced {
                app.endings.renew(replaced).await;
            }
            tracing::info!(member = %author.member.id, "owns this server");
            Ok(with_session(client, &secret, see_other("/settings?done=owned")))
        }
        Err(problem) => Ok(refused(&page, &here, &problem)),
    }
}
