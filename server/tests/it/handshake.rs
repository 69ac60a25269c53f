//! docs/threats.md, group A: handshake, Origin, CSRF. One test a line, with its number.

use protocol::{History, SentRecord};

use crate::client::{TestClient, key};
use crate::polling::{OPEN, Poll};
use crate::server::TestServer;
use crate::ws::Ws;
use crate::{eventually, http};

/// The cookie of a guest made just now.
async fn guest(server: &TestServer) -> String {
    http::post(server, "/name", &[], "name=Ana").await.cookie()
}

async fn head(server: &TestServer) -> u64 {
    server.app.rooms.history(None, History::default()).await.unwrap().head
}

#[tokio::test]
async fn a01_an_upgrade_of_another_site_is_refused_and_opens_no_session() {
    let server = TestServer::start().await;
    let cookie = guest(&server).await;
    let headers = [("origin", "https://evil.example"), ("cookie", cookie.as_str())];
    assert_eq!(Ws::open(&server, &headers).await.err(), Some(403));
    assert_eq!(server.app.bindings.count(), 0);
    let own = server.url();
    assert!(Ws::open(&server, &[("origin", own.as_str()), ("cookie", &cookie)]).await.is_ok());
}

#[tokio::test]
async fn a02_an_origin_that_only_looks_like_ours_is_refused() {
    let server = TestServer::start().await;
    let other_port = format!("http://127.0.0.1:{}", server.address.port() ^ 1);
    let other_scheme = format!("https://{}", server.address);
    let longer = format!("{}.evil.tld", server.url());
    for origin in ["null", "https://chat.example.evil.tld", &other_port, &other_scheme, &longer, ""] {
        assert_eq!(Ws::open(&server, &[("origin", origin)]).await.err(), Some(403), "{origin:?}");
        assert_eq!(http::get(&server, OPEN, &[("origin", origin)]).await.status, 403, "{origin:?}");
    }
    let refused = http::get(&server, OPEN, &[("origin", "null")]).await;
    assert_eq!(refused.body, r#"{"code":4,"message":"Forbidden"}"#);
}

#[tokio::test]
async fn a03_a_cookie_without_a_site_is_refused_and_no_cookie_passes() {
    let server = TestServer::start().await;
    let cookie = guest(&server).await;
    assert_eq!(Ws::open(&server, &[("cookie", &cookie)]).await.err(), Some(403));
    assert_eq!(http::form_from(&server, "/name", &[("cookie", &cookie)], "name=Bia").await.status, 403);
    assert!(Ws::open(&server, &[("authorization", "Bearer x")]).await.is_ok());
    let named = http::form_from(&server, "/name", &[("authorization", "Bearer x")], "name=Bia").await;
    assert_eq!(named.status, 303);
}

#[tokio::test]
async fn a04_a_poll_of_another_site_is_refused_and_may_read_no_answer() {
    let server = TestServer::start().await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    let mut answers = Vec::new();
    for headers in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for path in [OPEN, &poll.path()] {
            answers.push(http::get(&server, path, &[headers]).await);
            answers.push(http::send(&server, "POST", path, &[headers], b"40").await);
            answers.push(http::send(&server, "OPTIONS", path, &[headers], b"").await);
        }
    }
    assert!(answers.iter().all(|answer| answer.status == 403), "{answers:?}");
    answers.push(http::get(&server, OPEN, &[("origin", &server.url())]).await);
    let cors = answers
        .iter()
        .flat_map(|answer| &answer.headers)
        .find(|(name, _)| name.starts_with("access-control"));
    assert_eq!(cors, None);
}

#[tokio::test]
async fn a04_a_listed_site_may_read_the_answer_but_never_with_cookies() {
    let server =
        TestServer::with(|config| config.allow_origin = vec!["https://friend.example".parse().unwrap()])
            .await;
    let answer = http::get(&server, OPEN, &[("origin", "https://friend.example")]).await;
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, Some("https://friend.example"))
    );
    assert_eq!(answer.header("access-control-allow-credentials"), None);
}

#[tokio::test]
async fn a05_a_form_of_another_site_changes_nothing() {
    let server = TestServer::start().await;
    let cookie = guest(&server).await;
    let before = head(&server).await;
    for (path, form) in [
        ("/name", "name=Mal"),
        ("/r/lobby", "body=mal"),
        ("/account/keep", "password=12345678"),
        ("/account/password", "today=12345678&password=12345678"),
        ("/account/sessions", "id=0"),
        ("/account/appearance", "appearance=dark"),
        ("/account/receipts", "receipts=off"),
        ("/account/language", "language=es"),
        ("/sign-in", "name=Ana&password=12345678"),
        ("/sign-out", ""),
        ("/recover/x", "password=12345678"),
        ("/settings/recovery", "member=x"),
    ] {
        for site in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
        {
            for cookies in [&[("cookie", cookie.as_str())][..], &[]] {
                let headers = [&[site], cookies].concat();
                let answer = http::form_from(&server, path, &headers, form).await;
                assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "{path} {site:?}");
            }
        }
    }
    assert_eq!(head(&server).await, before);
}

#[tokio::test]
async fn a06_reading_changes_nothing() {
    let server = TestServer::start().await;
    let cookie = guest(&server).await;
    let before = head(&server).await;
    for method in ["GET", "HEAD"] {
        for path in ["/name?name=Mal", "/csp-report", "/sign-out", "/account/keep?password=12345678"] {
            assert_eq!(http::send(&server, method, path, &[], b"").await.status, 405, "{method} {path}");
        }
        for path in ["/?body=mal", "/r/lobby?body=mal&name=Mal", "/r/lobby/1?body=mal"] {
            let known = http::send(&server, method, path, &[("cookie", &cookie)], b"").await;
            let unknown = http::send(&server, method, path, &[], b"").await;
            assert_eq!((known.cookies(), unknown.cookies()), (vec![], vec![]), "{method} {path}");
        }
    }
    assert_eq!(head(&server).await, before);
}

#[tokio::test]
async fn a07_no_page_may_be_framed() {
    let server = TestServer::start().await;
    for path in ["/", "/r/lobby"] {
        let page = http::get(&server, path, &[]).await;
        let policy = page.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn a08_a_host_that_is_not_ours_is_misdirected() {
    let server =
        TestServer::with(|config| config.public_url = Some("https://chat.example".parse().unwrap())).await;
    for host in ["evil.example", "chat.example.evil.tld", "127.0.0.1.evil.tld"] {
        for (method, path) in
            [("GET", "/"), ("GET", "/settings"), ("GET", OPEN), ("POST", "/name"), ("GET", "/pkg/x.js")]
        {
            let answer = http::send(&server, method, path, &[("host", host)], b"").await;
            assert_eq!(answer.status, 421, "{method} {path} {host}");
        }
    }
    let headers = [("host", "chat.example"), ("origin", "https://chat.example")];
    let answer = http::form_from(&server, "/name", &headers, "name=Ana").await;
    assert_eq!(answer.location(), "/r/lobby", "redirects name no host at all");
    assert!(answer.header("set-cookie").is_some_and(|cookie| cookie.starts_with("__Host-cm_sid_443=")));
}

#[tokio::test]
async fn a09_a_stranger_cannot_choose_its_address() {
    let server = TestServer::with(|config| config.tuning.reports_per_minute = 3).await;
    let mut last = 0;
    for n in 0..4 {
        let forwarded = format!("203.0.113.{n}");
        let headers = [("x-forwarded-for", forwarded.as_str())];
        last = http::send(&server, "POST", "/csp-report", &headers, b"{}").await.status;
    }
    assert_eq!(last, 429, "four addresses were named, one was counted");
    let server = TestServer::with(|config| {
        config.tuning.reports_per_minute = 3;
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    for n in 0..4 {
        let forwarded = format!("203.0.113.{n}");
        let headers = [("x-forwarded-for", forwarded.as_str())];
        assert_eq!(
            http::send(&server, "POST", "/csp-report", &headers, b"{}").await.status,
            204,
            "a proxy is believed"
        );
    }
}

#[tokio::test]
async fn a10_only_a_path_of_this_site_is_followed() {
    let server = TestServer::unlimited().await;
    let name = || format!("name=A-{}", key());
    for next in ["//evil", "/%5Cevil", "%5C%5Cevil", "https://evil", "/%09/evil", "javascript:alert(1)"] {
        let answer = http::post(&server, "/name", &[], &format!("{}&next={next}", name())).await;
        assert_eq!(answer.location(), "/r/lobby", "{next}");
        let answer = http::post(&server, &format!("/name?next={next}"), &[], &name()).await;
        assert_eq!(answer.location(), "/r/lobby", "{next}");
    }
    let answer = http::post(&server, "/name", &[], &format!("{}&next=/r/lobby/7", name())).await;
    assert_eq!(answer.location(), "/r/lobby/7");
}

#[tokio::test]
async fn b20_a_doubtful_cookie_is_unauthorized_and_never_an_anonymous_guest() {
    let server = TestServer::start().await;
    let cookie = guest(&server).await;
    let own = server.url();
    let (name, secret) = cookie.split_once('=').unwrap();
    let altered = format!("{name}={}", secret.chars().rev().collect::<String>());
    let wrong_name = format!("__Host-{cookie}");
    let twice = format!("{cookie}; {cookie}");
    for bad in [&altered, &wrong_name, &twice] {
        assert_eq!(http::post(&server, "/r/lobby", &[("cookie", bad)], "body=oi").await.status, 401, "{bad}");
        let headers = [("cookie", bad.as_str()), ("origin", own.as_str())];
        let mut client = TestClient::open(&server, serde_json::Value::Null, &headers);
        assert_eq!(client.connect_error().await, "unauthorized", "{bad}");
    }
    let headers = [("cookie", cookie.as_str()), ("origin", own.as_str())];
    let mut client = TestClient::open(&server, serde_json::Value::Null, &headers);
    client.event(<SentRecord as protocol::Notice>::EVENT).await;
    client.io.disconnect();
    drop(client);
    eventually("all sessions to end", || server.app.bindings.count() == 0).await;
}
