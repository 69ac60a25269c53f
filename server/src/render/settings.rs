//! `/settings`: the server's own, for owner and admins. For everybody else there is no such page.
//!
//! Each form ends in a redirect (303) back, with `?done=` or `?refused=`; only a link that was just made is shown in
//! the answer itself, so that it is at no address.

mod invites;
mod people;

use app::pages::Notice;
use app::pages::settings::{Made, SettingsPage, anchors};
use app::shell;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chat::settings::{self as setting, Access};
use chat::{Act, Settings};
use serde::Deserialize;

pub use invites::{make as make_invite, revoke as revoke_invite};
pub use people::{appoint, ban};

use super::asked::Asked;
use super::plain::PlainPage;
use super::{Told, told};
use crate::App;
use crate::forms::{Failure, see_other};
use crate::guard::Client;
use crate::session::Author;
use crate::settings::refusal;

/// Where every form of this page goes back to.
const PAGE: &str = "/settings";

/// What may follow the path.
#[derive(Default, Deserialize)]
pub struct Question {
    #[serde(default)]
    find: String,
}

/// The form of what the server is like. An empty box is not sent.
#[derive(Deserialize)]
pub struct ServerForm {
    name: String,
    welcome: String,
    access: String,
    creators: String,
    retention: String,
    #[serde(default)]
    receipts: Option<String>,
}

/// `GET /settings`.
pub async fn settings(
    State(app): State<App>,
    client: Client,
    question: Asked<Question>,
    outcome: Asked<Told>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (page, author) = match administrator(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    show(&app, &page, &author, question.0, Some(outcome.0), None).await
}

/// `POST /settings/server`.
pub async fn save(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<ServerForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (_, author) = match administrator(&app, client, &headers).await {
        Ok(found) => found,
        Err(answer) => return Ok(answer),
    };
    let mut wanted = Settings::clone(&app.settings.now());
    if let Err(error) = form.write_to(&mut wanted) {
        return Ok(refused(refusal(error).code()));
    }
    match app.settings.save(&author, &wanted).await {
        Ok(()) => {
            if app.settings.now().access == Access::Invite {
                // Whoever has no session takes part no longer.
                app.bindings.end(|slot| slot.is_passing());
            }
            Ok(done("saved"))
        }
        Err(problem) => Ok(refused(problem.code.code())),
    }
}

impl ServerForm {
    fn write_to(&self, settings: &mut Settings) -> Result<(), setting::SettingError> {
        settings.set(setting::NAME, &self.name)?;
        settings.set(setting::WELCOME, &self.welcome)?;
        settings.set(setting::ACCESS, &self.access)?;
        settings.set(setting::CREATORS, &self.creators)?;
        settings.set(setting::RETENTION, &self.retention)?;
        settings.set(setting::RECEIPTS, if self.receipts.is_some() { "on" } else { "off" })
    }
}

/// The person who asks, if it is one who runs this server; else the answer.
async fn administrator<'a>(
    app: &'a App,
    client: Client,
    headers: &'a HeaderMap,
) -> Result<(PlainPage<'a>, Author), Response> {
    let (page, author) = PlainPage::open(app, client, headers).await?;
    match author {
        Some(author) if author.member.role.may(Act::ChangeSettings, false, None) => Ok((page, author)),
        _ => Err(page.notice(Notice::NotFound)),
    }
}

/// The page as of now.
async fn show(
    app: &App,
    page: &PlainPage<'_>,
    author: &Author,
    question: Question,
    outcome: Option<Told>,
    made: Option<Made>,
) -> Result<Response, Failure> {
    let lang = page.lang();
    let mut frame = page.frame(lang.desk().settings);
    frame.nav = anchors(lang);
    frame.told = outcome.and_then(|outcome| told(lang, &outcome));
    let body = SettingsPage {
        settings: Settings::clone(&app.settings.now()),
        people: people::list(app, author, &question.find).await?,
        find: question.find,
        invites: invites::list(app, lang).await?,
        made,
        rooms: invites::rooms(app, author).await?,
    };
    Ok(page.answer(StatusCode::OK, |assets| shell::plain(frame, assets, || body.view(lang))))
}

fn done(what: &str) -> Response {
    see_other(&format!("{PAGE}?done={what}"))
}

fn refused(code: &str) -> Response {
    see_other(&format!("{PAGE}?refused={code}"))
}
