//! docs/threats.md, group B: sessions and authentication. One test a line, with its number.

use protocol::notice::EndCode;
use protocol::{Ended, Hello, Notice};
use serde_json::json;

use crate::client::TestClient;
use crate::http::{self, Answer};
use crate::polling::Poll;
use crate::server::TestServer;
use crate::{eventually, within};

pub(crate) const PASSWORD: &str = "uma senha boa";

/// The cookie of a guest made just now.
pub(crate) async fn guest(server: &TestServer, name: &str) -> String {
    http::post(server, "/name", &[], &format!("name={name}")).await.cookie()
}

pub(crate) async fn post(server: &TestServer, path: &str, cookie: &str, form: &str) -> Answer {
    http::post(server, path, &[("cookie", cookie)], form).await
}

/// The cookie of somebody new who has kept the name.
pub(crate) async fn member(server: &TestServer, name: &str) -> String {
    let cookie = guest(server, name).await;
    let kept = post(server, "/account/keep", &cookie, &format!("password={PASSWORD}")).await;
    assert_eq!(kept.location(), "/account?done=kept");
    kept.cookie()
}

pub(crate) async fn sign_in(server: &TestServer, name: &str, password: &str) -> Answer {
    http::post(server, "/sign-in", &[], &format!("name={name}&password={password}")).await
}

/// A client with this cookie, greeted.
pub(crate) async fn client(server: &TestServer, cookie: &str) -> (TestClient, Hello) {
    let own = server.url();
    let headers = [("cookie", cookie), ("origin", own.as_str())];
    let mut client = TestClient::open(server, json!({"v": protocol::VERSION}), &headers);
    let hello = client.notice::<Hello>().await;
    (client, hello)
}

async fn ended(client: &mut TestClient) -> EndCode {
    client.notice::<Ended>().await.code
}

/// The cookie opens nothing any more: no form, no socket.
async fn is_dead(server: &TestServer, cookie: &str) {
    assert_eq!(post(server, "/r/lobby", cookie, "body=oi").await.status, 401);
    let own = server.url();
    let headers = [("cookie", cookie), ("origin", own.as_str())];
    let mut client = TestClient::open(server, json!({"v": protocol::VERSION}), &headers);
    assert_eq!(client.connect_error().await, "unauthorized");
}

#[tokio::test]
async fn b11_without_a_session_one_is_a_guest_of_that_connection_and_nobody_else() {
    let server = TestServer::start().await;
    let (_ana, one) = TestClient::hello(&server).await;
    let (_bia, other) = TestClient::hello(&server).await;
    assert_ne!(one.you.id, other.you.id);
    assert_eq!((one.you.role, other.you.role), (chat::Role::Guest, chat::Role::Guest));
    let poll = Poll::open(&server, &[]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
}

#[tokio::test]
async fn b12_signing_out_closes_every_socket_and_poll_of_that_session() {
    let server = TestServer::unlimited().await;
    let here = member(&server, "Ana").await;
    let there = sign_in(&server, "ana", PASSWORD).await.cookie();
    let (mut first, _) = client(&server, &here).await;
    let (mut second, _) = client(&server, &here).await;
    let (other, _) = client(&server, &there).await;
    let poll = Poll::open(&server, &[("cookie", here.as_str())]).await.ok().unwrap();
    poll.post("40").await;
    poll.until("42").await;
    let answer = post(&server, "/sign-out", &here, "").await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!((ended(&mut first).await, ended(&mut second).await), (EndCode::SignedOut, EndCode::SignedOut));
    // The poll is told as well, and then its id is nobody's; the engine forgets it with its next ping.
    let told = within("the end of the poll", poll.until("42")).await;
    assert!(told.contains(Ended::EVENT), "{told}");
    within("the end of its id", async { while poll.get().await.status == 200 {} }).await;
    eventually("the sockets to be gone", || server.app.bindings.count() <= 2).await;
    is_dead(&server, &here).await;
    assert_eq!(post(&server, "/sign-out", &here, "").await.status, 401);
    assert!(other.say("ainda aqui").await.is_ok());
}

#[tokio::test]
async fn b13_another_password_revokes_all_other_sessions_and_their_sockets() {
    let server = TestServer::unlimited().await;
    let here = member(&server, "Ana").await;
    let there = sign_in(&server, "Ana", PASSWORD).await.cookie();
    let (stays, _) = client(&server, &here).await;
    let (mut goes, _) = client(&server, &there).await;
    let form = format!("today={PASSWORD}&password=outra senha&password_again=outra senha");
    assert_eq!(post(&server, "/account/password", &here, &form).await.location(), "/account?done=password");
    assert_eq!(ended(&mut goes).await, EndCode::Revoked);
    is_dead(&server, &there).await;
    assert!(stays.say("fico").await.is_ok());
    assert_eq!(post(&server, "/r/lobby", &here, "body=fico").await.status, 303);
    assert_eq!(sign_in(&server, "Ana", PASSWORD).await.location(), "/sign-in?refused=wrong_password");
    assert_eq!(sign_in(&server, "Ana", "outra senha").await.location(), "/");
}

#[tokio::test]
async fn b13_a_session_is_revoked_from_the_list_by_its_owner_alone() {
    let server = TestServer::unlimited().await;
    let here = member(&server, "Ana").await;
    let there = sign_in(&server, "Ana", PASSWORD).await.cookie();
    let (mut goes, _) = client(&server, &there).await;
    let page = http::get(&server, "/account", &[("cookie", &here)]).await;
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let start = page.body.find(r#"name="id" value=""#).expect("one other session, with its button") + 17;
    let id = &page.body[start..start + 16];
    let thief = member(&server, "Mal").await;
    post(&server, "/account/sessions", &thief, &format!("id={id}")).await;
    assert_eq!(
        post(&server, "/r/lobby", &there, "body=oi").await.status,
        303,
        "somebody else's is not theirs"
    );
    let answer = post(&server, "/account/sessions", &here, &format!("id={id}")).await;
    assert_eq!(answer.location(), "/account?done=revoked");
    assert_eq!(ended(&mut goes).await, EndCode::Revoked);
    is_dead(&server, &there).await;
}

#[tokio::test]
async fn b14_the_cookie_changes_when_a_name_is_kept_and_at_sign_in_and_the_person_does_not() {
    let server = TestServer::unlimited().await;
    let first = guest(&server, "Ana").await;
    let (said, hello) = client(&server, &first).await;
    said.say("antes").await.unwrap();
    let mut ears = TestClient::plain(&server).await;
    let form = format!("name=Ana&password={PASSWORD}&password_again={PASSWORD}");
    let second = post(&server, "/account/keep", &first, &form).await.cookie();
    assert_ne!(first, second);
    let changed = ears.kept(protocol::event::kind::ROLE_CHANGED).await.change;
    let expected = (hello.you.id.clone(), chat::Role::Member);
    assert!(
        matches!(changed, chat::Change::RoleChanged { who, role, .. } if (&who, role) == (&expected.0, expected.1))
    );
    is_dead(&server, &first).await;
    let answer = http::post(
        &server,
        "/sign-in",
        &[("cookie", second.as_str())],
        &format!("name=ANA&password={PASSWORD}&next=/r/lobby"),
    )
    .await;
    assert_eq!(answer.location(), "/r/lobby");
    let third = answer.cookie();
    assert_ne!(second, third);
    is_dead(&server, &second).await;
    let (_after, again) = client(&server, &third).await;
    assert_eq!((again.you.id, again.you.role), (hello.you.id.clone(), chat::Role::Member));
    let history = server.app.rooms.history(None, protocol::History::default()).await.unwrap();
    assert!(history.messages.iter().all(|message| message.author.id == hello.you.id));
}

#[tokio::test]
async fn b15_a_session_that_is_over_under_a_live_socket_closes_it() {
    let server = TestServer::with(|config| {
        config.clock_offset_file = Some(config.data.with_file_name("clock"));
        config.tuning.session_check = std::time::Duration::from_millis(20);
    })
    .await;
    let (kept, guest) = (member(&server, "Ana").await, guest(&server, "Bia").await);
    let (mut ana, _) = client(&server, &kept).await;
    let (bia, _) = client(&server, &guest).await;
    let (token, _) = TestClient::hello(&server).await;
    let ninety_days = 90 * 24 * 60 * 60 * 1_000_i64;
    std::fs::write(server.folder().join("clock"), format!("passed {ninety_days}")).unwrap();
    assert_eq!(ended(&mut ana).await, EndCode::SignedOut, "who has a password can come back");
    for other in [bia, token] {
        within("an answer", other.io.request("history", vec![json!({})])).await.unwrap();
    }
}

#[tokio::test]
async fn b16_an_unknown_account_is_answered_like_a_wrong_password() {
    let server = TestServer::start().await;
    member(&server, "Ana").await;
    let before = server.app.accounts.figures().done;
    let mut wrong = sign_in(&server, "Ana", "nao e esta").await;
    let mut unknown = sign_in(&server, "Ninguem", "nao e esta").await;
    for answer in [&mut wrong, &mut unknown] {
        // What was typed comes back to the form, whoever it is.
        answer.headers.retain(|(name, value)| name != "date" && !value.starts_with("cm_tried="));
    }
    assert_eq!(wrong, unknown);
    assert_eq!((wrong.status, wrong.location()), (303, "/sign-in?refused=wrong_password"));
    assert_eq!(server.app.accounts.figures().done, before + 2, "each cost a hash");
    let dead = http::get(&server, "/recover/AAAAAAAAAAAAAAAAAAAAAA", &[]).await;
    assert_eq!(dead.status, 404);
}

#[tokio::test]
async fn b17_the_sixth_wrong_password_waits_and_nobody_is_locked_out() {
    let server = TestServer::with(|config| {
        config.clock_offset_file = Some(config.data.with_file_name("clock"));
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
        config.insecure_http = true;
    })
    .await;
    member(&server, "Ana").await;
    let from = |address: &'static str, password: &'static str| {
        let server = &server;
        async move {
            let form = format!("name=Ana&password={password}");
            http::post(server, "/sign-in", &[("x-forwarded-for", address)], &form).await
        }
    };
    for _ in 0..5 {
        assert_eq!(from("192.0.2.1", "nao e esta").await.status, 303);
    }
    let hashed = server.app.accounts.figures().done;
    for password in ["nao e esta", PASSWORD] {
        let answer = from("192.0.2.1", password).await;
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!(answer.status == 429 && (1..=900).contains(&wait), "{answer:?}");
    }
    assert_eq!(server.app.accounts.figures().done, hashed, "and costs no hash");
    assert_eq!(from("192.0.2.2", PASSWORD).await.location(), "/", "elsewhere the right one opens");
    std::fs::write(server.folder().join("clock"), "passed 901000").unwrap();
    assert_eq!(from("192.0.2.1", PASSWORD).await.location(), "/", "and here after the wait");
}

#[tokio::test]
async fn b18_a_password_longer_than_anybody_types_is_refused_before_hashing() {
    let server = TestServer::unlimited().await;
    let cookie = guest(&server, "Ana").await;
    let kept = member(&server, "Bia").await;
    let before = server.app.accounts.figures().done;
    for length in [257, 1024 * 1024] {
        let long = "a".repeat(length);
        for (path, cookie, form) in [
            ("/sign-in", "", format!("name=Bia&password={long}")),
            ("/account/keep", cookie.as_str(), format!("password={long}")),
            ("/account/password", kept.as_str(), format!("today={PASSWORD}&password={long}")),
            ("/account/password", kept.as_str(), format!("today={long}&password={PASSWORD}")),
        ] {
            let headers = if cookie.is_empty() { vec![] } else { vec![("cookie", cookie)] };
            // What is longer than any form is refused unread.
            let status = if length > 64 * 1024 { 413 } else { 400 };
            assert_eq!(http::post(&server, path, &headers, &form).await.status, status, "{path} {length}");
        }
    }
    assert_eq!(server.app.accounts.figures().done, before);
    let short = post(&server, "/account/keep", &cookie, "password=1234567").await;
    assert_eq!(short.location(), "/account?refused=password_short");
}

#[tokio::test]
async fn b19_a_hundred_sign_ins_at_once_hash_two_at_a_time() {
    // Unoptimized a hash takes long; how long a form may is not what is asked here.
    let server = TestServer::with(|config| {
        config.rate_limit = server::config::Switch::Off;
        config.tuning.body_read = std::time::Duration::from_secs(60);
    })
    .await;
    member(&server, "Ana").await;
    let before = server.app.accounts.figures().done;
    let tries = (0..100).map(|_| sign_in(&server, "Ana", PASSWORD));
    let answers = within("all of them", futures_util::future::join_all(tries)).await;
    assert!(answers.iter().all(|answer| answer.location() == "/"));
    let figures = server.app.accounts.figures();
    assert_eq!((figures.done - before, figures.most), (100, 2));
}

#[tokio::test]
async fn b20_a_page_with_a_doubtful_cookie_is_signed_out_and_takes_it_away() {
    let server = TestServer::start().await;
    let cookie = member(&server, "Ana").await;
    for bad in [format!("{cookie}x"), format!("__Host-{cookie}"), format!("{cookie}; {cookie}")] {
        for path in ["/r/lobby", "/account", "/sign-in"] {
            let page = http::get(&server, path, &[("cookie", &bad)]).await;
            assert!(page.cookies()[0].contains("Max-Age=0"), "{path} {bad}");
            // In the room's list of people everybody sees her.
            assert!(path == "/r/lobby" || !page.body.contains("Ana"), "{path} {bad}");
            assert!(!page.body.contains(r#""me":{"#), "{path} {bad}");
        }
        assert_eq!(post(&server, "/account/keep", &bad, "password=12345678").await.status, 401, "{bad}");
    }
    assert!(http::get(&server, "/account", &[("cookie", &cookie)]).await.body.contains("Ana"));
}

#[tokio::test]
async fn b21_a_way_back_in_opens_once_for_an_hour_and_ends_every_session() {
    let server = TestServer::with(|config| {
        config.clock_offset_file = Some(config.data.with_file_name("clock"));
        config.rate_limit = server::config::Switch::Off;
    })
    .await;
    let (owner, ana) = (member(&server, "Rosa").await, member(&server, "Ana").await);
    let (_c, dona) = client(&server, &owner).await;
    let (mut sockets, hello) = client(&server, &ana).await;
    server.app.store.appoint(&dona.you.id, chat::Role::Owner).await.unwrap();
    let form = format!("member={}", hello.you.id);
    assert_eq!(post(&server, "/settings/recovery", &ana, &form).await.status, 404, "only who may");
    let settings = http::get(&server, "/settings", &[("cookie", &owner)]).await.body;
    assert!(settings.contains("/settings/recovery"), "the page of settings offers it");
    let stale = link(&post(&server, "/settings/recovery", &owner, &form).await);
    let path = link(&post(&server, "/settings/recovery", &owner, &form).await);
    assert_eq!(path.len(), "/recover/".len() + 22, "128 bits");
    assert_eq!(http::get(&server, &stale, &[]).await.status, 404, "a new link is the only one");
    assert!(http::get(&server, &path, &[]).await.body.contains("Ana"));
    let short = http::post(&server, &path, &[], "password=1234567").await;
    assert_eq!(short.status, 200, "a slip does not use it up");
    let used = http::post(&server, &path, &[], "password=senha nova").await;
    assert_eq!(used.location(), "/sign-in?done=recovered");
    assert_eq!(ended(&mut sockets).await, EndCode::Revoked);
    is_dead(&server, &ana).await;
    assert_eq!(http::post(&server, &path, &[], "password=senha nova 2").await.status, 404, "once");
    assert_eq!(sign_in(&server, "Ana", "senha nova").await.location(), "/");
    let late = link(&post(&server, "/settings/recovery", &owner, &form).await);
    std::fs::write(server.folder().join("clock"), "passed 3601000").unwrap();
    assert_eq!(http::post(&server, &late, &[], "password=senha nova").await.status, 404, "an hour");
}

#[tokio::test]
async fn the_account_says_whether_others_learn_how_far_one_has_read() {
    let server = TestServer::start().await;
    let cookie = guest(&server, "Ana").await;
    for (form, offers) in [("off", "value=\"on\""), ("on", "value=\"off\"")] {
        let answer = post(&server, "/account/receipts", &cookie, &format!("receipts={form}")).await;
        assert_eq!(answer.location(), "/account?done=receipts");
        let page = http::get(&server, "/account", &[("cookie", &cookie)]).await.body;
        let form = page.split("/account/receipts").nth(1).unwrap();
        assert!(form.contains(offers), "{offers}");
    }
    assert_eq!(http::post(&server, "/account/receipts", &[], "receipts=off").await.status, 401);
}

fn link(page: &Answer) -> String {
    let start = page.body.find("/recover/").unwrap_or_else(|| panic!("{page:?}"));
    page.body[start..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_name_is_kept_by_one_person_and_a_guest_may_choose_another_with_it() {
    let server = TestServer::unlimited().await;
    member(&server, "Ana").await;
    let other = guest(&server, "Rui").await;
    let taken = post(&server, "/account/keep", &other, &format!("name=ANA&password={PASSWORD}")).await;
    assert_eq!(taken.location(), "/account?refused=name_taken");
    let differs = post(&server, "/account/keep", &other, "password=12345678&password_again=12345679").await;
    assert_eq!(differs.location(), "/account?refused=password_different");
    let form = format!("name=Lia&password={PASSWORD}");
    let kept = post(&server, "/account/keep", &other, &form).await;
    assert_eq!(kept.location(), "/account?done=kept");
    let twice = post(&server, "/account/keep", &kept.cookie(), &form).await;
    assert_eq!(twice.location(), "/account?refused=forbidden");
    assert_eq!(sign_in(&server, "Lia", PASSWORD).await.location(), "/");
    http::post(&server, "/name", &[("cookie", &kept.cookie())], "name=Leila").await;
    assert_eq!(sign_in(&server, "leila", PASSWORD).await.location(), "/", "a new name opens, too");
    assert_eq!(sign_in(&server, "Lia", PASSWORD).await.location(), "/sign-in?refused=wrong_password");
}

#[tokio::test]
async fn who_changes_the_name_on_the_account_page_signs_in_with_the_new_one() {
    let server = TestServer::unlimited().await;
    let cookie = member(&server, "Ana").await;
    let page = http::get(&server, "/account", &[("cookie", &cookie)]).await.body;
    assert!(page.contains("action=\"/name\"") && page.contains("value=\"/account?done=named\""), "{page}");
    let renamed = post(&server, "/name", &cookie, "next=/account?done=named&name=Anna").await;
    assert_eq!(renamed.location(), "/account?done=named");
    assert_eq!(sign_in(&server, "Anna", PASSWORD).await.location(), "/");
    assert_ne!(sign_in(&server, "Ana", PASSWORD).await.location(), "/");
    guest(&server, "Bia").await;
    let taken = post(&server, "/name", &cookie, "next=/account?done=named&name=bia").await;
    assert_eq!(taken.location(), "/account?refused=name_taken");
}

#[tokio::test]
async fn the_account_page_is_for_who_has_a_session_and_keeps_to_the_chosen_colours() {
    let server = TestServer::start().await;
    assert_eq!(http::get(&server, "/account", &[]).await.location(), "/sign-in?next=/account");
    let cookie = guest(&server, "Ana").await;
    let page = http::get(&server, "/account", &[("cookie", &cookie)]).await;
    assert!(page.body.contains(r#"action="/account/keep""#) && !page.body.contains("modulepreload"));
    let dark = post(&server, "/account/appearance", &cookie, "appearance=dark").await;
    let both = format!("{cookie}; {}", dark.cookie());
    for path in ["/account", "/r/lobby"] {
        let page = http::get(&server, path, &[("cookie", &both)]).await;
        assert!(page.body.contains(r#"data-appearance="dark""#), "{path}");
    }
    let strange = post(&server, "/account/appearance", &cookie, "appearance=%22x").await;
    assert_eq!((strange.location(), strange.header("set-cookie")), ("/account?refused=bad_request", None));
}
