//! The forms that make, enter and leave rooms, and choose what to be told of in them.

use app::components::field::NOBODY;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chat::RoomId;
use protocol::view::{Notify, RoomKind};
use protocol::{AddMember, CreateRoom, Join, Leave, Notified, Problem, Refusal, SetNotify};
use serde::Deserialize;

use super::{Failure, back, parse_key, see_other, visitor};
use crate::App;
use crate::guard::Client;
use crate::session::Author;
use crate::socket::Whisper;

/// The default room's page: where those go who are nowhere else.
const LOBBY: &str = "/r/lobby";

/// The fields of the form that makes a room. The kind is a text: a strange one is refused in words.
#[derive(Deserialize)]
pub struct RoomForm {
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

/// `POST /rooms`: makes a public or private room with its maker in it, and goes there.
pub async fn create(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form<RoomForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let page = back::page(form.next.as_deref(), LOBBY);
    let Some(author) = visitor(&app, client, &headers).await? else {
        return Ok(see_other(&back::refused(&page, Refusal::Unauthorized.code())));
    };
    let typed = form.name.clone();
    Ok(match make(&app, client, &author, form).await {
        Ok(room) => see_other(&format!("/r/{room}")),
        Err(problem) => see_other(&back::refused_typed(&page, problem.code.code(), &typed)),
    })
}

async fn make(app: &App, client: Client, author: &Author, form: RoomForm) -> Result<RoomId, Problem> {
    let kind = match form.kind.as_str() {
        "" | "public" => RoomKind::Public,
        "private" => RoomKind::Private,
        _ => return Err(Refusal::BadRequest.into()),
    };
    let key = parse_key(form.key.as_deref()).map_err(|_| Refusal::BadRequest)?;
    app.limits.room(author, client.network())?;
    let request = CreateRoom { name: form.name, kind, members: None, key };
    let made = app.rooms.create_room(author, request).await?;
    app.subscriptions.enter_made(&made.room.id, vec![author.member.id.clone()]).await?;
    app.whispers.opened(&made.room, 1);
    Ok(made.room.id)
}

/// `POST /r/{room}/join`: enters the room. Who has no name yet is shown the room, which asks for one.
pub async fn join(
    State(app): State<App>,
    client: Client,
    Path(room): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (author, room, page) = match asked(&app, client, &headers, room).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let joined = app.rooms.join(&author, Join { room }).await;
    Ok(answer(joined.map(|_| ()), &page, &page))
}

/// `POST /r/{room}/leave`: goes out of the room, to the default one.
pub async fn leave(
    State(app): State<App>,
    client: Client,
    Path(room): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (author, room, page) = match asked(&app, client, &headers, room).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let left = app.rooms.leave(&author, Leave { room, key: None }).await;
    Ok(answer(left.map(|_| ()), LOBBY, &page))
}

/// The field of the form that brings somebody into a room.
#[derive(Deserialize)]
pub struct PersonForm {
    name: String,
}

/// `POST /r/{room}/people`: brings the person of that name into a private room.
pub async fn add(
    State(app): State<App>,
    client: Client,
    Path(room): Path<String>,
    headers: HeaderMap,
    form: Result<Form<PersonForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (author, room, page) = match asked(&app, client, &headers, room).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let typed = form.name.clone();
    let request = AddMember { room, member: None, name: Some(form.name), key: None };
    Ok(match app.rooms.add_member(&author, request).await {
        Ok(_) => see_other(&page),
        Err(problem) if problem.code == Refusal::NotFound => {
            see_other(&back::refused_typed(&page, NOBODY, &typed))
        }
        Err(problem) => see_other(&back::refused(&page, problem.code.code())),
    })
}

/// The field of the form that chooses what to be told of.
#[derive(Deserialize)]
pub struct NotifyForm {
    notify: String,
}

/// `POST /r/{room}/notify`: chooses what to be told of in a room.
pub async fn notify(
    State(app): State<App>,
    client: Client,
    Path(room): Path<String>,
    headers: HeaderMap,
    form: Result<Form<NotifyForm>, FormRejection>,
) -> Result<Response, Failure> {
    let Form(form) = form?;
    let (author, room, page) = match asked(&app, client, &headers, room).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(response),
    };
    let notify = match form.notify.as_str() {
        "all" => Notify::All,
        "mentions" => Notify::Mentions,
        "none" => Notify::None,
        _ => return Ok(see_other(&back::refused(&page, Refusal::BadRequest.code()))),
    };
    Ok(answer(choose(&app, &author, SetNotify { room, notify }).await, &page, &page))
}

async fn choose(app: &App, author: &Author, request: SetNotify) -> Result<(), Problem> {
    if app.rooms.set_notify(author, &request).await? {
        let notified = Notified { room: request.room, notify: request.notify };
        app.whispers.tell_surely(Whisper::Notified(author.member.id.clone(), notified)).await;
    }
    Ok(())
}

/// Who asks, about which room, and its page; or the answer to who comes too often, or has no name yet and is shown the
/// room, which asks for one.
async fn asked(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    room: String,
) -> Result<Result<(Author, RoomId, String), Response>, Failure> {
    let Ok(room) = RoomId::try_from(room) else { return Ok(Err(StatusCode::NOT_FOUND.into_response())) };
    let page = format!("/r/{room}");
    let Some(author) = visitor(app, client, headers).await? else { return Ok(Err(see_other(&page))) };
    Ok(match app.limits.form(&author, client) {
        Ok(()) => Ok((author, room, page)),
        Err(problem) => Err(see_other(&back::refused(&page, problem.code.code()))),
    })
}

/// Goes on, or back with the reason. A room that is not there has no page to go back to.
fn answer(done: Result<(), Problem>, on: &str, back: &str) -> Response {
    match done {
        Ok(()) => see_other(on),
        Err(problem) if problem.code == Refusal::NotFound => StatusCode::NOT_FOUND.into_response(),
        Err(problem) => see_other(&back::refused(back, problem.code.code())),
    }
}
