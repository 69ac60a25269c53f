//! Attacks L101 to L103: what carries a session, whatever it is, is bound to it and cut with it.

use protocol::{Ban, Ended, Hello, Message, Notice, Request};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{TestClient, key};
use crate::polling::{self, Poll};
use crate::server::TestServer;
use crate::sessions::{guest, member, post};
use crate::ws::{self, Ws};
use crate::{DEADLINE, eventually, http, within};

/// Comes in as a client that reads the contract.
const CONNECT: &str = r#"40{"v":1}"#;
/// What it is greeted with; what others do may come before.
const HELLO: &str = r#"42["hello""#;
/// The form of a server that lets in who was invited.
const INVITATIONS_ONLY: &str = "name=&welcome=&access=invite&creators=everybody&retention=0";
/// Every way to carry a session.
const WAYS: [Way; 3] = [Way::Polling, Way::WebSocket, Way::Upgraded];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Polling,
    WebSocket,
    Upgraded,
}

/// Somebody who is in, by one of the ways.
enum Carried<'a> {
    Poll(Poll<'a>),
    Ws(Box<Ws>),
}

impl<'a> Carried<'a> {
    /// Comes in by `way`, with a cookie if there is one, and who it is then.
    async fn open(
        server: &'a TestServer,
        way: Way,
        cookie: Option<&'a str>,
    ) -> (Carried<'a>, chat::MemberId) {
        let (carried, hello) = Carried::open_over(server, way, cookie, server.connect().await).await;
        (carried, hello.you.id)
    }

    /// The same, with the WebSocket over `tcp`.
    async fn open_over(
        server: &'a TestServer,
        way: Way,
        cookie: Option<&'a str>,
        tcp: TcpStream,
    ) -> (Carried<'a>, Hello) {
        let cookie: Vec<_> = cookie.map(|cookie| ("cookie", cookie)).into_iter().collect();
        if way == Way::WebSocket {
            let own = server.url();
            let headers = [&cookie[..], &[("origin", own.as_str())]].concat();
            let mut ws = Ws::over(tcp, server.address, ws::OPEN, &headers).await.unwrap();
            ws.send(CONNECT).await;
            let hello = greeting(&ws.until(HELLO).await);
            return (Carried::Ws(Box::new(ws)), hello);
        }
        let poll = Poll::open(server, &cookie).await.ok().unwrap();
        poll.post(CONNECT).await;
        let hello = greeting(&poll.until(HELLO).await);
        match way {
            Way::Upgraded => (Carried::Ws(Box::new(upgraded(&poll, tcp).await)), hello),
            _ => (Carried::Poll(poll), hello),
        }
    }

    /// All it hears until its end.
    async fn until_closed(&mut self) -> Vec<String> {
        match self {
            Carried::Ws(ws) => ws.until_closed().await,
            Carried::Poll(poll) => {
                let mut heard = Vec::new();
                let polls = async {
                    loop {
                        let answer = poll.get().await;
                        if answer.status != 200 {
                            break;
                        }
                        heard.extend(answer.body.split(polling::SEPARATOR).map(str::to_owned));
                    }
                };
                within("the end of the polls", polls).await;
                heard
            }
        }
    }

    /// Sends packets, if it still can.
    async fn send(&mut self, packets: &[&str]) {
        match self {
            Carried::Ws(ws) => {
                for packet in packets {
                    ws.send(packet).await;
                }
            }
            Carried::Poll(poll) => {
                poll.post(&packets.join(&polling::SEPARATOR.to_string())).await;
            }
        }
    }
}

/// What a packet with a `hello` says.
fn greeting(hello: &str) -> Hello {
    let (_, hello): (String, Hello) = serde_json::from_str(&hello[2..]).unwrap();
    hello
}

/// The session of `poll`, carried by a WebSocket from now on.
async fn upgraded(poll: &Poll<'_>, tcp: TcpStream) -> Ws {
    let path = format!("{}&sid={}", ws::OPEN, poll.sid);
    let own = poll.server.url();
    let headers = [&poll.headers[..], &[("origin", own.as_str())]].concat();
    let mut ws = Ws::over(tcp, poll.server.address, &path, &headers).await.unwrap();
    ws.send("2probe").await;
    assert_eq!(ws.next().await.as_deref(), Some("3probe"));
    ws.send("5").await;
    // A first answer over it says that it has taken over.
    ws.send(&format!("42999{}", json!(["listRooms", {}]))).await;
    ws.until("43999").await;
    ws
}

/// A server whose limits are those of everybody, but for what somebody says.
async fn limited(change: impl FnOnce(&mut server::Config)) -> TestServer {
    TestServer::with(|config| {
        (config.tuning.sends_burst, config.tuning.sends_per_second) = (10_000, 10_000);
        config.tuning.sends_per_minute = 10_000;
        change(config);
    })
    .await
}

/// The status of a request made by hand.
async fn status(server: &TestServer, request: &str) -> String {
    let answer = first_line(server.connect().await, request.as_bytes()).await;
    answer.split(' ').nth(1).unwrap_or("none").to_owned()
}

/// The first line of what comes back; a connection that became something else does not end by itself.
async fn first_line(mut tcp: TcpStream, request: &[u8]) -> String {
    tcp.write_all(request).await.unwrap();
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        match within("an answer", tcp.read_u8()).await {
            Ok(byte) => line.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&line).into_owned()
}

fn opening(query: &str, headers: &str) -> String {
    format!("GET /socket.io/?{query} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n")
}

pub(crate) const UPGRADE: &str = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

#[tokio::test]
async fn l101_a_query_that_two_readers_could_understand_differently_is_refused() {
    let server = TestServer::start().await;
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    let before = server.app.bindings.count();
    for query in [
        "EIO=4&transport=websocket=x",
        "EIO=4&transport=websocket&transport=polling",
        "EIO=4&transport=polling&transport=websocket",
        "EIO=4&EIO=4&transport=websocket",
        "EIO=4=x&transport=websocket",
        "EIO=4&transport=web%73ocket",
        "EIO=4&Transport=websocket",
        "EIO=4&transport=websocket&TRANSPORT=polling",
        "EIO=4&transport=websocket&%74ransport=polling",
        "EIO=4&transport=Websocket",
        "eio=4&transport=websocket",
        "EIO=4&transport=websocket&sid=",
        "EIO=4&transport=websocket&sid",
        &format!("EIO=4&transport=websocket=x&sid={}", poll.sid),
        &format!("EIO=4&transport=websocket&sid={0}&sid={0}", poll.sid),
        &format!("EIO=4&transport=websocket&sid={}=", poll.sid),
        &format!("EIO=4&transport=websocket&SID={}", poll.sid),
    ] {
        assert_eq!(status(&server, &opening(query, UPGRADE)).await, "400", "{query}");
    }
    assert_eq!(server.app.bindings.count(), before, "no session was opened");
    // What is the client's own goes on working.
    let own = "EIO=4&transport=websocket&token=a%20b&flag&transports=x&room=1=2";
    assert_eq!(status(&server, &opening(own, UPGRADE)).await, "101");
    poll.post(CONNECT).await;
    poll.until("42").await;
    upgraded(&poll, server.connect().await).await;
}

#[tokio::test]
async fn l101_a_further_request_of_a_session_does_not_take_its_switch_away() {
    for way in [Way::Polling, Way::Upgraded] {
        let server = TestServer::unlimited().await;
        let cookie = member(&server, "Ana").await;
        let poll = Poll::open(&server, &[("cookie", cookie.as_str())]).await.ok().unwrap();
        poll.post(CONNECT).await;
        poll.until("42").await;
        let path = format!("{}&sid={}", ws::OPEN, poll.sid);
        let mut ws = upgraded(&poll, server.connect().await).await;
        let own = server.url();
        let headers = [("cookie", cookie.as_str()), ("origin", own.as_str())];
        for _ in 0..3 {
            match way {
                Way::Polling => assert_eq!(poll.get().await.status, 400),
                _ => assert_eq!(Ws::open_at(&server, &path, &headers).await.err(), Some(400)),
            }
        }
        post(&server, "/sign-out", &cookie, "").await;
        let heard = ws.until_closed().await;
        assert!(heard.iter().any(|packet| packet.contains(Ended::EVENT)), "{way:?}: {heard:?}");
        eventually("the session to be gone", || server.app.bindings.count() == 0).await;
    }
}

#[tokio::test]
async fn l103_an_opening_handshake_that_is_none_gets_no_101() {
    let server = TestServer::start().await;
    let query = "EIO=4&transport=websocket";
    let without = |name: &str| {
        UPGRADE.split_inclusive("\r\n").filter(|line| !line.starts_with(name)).collect::<String>()
    };
    let version = without("sec-websocket-version");
    for (headers, expected) in [
        (String::new(), "400"),
        (without("connection"), "400"),
        (without("upgrade"), "400"),
        (without("upgrade") + "upgrade: h2c\r\n", "400"),
        (version.clone(), "426"),
        (version.clone() + "sec-websocket-version: 8\r\n", "426"),
        (version + "sec-websocket-version: 13\r\nsec-websocket-version: 13\r\n", "426"),
        (without("sec-websocket-key"), "400"),
        (without("sec-websocket-key") + "sec-websocket-key: x\r\n", "400"),
        (UPGRADE.to_owned() + "content-length: 5\r\n", "400"),
    ] {
        assert_eq!(status(&server, &opening(query, &headers)).await, expected, "{headers}");
    }
    let old = opening(query, UPGRADE).replace("HTTP/1.1", "HTTP/1.0");
    assert_eq!(status(&server, &old).await, "400");
    let post = opening(query, UPGRADE).replace("GET", "POST");
    assert_eq!(status(&server, &post).await, "400");
    assert_eq!(server.app.bindings.count(), 0);
    assert_eq!(status(&server, &opening(query, UPGRADE)).await, "101");
}

#[tokio::test]
async fn l102_the_end_of_a_session_cuts_every_carrier_and_nothing_is_heard_or_done_after_it() {
    for way in WAYS {
        let server = TestServer::unlimited().await;
        let (ana, other) = (member(&server, "Ana").await, guest(&server, "Bia").await);
        let (mut carried, _) = Carried::open(&server, way, Some(&ana)).await;
        post(&server, "/sign-out", &ana, "").await;
        carried.send(&[&format!("42{}", json!([Message::EVENT, "tarde"])), "40"]).await;
        post(&server, "/r/lobby", &other, "body=depois").await;
        let heard = carried.until_closed().await;
        let ended = heard.iter().position(|packet| packet.contains(Ended::EVENT));
        // Who goes on sending by polling is cut before the next poll could tell.
        assert!(ended.is_some() || way == Way::Polling, "{way:?}: not told: {heard:?}");
        let after = &heard[ended.unwrap_or_default()..];
        assert!(!after.iter().any(|packet| packet.contains("depois")), "{way:?}: {after:?}");
        eventually("the session to be gone", || server.app.bindings.count() == 0).await;
        let page = http::get(&server, "/r/lobby", &[]).await.body;
        assert!(!page.contains("tarde") && page.contains("depois"), "{way:?}");
    }
}

#[tokio::test]
async fn l102_a_ban_cuts_every_carrier() {
    for way in WAYS {
        let server = TestServer::unlimited().await;
        let (keeper, hello) = TestClient::hello(&server).await;
        server.app.store.appoint(&hello.you.id, chat::Role::Moderator).await.unwrap();
        let ana = guest(&server, "Ana").await;
        let (mut carried, member) = Carried::open(&server, way, Some(&ana)).await;
        keeper.request(&Ban { member, on: true, key: Some(key()) }).await.unwrap();
        let heard = carried.until_closed().await;
        assert!(heard.iter().any(|packet| packet.contains("banned")), "{way:?}: {heard:?}");
        eventually("the session to be gone", || server.app.bindings.count() == 1).await;
    }
}

#[tokio::test]
async fn l102_a_change_to_invitations_only_cuts_every_carrier_of_who_has_none() {
    for way in WAYS {
        let server = TestServer::unlimited().await;
        let owner = member(&server, "Rosa").await;
        let (_rosa, hello) = crate::sessions::client(&server, &owner).await;
        server.app.store.appoint(&hello.you.id, chat::Role::Owner).await.unwrap();
        let (mut carried, _) = Carried::open(&server, way, None).await;
        let saved = post(&server, "/settings/server", &owner, INVITATIONS_ONLY).await;
        assert!(saved.location().contains("saved"), "{saved:?}");
        carried.until_closed().await;
        eventually("the session to be gone", || server.app.bindings.count() == 1).await;
    }
}

#[tokio::test]
async fn l102_a_flood_cuts_every_carrier_after_what_came_before_is_answered() {
    for way in WAYS {
        let server = limited(|_| {}).await;
        let (mut carried, _) = Carried::open(&server, way, None).await;
        carried.send(&[r#"425["nada"]"#]).await;
        let packets: Vec<_> = std::iter::repeat_n("3", 1_300).collect();
        carried.send(&packets).await;
        let heard = carried.until_closed().await;
        let answered = heard.iter().any(|packet| packet.starts_with("435"));
        assert!(answered || way == Way::Polling, "{way:?}: {heard:?}");
        eventually("the session to be gone", || server.app.bindings.count() == 0).await;
    }
}

/// How somebody's connections end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    SignOut,
    Ban,
    InvitationsOnly,
    Flood,
}

#[tokio::test]
async fn l102_a_full_queue_keeps_no_carrier_from_being_cut() {
    for end in [End::SignOut, End::Ban, End::InvitationsOnly, End::Flood] {
        for way in WAYS {
            // Small buffers, so that the queue fills up soon behind them.
            let server = TestServer::narrow(|config| {
                (config.tuning.events_per_minute, config.tuning.events_kill_factor) = (1_000, 1);
                config.tuning.outbox = 8;
                // Nothing else ends it.
                (config.tuning.write_stall, config.tuning.ping_timeout) = (3 * DEADLINE, 3 * DEADLINE);
            })
            .await;
            let owner = member(&server, "Rosa").await;
            let (rosa, hello) = crate::sessions::client(&server, &owner).await;
            server.app.store.appoint(&hello.you.id, chat::Role::Owner).await.unwrap();
            let cookie = guest(&server, "Ana").await;
            let cookie = (end != End::InvitationsOnly).then_some(cookie.as_str());
            let tcp = server.connect_narrow().await;
            let (mut full, hello) = Carried::open_over(&server, way, cookie, tcp).await;
            let (ana, token) = (hello.you.id, hello.token);
            let mut other = Ws::open(&server, &[]).await.unwrap();
            if let Some(cookie) = cookie {
                let own = server.url();
                other = Ws::open(&server, &[("cookie", cookie), ("origin", &own)]).await.unwrap();
            }
            other.send(&format!("40{}", json!({"v": 1, "token": token}))).await;
            other.until("42").await;
            // What is told to one's own connections and not kept is lost where there is no room for it.
            for n in 0..if way == Way::Polling { 20 } else { 900 } {
                let notify = if n % 2 == 0 { "none" } else { "all" };
                other.send(&format!("42{n}{}", json!(["setNotify", {"notify": notify}]))).await;
                assert!(other.until(&format!("43{n}[")).await.contains("ok"), "{end:?} {way:?}");
            }
            let before = server.app.bindings.count();
            match end {
                End::SignOut => drop(post(&server, "/sign-out", cookie.unwrap(), "").await),
                End::Ban => {
                    rosa.request(&Ban { member: ana, on: true, key: Some(key()) }).await.unwrap();
                }
                End::InvitationsOnly => {
                    drop(post(&server, "/settings/server", &owner, INVITATIONS_ONLY).await);
                }
                End::Flood => full.send(&std::iter::repeat_n("3", 1_300).collect::<Vec<_>>()).await,
            }
            let ends = if matches!(end, End::SignOut | End::Ban) { 2 } else { 1 };
            eventually(&format!("{end:?} by {way:?}"), || server.app.bindings.count() == before - ends).await;
            let heard = full.until_closed().await;
            let told = heard.iter().any(|packet| packet.contains(Ended::EVENT));
            assert!(!told, "{end:?} by {way:?}: the queue was not full: {heard:?}");
        }
    }
}
