//! What every HTTP answer has in common: its size, its validator, its way on; and the addresses that are almost right.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::program::Program;
use crate::server::TestServer;
use crate::{http, within};

const GZIP: (&str, &str) = ("accept-encoding", "gzip, deflate, br");

#[tokio::test]
async fn pages_are_compressed_for_who_takes_that() {
    let server = TestServer::start().await;
    let plain = http::get(&server, "/r/lobby", &[]).await;
    let length = |answer: &http::Answer| answer.header("content-length").unwrap().parse::<usize>().unwrap();
    for path in ["/r/lobby", "/", "/sign-in", "/nowhere"] {
        let small = http::get(&server, path, &[GZIP]).await;
        assert_eq!(small.header("content-encoding"), Some("gzip"), "{path}");
        assert_eq!(small.header("vary"), Some("accept-encoding"), "{path}");
    }
    let small = http::get(&server, "/r/lobby", &[GZIP]).await;
    assert!(length(&small) < length(&plain) / 3, "{} of {}", length(&small), length(&plain));
    for refused in ["gzip;q=0", "identity", "br;q=1, gzip;q=0", "gzip;q=0.1, identity;q=0.9"] {
        let answer = http::get(&server, "/r/lobby", &[("accept-encoding", refused)]).await;
        assert_eq!(answer.header("content-encoding"), None, "{refused}");
    }
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_refused_before_it_comes() {
    let server = TestServer::start().await;
    for path in ["/r/lobby", "/name", "/sign-in", "/csp-report", "/nowhere"] {
        let mut tcp = TcpStream::connect(server.address).await.unwrap();
        let origin = server.url();
        let headers = [
            ("origin", origin.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-length", "10485760"),
        ];
        // Nothing of the body is sent.
        tcp.write_all(&http::request(&server.address, "POST", path, &headers, b"")).await.unwrap();
        let mut start = [0; 12];
        within("the answer", tcp.read_exact(&mut start)).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 413", "{path}");
    }
    let big = format!("body={}", "a".repeat(10 * 1024 * 1024));
    let page = http::post(&server, "/r/lobby", &[], &big).await;
    assert!(page.status == 413 && page.body.contains("href=\"/\""), "{page:?}");
}

#[tokio::test]
async fn a_client_that_has_said_everything_and_listens_gets_its_page() {
    let server = TestServer::start().await;
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all(&http::request(&server.address, "GET", "/r/lobby", &[], b"")).await.unwrap();
    tcp.shutdown().await.unwrap();
    let mut answer = String::new();
    within("the page", tcp.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("</html>"));
}

#[tokio::test]
async fn errors_are_pages_with_a_way_on_in_the_readers_language() {
    let server = TestServer::start().await;
    let html = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let english = [html, ("accept-language", "en")];
    let lost = http::get(&server, "/nowhere/at/all", &english).await;
    assert_eq!((lost.status, lost.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(lost.body.contains("There is nothing here") && lost.body.contains("href=\"/\""));
    assert!(lost.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let dead = [english[0], english[1], ("cookie", "cm_sid=dead")];
    let over = http::post(&server, "/account/sessions", &dead, "id=x").await;
    assert!(over.status == 401 && over.body.contains("href=\"/sign-in\""), "{over:?}");
    for _ in 0..5 {
        http::post(&server, "/sign-in", &[], "name=Ana&password=errada+errada").await;
    }
    let wait = http::post(&server, "/sign-in", &english, "name=Ana&password=errada+errada").await;
    assert!(wait.status == 429 && wait.header("retry-after").is_some());
    assert!(wait.body.contains("Not so fast") && wait.body.contains("href=\"/\""), "{wait:?}");
    let portuguese = http::get(&server, "/nada", &[html]).await;
    assert!(portuguese.body.contains("Aqui não tem nada"));
    for (path, accept) in [("/nowhere", "application/json"), ("/nowhere.png", "image/avif,image/webp")] {
        let bare = http::get(&server, path, &[("accept", accept)]).await;
        assert_eq!(
            (bare.status, bare.body.as_str()),
            (404, ""),
            "what a program asks for is answered as it is"
        );
    }
    let foreign =
        http::form_from(&server, "/name", &[html, ("origin", "http://evil.example")], "name=Ana").await;
    assert!(foreign.status == 403 && foreign.body.contains("href=\"/\""));
}

#[tokio::test]
async fn hosts_that_are_not_ours_get_a_page_that_says_what_to_do_and_health_answers_everybody() {
    let server = TestServer::start().await;
    for host in ["chat:5000", "sala1.local", "evil.example"] {
        let page = http::get(&server, "/r/lobby", &[("host", host)]).await;
        assert!(page.status == 421 && page.body.contains("--public-url"), "{host}: {page:?}");
        assert!(!page.body.contains(host), "{host}");
        for health in ["/healthz", "/readyz"] {
            let answer = http::get(&server, health, &[("host", host)]).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, "ok"), "{host}");
        }
    }
    for (head, status) in [
        ("GET /healthz HTTP/1.0\r\n\r\n", "HTTP/1.0 200"),
        ("GET /readyz HTTP/1.0\r\n\r\n", "HTTP/1.0 200"),
        ("GET / HTTP/1.0\r\n\r\n", "HTTP/1.0 400"),
        ("GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\nconnection: close\r\n\r\n", "HTTP/1.1 400"),
        ("GET / HTTP/1.1\r\nconnection: close\r\n\r\n", "HTTP/1.1 400"),
    ] {
        let tcp = TcpStream::connect(server.address).await.unwrap();
        let answer = String::from_utf8(http::raw(tcp, head.as_bytes()).await).unwrap();
        assert!(answer.starts_with(status), "{head:?}: {answer}");
    }
    // As nginx passes it on with `$host`, for a page on another port.
    let lost = [("host", "localhost"), ("origin", "http://localhost:8080")];
    let page = http::form_from(&server, "/name", &lost, "name=Ana").await;
    assert!(page.status == 403 && page.body.contains("$http_host"), "{page:?}");
}

#[tokio::test]
async fn a_slash_too_many_and_a_strange_question_still_lead_to_the_page() {
    let server = TestServer::start().await;
    for (path, to) in [
        ("/r/lobby/", "/r/lobby"),
        ("/r/lobby/?before=3", "/r/lobby?before=3"),
        ("/settings/", "/settings"),
        ("/sign-in/", "/sign-in"),
    ] {
        let moved = http::get(&server, path, &[]).await;
        assert_eq!((moved.status, moved.location()), (308, to), "{path}");
    }
    for path in ["/nowhere/", "//evil.example/", "//r/lobby/", "/%2F%2Fevil/"] {
        let lost = http::get(&server, path, &[]).await;
        assert_eq!((lost.status, lost.header("location")), (404, None), "{path}");
    }
    for query in
        ["before=%ff", "before=1&before=2", "refused=%ff&refused", "%ff=%ff", "&&=&", "a[b]=c", "before=%"]
    {
        for path in ["/r/lobby", "/", "/sign-in"] {
            let page = http::get(&server, &format!("{path}?{query}"), &[]).await;
            assert_eq!(page.status, 200, "{path}?{query}");
        }
    }
    let told =
        http::get(&server, "/sign-in?refused=wrong_password&refused=%ff", &[("accept-language", "en")]).await;
    assert!(told.body.contains("do not match"), "the first one counts");
}

#[tokio::test]
async fn a_message_that_a_form_sent_and_that_was_refused_is_given_back() {
    let server = TestServer::start().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let headers = [("cookie", cookie.as_str()), ("accept-language", "en")];
    let key = crate::client::key().to_string();
    let long = format!("body={}+%3C%2Ftextarea%3E&key={key}&next=/r/lobby/3", "a".repeat(4_001));
    let page = http::post(&server, "/r/lobby", &headers, &long).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains(&format!("{} &lt;/textarea></textarea>", "a".repeat(4_001))), "{}", page.body);
    assert!(
        page.body.contains(&key)
            && page.body.contains("action=\"/r/lobby\"")
            && page.body.contains("too long")
    );
    let mut last = http::post(&server, "/r/lobby", &headers, "body=0").await;
    for n in 1..=5 {
        last = http::post(&server, "/r/lobby", &headers, &format!("body=mensagem+{n}")).await;
    }
    assert_eq!((last.status, last.header("retry-after")), (429, Some("1")));
    assert!(last.body.contains("mensagem 5</textarea>"));
}

#[tokio::test]
async fn no_log_of_any_level_has_the_secret_of_a_link_however_it_is_written() {
    let mut program = Program::start(&["--log", "trace"]).await;
    let secret = program.line().await.rsplit('/').next().unwrap().to_owned();
    for path in [
        "/i/S",
        "//i/S",
        "/%69/S",
        "/claim/S",
        "//claim/S",
        "/%63laim/S",
        "/recover/S",
        "/x/../recover/S",
        "/%2569/S",
        "/claim%2FS",
        "/sign-in?next=/i/S",
        "/sign-in?next=%2Fclaim%2FS",
        "/I/S",
        "/claim/S/",
    ] {
        let path = path.replace('S', &secret);
        http::send_to(program.address, "GET", &path, &[], b"").await;
        http::send_to(program.address, "GET", &path, &[("host", "evil.example")], b"").await;
        http::send_to(program.address, "POST", &path, &[], b"").await;
    }
    program.terminate();
    let log = program.output().await;
    assert!(log.contains("/claim/…") && !log.contains(&secret), "{log}");
}

#[tokio::test]
async fn a_proxy_that_nobody_told_of_is_noticed_and_said_once() {
    let mut program = Program::start(&[]).await;
    for _ in 0..3 {
        http::send_to(program.address, "GET", "/", &[("x-forwarded-for", "192.0.2.7")], b"").await;
    }
    program.terminate();
    let log = program.output().await;
    assert_eq!(log.matches("--trusted-proxy 127.0.0.1").count(), 1, "{log}");
    let mut told = Program::start(&["--trusted-proxy", "127.0.0.1"]).await;
    http::send_to(told.address, "GET", "/", &[("x-forwarded-for", "192.0.2.7")], b"").await;
    told.terminate();
    assert!(!told.output().await.contains("--trusted-proxy"));
}
