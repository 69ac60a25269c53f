//! Which language a page is in.

use app::i18n::Lang;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::session::Author;

/// The one that `person` chose, else the one that the browser behind `headers` asks for. Every page asks here.
pub(crate) fn language(person: Option<&Author>, headers: &HeaderMap) -> Lang {
    let accepted = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    Lang::chosen(person.and_then(|person| person.lang), accepted)
}
