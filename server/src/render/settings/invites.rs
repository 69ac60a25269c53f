//! The links that let people in: made, listed, ended.

use app::calendar::Date;
use app::i18n::Lang;
use app::pages::settings::{Invite, Made};
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use chat::{Millis, RoomId};
use protocol::Refusal;
use protocol::view::RoomKind;
use serde::Deserialize;

use super::{Question, administrator, done, refused, show};
use crate::App;
use crate::forms::Failure;
use crate::guard::{self, Client};
use crate::session::Author;
use crate::store::{NewInvite, Stop};
use crate::token::Token;

/// Longest life of an invite that ends, in hours: a year.
const MAX_HOURS: u32 = 24 * 366;
/// Most that come by an invite that is counted.
const MAX_USES: u32 = 1_000;

const HOUR: Millis = 60 * 60 * 1_000;
const DAY: Millis = 24 * HOUR;

/// A new invite. Empty texts are "for ever" and "as many as like".
#[derive(Deserialize)]
pub struct InviteForm {
    room: String,
    hours: String,
    uses: String,
}

/// An invite that is to end.
#[derive(Deserialize)]
pub struct RevokeForm {
    invite: i64,
}

/// `POST /settings/invites`: makes one, and shows its link this once.
pub async fn make(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<InviteForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (page, author) = match administrator(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    if let Err(problem) = app.limits.form(&author, client) {
        return Ok(refused(problem.code.code()));
    }
    let token = Token::draw();
    let Some(new) = form.invite(&author, &token, app.store.now()) else {
        return Ok(refused(Refusal::BadRequest.code()));
    };
    match app.store.make_invite(new).await {
        Ok(_) => {}
        Err(Stop::Refused(code)) => return Ok(refused(code.code())),
        Err(Stop::Failed(error)) => return Err(Failure::Store(error)),
    }
    let Some(base) = guard::base(&app.config, client, &headers) else {
        return Ok(refused(Refusal::BadRequest.code()));
    };
    let made = Made { link: format!("{base}/i/{}", token.as_str()) };
    show(&app, &page, &author, Question::default(), None, Some(made)).await
}

/// `POST /settings/invites/revoke`.
pub async fn revoke(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<RevokeForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (_, author) = match administrator(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    match app.store.revoke_invite(&author.member.id, form.invite).await {
        Ok(()) => Ok(done("revoked")),
        Err(Stop::Refused(code)) => Ok(refused(code.code())),
        Err(Stop::Failed(error)) => Err(Failure::Store(error)),
    }
}

impl InviteForm {
    /// `None` if it is not one this page could have sent.
    fn invite(&self, by: &Author, token: &Token, now: Millis) -> Option<NewInvite> {
        let hours = number(&self.hours, MAX_HOURS)?;
        let most_uses = number(&self.uses, MAX_USES)?;
        let room: RoomId = self.room.parse().ok()?;
        Some(NewInvite {
            by: by.member.id.clone(),
            room,
            hash: token.hash(),
            at: now,
            expires: hours.map(|hours| now + Millis::from(hours) * HOUR),
            most_uses,
        })
    }
}

/// A number from 1 to `most`; of an empty text none.
fn number(text: &str, most: u32) -> Option<Option<u32>> {
    if text.is_empty() {
        return Some(None);
    }
    text.parse().ok().filter(|number| (1..=most).contains(number)).map(Some)
}

pub(super) async fn list(app: &App, lang: Lang) -> Result<Vec<Invite>, Failure> {
    let today = Date::of(app.store.now().div_euclid(DAY));
    let date = |at: Millis| {
        let date = Date::of(at.div_euclid(DAY));
        (lang.texts().date)(date, date.year != today.year)
    };
    let invites = app.store.invites().await.map_err(Failure::Store)?;
    Ok(invites
        .into_iter()
        .map(|row| Invite {
            id: row.id,
            maker: row.maker,
            room: row.room,
            until: row.expires.map(date),
            uses: row.uses,
            most_uses: row.most_uses,
        })
        .collect())
}

/// The rooms the reader is in, but for conversations: nobody is invited to those by a link.
pub(super) async fn rooms(app: &App, reader: &Author) -> Result<Vec<(String, String)>, Failure> {
    let rooms = match app.store.rooms_of(&reader.member.id).await {
        Ok(rooms) => rooms,
        Err(Stop::Refused(_)) => Vec::new(),
        Err(Stop::Failed(error)) => return Err(Failure::Store(error)),
    };
    let open = rooms.into_iter().filter(|room| room.kind != RoomKind::Direct && !room.archived);
    Ok(open.map(|room| (room.id.as_str().to_owned(), room.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_in_its_bounds_or_none() {
        assert_eq!(number("", 9), Some(None));
        assert_eq!(number("9", 9), Some(Some(9)));
        for bad in ["0", "10", "-1", "x", " 1"] {
            assert_eq!(number(bad, 9), None, "{bad}");
        }
    }
}
