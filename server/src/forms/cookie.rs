//! The session cookie's form: security.md section 2. Its value is [`crate::session`]'s matter.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use crate::guard::Client;
use crate::session::Secret;

/// The cookie's name over TLS: the prefix makes browsers refuse one set from elsewhere.
const SECURE_NAME: &str = "__Host-cm_sid";
/// Its name without TLS, where browsers refuse that prefix.
const PLAIN_NAME: &str = "cm_sid";
/// The cookie of light and dark.
const APPEARANCE: &str = "cm_appearance";
/// Longest life without use, in seconds: 14 days.
const MAX_AGE: u32 = 1_209_600;

/// What the request's cookies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented<'a> {
    /// No session cookie.
    Nothing,
    /// One, under the right name.
    One(&'a str),
    /// Two, or one under the wrong name.
    Doubtful,
}

/// The session cookie among `headers`.
pub fn presented(client: Client, headers: &HeaderMap) -> Presented<'_> {
    let right = name(client);
    let mut found = values(headers);
    match (found.next(), found.next()) {
        (None, _) => Presented::Nothing,
        (Some((name, value)), None) if name == right && !value.is_empty() => Presented::One(value),
        _ => Presented::Doubtful,
    }
}

/// The value of a cookie that is no secret; anybody can have written it.
pub(crate) fn value<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    pairs(headers).find_map(|(name, value)| (name == wanted).then_some(value))
}

/// What the browser was told of light and dark, as it says it; anybody can have written it.
pub fn appearance(headers: &HeaderMap) -> Option<&str> {
    value(headers, APPEARANCE)
}

/// `Set-Cookie` that keeps the choice between light and dark, which is no secret, for a year.
pub fn give_appearance(client: Client, code: &'static str) -> HeaderValue {
    let value =
        format!("{APPEARANCE}={code}; Path=/{}; HttpOnly; SameSite=Lax; Max-Age=31536000", secure(client));
    HeaderValue::try_from(value).expect("invariant: plain ASCII")
}

/// There is a session cookie, right or wrong.
pub fn is_present(headers: &HeaderMap) -> bool {
    values(headers).next().is_some()
}

/// The answer gives a session cookie, or takes it away.
pub fn is_given<B>(response: &http::Response<B>) -> bool {
    let set = response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|value| value.split_once('=')).any(|(name, _)| name == SECURE_NAME || name == PLAIN_NAME)
}

/// `Set-Cookie` that gives the session.
pub fn give(client: Client, secret: &Secret) -> HeaderValue {
    let value = format!(
        "{}={}; Path=/{}; HttpOnly; SameSite=Lax; Max-Age={MAX_AGE}",
        name(client),
        secret.as_str(),
        secure(client)
    );
    let mut value = HeaderValue::try_from(value).expect("invariant: base64url is a header value");
    value.set_sensitive(true);
    value
}

/// `Set-Cookie` that takes every session cookie away.
pub fn take_away(client: Client) -> Vec<HeaderValue> {
    // Over plain HTTP a browser keeps a `__Host-` cookie whatever we say, and does not send it either.
    let names: &[&str] = if client.secure { &[SECURE_NAME, PLAIN_NAME] } else { &[PLAIN_NAME] };
    names
        .iter()
        .map(|name| format!("{name}=; Path=/{}; HttpOnly; SameSite=Lax; Max-Age=0", secure(client)))
        .map(|value| HeaderValue::try_from(value).expect("invariant: plain ASCII"))
        .collect()
}

fn name(client: Client) -> &'static str {
    if client.secure { SECURE_NAME } else { PLAIN_NAME }
}

fn secure(client: Client) -> &'static str {
    if client.secure { "; Secure" } else { "" }
}

fn values(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    pairs(headers).filter(|(name, _)| *name == SECURE_NAME || *name == PLAIN_NAME)
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Client =
        Client { ip: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), secure: false, private: true };
    const TLS: Client = Client { secure: true, ..PLAIN };

    fn headers(cookies: &[&str]) -> HeaderMap {
        cookies.iter().map(|value| (COOKIE, value.parse().unwrap())).collect()
    }

    #[test]
    fn one_cookie_under_the_right_name_counts() {
        assert_eq!(presented(PLAIN, &headers(&["a=b; cm_sid=x"])), Presented::One("x"));
        assert_eq!(presented(TLS, &headers(&["__Host-cm_sid=x"])), Presented::One("x"));
        assert_eq!(presented(PLAIN, &headers(&["a=b"])), Presented::Nothing);
    }

    #[test]
    fn two_or_a_wrong_name_or_an_empty_value_are_doubtful() {
        for (client, cookies) in [
            (PLAIN, &["cm_sid=x; cm_sid=y"][..]),
            (PLAIN, &["cm_sid=x", "cm_sid=x"]),
            (PLAIN, &["__Host-cm_sid=x"]),
            (TLS, &["cm_sid=x"]),
            (PLAIN, &["cm_sid="]),
        ] {
            assert_eq!(presented(client, &headers(cookies)), Presented::Doubtful, "{cookies:?}");
        }
    }

    #[test]
    fn what_is_taken_away_is_what_was_given() {
        let gone = take_away(TLS);
        assert_eq!(gone[0], "__Host-cm_sid=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(take_away(PLAIN), ["cm_sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"]);
    }
}
