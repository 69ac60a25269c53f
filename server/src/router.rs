//! Every HTTP address of the product, in one list.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use axum::http::{Method, StatusCode};
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
        .layer(from_fn(plain))
        .layer(from_fn_with_state(app.clone(), guard::check))
        .layer(from_fn(headers::add))
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

async fn nothing(request: Request) -> Response {
    match assets::from_disk(request.uri().path()).await {
        Some(file) if *request.method() == Method::GET => file,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
