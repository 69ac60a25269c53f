//! The table of docs/threats.md section 3, row by row.

use std::net::IpAddr;

use super::*;

const LOCAL: Client =
    Client { ip: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), secure: false, private: true, port: 5000 };
const TLS: Client = Client { secure: true, ..LOCAL };

fn config() -> Config {
    let mut config = Config::new("data");
    config.allow_origin = vec!["https://friend.example".parse().unwrap()];
    config
}

fn public() -> Config {
    Config { public_url: Some("https://chat.example".parse().unwrap()), ..config() }
}

fn request(method: &str, uri: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn verdict(config: &Config, client: Client, request: &Request) -> Result<(), Refused> {
    judge(config, client, request, is_socket(request.uri()))
}

#[test]
fn row_1_a_host_that_is_not_ours_is_refused_for_every_method() {
    for host in ["localhost:5000", "127.0.0.1:5000", "[::1]:5000", "192.168.1.9", "a.localhost"] {
        assert_eq!(verdict(&config(), LOCAL, &request("GET", "/", &[("host", host)])), Ok(()), "{host}");
    }
    for host in ["evil.example", "chat.example.evil.tld", "localhost.evil.tld", "user@localhost", "", "a b"] {
        let refused = verdict(&config(), LOCAL, &request("GET", "/", &[("host", host)]));
        assert_eq!(refused, Err(Refused::Host), "{host}");
    }
    assert_eq!(verdict(&public(), TLS, &request("GET", "/", &[("host", "Chat.Example")])), Ok(()));
    assert_eq!(verdict(&config(), LOCAL, &request("GET", "/", &[])), Err(Refused::Request));
    let two = request("GET", "/", &[("host", "localhost"), ("host", "localhost")]);
    assert_eq!(verdict(&config(), LOCAL, &two), Err(Refused::Request));
    for path in ["/healthz", "/readyz"] {
        for hosts in [&[][..], &[("host", "chat:5000")], &[("host", "a"), ("host", "b")]] {
            assert_eq!(verdict(&config(), LOCAL, &request("GET", path, hosts)), Ok(()), "{path} {hosts:?}");
        }
    }
    let absolute = request("GET", "http://evil.example/", &[("host", "localhost")]);
    assert_eq!(verdict(&config(), LOCAL, &absolute), Err(Refused::Host));
}

#[test]
fn row_2_an_origin_must_be_ours_or_listed_exactly() {
    let post = |origin| request("POST", "/name", &[("host", "localhost:5000"), ("origin", origin)]);
    assert_eq!(verdict(&config(), LOCAL, &post("http://localhost:5000")), Ok(()));
    assert_eq!(verdict(&config(), LOCAL, &post("https://friend.example")), Ok(()));
    for origin in [
        "null",
        "https://localhost:5000",
        "http://localhost",
        "http://localhost:5001",
        "http://a.localhost:5000",
        "x",
    ] {
        assert_eq!(verdict(&config(), LOCAL, &post(origin)), Err(Refused::Site), "{origin}");
    }
    let page = request("GET", "/r/lobby", &[("host", "localhost:5000"), ("origin", "http://evil.example")]);
    assert_eq!(verdict(&config(), LOCAL, &page), Ok(()), "reading a page is no harm");
}

#[test]
fn row_2_behind_a_proxy_that_leaves_the_port_out_the_reason_is_another_one() {
    let post = |host, origin| request("POST", "/name", &[("host", host), ("origin", origin)]);
    for (host, origin, why) in [
        ("localhost", "http://localhost:8080", Refused::Port),
        ("[::1]", "http://[::1]:8080", Refused::Port),
        ("localhost", "https://localhost:8080", Refused::Site),
        ("localhost", "http://evil.example:8080", Refused::Site),
        ("localhost:80", "http://localhost:8080", Refused::Site),
    ] {
        assert_eq!(verdict(&config(), LOCAL, &post(host, origin)), Err(why), "{host} {origin}");
    }
}

#[test]
fn row_2_with_a_published_address_that_one_is_our_origin() {
    let post = |origin| request("POST", "/name", &[("host", "chat.example"), ("origin", origin)]);
    assert_eq!(verdict(&public(), TLS, &post("https://chat.example")), Ok(()));
    for origin in ["http://chat.example", "https://chat.example:8443", "https://chat.example.evil.tld"] {
        assert_eq!(verdict(&public(), TLS, &post(origin)), Err(Refused::Site), "{origin}");
    }
}

#[test]
fn row_3_a_browser_that_names_the_site_decides() {
    for (site, verdict_) in [
        ("same-origin", Ok(())),
        ("same-site", Err(Refused::Site)),
        ("cross-site", Err(Refused::Site)),
        ("none", Err(Refused::Site)),
    ] {
        let poll = request("GET", "/socket.io/", &[("host", "localhost"), ("sec-fetch-site", site)]);
        assert_eq!(verdict(&config(), LOCAL, &poll), verdict_, "{site}");
    }
}

#[test]
fn row_4_a_cookie_without_either_is_refused_except_a_plain_poll() {
    let with = |method, uri, name| request(method, uri, &[("host", "localhost"), (name, "cm_sid_5000=x")]);
    assert_eq!(verdict(&config(), LOCAL, &with("POST", "/name", "cookie")), Err(Refused::Site));
    assert_eq!(verdict(&config(), LOCAL, &with("POST", "/socket.io/", "cookie")), Err(Refused::Site));
    assert_eq!(verdict(&config(), LOCAL, &with("GET", "/socket.io/", "cookie")), Ok(()));
    let prefixed = [("host", "localhost"), ("cookie", "__Host-cm_sid_5000=x")];
    assert_eq!(verdict(&config(), TLS, &request("GET", "/socket.io/", &prefixed)), Err(Refused::Site));
    let upgrade = request(
        "GET",
        "/socket.io/",
        &[("host", "localhost"), ("cookie", "cm_sid_5000=x"), ("upgrade", "websocket")],
    );
    assert_eq!(verdict(&config(), LOCAL, &upgrade), Err(Refused::Site));
}

#[test]
fn row_5_a_client_that_is_no_browser_passes() {
    for (method, uri) in [("POST", "/name"), ("GET", "/socket.io/"), ("POST", "/socket.io/")] {
        let request = request(method, uri, &[("host", "localhost"), ("authorization", "Bearer x")]);
        assert_eq!(verdict(&config(), LOCAL, &request), Ok(()), "{method} {uri}");
    }
}

#[test]
fn a_report_of_refused_content_is_taken_from_anybody() {
    let report = request("POST", crate::headers::REPORT_PATH, &[("host", "localhost"), ("origin", "null")]);
    assert_eq!(verdict(&config(), LOCAL, &report), Ok(()));
}
