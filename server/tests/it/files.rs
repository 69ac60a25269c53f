//! Files: the stock client's bundle, the operator's pages; and the headers of every answer.

use std::fs;

use crate::http;
use crate::server::{Folder, TestServer};

#[tokio::test]
async fn every_answer_says_nosniff() {
    let server = TestServer::start().await;
    for path in [
        "/",
        "/r/lobby",
        "/healthz",
        "/nowhere",
        "/socket.io/?EIO=4&transport=polling",
        "/socket.io/socket.io.js",
    ] {
        assert_eq!(
            http::get(&server, path, &[]).await.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
    }
    let refused = http::get(&server, "/", &[("host", "evil.example")]).await;
    assert_eq!(refused.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_page_carries_the_headers_of_a_page() {
    let server = TestServer::start().await;
    let page = http::get(&server, "/r/lobby", &[]).await;
    for (name, value) in [
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ("reporting-endpoints", "csp=\"/csp-report\""),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(page.header(name), Some(value), "{name}");
    }
    assert_eq!(page.header("strict-transport-security"), None, "only over TLS");
}

#[tokio::test]
async fn a_browser_that_came_without_tls_is_told_nothing_it_would_complain_about() {
    let server = TestServer::with(|config| config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()]).await;
    let far = |scheme| [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", scheme)];
    for (scheme, told) in [("http", None), ("https", Some("same-origin"))] {
        let page = http::get(&server, "/r/lobby", &far(scheme)).await;
        assert_eq!((page.status, page.header("cross-origin-opener-policy")), (200, told), "{scheme}");
    }
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_stay_there() {
    let server =
        TestServer::with(|config| config.public_url = Some("https://chat.example".parse().unwrap())).await;
    let page = http::get(&server, "/r/lobby", &[("host", "chat.example")]).await;
    assert_eq!(page.header("strict-transport-security"), Some("max-age=63072000"));
}

#[tokio::test]
async fn the_stock_client_is_served_with_a_strong_validator() {
    let server = TestServer::start().await;
    for name in ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"] {
        let path = format!("/socket.io/{name}");
        let file = http::get(&server, &path, &[]).await;
        if file.status == 404 {
            println!("skipped: the bundle was not there at build time");
            continue;
        }
        assert_eq!(file.header("content-type"), Some("application/javascript; charset=utf-8"));
        assert_eq!(file.header("cache-control"), Some("public, max-age=0"));
        assert!(file.body.contains("Socket.IO v4.8"), "with its licence banner");
        let tag = file.header("etag").unwrap();
        assert!(tag.starts_with('"'), "strong: {tag}");
        let again = http::get(&server, &path, &[("if-none-match", tag)]).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""));
        let foreign = http::get(&server, &path, &[("origin", "https://anybody.example")]).await;
        assert_eq!(foreign.status, 200, "a file as any other");
    }
    assert_eq!(http::get(&server, "/socket.io/socket.io.msgpack.min.js", &[]).await.status, 404);
}

#[tokio::test]
async fn a_browser_without_brotli_gets_files_as_gzip_and_live_traffic_as_it_is() {
    let server = TestServer::start().await;
    let path = "/socket.io/socket.io.js";
    let plain = http::get(&server, path, &[]).await;
    if plain.status == 404 {
        println!("skipped: the bundle was not there at build time");
        return;
    }
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
    let takes_gzip = ("accept-encoding", "gzip, deflate");
    let file = http::get(&server, path, &[takes_gzip]).await;
    assert_eq!(file.header("content-encoding"), Some("gzip"));
    assert_eq!(file.header("content-type"), plain.header("content-type"));
    let length = |answer: &http::Answer| answer.header("content-length").unwrap().parse::<usize>().unwrap();
    assert!(length(&file) < length(&plain) / 3);
    let tag = file.header("etag").unwrap();
    assert!(tag.starts_with('"'), "a strong one: {tag}");
    let again = http::get(&server, path, &[takes_gzip, ("if-none-match", tag)]).await;
    assert_eq!((again.status, again.header("etag")), (304, Some(tag)));
    let poll = http::get(&server, "/socket.io/?EIO=4&transport=polling", &[takes_gzip]).await;
    assert_eq!((poll.status, poll.header("content-encoding"), poll.header("vary")), (200, None, None));
}

#[tokio::test]
async fn an_operators_page_stands_beside_the_chat() {
    let folder = Folder::new();
    let pages = folder.path().join("pages");
    fs::create_dir_all(pages.join("js")).unwrap();
    fs::create_dir_all(pages.join("r")).unwrap();
    fs::write(pages.join("index.html"), "<script>minha página</script>").unwrap();
    fs::write(pages.join("js/chat.js"), "const socket = io();").unwrap();
    fs::write(pages.join("r/lobby"), "not this one").unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret"), pages.join("link.txt")).unwrap();
    let server = TestServer::with(|config| config.pages = Some(pages)).await;
    let page = http::get(&server, "/", &[]).await;
    assert_eq!((page.status, page.body.as_str()), (200, "<script>minha página</script>"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"), "{policy}");
    let script = http::get(&server, "/js/chat.js?v=1", &[]).await;
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(http::send(&server, "HEAD", "/js/chat.js", &[], b"").await.status, 200);
    for outside in ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "/link.txt", "/js", "/js/", "/nope.js"] {
        let answer = http::get(&server, outside, &[]).await;
        assert!(answer.status == 404 && !answer.body.contains("secret"), "{outside}: {answer:?}");
    }
    assert_eq!(http::post(&server, "/js/chat.js", &[], "").await.status, 404, "read only");
    assert!(!http::get(&server, "/r/lobby", &[]).await.body.contains("not this one"));
    assert_eq!(http::get(&server, "/healthz", &[]).await.body, "ok");
}

#[tokio::test]
async fn reports_of_refused_content_are_counted_and_not_echoed() {
    let server = TestServer::start().await;
    let report = br#"{"csp-report":{"effective-directive":"img-src","blocked-uri":"<b>"}}"#;
    let headers = [("content-type", "application/csp-report"), ("origin", "null")];
    let answer = http::send(&server, "POST", "/csp-report", &headers, report).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(server.app.reports.counts(), [("img-src", 1)].into());
    let big = vec![b' '; 9 * 1024];
    assert_eq!(http::send(&server, "POST", "/csp-report", &headers, &big).await.status, 413);
    let mut last = 0;
    for _ in 0..10 {
        last = http::send(&server, "POST", "/csp-report", &headers, b"[]").await.status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn health_is_plain_to_see() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = http::get(&server, path, &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"), "{path}");
    }
    server.app.store.close().await;
    assert_eq!(http::get(&server, "/healthz", &[]).await.status, 200, "alive");
    assert_eq!(http::get(&server, "/readyz", &[]).await.status, 503, "and unable to store");
}
