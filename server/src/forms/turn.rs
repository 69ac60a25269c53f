//! Another secret for the session of somebody whose role has changed, with the next page or form (security.md
//! section 2). What a page needs beside it goes on with either, until the new one is shown.

use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::middleware::Next;
use axum::response::Response;

use super::cookie::{self, Presented};
use crate::App;
use crate::guard::Client;

/// Gives the next secret along with the answer, if one is due.
pub async fn turn(State(app): State<App>, client: Client, request: Request, next: Next) -> Response {
    let due = match cookie::presented(client, request.headers()) {
        Presented::One(secret) => app.sessions.succeed(secret).await,
        _ => Ok(None),
    };
    let mut response = next.run(request).await;
    match due {
        // An answer that gives a session, or takes it away, knows better.
        Ok(Some(secret)) if !cookie::is_given(&response) => {
            response.headers_mut().append(SET_COOKIE, cookie::give(client, &secret));
        }
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "a session could not be turned"),
    }
    response
}
