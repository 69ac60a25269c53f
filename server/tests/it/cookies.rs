//! How long a session lasts, and under which name its cookie travels: any use counts, and servers that share a host
//! leave each other's cookies alone.

use protocol::Hello;
use serde_json::json;
use server::session::SecretKind;

use crate::client::TestClient;
use crate::http::{self, Answer};
use crate::polling::Poll;
use crate::server::TestServer;
use crate::sessions::{PASSWORD, client, guest, member, post};
use crate::within;

const HOUR: i64 = 60 * 60 * 1_000;
const DAY: i64 = 24 * HOUR;

/// A server whose clock the test sets, and which looks often at the sessions of live sockets.
async fn with_a_clock() -> TestServer {
    TestServer::with(|config| {
        config.clock_offset_file = Some(config.data.with_file_name("clock"));
        config.rate_limit = server::config::Switch::Off;
        config.tuning.session_check = std::time::Duration::from_millis(20);
    })
    .await
}

fn set_clock(server: &TestServer, millis: i64) {
    // In one step: the clock is read at any moment.
    let (new, file) = (server.folder().join("clock.new"), server.folder().join("clock"));
    std::fs::write(&new, format!("passed {millis}")).unwrap();
    std::fs::rename(new, file).unwrap();
}

/// The lobby's page; what it notes without waiting is noted when this returns.
async fn page(server: &TestServer, headers: &[(&str, &str)]) -> Answer {
    let page = http::get(server, "/r/lobby", headers).await;
    server.app.store.check().await.unwrap();
    page
}

/// Every cookie that the answer sets, as the pair and what follows.
fn set(answer: &Answer) -> Vec<&str> {
    answer.cookies()
}

/// The page is for somebody with a name.
fn knows_who_asks(page: &Answer) -> bool {
    page.body.contains(r#""me":{"#)
}

#[tokio::test]
async fn b15_a_guest_who_comes_by_every_thirteen_days_is_never_lost_and_gets_the_cookie_again() {
    let server = with_a_clock().await;
    let cookie = guest(&server, "Ana").await;
    for visit in 1..=10 {
        set_clock(&server, visit * 13 * DAY);
        let first = page(&server, &[("cookie", &cookie)]).await;
        assert!(knows_who_asks(&first), "visit {visit}");
        assert_eq!(first.cookie(), cookie, "the same cookie");
        assert!(first.header("set-cookie").unwrap().ends_with("Max-Age=1209600"), "for two weeks more");
        let second = page(&server, &[("cookie", &cookie)]).await;
        assert_eq!(second.header("set-cookie"), None, "visit {visit}: once an hour is enough");
    }
    set_clock(&server, (130 + 14) * DAY);
    assert!(!knows_who_asks(&page(&server, &[("cookie", &cookie)]).await), "fourteen days without any use");
}

#[tokio::test]
async fn b15_who_has_a_password_signs_in_again_after_ninety_days() {
    let server = with_a_clock().await;
    let cookie = member(&server, "Ana").await;
    for visit in 1..=8 {
        set_clock(&server, visit * 11 * DAY);
        assert!(knows_who_asks(&page(&server, &[("cookie", &cookie)]).await), "visit {visit}");
    }
    set_clock(&server, 90 * DAY);
    assert!(!knows_who_asks(&page(&server, &[("cookie", &cookie)]).await));
}

#[tokio::test]
async fn b15_a_socket_that_stays_open_is_use_of_its_session() {
    let server = with_a_clock().await;
    let cookie = guest(&server, "Ana").await;
    let (ana, _) = client(&server, &cookie).await;
    let (bot, hello) = TestClient::hello(&server).await;
    let token = hello.token.unwrap();
    let secrets = [
        (SecretKind::Cookie, cookie.split_once('=').unwrap().1.to_owned()),
        (SecretKind::Token, token.clone()),
    ];
    let mut authors = Vec::new();
    for (kind, secret) in &secrets {
        authors.push(server.app.sessions.resolve(*kind, secret).await.unwrap().unwrap());
    }
    let server = &server;
    let now = |author| async move { server.app.accounts.sessions(author, [0; 32]).await.unwrap()[0].used };
    for step in 1..=4 {
        let before = [now(&authors[0]).await, now(&authors[1]).await];
        set_clock(server, step * 13 * DAY);
        within("both sessions to be noted as used", async {
            for (author, before) in authors.iter().zip(before) {
                while now(author).await < before + 12 * DAY {
                    tokio::task::yield_now().await;
                }
            }
        })
        .await;
    }
    drop((ana, bot));
    assert!(knows_who_asks(&page(server, &[("cookie", &cookie)]).await), "52 days, and no request but one");
    let mut again = TestClient::open(server, json!({"v": 1, "token": token}), &[]);
    assert_eq!(again.notice::<Hello>().await.you.id, authors[1].member.id);
}

#[tokio::test]
async fn a_page_that_stays_open_asks_for_its_cookie_again() {
    let server = with_a_clock().await;
    let cookie = member(&server, "Ana").await;
    let again = post(&server, "/session", &cookie, "of=page").await;
    assert_eq!((again.status, again.cookie()), (204, cookie.clone()));
    assert_eq!(set(&again).len(), 1);
    set_clock(&server, DAY);
    assert_eq!(post(&server, "/session", &cookie, "").await.cookie(), cookie);
    for wrong in [vec![], vec![("cookie", "a=b")]] {
        let answer = http::post(&server, "/session", &wrong, "").await;
        assert_eq!((answer.status, answer.header("set-cookie")), (401, None));
    }
    let foreign = [("cookie", cookie.as_str()), ("origin", "https://evil.example")];
    assert_eq!(http::form_from(&server, "/session", &foreign, "").await.status, 403);
    // With another role it is the next secret.
    let (owner, hello) = client(&server, &member(&server, "Rosa").await).await;
    server.app.store.appoint(&hello.you.id, chat::Role::Owner).await.unwrap();
    let (_tab, hello) = client(&server, &cookie).await;
    let request = protocol::SetRole { member: hello.you.id, role: chat::Role::Admin, key: None };
    owner.request(&request).await.unwrap();
    let next = post(&server, "/session", &cookie, "").await;
    assert_eq!(set(&next).len(), 1);
    assert_ne!(next.cookie(), cookie);
    assert!(knows_who_asks(&page(&server, &[("cookie", &next.cookie())]).await));
}

#[tokio::test]
async fn b20_two_servers_on_one_host_leave_each_others_cookies_alone() {
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let (ana, bia) = (guest(&one, "Ana").await, guest(&other, "Bia").await);
    let jar = format!("{ana}; {bia}");
    for server in [&one, &other] {
        for path in ["/r/lobby", "/account", "/sign-in"] {
            let page = http::get(server, path, &[("cookie", &jar)]).await;
            assert_eq!((page.status, set(&page)), (200, vec![]), "{path}");
        }
        assert_eq!(post(server, "/r/lobby", &jar, "body=oi").await.status, 303);
        let (_tab, hello) = client(server, &jar).await;
        assert_eq!(hello.you.name, if server.address == one.address { "Ana" } else { "Bia" });
    }
    // What is the other's is nothing here, and nothing is done to it.
    let stranger = page(&one, &[("cookie", &bia)]).await;
    assert!(!knows_who_asks(&stranger) && set(&stranger).is_empty());
    let out = post(&one, "/sign-out", &jar, "").await;
    let name = ana.split_once('=').unwrap().0;
    assert!(set(&out).iter().all(|cookie| cookie.starts_with(&format!("{name}=;"))), "{:?}", set(&out));
    assert!(knows_who_asks(&page(&other, &[("cookie", &jar)]).await));
}

#[tokio::test]
async fn b20_a_cookie_of_the_name_before_is_exchanged_and_one_that_opens_nothing_left_alone() {
    let server = TestServer::unlimited().await;
    let cookie = guest(&server, "Ana").await;
    let old = format!("cm_sid={}", cookie.split_once('=').unwrap().1);
    // A page that was open while the server was brought up to date comes back by its socket first.
    let (tab, hello) = client(&server, &old).await;
    assert_eq!(hello.you.name, "Ana");
    let mut poll = Poll::open(&server, &[("cookie", old.as_str())]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    for (path, status) in [("/r/lobby", 200), ("/account", 200)] {
        let exchanged = http::get(&server, path, &[("cookie", &old)]).await;
        assert_eq!(exchanged.status, status);
        assert_eq!(exchanged.cookie(), cookie);
        let gone = "cm_sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";
        assert_eq!(set(&exchanged)[1..], [gone], "{path}");
    }
    let asked = post(&server, "/session", &old, "").await;
    assert_eq!((asked.cookie(), set(&asked).len()), (cookie.clone(), 2));
    poll.headers = vec![("cookie", cookie.as_str())];
    assert_eq!(poll.post("42[\"message\",\"oi\"]").await.status, 200, "the poll goes on under the new name");
    assert!(tab.say("a aba aberta fala").await.is_ok());
    // Beside today's cookie it is nobody's business.
    let both = page(&server, &[("cookie", &format!("{old}x; {cookie}"))]).await;
    assert!(knows_who_asks(&both) && set(&both).is_empty());

    for foreign in ["cm_sid=another-servers", "cm_sid=a; cm_sid=b", "cm_sid="] {
        let stranger = page(&server, &[("cookie", foreign)]).await;
        assert!(!knows_who_asks(&stranger) && set(&stranger).is_empty(), "{foreign}");
        let new = post(&server, "/name", foreign, &format!("name=Rui{}", foreign.len())).await;
        assert_eq!(set(&new).len(), 1, "{foreign}");
        assert!(!set(&new)[0].starts_with("cm_sid="), "{foreign}");
    }
    let out = post(&server, "/sign-out", &old, "").await;
    assert_eq!((out.location(), set(&out).len()), ("/", 2), "both names are taken away");
    assert!(set(&out).iter().all(|cookie| cookie.ends_with("Max-Age=0")));
}

#[tokio::test]
async fn a_server_that_moves_to_another_port_signs_nobody_out() {
    let server = TestServer::unlimited().await;
    let cookie = guest(&server, "Ana").await;
    let server = server.restart().await;
    let mine = page(&server, &[("cookie", &cookie)]).await;
    let (name, secret) = cookie.split_once('=').unwrap();
    assert!(knows_who_asks(&mine) && !name.ends_with(&server.address.port().to_string()));
    assert_eq!(mine.cookie(), format!("cm_sid_{}={secret}", server.address.port()));
    assert_eq!(set(&mine).len(), 1, "the other one may be a copy's, which still runs there");
}

#[tokio::test]
async fn b20_over_tls_a_cookie_without_the_prefix_locks_nobody_out() {
    let server = TestServer::with(|config| {
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
        config.rate_limit = server::config::Switch::Off;
    })
    .await;
    let origin = format!("https://{}", server.address);
    let tls = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "https"), ("origin", origin.as_str())];
    let cookie = http::form_from(&server, "/name", &tls, "name=Ana").await.cookie();
    let (name, secret) = cookie.split_once('=').unwrap();
    assert_eq!(name, format!("__Host-cm_sid_{}", server.address.port()));
    let plain = name.strip_prefix("__Host-").unwrap();
    let with = |cookies: String| [&tls[..], &[("cookie", cookies.leak() as &str)]].concat();
    for beside in [format!("{plain}=bad"), "cm_sid=bad".to_owned(), "__Host-cm_sid=bad".to_owned()] {
        for jar in [format!("{beside}; {cookie}"), format!("{cookie}; {beside}")] {
            let mine = page(&server, &with(jar.clone())).await;
            assert!(knows_who_asks(&mine) && set(&mine).is_empty(), "{jar}");
            let said = http::form_from(&server, "/r/lobby", &with(jar.clone()), "body=oi").await;
            assert_eq!((said.status, set(&said)), (303, vec![]), "{jar}");
        }
    }
    for alone in [format!("{plain}={secret}"), format!("cm_sid={secret}")] {
        let stranger = page(&server, &with(alone.clone())).await;
        assert!(!knows_who_asks(&stranger) && set(&stranger).is_empty(), "{alone}");
    }
    let exchanged = page(&server, &with(format!("__Host-cm_sid={secret}"))).await;
    assert_eq!(exchanged.cookie(), cookie);
    let bad = page(&server, &with(format!("{cookie}x"))).await;
    let gone = format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    assert_eq!(set(&bad), [gone.as_str()]);
    assert_eq!(
        http::form_from(&server, "/account/keep", &with(format!("{cookie}x")), "password=12345678")
            .await
            .status,
        401
    );
    let kept =
        http::form_from(&server, "/account/keep", &with(cookie.clone()), &format!("password={PASSWORD}"))
            .await;
    assert_eq!(kept.location(), "/account?done=kept");
}

#[tokio::test]
async fn the_cookie_carries_the_port_of_the_published_address() {
    for (url, name) in
        [("https://chat.example", "__Host-cm_sid_443="), ("http://chat.example:8080", "cm_sid_8080=")]
    {
        let server = TestServer::with(|config| {
            config.public_url = Some(url.parse().unwrap());
            config.insecure_http = true;
        })
        .await;
        let host = url.split_once("://").unwrap().1;
        let headers = [("host", host), ("origin", url)];
        let answer = http::form_from(&server, "/name", &headers, "name=Ana").await;
        assert!(answer.cookie().starts_with(name), "{answer:?}");
    }
}
