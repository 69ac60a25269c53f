//! `GET /moderation`: for those who keep the peace; to everybody else there is no such page.

use app::pages::Notice;
use app::plain::Told;
use app::plain::moderation::{Audit, AuditKind, Deed, Deeds, Moderation, Report};
use app::shell;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chat::Act;
use protocol::Refusal;
use serde::Deserialize;

use super::asked::Asked;
use super::plain::PlainPage;
use super::zone;
use crate::App;
use crate::forms::moderation::keeps_the_peace;
use crate::guard::Client;
use crate::session::Author;
use crate::store::StoreError;
use crate::store::audit::Audited;
use crate::store::report::Reported;

/// Most reported messages on the page, and most of the banned.
const MOST: usize = 100;

/// Acts of each kind on one page.
const DEEDS: usize = 50;

/// What may follow the page's path.
#[derive(Default, Deserialize)]
pub struct Question {
    reports: Option<String>,
    audit: Option<String>,
    before: Option<String>,
    done: Option<String>,
    refused: Option<String>,
}

/// The page.
pub async fn page(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Asked(question): Asked<Question>,
) -> Response {
    let (page, visitor) = match PlainPage::open(&app, client, &headers).await {
        Ok(opened) => opened,
        Err(answer) => return answer,
    };
    let Some(keeper) = visitor.filter(keeps_the_peace) else { return page.notice(Notice::NotFound) };
    let offset = zone::utc_offset(&headers, app.store.now());
    let moderation = match read(&app, &keeper, page.lang(), &question, offset).await {
        Ok(moderation) => moderation,
        Err(error) => {
            error.log("the page of moderation could not be made");
            return page.notice(Notice::Broken);
        }
    };
    let texts = page.lang().keeping();
    let mut frame = moderation.frame(page.frame(texts.title));
    let refused = question.refused.map(|code| Refusal::from_code(&code));
    frame.told = match (question.done.as_deref().and_then(texts.done), refused) {
        (Some(done), _) => Some(Told::Done(done.to_owned())),
        (None, Some(refusal)) if refusal != Refusal::Unknown => {
            Some(Told::Refused((page.lang().texts().refusal)(refusal).to_owned()))
        }
        _ => None,
    };
    page.answer(StatusCode::OK, |assets| shell::plain(frame, assets, || moderation.view()))
}

async fn read(
    app: &App,
    keeper: &Author,
    lang: app::i18n::Lang,
    question: &Question,
    utc_offset: i32,
) -> Result<Moderation, StoreError> {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    let mut audit = None;
    if keeper.member.role.may(Act::ReadAudit, false, None) {
        let asked = question.audit.as_deref().and_then(AuditKind::of);
        let mut kinds = Vec::with_capacity(AuditKind::ALL.len());
        for kind in AuditKind::ALL {
            let before = number(&question.before).filter(|_| asked == Some(kind));
            kinds.push(deeds(kind, app.store.audit(kind, before, DEEDS + 1).await?));
        }
        audit = Some(Audit(kinds));
    }
    let mut reports = app.store.reports(number(&question.reports), MOST + 1).await?;
    let more = reports.len() > MOST;
    reports.truncate(MOST);
    Ok(Moderation {
        lang,
        now: app.store.now(),
        utc_offset,
        reports_before: reports.last().filter(|_| more).map(|report| report.id),
        reports: reports.into_iter().map(report).collect(),
        banned: app.store.banned(MOST).await?,
        audit,
    })
}

/// One row more than fits only shows that there is more.
fn deeds(kind: AuditKind, mut rows: Vec<Audited>) -> Deeds {
    let more = rows.len() > DEEDS;
    rows.truncate(DEEDS);
    let before = rows.last().filter(|_| more).map(|row| row.id);
    Deeds { kind, deeds: rows.into_iter().map(deed).collect(), before }
}

fn deed(row: Audited) -> Deed {
    let Audited { at, by, act, who, room, detail, .. } = row;
    Deed { at, by, act, who, room, detail }
}

fn report(row: Reported) -> Report {
    let (room, room_name) = row.room;
    Report {
        id: row.id,
        at: row.at,
        room,
        room_name,
        seq: row.seq,
        others: row.count.saturating_sub(row.told.len() as u64),
        told: row.told,
        author: row.author,
        text: (!row.deleted).then_some(row.rich_text),
    }
}
