//! Requests for the engine, right and nearly right.

use super::*;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// An opening handshake as browsers make it.
const OPENING: [(&str, &str); 4] = [
    ("connection", "keep-alive, Upgrade"),
    ("upgrade", "WebSocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", KEY),
];

fn request(method: &str, query: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = http::Request::builder().method(method).uri(format!("/socket.io/?{query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn polls(query: &str) -> Result<EngineRequest, Malformed> {
    EngineRequest::of(&request("GET", query, &[]))
}

/// What becomes of the opening handshake with these headers.
fn opens(headers: &[(&str, &str)]) -> Result<EngineRequest, Malformed> {
    EngineRequest::of(&request("GET", "EIO=4&transport=websocket", headers))
}

#[test]
fn what_clients_ask_is_read_and_their_own_names_pass() {
    let polling =
        |sid: Option<&str>| Ok(EngineRequest { transport: Transport::Polling, sid: sid.map(str::to_owned) });
    for query in [
        "EIO=4&transport=polling",
        "transport=polling&EIO=4&t=abc&b64=1",
        "EIO=4&transport=polling&token=a=b&room=%C3%A9&flag&&x=%zz&EIO4=5&mysid=3&transports=websocket",
    ] {
        assert_eq!(polls(query), polling(None), "{query}");
    }
    assert_eq!(polls("EIO=4&transport=polling&sid=aB3-_x"), polling(Some("aB3-_x")));
    let post = EngineRequest::of(&request("POST", "EIO=4&transport=polling&sid=a", &[]));
    assert_eq!(post, polling(Some("a")));
    assert_eq!(post.unwrap().path_and_query(), "/socket.io/?EIO=4&transport=polling&sid=a");
    let opened = opens(&OPENING).unwrap();
    assert_eq!(opened.path_and_query(), "/socket.io/?EIO=4&transport=websocket");
}

#[test]
fn l101_each_of_the_three_names_stands_once_and_is_exactly_right() {
    for (query, why) in [
        ("", Malformed::Protocol),
        ("transport=polling", Malformed::Protocol),
        ("EIO=3&transport=polling", Malformed::Protocol),
        ("EIO=4=&transport=polling", Malformed::Protocol),
        ("EIO=4;transport=polling", Malformed::Protocol),
        ("EIO=%34&transport=polling", Malformed::Protocol),
        ("EIO=4&EIO=4&transport=polling", Malformed::Protocol),
        ("EIO=4&eio=4&transport=polling", Malformed::Protocol),
        ("EIO=4&%45IO=3&transport=polling", Malformed::Protocol),
        ("EIO=4", Malformed::Transport),
        ("EIO=4&transport", Malformed::Transport),
        ("EIO=4&transport=websocket=x", Malformed::Transport),
        ("EIO=4&transport=polling=", Malformed::Transport),
        ("EIO=4&transport=Polling", Malformed::Transport),
        ("EIO=4&transport=web%73ocket", Malformed::Transport),
        ("EIO=4&transport=polling&transport=polling", Malformed::Transport),
        ("EIO=4&transport=polling&transport=websocket", Malformed::Transport),
        ("EIO=4&transport=polling&Transport=websocket", Malformed::Transport),
        ("EIO=4&transport=polling&%74ransport=websocket", Malformed::Transport),
        ("EIO=4&transport=polling&sid", Malformed::Session),
        ("EIO=4&transport=polling&sid=", Malformed::Session),
        ("EIO=4&transport=polling&sid=a%62", Malformed::Session),
        ("EIO=4&transport=polling&sid=a=b", Malformed::Session),
        ("EIO=4&transport=polling&sid=a&sid=b", Malformed::Session),
        ("EIO=4&transport=polling&sid=a&SID=b", Malformed::Session),
        ("EIO=4&transport=polling&%53%69%44=b", Malformed::Session),
    ] {
        assert_eq!(polls(query), Err(why), "{query}");
        assert_eq!(why.into_response().status(), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn a_method_that_opens_nothing_is_refused() {
    for method in ["POST", "HEAD", "PUT", "OPTIONS"] {
        let asked = EngineRequest::of(&request(method, "EIO=4&transport=polling", &[]));
        assert_eq!(asked, Err(Malformed::Method), "{method}");
    }
    let put = EngineRequest::of(&request("PUT", "EIO=4&transport=polling&sid=a", &[]));
    assert_eq!(put, Err(Malformed::Request));
    let post = EngineRequest::of(&request("POST", "EIO=4&transport=websocket&sid=a", &OPENING));
    assert_eq!(post, Err(Malformed::Request));
}

#[test]
fn l103_an_opening_handshake_is_whole_or_refused() {
    let without =
        |name: &str| -> Vec<_> { OPENING.into_iter().filter(|(known, _)| *known != name).collect() };
    let with = |name, value| [without(name), vec![(name, value)]].concat();
    for (headers, why) in [
        (without("connection"), Malformed::Request),
        (with("connection", "keep-alive"), Malformed::Request),
        (with("connection", "upgraded"), Malformed::Request),
        (without("upgrade"), Malformed::Request),
        (with("upgrade", "h2c"), Malformed::Request),
        (with("upgrade", "websocket/13"), Malformed::Request),
        (without("sec-websocket-version"), Malformed::Version),
        (with("sec-websocket-version", "8"), Malformed::Version),
        (with("sec-websocket-version", "13, 8"), Malformed::Version),
        ([&OPENING[..], &[("sec-websocket-version", "13")]].concat(), Malformed::Version),
        (without("sec-websocket-key"), Malformed::Request),
        (with("sec-websocket-key", ""), Malformed::Request),
        (with("sec-websocket-key", "eA=="), Malformed::Request),
        (with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ"), Malformed::Request),
        (with("sec-websocket-key", "dGhlIHNhbXBsZSBub25j!Q=="), Malformed::Request),
        ([&OPENING[..], &[("sec-websocket-key", KEY)]].concat(), Malformed::Request),
    ] {
        assert_eq!(opens(&headers), Err(why), "{headers:?}");
    }
    let mut old = request("GET", "EIO=4&transport=websocket", &OPENING);
    *old.version_mut() = Version::HTTP_10;
    assert_eq!(EngineRequest::of(&old), Err(Malformed::Request));
    let body = request("GET", "EIO=4&transport=websocket", &OPENING).map(|_| Body::from("x"));
    assert_eq!(EngineRequest::of(&body), Err(Malformed::Request));
    let answer = Malformed::Version.into_response();
    assert_eq!(answer.status(), StatusCode::UPGRADE_REQUIRED);
    assert_eq!(answer.headers()["sec-websocket-version"], "13");
}
