//! On whose clock a page tells the time: the person's, as a page's script has told in a cookie; before that the server's.

use axum::http::HeaderMap;

use crate::forms::cookie;

/// The cookie, as `app::shell` writes it: minutes east of UTC.
const NAME: &str = app::shell::ZONE_COOKIE;

/// No place is farther from UTC, in minutes.
const FARTHEST: i32 = 14 * 60;

/// Minutes east of UTC.
pub(crate) fn utc_offset(headers: &HeaderMap, now: chat::Millis) -> i32 {
    told(headers).unwrap_or_else(|| {
        let now = jiff::Timestamp::from_millisecond(now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::tz::TimeZone::system().to_offset(now).seconds() / 60
    })
}

/// Anybody can have written it.
fn told(headers: &HeaderMap) -> Option<i32> {
    let minutes: i32 = cookie::value(headers, NAME)?.parse().ok()?;
    (-FARTHEST..=FARTHEST).contains(&minutes).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn a_zone_that_is_none_is_not_believed() {
        let of = |value: &str| told(&HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(value).unwrap())]));
        assert_eq!(
            (of("cm_zone=-180"), of("a=b; cm_zone=345"), of("cm_zone=0")),
            (Some(-180), Some(345), Some(0))
        );
        for bad in ["cm_zone=", "cm_zone=841", "cm_zone=-2147483648", "cm_zone=1e2", "zone=1"] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
