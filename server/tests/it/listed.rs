//! `--allow-origin`: pages of listed sites may connect, and never as whoever the browser knows here.

use chat::Role;
use protocol::{Hello, History, Notice as _};
use serde_json::{Value, json};

use crate::client::TestClient;
use crate::http;
use crate::polling::{OPEN, Poll};
use crate::server::TestServer;
use crate::sessions::{PASSWORD, member, post};
use crate::settings::somebody;
use crate::ws::Ws;

const SITE: &str = "https://friend.example";

async fn server() -> TestServer {
    TestServer::with(|config| {
        config.allow_origin = vec![SITE.parse().unwrap()];
        config.rate_limit = server::config::Switch::Off;
    })
    .await
}

/// Who the packet `42["hello",…]` greets.
fn greeted(packet: &str) -> Value {
    let hello: Value = serde_json::from_str(&packet[2..]).unwrap();
    assert_eq!(hello[0], Hello::EVENT, "{packet}");
    hello[1]["you"].clone()
}

#[tokio::test]
async fn l114_a_socket_of_a_listed_site_is_nobodys_whatever_cookie_the_browser_sends() {
    let server = server().await;
    let (owner, cookie) = somebody(&server, "Rosa", Role::Owner).await;
    for cookies in [cookie.clone(), format!("cm_sid={}", cookie.split_once('=').unwrap().1)] {
        let headers = [("origin", SITE), ("cookie", cookies.as_str())];
        let mut ws = Ws::open(&server, &headers).await.unwrap();
        ws.send(r#"40{"v":1}"#).await;
        let you = greeted(&ws.until("42").await);
        assert_eq!(you["role"], "guest", "by WebSocket: {you}");
        assert_ne!(you["id"], owner.member.id.as_str());

        let poll = Poll::open(&server, &headers).await.ok().unwrap();
        let own = [("origin", SITE), ("cookie", cookies.as_str()), ("content-type", "text/plain")];
        let connected = http::send(&server, "POST", &poll.path(), &own, br#"40{"v":1}"#).await;
        assert_eq!((connected.status, connected.header("access-control-allow-origin")), (200, Some(SITE)));
        let you = greeted(&poll.until("42").await);
        assert_eq!(you["role"], "guest", "by polling: {you}");
    }
    // The token is such a site's way, whatever cookie is beside it.
    let (_first, hello) = TestClient::hello(&server).await;
    let auth = json!({"v": 1, "token": hello.token});
    let headers = [("origin", SITE), ("cookie", cookie.as_str())];
    let mut again = TestClient::open(&server, auth.clone(), &headers);
    assert_eq!(again.notice::<Hello>().await.you.id, hello.you.id);
    // On our own page the cookie wins.
    let own = server.url();
    let mut page = TestClient::open(&server, auth, &[("origin", own.as_str()), ("cookie", cookie.as_str())]);
    assert_eq!(page.notice::<Hello>().await.you.id, owner.member.id);
}

#[tokio::test]
async fn l114_a_form_of_a_listed_site_acts_for_nobody() {
    let server = server().await;
    let kept = member(&server, "Rosa").await;
    let cookie = {
        let secret = kept.split_once('=').unwrap().1;
        let author = server.app.sessions.resolve(server::session::SecretKind::Cookie, secret).await;
        server.app.store.appoint(&author.unwrap().unwrap().member.id, Role::Owner).await.unwrap();
        kept
    };
    let (ana, _) = somebody(&server, "Ana", Role::Guest).await;
    let ana = ana.member.id;
    let before = server.app.rooms.history(None, History::default()).await.unwrap().head;
    let settings = format!("{:?}", server.app.settings.now());
    let forms = [
        ("/r/lobby", "body=roubado".to_owned()),
        ("/name", "name=Roubada".to_owned()),
        ("/session", String::new()),
        ("/rooms", "name=Sala".to_owned()),
        ("/r/lobby/join", String::new()),
        ("/r/lobby/leave", String::new()),
        ("/r/lobby/notify", "notify=none".to_owned()),
        ("/sign-out", String::new()),
        ("/account/keep", "password=12345678".to_owned()),
        ("/account/password", format!("today={PASSWORD}&password=12345678")),
        ("/account/sessions", "id=0000000000000000".to_owned()),
        ("/account/delete", format!("password={PASSWORD}")),
        ("/account/receipts", "receipts=off".to_owned()),
        ("/account/language", "language=es".to_owned()),
        ("/settings/recovery", format!("member={ana}")),
        ("/settings/server", "name=Meu&welcome=x&access=invite&creators=everybody&retention=0".to_owned()),
        ("/settings/role", format!("member={ana}&role=admin")),
        ("/settings/ban", format!("member={ana}&on=on")),
        ("/settings/invites", "room=lobby".to_owned()),
        ("/settings/invites/revoke", "invite=1".to_owned()),
        ("/moderation/reports/1", "outcome=dismissed".to_owned()),
        ("/moderation/pardon", format!("member={ana}")),
        ("/sign-in", format!("name=Rosa&password={PASSWORD}")),
    ];
    for (path, form) in &forms {
        let headers = [("origin", SITE), ("cookie", cookie.as_str())];
        let answer = http::form_from(&server, path, &headers, form).await;
        assert_eq!(
            answer.header("set-cookie"),
            None,
            "{path}: no other session is put in the place of theirs"
        );
        let as_nobody = http::form_from(&server, path, &[("origin", SITE)], form).await;
        assert_eq!(answer.status, as_nobody.status, "{path}: answered as without a cookie");
        assert!(!answer.body.contains("Rosa"), "{path}");
    }
    let history = server.app.rooms.history(None, History::default()).await.unwrap();
    let theirs = history.messages.iter().filter(|message| message.author.name == "Rosa").count();
    assert_eq!(theirs, 0, "nothing was said in the name of the owner");
    assert!(history.head <= before + 2, "what was said, strangers have said");
    assert_eq!(format!("{:?}", server.app.settings.now()), settings);
    let account = http::get(&server, "/account", &[("cookie", &cookie)]).await;
    assert!(account.status == 200 && account.body.contains("Rosa"), "the session lives");
    assert_eq!(post(&server, "/r/lobby", &cookie, "body=eu").await.status, 303);

    // Nor does reading with such an origin.
    let read = http::get(&server, "/account", &[("origin", SITE), ("cookie", &cookie)]).await;
    assert_eq!(read.location(), "/sign-in?next=/account");
}

#[tokio::test]
async fn a_listed_site_asks_beforehand_and_loads_the_client() {
    let server = server().await;
    let bundle = "/socket.io/socket.io.js";
    for path in [OPEN, bundle] {
        let ask = [
            ("origin", SITE),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,x-custom"),
        ];
        let answer = http::send(&server, "OPTIONS", path, &ask, b"").await;
        assert_eq!(answer.status, 204, "{path}");
        for (name, value) in [
            ("access-control-allow-origin", SITE),
            ("access-control-allow-methods", "GET, HEAD, POST"),
            ("access-control-allow-headers", "content-type,x-custom"),
            ("vary", "origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        let evil = [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
        let answer = http::send(&server, "OPTIONS", path, &evil, b"").await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
    let script = http::get(&server, bundle, &[("origin", SITE)]).await;
    if script.status == 200 {
        assert_eq!(script.header("access-control-allow-origin"), Some(SITE));
    }
    let other = http::get(&server, bundle, &[]).await;
    assert_eq!(other.header("access-control-allow-origin"), None);
    assert!(
        other.headers.contains(&("vary".to_owned(), "origin".to_owned())),
        "a cache tells them apart: {other:?}"
    );
    let page = http::get(&server, "/r/lobby", &[("origin", SITE)]).await;
    assert_eq!(page.header("access-control-allow-origin"), None, "pages are nobody else's to read");
}
