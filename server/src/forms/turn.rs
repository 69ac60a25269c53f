//! The session cookie, given again: under another secret when its person's role has changed,
//! under today's name when it came under the one before, and for another fourteen days while it is in use.

use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::cookie::{self, Presented};
use super::{Failure, with_session};
use crate::App;
use crate::guard::Client;
use crate::session::Again;

/// Gives the cookie again along with the answer, if that is due.
pub async fn turn(State(app): State<App>, client: Client, request: Request, next: Next) -> Response {
    let (due, old) = match cookie::presented(client, request.headers()) {
        Presented::One(secret) => (app.sessions.succeed(secret, Again::WhenDue).await, false),
        Presented::Elsewhere => match cookie::found_elsewhere(&app, client, request.headers()).await {
            Ok(Some((secret, old))) => (app.sessions.succeed(secret, Again::Always).await, old),
            Ok(None) => (Ok(None), false),
            Err(error) => (Err(error), false),
        },
        Presented::Nothing | Presented::Doubtful => (Ok(None), false),
    };
    let mut response = next.run(request).await;
    match due {
        Ok(Some(secret)) => {
            // An answer that gives a session, or takes it away, knows better.
            if !cookie::is_given(client, &response) {
                response.headers_mut().append(SET_COOKIE, cookie::give(client, &secret));
            }
            // A name that tells a port may be another server's with the same people: a copy of this one.
            if old {
                response.headers_mut().append(SET_COOKIE, cookie::take_old_away(client));
            }
        }
        Ok(None) => {}
        Err(error) => error.log("a session could not be turned"),
    }
    response
}

/// `POST /session`: a page that stays open asks for its cookie again, whose life the browser counts from the last time
/// that it was given.
pub async fn again(State(app): State<App>, client: Client, headers: HeaderMap) -> Result<Response, Failure> {
    super::known(&app, client, &headers).await?.ok_or(Failure::Unauthorized)?;
    let Presented::One(secret) = cookie::shown(&app, client, &headers).await.map_err(Failure::Store)? else {
        return Err(Failure::Unauthorized);
    };
    let given = app.sessions.succeed(secret, Again::Always).await.map_err(Failure::Store)?;
    let secret = given.ok_or(Failure::Unauthorized)?;
    Ok(with_session(client, &secret, StatusCode::NO_CONTENT.into_response()))
}
