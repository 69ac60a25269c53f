//! The pages: what is asked for, who asks, and the document with its content policy. How a page looks is `app`'s
//! matter.

pub mod account;
mod asked;
pub mod claim;
pub mod invite;
mod language;
pub mod manifest;
pub mod moderation;
pub mod plain;
pub mod settings;
pub mod trouble;
pub(crate) mod zone;

use app::components::field::NOBODY;
use app::i18n::Lang;
use app::page::{Frame, Page, Rooms};
use app::pages::Notice;
use app::plain as plain_frame;
use app::shell::{self, Appearance, Assets};
use axum::extract::{RawPathParams, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, HOST, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use chat::settings::Access;
use chat::{Key, RoomId, Seq};
use protocol::view::RoomKind;
use protocol::{History, Problem, Refusal};
use serde::Deserialize;

use crate::forms::back::MAX_TYPED;
use crate::forms::{self, VisitorError, cookie};
use crate::guard::Client;
use crate::session::Author;
use crate::{App, assets};
use asked::Asked;
use language::language;

/// Not enforced as long as the page's own library writes `innerHTML` for its templates.
const TRUSTED_TYPES: HeaderValue = HeaderValue::from_static(
    "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /csp-report",
);

/// People that the page lists without script; with it, it asks for all of them.
const PEOPLE: usize = 50;

/// What may follow a page's path. Texts, so that a page with a strange question is still a page.
#[derive(Default, Deserialize)]
pub struct Question {
    before: Option<String>,
    after: Option<String>,
    refused: Option<String>,
    typed: Option<String>,
}

/// `GET /`, `GET /r/{room}` and `GET /r/{room}/{seq}`.
pub async fn page(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    path: RawPathParams,
    question: Asked<Question>,
) -> Response {
    let visitor = forms::visitor(&app, client, &headers).await;
    let lang = language(visitor.as_ref().ok().and_then(Option::as_ref), &headers);
    let around = Around::new(&app, client, &headers);
    let assets = around.assets();
    let invalid = matches!(visitor, Err(VisitorError::Invalid));
    let nameless = !matches!(visitor, Ok(Some(_)));
    let made = match visitor {
        Err(VisitorError::Store(error)) => Err(error.refuse("a visitor could not be looked up").into()),
        visitor => {
            let told = [question.0.refused.clone(), question.0.typed.clone()];
            let zone = zone::utc_offset(&headers, app.store.now());
            view(&path, &question.0).make(&app, lang, visitor.ok().flatten(), told, zone).await
        }
    };
    let (status, document) = match made {
        Ok(page) => (StatusCode::OK, shell::room(page, &assets)),
        Err(problem) => refused(&problem, lang, &assets),
    };
    let mut response = around.answer(status, document);
    if nameless && !cookie::is_probed(&headers) {
        response.headers_mut().append(SET_COOKIE, cookie::probe(client));
    }
    if invalid {
        forget_cookie(client, &mut response);
    }
    response
}

/// Takes a session cookie away that opens nothing.
pub(crate) fn forget_cookie(client: Client, response: &mut Response) {
    response.headers_mut().append(SET_COOKIE, cookie::take_away(client));
}

/// What is around every document: the files it needs, and the policy that lets its own scripts run.
pub(crate) struct Around<'a> {
    client: Client,
    headers: &'a HeaderMap,
    server: Option<String>,
    nonce: String,
    reload: Option<u16>,
}

impl<'a> Around<'a> {
    /// For the request with these `headers`.
    pub(crate) fn new(app: &App, client: Client, headers: &'a HeaderMap) -> Around<'a> {
        let nonce = format!("{:032x}", rand::random::<u128>());
        let server = app.settings.now().name.as_ref().map(|name| name.as_str().to_owned());
        Around {
            client,
            headers,
            server,
            nonce,
            reload: app.config.watched.then_some(app.config.reload_port),
        }
    }

    /// What the document names.
    pub(crate) fn assets(&self) -> Assets<'_> {
        let urls = urls(&self.nonce, self.reload, appearance(self.headers));
        Assets { server: self.server.as_deref(), ..urls }
    }

    /// The document as an answer, with its policy.
    pub(crate) fn answer(&self, status: StatusCode, document: String) -> Response {
        let mut response = (status, Html(document)).into_response();
        let headers = response.headers_mut();
        let policy = policy(&self.nonce, self.client, self.headers, self.reload);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(CONTENT_SECURITY_POLICY_REPORT_ONLY, TRUSTED_TYPES);
        response
    }
}

/// The colours this browser was told to keep to.
fn appearance(headers: &HeaderMap) -> Appearance {
    cookie::appearance(headers).and_then(Appearance::of).unwrap_or_default()
}

fn refused(problem: &Problem, lang: Lang, assets: &Assets<'_>) -> (StatusCode, String) {
    if problem.code == Refusal::NotFound {
        return (StatusCode::NOT_FOUND, shell::notice(Notice::NotFound, lang, assets));
    }
    if problem.code == Refusal::Banned {
        return (StatusCode::FORBIDDEN, shell::notice(Notice::Banned, lang, assets));
    }
    if problem.code == Refusal::Unauthorized {
        return (StatusCode::UNAUTHORIZED, shell::notice(Notice::InviteOnly, lang, assets));
    }
    if problem.code != Refusal::Restarting {
        tracing::error!(code = problem.code.code(), "a page could not be made");
    }
    (StatusCode::SERVICE_UNAVAILABLE, shell::notice(Notice::Broken, lang, assets))
}

/// The part of a room that is asked for.
struct View {
    /// `None` for an address that no room can have.
    room: Option<RoomId>,
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    Newest,
    Around(Seq),
    Before(Seq),
    After(Seq),
    /// An address that no message can have.
    Nowhere,
}

fn view(path: &RawPathParams, question: &Question) -> View {
    let seq = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    let mut view = View { room: Some(RoomId::lobby()), part: Part::Newest };
    if let Some(before) = seq(&question.before) {
        view.part = Part::Before(before);
    } else if let Some(after) = seq(&question.after) {
        view.part = Part::After(after);
    }
    for (name, value) in path {
        match name {
            "room" => view.room = value.parse().ok(),
            _ => view.part = value.parse().map_or(Part::Nowhere, Part::Around),
        }
    }
    view
}

impl View {
    async fn make(
        self,
        app: &App,
        lang: Lang,
        me: Option<Author>,
        [refused, typed]: [Option<String>; 2],
        utc_offset: i32,
    ) -> Result<Page, Problem> {
        if me.is_none() && app.settings.now().access == Access::Invite {
            return Err(Refusal::Unauthorized.into());
        }
        let id = self.room.ok_or(Refusal::NotFound)?;
        let (room, people) = app.rooms.wall(me.as_ref(), &id, PEOPLE).await?;
        let rooms = match &me {
            Some(author) => app.rooms.rooms_of(author).await?,
            None => vec![app.rooms.room(None, &RoomId::lobby()).await?],
        };
        let open = app.rooms.open_rooms(me.as_ref()).await?;
        let blocked = match &me {
            Some(author) => app.rooms.blocked_by(author).await?,
            None => Vec::new(),
        };
        let read = Read { app, reader: me.as_ref(), room: &id };
        let (history, more_before, more_after) = read.part(self.part).await?;
        let target = if let Part::Around(seq) = self.part { Some(seq) } else { None };
        let now = jiff::Timestamp::now();
        let key = || Key::v7(now.as_millisecond().unsigned_abs(), &rand::random());
        Ok(Page {
            lang,
            server: app.settings.now().name.as_ref().map(|name| name.as_str().to_owned()),
            me: me.map(|author| author.member.into()),
            rooms: Rooms { mine: rooms, open, shown: room.clone() },
            room: id,
            keeper: room.keeper,
            direct: room.kind == RoomKind::Direct,
            blocked,
            frame: Some(Frame {
                room,
                people,
                key: key(),
                room_key: key(),
                typed: typed
                    .filter(|typed| refused.is_some() && typed.len() <= MAX_TYPED)
                    .unwrap_or_default(),
            }),
            history,
            more_before,
            more_after,
            target,
            now: now.as_millisecond(),
            utc_offset,
            refused: refused.filter(|code| is_known(code)),
        })
    }
}

/// What became of the form that led to a page: codes, never words.
#[derive(Default, Deserialize)]
pub struct Told {
    #[serde(default)]
    done: Option<String>,
    #[serde(default)]
    refused: Option<String>,
}

/// The sentence for it; a code nobody gave says nothing.
fn told(lang: Lang, outcome: &Told) -> Option<plain_frame::Told> {
    let desk = lang.desk();
    if let Some(code) = outcome.refused.as_deref().filter(|code| is_known(code)) {
        let text = if code == forms::INSECURE {
            lang.texts().insecure
        } else {
            (lang.texts().refusal)(Refusal::from_code(code))
        };
        return Some(plain_frame::Told::Refused(text.to_owned()));
    }
    let text = match outcome.done.as_deref()? {
        "saved" => desk.saved,
        "appointed" => desk.appointed,
        "banned" => desk.banning[0],
        "pardoned" => desk.banning[1],
        "revoked" => desk.revoked,
        "owned" => desk.owned,
        _ => return None,
    };
    Some(plain_frame::Told::Done(text.to_owned()))
}

/// The address is not a place to put words into the page: only codes that have a sentence are shown. What was typed in a
/// field, which a refused form has in its address, goes into that field and nowhere else.
fn is_known(code: &str) -> bool {
    [forms::INSECURE, forms::NO_COOKIES, NOBODY].contains(&code)
        || Refusal::from_code(code) != Refusal::Unknown
}

/// Reads one room for one person.
struct Read<'a> {
    app: &'a App,
    reader: Option<&'a Author>,
    room: &'a RoomId,
}

impl Read<'_> {
    /// A page of history, and whether there is more before and after it.
    async fn part(&self, part: Part) -> Result<(protocol::HistoryPage, bool, bool), Problem> {
        let asked = match part {
            Part::Newest => History::default(),
            Part::Around(seq) => History { around: Some(seq), ..History::default() },
            Part::Before(seq) => History { before: Some(seq), ..History::default() },
            Part::After(seq) => History { after: Some(seq), ..History::default() },
            Part::Nowhere => return Err(Refusal::NotFound.into()),
        };
        let page = self.history(asked).await?;
        let first = page.messages.first().map(|message| message.seq);
        let last = page.messages.last().map(|message| message.seq);
        match part {
            Part::Around(seq) if page.messages.iter().all(|message| message.seq != seq) => {
                return Err(Refusal::NotFound.into());
            }
            _ => {}
        }
        let more_before = match part {
            Part::Newest | Part::Before(_) => page.more,
            _ => self.has(History { before: first, ..History::default() }).await?,
        };
        let more_after = match part {
            Part::Newest => false,
            Part::After(_) => page.more,
            _ => self.has(History { after: last, ..History::default() }).await?,
        };
        Ok((page, more_before, more_after))
    }

    /// There is a message on that side. A page without a message has no sides.
    async fn has(&self, asked: History) -> Result<bool, Problem> {
        if asked.before.is_none() && asked.after.is_none() {
            return Ok(false);
        }
        let page = self.history(History { limit: Some(1), ..asked }).await?;
        Ok(!page.messages.is_empty())
    }

    async fn history(&self, asked: History) -> Result<protocol::HistoryPage, Problem> {
        self.app.rooms.history(self.reader, History { room: self.room.clone(), ..asked }).await
    }
}

fn urls(nonce: &str, reload: Option<u16>, appearance: Appearance) -> Assets<'_> {
    let urls = assets::urls();
    Assets {
        css: &urls.css,
        js: &urls.js,
        wasm: &urls.wasm,
        icon: urls.of("/favicon.svg"),
        icon_new: urls.of("/favicon-new.svg"),
        touch_icon: urls.of("/apple-touch-icon.png"),
        manifest: manifest::PATH,
        server: None,
        nonce,
        reload,
        appearance,
    }
}

/// docs/threats.md section 1. The nonce lets our own two tags run, and what they load.
fn policy(nonce: &str, client: Client, headers: &HeaderMap, reload: Option<u16>) -> HeaderValue {
    let scheme = if client.secure { "wss" } else { "ws" };
    // The guard let only a host of ours pass.
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let watcher = reload.map(|port| format!(" ws://{}:{port}", name_of(host))).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'none'; img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; \
         connect-src 'self' {scheme}://{host}{watcher}; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'; object-src 'none'; report-uri /csp-report; report-to csp"
    );
    HeaderValue::try_from(policy).expect("invariant: a nonce of hex digits and a host that came in a header")
}

/// A `Host` without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_loses_its_port_and_an_address_no_part_of_itself() {
        for (host, name) in [
            ("localhost:5000", "localhost"),
            ("chat.example", "chat.example"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(name_of(host), name);
        }
    }
}
