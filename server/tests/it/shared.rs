//! Many behind one address: a proxy that brings everybody, a school that has one, and one who floods it.

use protocol::{CreateRoom, Hello, ListRooms, Refusal, Report};
use protocol::view::RoomKind;
use serde_json::json;
use server::config::Switch;

use crate::client::TestClient;
use crate::polling::{self, Poll};
use crate::server::TestServer;
use crate::ws::Ws;
use crate::{eventually, http};

/// A server behind a proxy on this machine.
async fn behind_a_proxy(change: impl FnOnce(&mut server::Config)) -> TestServer {
    TestServer::with(|config| {
        config.trusted_proxy = vec!["127.0.0.0/8".parse().unwrap()];
        config.insecure_http = true;
        change(config);
    })
    .await
}

async fn socket(server: &TestServer, visitor: &str) -> Result<Ws, u16> {
    Ws::open(server, &[("x-forwarded-for", visitor)]).await
}

#[tokio::test]
async fn l104_a_trusted_proxy_is_not_counted_and_each_visitor_behind_it_is() {
    let server = behind_a_proxy(|config| {
        config.tuning.connections_per_address = 20;
        config.tuning.new_connections_burst = 5;
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(socket(&server, "203.0.113.7").await.unwrap());
    }
    assert_eq!(socket(&server, "203.0.113.7").await.err(), Some(503), "one visitor has so many");
    let same = [("x-forwarded-for", "203.0.113.7:4711")];
    assert_eq!(Poll::open(&server, &same).await.err().unwrap().status, 503, "by polling, too");
    for n in 1..=20 {
        held.push(socket(&server, &format!("198.51.100.{n}")).await.unwrap());
    }
    assert_eq!(http::get(&server, "/healthz", &[]).await.status, 200);
    drop(held);
    eventually("the places to be given back", || server.app.bindings.count() == 0).await;
}

#[tokio::test]
async fn l104_new_sockets_of_a_visitor_are_counted_even_if_each_goes_at_once() {
    let server = behind_a_proxy(|config| {
        config.tuning.connections_per_address = 10;
        config.tuning.new_connections_per_second = 1;
    })
    .await;
    let mut refused = 0;
    for _ in 0..30 {
        match socket(&server, "203.0.113.7").await {
            Ok(ws) => {
                drop(ws);
                eventually("the place to be given back", || server.app.bindings.count() == 0).await;
            }
            Err(status) => refused += usize::from(status == 503),
        }
    }
    assert!(refused > 0, "a door that opens and closes costs as much");
    socket(&server, "198.51.100.1").await.unwrap();
}

#[tokio::test]
async fn what_a_proxy_forwards_and_cannot_be_read_is_refused_everywhere() {
    let server = behind_a_proxy(|_| {}).await;
    for bad in [("x-forwarded-for", "somebody"), ("x-forwarded-proto", "gopher")] {
        for path in ["/r/lobby", polling::OPEN] {
            let answer = http::get(&server, path, &[("x-forwarded-for", "203.0.113.7"), bad]).await;
            assert_eq!(answer.status, 400, "{path} {bad:?}");
        }
        assert_eq!(Ws::open(&server, &[bad]).await.err(), Some(400), "{bad:?}");
    }
}

#[tokio::test]
async fn a_websocket_over_tls_has_the_session_of_the_page() {
    let server = behind_a_proxy(|config| config.insecure_http = false).await;
    let origin = format!("https://{}", server.address);
    let page = [("x-forwarded-for", "203.0.113.7"), ("x-forwarded-proto", "https"), ("origin", &origin)];
    let cookie = http::form_from(&server, "/name", &page, "name=Ana").await.cookie();
    assert!(cookie.starts_with("__Host-"), "{cookie}");
    for scheme in ["https", "wss", "WSS"] {
        let headers = [
            ("x-forwarded-for", "203.0.113.7:4711"),
            ("x-forwarded-proto", scheme),
            ("origin", origin.as_str()),
            ("cookie", cookie.as_str()),
        ];
        let mut ana = TestClient::open(&server, json!({"v": 1}), &headers);
        assert_eq!(ana.notice::<Hello>().await.you.name, "Ana", "{scheme}");
        let page = http::get(&server, "/r/lobby", &headers).await;
        assert_eq!(page.header("set-cookie"), None, "{scheme}: the page leaves the cookie alone");
    }
}

#[tokio::test]
async fn l108_a_flood_from_a_school_leaves_words_and_names_to_the_others() {
    let server = TestServer::with(|config| config.tuning.guest_sends_per_minute = 60).await;
    let (bia, _) = TestClient::hello(&server).await;
    let mut puppets = Vec::new();
    for _ in 0..14 {
        puppets.push(TestClient::hello(&server).await.0);
    }
    let mut last = None;
    for puppet in &puppets {
        for _ in 0..5 {
            last = puppet.say("!").await.err();
        }
    }
    assert_eq!(last.expect("the flood is over its share").code, Refusal::RateLimited);
    for _ in 0..4 {
        bia.say("e nós?").await.unwrap();
    }
    for n in 0..20 {
        let answer = http::post(&server, "/name", &[], &format!("name=Colega+{n}")).await;
        assert_eq!(answer.location(), "/r/lobby", "{n}");
    }
}

#[tokio::test]
async fn l107_an_address_makes_so_many_guests_at_once_by_form_by_link_and_by_socket() {
    let server = TestServer::with(|config| {
        config.tuning.newcomers_burst = 3;
        config.tuning.newcomers_every = std::time::Duration::from_secs(600);
    })
    .await;
    for n in 0..4 {
        let answer = http::post(&server, "/name", &[], &format!("name=Colega+{n}")).await;
        let expected = if n < 3 { "/r/lobby" } else { "/r/lobby?refused=rate_limited" };
        assert_eq!(answer.location(), expected, "{n}");
    }
    let said = http::post(&server, "/r/lobby", &[], "body=oi").await;
    assert_eq!(said.location(), "/r/lobby?refused=rate_limited");
    for _ in 0..3 {
        TestClient::hello(&server).await;
    }
    let mut late = TestClient::open(&server, json!({"v": 1}), &[]);
    late.connect_error().await;
    let mut plain = Vec::new();
    for _ in 0..4 {
        plain.push(TestClient::plain(&server).await);
    }
    for client in &plain[..3] {
        client.say("oi").await.unwrap();
    }
    assert_eq!(plain[3].say("oi").await.unwrap_err().code, Refusal::RateLimited);
    plain[0].say("de novo").await.unwrap();
}

#[tokio::test]
async fn l108_hundreds_of_empty_rooms_push_none_with_people_out_of_the_list() {
    let server = TestServer::with(|config| config.rate_limit = Switch::Off).await;
    let (spam, _) = TestClient::hello(&server).await;
    let (ana, mine) = TestClient::hello(&server).await;
    let (bia, _) = TestClient::hello(&server).await;
    let make = |name: String, members| CreateRoom { name, kind: RoomKind::Public, members, key: None };
    ana.request(&make("Zebra".to_owned(), None)).await.unwrap();
    let room = bia.request(&make("Xadrez".to_owned(), Some(vec![mine.you.id.clone()]))).await.unwrap().room.id;
    for n in 0..300 {
        spam.request(&make(format!("!{n:03}"), None)).await.unwrap();
    }
    let (eva, _) = TestClient::hello(&server).await;
    let open = eva.request(&ListRooms::default()).await.unwrap().open;
    assert_eq!(open.len(), 200);
    assert!(open.iter().any(|open| open.id == room), "the room with two people");
    let names: Vec<_> = open.iter().map(|room| room.name.clone()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[tokio::test]
async fn l108_reports_are_one_a_message_and_the_newest_first_and_all_can_be_reached() {
    let server = TestServer::with(|config| config.rate_limit = Switch::Off).await;
    let keeper = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let headers = [("cookie", keeper.as_str())];
    let mut ana = TestClient::open(&server, json!({"v": 1}), &[("cookie", &keeper), ("origin", &server.url())]);
    let mine = ana.notice::<Hello>().await;
    server.app.store.appoint(&mine.you.id, chat::Role::Owner).await.unwrap();
    let (rui, _) = TestClient::hello(&server).await;
    let mut puppets = Vec::new();
    for _ in 0..8 {
        puppets.push(TestClient::hello(&server).await.0);
    }
    for n in 1..=102 {
        rui.say(&format!("mensagem {n}.")).await.unwrap();
    }
    let report = |target, reason: &str| Report { room: chat::RoomId::lobby(), target, reason: reason.to_owned(), key: None };
    for target in 1..=102 {
        puppets[0].request(&report(target, "")).await.unwrap();
    }
    for (n, puppet) in puppets.iter().enumerate() {
        puppet.request(&report(7, &format!("motivo {n}"))).await.unwrap();
    }
    let page = http::get(&server, "/moderation", &headers).await.body;
    assert_eq!(page.matches("report-list__report").count(), 100);
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(place("mensagem 7.") < place("mensagem 102.") && place("mensagem 102.") < place("mensagem 101."));
    assert!(page.contains("motivo 7") && page.contains("motivo 3") && !page.contains("motivo 1<"));
    assert_eq!(page.matches("mensagem 7.").count(), 1, "one entry, whoever told of it");
    let older = page.split("/moderation?reports=").nth(1).expect("a way on").split('#').next().unwrap().to_owned();
    let page = http::get(&server, &format!("/moderation?reports={older}"), &headers).await.body;
    assert_eq!(page.matches("report-list__report").count(), 2);
    assert!(page.contains("mensagem 1.") && page.contains("mensagem 2."));
}

#[tokio::test]
async fn l108_changes_of_rooms_hide_nothing_that_was_done_to_people_in_the_audit_log() {
    let server = TestServer::with(|config| config.rate_limit = Switch::Off).await;
    let keeper = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let headers = [("cookie", keeper.as_str())];
    let mut ana = TestClient::open(&server, json!({"v": 1}), &[("cookie", &keeper), ("origin", &server.url())]);
    let mine = ana.notice::<Hello>().await;
    server.app.store.appoint(&mine.you.id, chat::Role::Owner).await.unwrap();
    let (_bia, theirs) = TestClient::hello(&server).await;
    let member = theirs.you.id.clone();
    ana.request(&protocol::Mute { room: chat::RoomId::lobby(), member, on: true, key: None }).await.unwrap();
    for n in 0..61 {
        let topic = format!("assunto {n}.");
        ana.request(&protocol::SetTopic { room: chat::RoomId::lobby(), topic, key: None }).await.unwrap();
    }
    let page = http::get(&server, "/moderation", &headers).await.body;
    assert!(page.contains("silenciou"), "who was muted is on the first page");
    assert_eq!(page.matches("audit-log__entry").count(), 51);
    let older = page.split("href=\"/moderation?audit=rooms").nth(1).expect("a way on");
    let older = older.split('#').next().unwrap().replace("&amp;", "&");
    let page = http::get(&server, &format!("/moderation?audit=rooms{older}"), &headers).await.body;
    assert!(page.contains("assunto 10.") && !page.contains("assunto 11.") && page.contains("silenciou"));
}

#[tokio::test]
async fn without_rate_limits_passwords_are_still_not_guessed() {
    let server = TestServer::unlimited().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let kept = http::post(&server, "/account/keep", &[("cookie", &cookie)], "password=segredo+secreto").await;
    assert_eq!(kept.location(), "/account?done=kept");
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(http::post(&server, "/sign-in", &[], "name=Ana&password=errado").await.status);
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
}

#[tokio::test]
async fn a_name_longer_than_any_is_refused_before_anything_is_done_with_it() {
    let server = TestServer::unlimited().await;
    let long = "%EF%B7%BA".repeat(6_000);
    for _ in 0..30 {
        let form = format!("name={long}&password=segredo+secreto");
        assert_eq!(http::post(&server, "/sign-in", &[], &form).await.status, 400);
    }
    assert_eq!(server.app.accounts.figures().done, 0, "no password was hashed for it");
}

#[tokio::test]
async fn an_account_has_fifty_sessions_and_the_one_unused_for_longest_ends() {
    let server = TestServer::unlimited().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let kept = http::post(&server, "/account/keep", &[("cookie", &cookie)], "password=segredo+secreto").await;
    let first = kept.cookie();
    let mut page = TestClient::open(&server, json!({"v": 1}), &[("cookie", &first), ("origin", &server.url())]);
    page.notice::<Hello>().await;
    let mut cookies = Vec::new();
    for _ in 0..50 {
        let form = "name=Ana&password=segredo+secreto";
        cookies.push(http::post(&server, "/sign-in", &[], form).await.cookie());
    }
    page.disconnected().await;
    let status = async |cookie: &str| {
        http::post(&server, "/r/lobby", &[("cookie", cookie)], "body=oi").await.status
    };
    assert_eq!(status(&first).await, 401, "the fifty-first");
    for cookie in [&cookies[0], &cookies[49]] {
        assert_eq!(status(cookie).await, 303);
    }
    let list = http::get(&server, "/account", &[("cookie", &cookies[49])]).await.body;
    assert_eq!(list.matches("action=\"/account/sessions\"").count(), 49, "and the one that looks");
}

#[tokio::test]
async fn l107_a_guest_who_signs_out_and_did_nothing_is_gone() {
    let server = TestServer::unlimited().await;
    let silent = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let said = http::post(&server, "/name", &[], "name=Bia").await.cookie();
    http::post(&server, "/r/lobby", &[("cookie", &said)], "body=oi").await;
    for cookie in [&silent, &said] {
        http::post(&server, "/sign-out", &[("cookie", cookie)], "").await;
    }
    // The server looks when it starts, and every minute.
    let server = server.restart().await;
    let names = async || {
        let people = server.app.rooms.wall(None, &chat::RoomId::lobby(), 10).await.unwrap().1;
        people.into_iter().map(|member| member.name).collect::<Vec<_>>()
    };
    while names().await != ["Bia"] {
        tokio::task::yield_now().await;
    }
    let again = http::post(&server, "/name", &[], "name=Ana").await;
    assert_eq!(again.location(), "/r/lobby");
}
