//! docs/threats.md, group J: moderation. One test a line, with its number.

use chat::{Role, RoomId};
use protocol::notice::EndCode;
use protocol::view::RoomKind;
use protocol::{
    Ban, CreateRoom, Delete, DeleteAll, Edit, Ended, Hello, History, Kick, Message, MessageOptions, Mute,
    PerRoom, React, Refusal, Rename, Report, SentRecord, Sync,
};
use serde_json::{Value, json};
use socketio_client::Reason;

use crate::client::TestClient;
use crate::polling::Poll;
use crate::server::TestServer;
use crate::{http, within};

/// A server that believes what it is told about addresses, so that a test can come from several.
async fn server() -> TestServer {
    TestServer::with(|config| {
        config.rate_limit = server::config::Switch::Off;
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
        config.insecure_http = true;
    })
    .await
}

/// Somebody on this machine who keeps the peace.
async fn keeper(server: &TestServer, role: Role) -> (TestClient, Hello) {
    let (client, hello) = TestClient::hello(server).await;
    server.app.store.appoint(&hello.you.id, role).await.unwrap();
    (client, hello)
}

fn ban(hello: &Hello, on: bool) -> Ban {
    Ban { member: hello.you.id.clone(), on, key: None }
}

/// A client behind these headers; whether it is let in is still to be seen.
fn open(server: &TestServer, auth: Value, headers: &[(&str, &str)]) -> TestClient {
    let origin = server.url();
    TestClient::open(server, auth, &[&[("origin", origin.as_str())], headers].concat())
}

const NEAR: (&str, &str) = ("x-forwarded-for", "192.0.2.7");
const FAR: (&str, &str) = ("x-forwarded-for", "192.0.2.8");

#[tokio::test]
async fn j90_who_is_muted_is_so_on_every_path_and_may_still_be_called_something() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let cookie = http::post(&server, "/name", &[], "name=Bia").await.cookie();
    let mut bia = open(&server, json!({"v": 1}), &[("cookie", &cookie)]);
    let hello = bia.notice::<Hello>().await;
    bia.say("antes").await.unwrap();
    let mute = |on| Mute { room: RoomId::lobby(), member: hello.you.id.clone(), on, key: None };
    ana.request(&mute(true)).await.unwrap();

    assert_eq!(bia.say("x").await.unwrap_err().code, Refusal::Muted);
    let room = RoomId::lobby();
    let edit = Edit { room: room.clone(), target: 1, body: "x".to_owned(), key: None };
    assert_eq!(bia.request(&edit).await.unwrap_err().code, Refusal::Muted);
    let react = React { room: room.clone(), target: 1, emoji: "🎉".to_owned(), on: true, key: None };
    assert_eq!(bia.request(&react).await.unwrap_err().code, Refusal::Muted);
    let form = http::post(&server, "/r/lobby", &[("cookie", &cookie)], "body=x").await;
    assert!(form.status == 403 && form.body.contains("x</textarea>"), "refused, and given back");
    assert_eq!(ana.request(&mute(true)).await.map(|done| done.seq), Ok(2), "nothing of it was stored");

    // To take back what one has said harms nobody.
    bia.request(&Rename { name: "Bia Luz".to_owned(), key: None }).await.unwrap();
    bia.request(&Delete { room, target: 1, key: None }).await.unwrap();
    ana.request(&mute(false)).await.unwrap();
    bia.say("depois").await.unwrap();
}

/// What a poll brings until its session is over.
async fn to_the_end(poll: &Poll<'_>) -> String {
    let mut heard = String::new();
    loop {
        let answer = poll.get().await;
        if answer.status != 200 {
            return heard;
        }
        heard.push_str(&answer.body);
    }
}

#[tokio::test]
async fn j91_who_is_banned_is_cut_off_on_sockets_and_polls_and_stays_out_with_the_same_cookie() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let cookie = http::post(&server, "/name", &[NEAR], "name=Bia").await.cookie();
    let headers = [("cookie", cookie.as_str()), NEAR];
    let mut bia = open(&server, json!({"v": 1}), &headers);
    let hello = bia.notice::<Hello>().await;
    let poll = Poll::open(&server, &headers).await.unwrap();
    poll.post(r#"40{"v":1}"#).await;
    poll.until(r#"42["hello""#).await;

    ana.request(&ban(&hello, true)).await.unwrap();
    ana.say("depois").await.unwrap();
    assert_eq!(bia.notice::<Ended>().await.code, EndCode::Banned);
    assert_eq!(bia.disconnected().await, Reason::ServerDisconnect);
    let polled = within("the end of the poll", to_the_end(&poll)).await;
    assert!(polled.contains(r#"42["ended",{"code":"banned"}]"#), "{polled}");
    assert!(!polled.contains("depois"), "{polled}");

    assert_eq!(open(&server, json!({"v": 1}), &headers).connect_error().await, Refusal::Banned.code());
    assert_eq!(http::get(&server, "/", &headers).await.status, 403);
    let form = http::post(&server, "/r/lobby", &headers, "body=x").await;
    assert_eq!((form.status, form.header("location")), (403, None));

    // Who is pardoned is who they were.
    ana.request(&ban(&hello, false)).await.unwrap();
    let mut back = open(&server, json!({"v": 1}), &headers);
    assert_eq!(back.notice::<Hello>().await.you.id, hello.you.id);
    back.say("voltei").await.unwrap();
}

#[tokio::test]
async fn j91_nobody_new_comes_from_where_the_banned_came_from_until_the_pardon() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let auth = json!({"v": 1});
    let mut bia = open(&server, auth.clone(), &[NEAR]);
    let hello = bia.notice::<Hello>().await;
    let cookie = http::post(&server, "/name", &[NEAR], "name=Eva").await.cookie();
    let mut silent = open(&server, Value::Null, &[NEAR]);
    silent.event(<SentRecord as protocol::Notice>::EVENT).await;
    ana.request(&ban(&hello, true)).await.unwrap();

    let banned = Refusal::Banned.code();
    assert_eq!(open(&server, auth.clone(), &[NEAR]).connect_error().await, banned);
    assert_eq!(open(&server, Value::Null, &[NEAR]).connect_error().await, banned);
    assert_eq!(silent.say("x").await.unwrap_err().code, Refusal::Banned, "the first word makes somebody new");
    let rename = Rename { name: "Rui".to_owned(), key: None };
    assert_eq!(silent.request(&rename).await.unwrap_err().code, Refusal::Banned);
    let name = http::post(&server, "/name", &[NEAR], "name=Rui").await;
    assert_eq!((name.location(), name.header("set-cookie")), ("/r/lobby?refused=banned", None));
    let said = http::post(&server, "/r/lobby", &[NEAR], "body=x").await;
    assert_eq!((said.status, said.header("set-cookie")), (403, None));
    // Who was there already has done nothing; and elsewhere everybody is welcome.
    let eva = http::post(&server, "/r/lobby", &[("cookie", &cookie), NEAR], "body=oi").await;
    assert_eq!(eva.location(), "/r/lobby");
    open(&server, auth.clone(), &[FAR]).notice::<Hello>().await;

    ana.request(&ban(&hello, false)).await.unwrap();
    open(&server, auth.clone(), &[NEAR]).notice::<Hello>().await;
    silent.say("oi").await.unwrap();
}

#[tokio::test]
async fn j91_a_guest_of_one_connection_is_banned_with_its_address() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let mut plain = open(&server, Value::Null, &[NEAR]);
    plain.event(<SentRecord as protocol::Notice>::EVENT).await;
    plain.say("spam").await.unwrap();
    let member = plain.sent().await.1.author.id;
    ana.request(&Ban { member, on: true, key: None }).await.unwrap();
    assert_eq!(plain.notice::<Ended>().await.code, EndCode::Banned);
    let again = open(&server, Value::Null, &[NEAR]).connect_error().await;
    assert_eq!(again, Refusal::Banned.code());
}

#[tokio::test]
async fn j91_a_ban_on_this_machine_shuts_nobody_else_out() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let (mut bia, hello) = TestClient::hello(&server).await;
    ana.request(&ban(&hello, true)).await.unwrap();
    bia.notice::<Ended>().await;
    TestClient::hello(&server).await;
}

#[tokio::test]
async fn j93_a_deleted_message_is_gone_from_the_log_the_history_and_the_page() {
    let server = server().await;
    let (ana, _) = keeper(&server, Role::Moderator).await;
    let (bia, _) = TestClient::hello(&server).await;
    bia.say("segredo").await.unwrap();
    let room = RoomId::lobby();
    let edit = Edit { room: room.clone(), target: 1, body: "outro segredo".to_owned(), key: None };
    bia.request(&edit).await.unwrap();
    ana.request(&Delete { room: room.clone(), target: 1, key: None }).await.unwrap();

    let cursors = PerRoom::from([(room, 0)]);
    let log = bia.ask(<Sync as protocol::Request>::EVENT, vec![json!({ "cursors": cursors })]).await;
    let history = bia.ask(<History as protocol::Request>::EVENT, vec![json!({})]).await;
    let page = http::get(&server, "/", &[]).await.body;
    for (what, text) in [("log", log.to_string()), ("history", history.to_string()), ("page", page)] {
        assert!(!text.contains("segredo"), "{what}: {text}");
    }
}

fn report(target: u64, reason: &str) -> Report {
    Report { room: RoomId::lobby(), target, reason: reason.to_owned(), key: None }
}

#[tokio::test]
async fn j94_a_flood_of_reports_is_told_to_wait() {
    let server = TestServer::start().await;
    let (ana, _) = TestClient::hello(&server).await;
    let (bia, _) = TestClient::hello(&server).await;
    ana.say("oi").await.unwrap();
    for _ in 0..5 {
        bia.request(&report(1, "spam")).await.unwrap();
    }
    let problem = bia.request(&report(1, "spam")).await.unwrap_err();
    assert_eq!(problem.code, Refusal::RateLimited);
    assert!(matches!(problem.retry_after_ms, Some(1..=10_000)), "{problem:?}");
    bia.say("e ainda fala").await.unwrap();
}

/// Somebody of that role with a browser: the client, and the cookie of the pages.
async fn browser(server: &TestServer, name: &str, role: Role) -> (TestClient, Hello, String) {
    let cookie = http::post(server, "/name", &[], &format!("name={name}")).await.cookie();
    let mut client = open(server, json!({"v": 1}), &[("cookie", &cookie)]);
    let hello = client.notice::<Hello>().await;
    server.app.store.appoint(&hello.you.id, role).await.unwrap();
    (client, hello, cookie)
}

/// The page of moderation for who has this cookie.
async fn page(server: &TestServer, cookie: &str) -> String {
    let answer = http::get(server, "/moderation", &[("cookie", cookie)]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn count(page: &str, what: &str) -> usize {
    page.matches(what).count()
}

/// The address of the first report's form.
fn first_form(page: &str) -> String {
    let action = page.split("action=\"/moderation/reports/").nth(1).unwrap_or_else(|| panic!("none: {page}"));
    format!("/moderation/reports/{}", action.split('"').next().unwrap())
}

const ENTRY: &str = "audit-log__entry";

#[tokio::test]
async fn j95_each_act_of_moderation_is_one_row_of_the_audit_log_and_none_that_was_refused() {
    let server = server().await;
    let (ana, _, cookie) = browser(&server, "Ana", Role::Owner).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    bia.say("oi").await.unwrap();
    let create = CreateRoom {
        name: "Turma".to_owned(),
        kind: RoomKind::Public,
        members: Some(vec![theirs.you.id.clone()]),
        key: None,
    };
    let room = ana.request(&create).await.unwrap().room.id;
    let mut rows = 0;
    macro_rules! acts {
        ($($request:expr => $new:literal),* $(,)?) => {$(
            let answer = ana.request(&$request).await;
            assert_eq!(answer.is_ok(), $new < 2, "{answer:?}");
            rows += $new % 2;
            let shown = page(&server, &cookie).await;
            assert_eq!(count(&shown, ENTRY), rows, "{}", stringify!($request));
        )*};
    }
    let (member, lobby) = (theirs.you.id.clone(), RoomId::lobby());
    // 1: one row; 0: nothing has changed; 2: refused.
    acts! {
        Mute { room: lobby.clone(), member: member.clone(), on: true, key: None } => 1,
        Mute { room: lobby.clone(), member: member.clone(), on: true, key: None } => 0,
        Mute { room: lobby.clone(), member: member.clone(), on: false, key: None } => 1,
        Kick { room: lobby.clone(), member: member.clone(), key: None } => 2,
        Kick { room: room.clone(), member: member.clone(), key: None } => 1,
        Delete { room: lobby.clone(), target: 1, key: None } => 1,
        Delete { room: lobby.clone(), target: 1, key: None } => 0,
        DeleteAll { member: member.clone(), key: None } => 1,
        Ban { member: member.clone(), on: true, key: None } => 1,
        Ban { member: member.clone(), on: false, key: None } => 1,
    }
    // To delete what one said oneself is no moderation.
    let own = ana.say("minha").await.unwrap().seq;
    ana.request(&Delete { room: lobby, target: own, key: None }).await.unwrap();
    assert_eq!(count(&page(&server, &cookie).await, ENTRY), rows);
}

#[tokio::test]
async fn what_is_reported_is_read_and_settled_by_those_who_keep_the_peace_and_by_nobody_else() {
    let server = server().await;
    let (ana, _, cookie) = browser(&server, "Ana", Role::Moderator).await;
    let (bia, _, other) = browser(&server, "Bia", Role::Guest).await;
    let (spam, theirs) = TestClient::hello(&server).await;
    let create = CreateRoom {
        name: "Fechada".to_owned(),
        kind: RoomKind::Private,
        members: Some(vec![theirs.you.id.clone()]),
        key: None,
    };
    let room = bia.request(&create).await.unwrap().room.id;
    for body in ["propaganda", "mais propaganda"] {
        let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
        spam.request(&Message { body: body.to_owned(), options }).await.unwrap();
    }
    let told = |target, reason: &str| Report { room: room.clone(), ..report(target, reason) };
    for reason in ["<b>chato</b>", "de novo"] {
        bia.request(&told(1, reason)).await.unwrap();
    }
    bia.request(&told(2, "")).await.unwrap();
    assert_eq!(ana.request(&told(1, "")).await.unwrap_err().code, Refusal::NotFound, "Ana is not in it");
    assert_eq!(spam.request(&told(1, "")).await.unwrap_err().code, Refusal::Forbidden, "one's own");
    assert_eq!(bia.request(&told(1, &"a".repeat(501))).await.unwrap_err().code, Refusal::TooLong);

    let shown = page(&server, &cookie).await;
    assert_eq!(count(&shown, "report-list__report"), 2, "one open report a person and message: {shown}");
    assert!(shown.contains("propaganda") && shown.contains("&lt;b&gt;chato") && !shown.contains("de novo"));
    assert!(!shown.contains("audit-log"), "which is for owner and admin");
    let form = first_form(&shown);
    for headers in [vec![], vec![("cookie", other.as_str())]] {
        assert_eq!(http::get(&server, "/moderation", &headers).await.status, 404);
        assert_eq!(http::post(&server, &form, &headers, "outcome=deleted").await.status, 404);
        let member = format!("member={}", theirs.you.id);
        assert_eq!(http::post(&server, "/moderation/pardon", &headers, &member).await.status, 404);
    }
    let keeper = [("cookie", cookie.as_str())];
    assert_eq!(http::post(&server, &form, &keeper, "outcome=x").await.status, 400);
    let settled = http::post(&server, &form, &keeper, "outcome=deleted").await;
    assert_eq!((settled.status, settled.location()), (303, "/moderation?done=deleted"));
    let again = http::post(&server, &form, &keeper, "outcome=deleted").await;
    assert_eq!(again.location(), "/moderation?refused=not_found", "somebody else was faster");
    let history = bia.request(&History { room: room.clone(), ..History::default() }).await.unwrap();
    assert!(!history.messages[0].deleted && history.messages[1].deleted, "what was reported last is on top");

    let shown = page(&server, &cookie).await;
    assert_eq!(count(&shown, "report-list__report"), 1);
    let banned = http::post(&server, &first_form(&shown), &keeper, "outcome=banned").await;
    assert_eq!(banned.location(), "/moderation?done=banned");
    let mut spam = spam;
    assert_eq!(spam.notice::<Ended>().await.code, EndCode::Banned);
    let shown = page(&server, &cookie).await;
    assert_eq!(count(&shown, "report-list__report"), 0);
    assert!(shown.contains(theirs.you.id.as_str()), "who is banned is there to be pardoned");
    let member = format!("member={}", theirs.you.id);
    let pardoned = http::post(&server, "/moderation/pardon", &keeper, &member).await;
    assert_eq!(pardoned.location(), "/moderation?done=pardoned");
    let mut back = TestClient::open(&server, json!({"v": 1, "token": theirs.token}), &[]);
    assert_eq!(back.notice::<Hello>().await.you.id, theirs.you.id);
}

#[tokio::test]
async fn everything_a_guest_said_goes_in_every_room_and_nothing_of_a_member() {
    let server = server().await;
    let (mut ana, mine) = keeper(&server, Role::Moderator).await;
    let (bia, theirs) = TestClient::hello(&server).await;
    let create = CreateRoom { name: "Turma".to_owned(), kind: RoomKind::Private, members: None, key: None };
    let room = bia.request(&create).await.unwrap().room.id;
    let options = MessageOptions { room: Some(room.clone()), ..MessageOptions::default() };
    bia.request(&Message { body: "na sala fechada".to_owned(), options }).await.unwrap();
    ana.say("fica").await.unwrap();
    for n in 0..70 {
        bia.say(&n.to_string()).await.unwrap();
    }
    let all = DeleteAll { member: theirs.you.id.clone(), key: None };
    assert_eq!(
        bia.request(&DeleteAll { member: mine.you.id.clone(), key: None }).await.unwrap_err().code,
        Refusal::Forbidden
    );
    assert!(!ana.request(&all).await.unwrap().duplicate);
    for _ in 0..70 {
        ana.kept(protocol::event::kind::DELETED).await;
    }
    let history = ana.request(&History { limit: Some(100), ..History::default() }).await.unwrap();
    let left: Vec<_> = history.messages.iter().filter(|message| !message.deleted).collect();
    assert_eq!((left.len(), left[0].body.as_str(), history.head), (1, "fica", 141));
    let closed = bia.request(&History { room, ..History::default() }).await.unwrap();
    assert!(closed.messages[0].deleted);

    server.app.store.appoint(&theirs.you.id, Role::Member).await.unwrap();
    assert_eq!(
        ana.request(&all).await.unwrap_err().code,
        Refusal::Forbidden,
        "who has an account is not a guest"
    );
}
