//! Every HTTP address of the product, in one list.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, EXPECT, LOCATION};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

use crate::guard::EngineRequest;
use crate::listener::Connection;
use crate::render::{claim, invite, settings};
use crate::socket::adapter::Engine;
use crate::socket::binding;
use crate::{App, assets, forms, guard, headers, health, render, telemetry};

/// Largest body of a form, in bytes.
const MAX_FORM: usize = 64 * 1024;
/// How long what is too long is read and forgotten.
const MOMENT: Duration = Duration::from_secs(1);
/// Largest report of refused content, in bytes.
const MAX_REPORT: usize = 8 * 1024;

/// The addresses over `engine`, behind the door that every request passes.
pub fn router(app: App, engine: Engine) -> Router {
    // The engine compares the whole path, so it is called at exact routes and never nested. It is not a layer
    // either: that would make an engine of its own for each method and connection.
    let sockets = move |State(app): State<App>, client: guard::Client, request: Request| {
        let engine = engine.clone();
        async move {
            let extensions = request.extensions();
            match (extensions.get::<Connection>().cloned(), extensions.get::<EngineRequest>().cloned()) {
                (Some(connection), Some(asked)) => {
                    binding::serve(app, engine, client, connection, asked, request).await
                }
                // A request that came around the guard is not served.
                _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
    };
    Router::new()
        .route("/", get(render::page))
        .route("/r/{room}", get(render::page).post(forms::message))
        .route("/r/{room}/{seq}", get(render::page))
        .route("/r/{room}/people", post(forms::rooms::add))
        .route("/r/{room}/join", post(forms::rooms::join))
        .route("/r/{room}/leave", post(forms::rooms::leave))
        .route("/r/{room}/notify", post(forms::rooms::notify))
        .route("/rooms", post(forms::rooms::create))
        .route("/name", post(forms::name))
        .route("/session", post(forms::turn::again))
        .merge(accounts())
        .route("/moderation", get(render::moderation::page))
        .route("/moderation/reports/{id}", post(forms::moderation::settle))
        .route("/moderation/pardon", post(forms::moderation::pardon))
        .route("/i/{token}", get(invite::invite).post(invite::accept))
        .route("/claim/{token}", get(claim::claim).post(claim::take))
        .route("/settings", get(settings::settings))
        .route("/settings/server", post(settings::save))
        .route("/settings/role", post(settings::appoint))
        .route("/settings/ban", post(settings::ban))
        .route("/settings/invites", post(settings::make_invite))
        .route("/settings/invites/revoke", post(settings::revoke_invite))
        .route(render::manifest::PATH, get(render::manifest::manifest))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state(app.clone(), forms::turn::turn))
        .route("/socket.io/", any(sockets.clone()))
        .route("/socket.io", any(sockets))
        .nest("/socket.io", assets::client_bundle().with_state(()))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route(headers::REPORT_PATH, post(headers::take_report).layer(DefaultBodyLimit::max(MAX_REPORT)))
        .merge(assets::router().with_state(()))
        .fallback(nothing)
        .layer(from_fn_with_state(app.clone(), assets::pages::serve))
        .layer(from_fn_with_state(app.clone(), in_time))
        .layer(from_fn_with_state(app.clone(), fits))
        .layer(from_fn(plain))
        .layer(from_fn_with_state(app.clone(), guard::check))
        .layer(from_fn_with_state(app.clone(), render::trouble::explain))
        .layer(from_fn(headers::add))
        .layer(from_fn(assets::compress_page))
        .layer(from_fn(telemetry::access))
        .with_state(app)
}

/// Names kept with a password: their pages and forms.
fn accounts() -> Router<App> {
    use forms::{account, goodbye, sign_in};
    Router::new()
        .route("/sign-in", get(render::account::sign_in).post(sign_in::sign_in))
        .route("/sign-out", post(account::sign_out))
        .route("/account", get(render::account::account))
        .route("/account/keep", post(account::keep))
        .route("/account/password", post(account::password))
        .route("/account/sessions", post(account::revoke))
        .route("/account/appearance", post(account::appearance))
        .route("/account/delete", post(goodbye::delete))
        .route("/account/receipts", post(account::receipts))
        .route("/account/language", post(account::language))
        .route("/recover/{token}", get(render::account::recovery).post(sign_in::recover))
        .route("/settings/recovery", post(sign_in::offer))
}

/// Gives up a request whose body does not come. A poll, which waits on purpose, has none; a post waits for its packets
/// to be carried out, and its body is timed where it is read.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let for_engine = request.extensions().get::<EngineRequest>().is_some();
    if for_engine || matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    match tokio::time::timeout(app.config.tuning.body_read, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// Refuses a compressed body: a small one may be a large one inside, and none of our clients sends any.
async fn plain(request: Request, next: Next) -> Response {
    let mut encodings = request.headers().get_all(CONTENT_ENCODING).iter();
    if encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return next.run(request).await;
    }
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, [(ACCEPT_ENCODING, "identity")]).into_response()
}

/// What no route has: a file of the operator's, a page whose address came with a slash too many, or nothing.
async fn nothing(State(app): State<App>, request: Request) -> Response {
    let request = match assets::pages::answer(&app, request).await {
        Ok(response) => return response,
        Err(request) => request,
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(address) = without_slash(request.uri()) {
        return (StatusCode::PERMANENT_REDIRECT, [(LOCATION, address)]).into_response();
    }
    match assets::from_disk(request).await {
        Some(file) => file,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The address of one of the product's pages, if that is what it is without the slash at its end.
fn without_slash(uri: &Uri) -> Option<HeaderValue> {
    let path =
        uri.path().strip_suffix('/').filter(|path| assets::pages::is_ours(path) && !path.ends_with('/'))?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    HeaderValue::try_from(format!("{path}{query}")).ok()
}

/// Refuses at once what says of itself that it is too long. What is on its way is read for a moment and forgotten:
/// hanging up on it would take the answer back.
async fn fits(State(app): State<App>, request: Request, next: Next) -> Response {
    let length =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let engine = request.uri().path().starts_with("/socket.io");
    if engine || length.is_none_or(|length| length <= MAX_FORM as u64) {
        return next.run(request).await;
    }
    if !request.headers().contains_key(EXPECT) {
        let mut rest = request.into_body();
        let most = app.config.tuning.body_read.min(MOMENT);
        tokio::spawn(tokio::time::timeout(most, async move {
            while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut rest).poll_frame(cx)).await {}
        }));
    }
    (StatusCode::PAYLOAD_TOO_LARGE, [(CONNECTION, "close")]).into_response()
}
