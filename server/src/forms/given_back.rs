//! A message that a form sent and that was refused: the answer is a page with the reason and the text, to be sent again.

use app::pages::given_back;
use app::plain::Told;
use app::shell;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use chat::RoomId;
use protocol::{Problem, Refusal};

use super::{MessageForm, back, see_other};
use crate::App;
use crate::guard::Client;
use crate::render::plain::PlainPage;

/// One message, and who sent it.
pub(super) struct GivenBack<'a> {
    app: &'a App,
    client: Client,
    headers: &'a HeaderMap,
    sent: given_back::GivenBack,
}

impl<'a> GivenBack<'a> {
    pub(super) fn new(
        app: &'a App,
        client: Client,
        headers: &'a HeaderMap,
        room: &RoomId,
        form: &MessageForm,
    ) -> GivenBack<'a> {
        let sent = given_back::GivenBack {
            action: format!("/r/{room}"),
            text: form.body.clone(),
            key: form.key.clone(),
            next: form.next.clone(),
        };
        GivenBack { app, client, headers, sent }
    }

    /// The same, to be sent as something new.
    pub(super) fn without_key(mut self) -> GivenBack<'a> {
        self.sent.key = None;
        self
    }

    /// The answer. Of nothing, nothing is given back: then it is the page itself.
    pub(super) async fn answer(self, page: &str, problem: &Problem) -> Response {
        if problem.code == Refusal::Empty {
            return see_other(&back::refused(page, problem.code.code()));
        }
        let (plain, _) = match PlainPage::open(self.app, self.client, self.headers).await {
            Ok(opened) => opened,
            Err(answer) => return answer,
        };
        let lang = plain.lang();
        let mut frame = plain.frame(lang.plain().trouble.not_sent);
        frame.back = page.to_owned();
        frame.told = Some(Told::Refused((lang.texts().refusal)(problem.code).to_owned()));
        let sent = self.sent;
        let document = |assets: &shell::Assets<'_>| shell::plain(frame, assets, || sent.view(lang));
        let mut response = plain.answer(status(problem.code), document);
        if let Some(wait) = problem.retry_after_ms {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.div_ceil(1_000).max(1)));
        }
        response
    }
}

fn status(code: Refusal) -> StatusCode {
    match code {
        Refusal::RateLimited | Refusal::Busy => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Storage | Refusal::Restarting | Refusal::Timeout => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Forbidden | Refusal::Muted | Refusal::Banned => StatusCode::FORBIDDEN,
        Refusal::Unauthorized => StatusCode::UNAUTHORIZED,
        Refusal::KeyConflict => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
