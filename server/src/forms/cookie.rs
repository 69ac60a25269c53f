//! The session cookie's form: docs/threats.md section 2. Its value is [`crate::session`]'s matter.
//!
//! Browsers share cookies over all ports of a host, so the name tells the port: two servers on one host leave each
//! other's cookies alone. A cookie of the time when the name told none, or when people found this server at another port,
//! is given again under today's name ([`crate::forms::turn`]): an update signs nobody out.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use crate::App;
use crate::guard::Client;
use crate::session::{Secret, SecretKind};
use crate::store::StoreError;

/// What the cookie's name begins with over TLS: the prefix makes browsers refuse one set from elsewhere.
const SECURE_NAME: &str = "__Host-cm_sid";
/// The same without TLS, where browsers refuse that prefix.
const PLAIN_NAME: &str = "cm_sid";
/// The cookie of light and dark.
const APPEARANCE: &str = "cm_appearance";
/// Longest life without use, in seconds: 14 days.
const MAX_AGE: u32 = 1_209_600;
/// Most cookies of other names that are looked up.
const MOST_ELSEWHERE: usize = 4;

/// The cookie that only shows whether the browser keeps any.
const PROBE: &str = "cm_probe";

/// What the request's cookies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented<'a> {
    /// No session cookie of ours.
    Nothing,
    /// One, under the right name.
    One(&'a str),
    /// None of today's name, but some under a name of before or of another port: whether one of them is ours, and not
    /// another server's, is told by what it opens.
    Elsewhere,
    /// Two, or one under the name of the other scheme.
    Doubtful,
}

/// The session cookie among `headers`. Over TLS a cookie without the prefix is nobody's: any site of the domain can
/// have set it.
pub fn presented(client: Client, headers: &HeaderMap) -> Presented<'_> {
    let right = name(client);
    let other = (!client.secure).then(|| name(Client { secure: true, ..client }));
    let mut found = pairs(headers).filter(|(name, _)| *name == right || Some(*name) == other.as_deref());
    match (found.next(), found.next()) {
        (Some((name, value)), None) if name == right && !value.is_empty() => return Presented::One(value),
        (Some(_), _) => return Presented::Doubtful,
        (None, _) => {}
    }
    match elsewhere(client, headers).next() {
        Some(_) => Presented::Elsewhere,
        None => Presented::Nothing,
    }
}

/// The cookies under names that ours had or may have had: the name and the value of each.
fn elsewhere(client: Client, headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let ours = move |name: &str| match name.strip_prefix(prefix(client)) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('_').is_some_and(|port| port.parse::<u16>().is_ok()),
        None => false,
    };
    pairs(headers).filter(move |(name, value)| ours(name) && Secret::is_formed(value)).take(MOST_ELSEWHERE)
}

/// The secret under another name that opens a session of this server, and whether that name told no port.
pub(crate) async fn found_elsewhere<'a>(
    app: &App,
    client: Client,
    headers: &'a HeaderMap,
) -> Result<Option<(&'a str, bool)>, StoreError> {
    for (name, secret) in elsewhere(client, headers) {
        if app.sessions.known(SecretKind::Cookie, secret).await?.is_some() {
            return Ok(Some((secret, name == prefix(client))));
        }
    }
    Ok(None)
}

/// What the request's cookies say, once it is known whether one of another name is ours: never `Elsewhere`.
pub(crate) async fn shown<'a>(
    app: &App,
    client: Client,
    headers: &'a HeaderMap,
) -> Result<Presented<'a>, StoreError> {
    match presented(client, headers) {
        Presented::Elsewhere => {
            let found = found_elsewhere(app, client, headers).await?;
            Ok(found.map_or(Presented::Nothing, |(secret, _)| Presented::One(secret)))
        }
        presented => Ok(presented),
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

/// `Set-Cookie` that the next form shows, until the browser is closed.
pub fn probe(client: Client) -> HeaderValue {
    let value = format!("{PROBE}=1; Path=/{}; HttpOnly; SameSite=Lax", secure(client));
    HeaderValue::try_from(value).expect("invariant: plain ASCII")
}

/// The browser shows what [`probe`] gave it.
pub fn is_probed(headers: &HeaderMap) -> bool {
    pairs(headers).any(|(name, _)| name == PROBE)
}

/// There is a session cookie, right or wrong.
pub fn is_present(client: Client, headers: &HeaderMap) -> bool {
    presented(client, headers) != Presented::Nothing
}

/// The answer gives a session cookie, or takes it away.
pub fn is_given<B>(client: Client, response: &http::Response<B>) -> bool {
    let right = name(client);
    let set = response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|value| value.split_once('=')).any(|(name, _)| name == right)
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

/// `Set-Cookie` that takes the session cookie away.
pub fn take_away(client: Client) -> HeaderValue {
    take_away_named(client, &name(client))
}

/// `Set-Cookie` that takes the cookie of the name before away.
pub fn take_old_away(client: Client) -> HeaderValue {
    take_away_named(client, prefix(client))
}

fn take_away_named(client: Client, name: &str) -> HeaderValue {
    let value = format!("{name}=; Path=/{}; HttpOnly; SameSite=Lax; Max-Age=0", secure(client));
    HeaderValue::try_from(value).expect("invariant: plain ASCII")
}

fn name(client: Client) -> String {
    format!("{}_{}", prefix(client), client.port)
}

fn prefix(client: Client) -> &'static str {
    if client.secure { SECURE_NAME } else { PLAIN_NAME }
}

fn secure(client: Client) -> &'static str {
    if client.secure { "; Secure" } else { "" }
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

    const PLAIN: Client = Client {
        ip: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        secure: false,
        private: true,
        port: 5000,
    };
    const TLS: Client = Client { secure: true, ..PLAIN };

    fn headers(cookies: &[&str]) -> HeaderMap {
        cookies.iter().map(|value| (COOKIE, value.parse().unwrap())).collect()
    }

    #[test]
    fn one_cookie_under_the_right_name_counts() {
        assert_eq!(presented(PLAIN, &headers(&["a=b; cm_sid_5000=x"])), Presented::One("x"));
        assert_eq!(presented(TLS, &headers(&["__Host-cm_sid_5000=x"])), Presented::One("x"));
        assert_eq!(presented(PLAIN, &headers(&["a=b"])), Presented::Nothing);
    }

    #[test]
    fn two_or_a_wrong_name_or_an_empty_value_are_doubtful() {
        for (client, cookies) in [
            (PLAIN, &["cm_sid_5000=x; cm_sid_5000=y"][..]),
            (PLAIN, &["cm_sid_5000=x", "cm_sid_5000=x"]),
            (PLAIN, &["__Host-cm_sid_5000=x"]),
            (TLS, &["__Host-cm_sid_5000=x; __Host-cm_sid_5000=y"]),
            (PLAIN, &["cm_sid_5000="]),
        ] {
            assert_eq!(presented(client, &headers(cookies)), Presented::Doubtful, "{cookies:?}");
        }
    }

    #[test]
    fn a_cookie_that_is_another_servers_or_anybodys_is_none_of_ours() {
        let secret = "s".repeat(43);
        for (client, cookies) in [
            (PLAIN, "cm_sid_5001=x".to_owned()),
            (PLAIN, format!("cm_sid_x={secret}; cm_side={secret}; cm_sid_70000={secret}")),
            (PLAIN, format!("__Host-cm_sid={secret}")),
            // Over TLS any site of the domain can have set a name without the prefix.
            (TLS, format!("cm_sid_5000={secret}; cm_sid={secret}; cm_sid_443={secret}")),
        ] {
            assert_eq!(presented(client, &headers(&[&cookies])), Presented::Nothing, "{cookies:?}");
        }
    }

    #[test]
    fn a_good_cookie_survives_a_bad_one_beside_it() {
        for (client, cookies) in [
            (TLS, &["cm_sid_5000=bad; __Host-cm_sid_5000=good; cm_sid=bad"][..]),
            (TLS, &["__Host-cm_sid=bad; __Host-cm_sid_5000=good; __Host-cm_sid_5001=bad"]),
            (PLAIN, &["cm_sid=bad; cm_sid_5000=good; cm_sid_5001=bad"]),
        ] {
            assert_eq!(presented(client, &headers(cookies)), Presented::One("good"), "{cookies:?}");
        }
    }

    #[test]
    fn other_names_count_where_there_is_none_of_today() {
        let secret = "s".repeat(43);
        for (client, cookies) in [
            (PLAIN, format!("cm_sid={secret}")),
            (PLAIN, format!("cm_sid_5001={secret}; cm_sid={secret}")),
            (TLS, format!("cm_sid=y; __Host-cm_sid_443={secret}")),
        ] {
            assert_eq!(presented(client, &headers(&[&cookies])), Presented::Elsewhere, "{cookies:?}");
            let today = format!("{cookies}; {}=good", name(client));
            assert_eq!(presented(client, &headers(&[&today])), Presented::One("good"), "{cookies:?}");
        }
    }

    #[test]
    fn what_is_taken_away_is_what_was_given() {
        let gone = take_away(TLS);
        assert_eq!(gone, "__Host-cm_sid_5000=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(take_away(PLAIN), "cm_sid_5000=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(take_old_away(PLAIN), "cm_sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
