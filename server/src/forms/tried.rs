//! What was typed into a form that was refused, for the page that shows the form again: the next one, and no other.
//!
//! In a cookie and not in the address, which stays in histories and logs.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::cookie;

/// The cookie's name.
const NAME: &str = "cm_tried";

/// Longest text kept, in bytes.
const MAX: usize = 320;

/// Gives `text` along for the page at `path`, for a minute.
pub(crate) fn keep(path: &str, text: &str, response: &mut Response) {
    let text = text.trim();
    if text.len() > MAX {
        return;
    }
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let value = format!("{NAME}={hex}; Path={path}; HttpOnly; SameSite=Lax; Max-Age=60");
    let value = HeaderValue::try_from(value).expect("invariant: a path of ours and hex digits");
    response.headers_mut().append(SET_COOKIE, value);
}

/// What was given along; anybody can have written it.
pub(crate) fn kept(headers: &HeaderMap) -> Option<String> {
    let hex = cookie::value(headers, NAME).filter(|hex| hex.len() <= 2 * MAX && hex.is_ascii())?;
    let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok());
    String::from_utf8(bytes.collect::<Option<_>>()?).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;
    use axum::response::IntoResponse as _;

    use super::*;

    fn back(value: &str) -> Option<String> {
        kept(&HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(value).unwrap())]))
    }

    #[test]
    fn what_is_given_along_comes_back_and_what_is_not_of_that_form_does_not() {
        let mut response = ().into_response();
        keep("/sign-in", " Ana Lúcia; =\u{1f600} ", &mut response);
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(back(&cookie).as_deref(), Some("Ana Lúcia; =\u{1f600}"));
        for bad in ["cm_tried=4", "cm_tried=zz", "cm_tried=ff", "other=41"] {
            assert_eq!(back(bad), None, "{bad}");
        }
        let mut long = ().into_response();
        keep("/sign-in", &"a".repeat(MAX + 1), &mut long);
        assert!(long.headers().get(SET_COOKIE).is_none());
    }
}
