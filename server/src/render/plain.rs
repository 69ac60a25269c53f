//! Plain pages: what they share on the server's side. Their views are in `app`, below `app::plain`.

use app::i18n::Lang;
use app::pages::Notice;
use app::plain::Frame;
use app::shell::{self, Assets};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::language::language;
use super::{Around, forget_cookie};
use crate::App;
use crate::forms::{self, VisitorError};
use crate::guard::Client;
use crate::session::Author;
use crate::store::StoreError;

/// One request for a plain page.
pub struct PlainPage<'a> {
    app: &'a App,
    client: Client,
    headers: &'a HeaderMap,
    lang: Lang,
    session: Option<[u8; 32]>,
    /// The cookie opens nothing, and is taken away with the answer.
    invalid: bool,
}

impl<'a> PlainPage<'a> {
    /// For the request with these `headers`; with it the person who asks. Else the answer to somebody who may not be
    /// here, or of whom there is no telling.
    pub async fn open(
        app: &'a App,
        client: Client,
        headers: &'a HeaderMap,
    ) -> Result<(PlainPage<'a>, Option<Author>), Response> {
        let known = forms::known(app, client, headers).await;
        let one = known.as_ref().ok().and_then(Option::as_ref);
        let (lang, session) = (language(one.map(|one| &one.author), headers), one.map(|one| one.session));
        let mut page = PlainPage { app, client, headers, lang, session, invalid: false };
        match known {
            Ok(Some(known)) if known.author.banned => Err(page.notice(Notice::Banned)),
            Ok(known) => Ok((page, known.map(|known| known.author))),
            Err(VisitorError::Invalid) => {
                page.invalid = true;
                Ok((page, None))
            }
            Err(VisitorError::Store(error)) => Err(page.broken(&error)),
        }
    }

    /// The language of this request.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// What names the session of who asks.
    pub fn session(&self) -> Option<[u8; 32]> {
        self.session
    }

    /// A frame with the server's name.
    pub fn frame(&self, title: &str) -> Frame {
        let lang = self.lang();
        let settings = self.app.settings.now();
        let server = settings.name.as_ref().map_or(lang.texts().product, |name| name.as_str());
        Frame::new(lang, title, server)
    }

    /// The document that `make` makes, with its policy.
    pub fn answer(&self, status: StatusCode, make: impl FnOnce(&Assets<'_>) -> String) -> Response {
        let around = Around::new(self.app, self.client, self.headers);
        let document = make(&around.assets());
        self.clean(around.answer(status, document))
    }

    /// An answer that is no page of this frame; a cookie that opens nothing is taken away with it as well.
    pub fn clean(&self, mut response: Response) -> Response {
        if self.invalid {
            forget_cookie(self.client, &mut response);
        }
        response
    }

    /// The database could not be asked.
    pub fn broken(&self, error: &StoreError) -> Response {
        error.log("a page could not be made");
        self.notice(Notice::Broken)
    }

    /// A page that only says why there is nothing else.
    pub fn notice(&self, notice: Notice) -> Response {
        let status = match notice {
            Notice::NotFound | Notice::DeadLink => StatusCode::NOT_FOUND,
            Notice::Banned | Notice::Elsewhere | Notice::Port => StatusCode::FORBIDDEN,
            Notice::InviteOnly | Notice::SignedOut => StatusCode::UNAUTHORIZED,
            Notice::Broken => StatusCode::SERVICE_UNAVAILABLE,
            Notice::Unreadable => StatusCode::BAD_REQUEST,
            Notice::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Notice::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Notice::TooMany => StatusCode::TOO_MANY_REQUESTS,
        };
        self.answer(status, |assets| shell::notice(notice, self.lang(), assets))
    }
}
