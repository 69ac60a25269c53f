//! What those who run a server decide about it, while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::i18n::Lang;
use chat::settings::Access;
use chat::{Role, RoomMakers};
use protocol::view::RoomKind;
use protocol::{CreateRoom, History, Notice as _, Refusal};
use serde_json::{Value, json};
use server::session::{Author, SecretKind};

use crate::client::TestClient;
use crate::http;
use crate::server::TestServer;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Somebody of that role, and the cookie that is theirs.
pub(crate) async fn somebody(server: &TestServer, name: &str, role: Role) -> (Author, String) {
    let cookie = http::post(server, "/name", &[], &format!("name={name}")).await.cookie();
    let secret = cookie.split_once('=').unwrap().1;
    let author = server.app.sessions.resolve(SecretKind::Cookie, secret).await.unwrap();
    let mut author = author.expect("just given");
    server.app.store.appoint(&author.member.id, role).await.unwrap();
    author.member.role = role;
    (author, cookie)
}

/// How many people whose name contains `find` the page lists.
pub(crate) async fn listed(server: &TestServer, cookie: &str, find: &str) -> usize {
    let page = http::get(server, &format!("/settings?find={find}"), &[("cookie", cookie)]).await;
    assert_eq!(page.status, 200);
    page.body.matches("class=\"member-list__member\"").count()
}

/// The whole form, with one field changed.
fn form(change: (&str, &str)) -> String {
    let usual = [
        ("name", ""),
        ("welcome", "Oi+cliente%21"),
        ("access", "open"),
        ("creators", "everybody"),
        ("retention", "0"),
        ("receipts", "on"),
    ];
    let pairs =
        usual.map(|(name, value)| format!("{name}={}", if name == change.0 { change.1 } else { value }));
    pairs.join("&")
}

async fn save(server: &TestServer, cookie: &str, change: (&str, &str)) -> String {
    let answer = http::post(server, "/settings/server", &[("cookie", cookie)], &form(change)).await;
    assert_eq!(answer.status, 303);
    answer.location().to_owned()
}

#[tokio::test]
async fn only_owner_and_admins_see_the_page_and_its_forms() {
    let server = TestServer::unlimited().await;
    let forms = ["/settings/server", "/settings/role", "/settings/ban", "/settings/invites"];
    let bodies = [
        form(("name", "Tomada")),
        "member=x&role=owner".to_owned(),
        "member=x&on=on".to_owned(),
        "room=lobby&hours=&uses=".to_owned(),
    ];
    for role in [Role::Moderator, Role::Member, Role::Guest] {
        let (_, cookie) = somebody(&server, &format!("Bia{}", role as u8), role).await;
        assert_eq!(http::get(&server, "/settings", &[("cookie", &cookie)]).await.status, 404, "{role:?}");
        for (path, body) in forms.iter().zip(&bodies) {
            assert_eq!(http::post(&server, path, &[("cookie", &cookie)], body).await.status, 404, "{path}");
        }
    }
    assert_eq!(http::get(&server, "/settings", &[]).await.status, 404);
    for role in [Role::Owner, Role::Admin] {
        let (_, cookie) = somebody(&server, &format!("Ana{}", role as u8), role).await;
        assert_eq!(http::get(&server, "/settings", &[("cookie", &cookie)]).await.status, 200, "{role:?}");
    }
    assert_eq!(server.app.settings.now().name, None);
}

#[tokio::test]
async fn a_setting_holds_at_once_and_after_a_restart_and_others_stay_as_the_options_say() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Ana", Role::Owner).await;
    assert_eq!(save(&server, &cookie, ("welcome", "Bem-vinda")).await, "/settings?done=saved");
    let mut client = TestClient::open(&server, Value::Null, &[]);
    assert_eq!(client.event(protocol::SentRecord::EVENT).await, [json!("Bem-vinda")]);
    assert_eq!(save(&server, &cookie, ("name", "Turma+%3Cb%3E")).await, "/settings?done=saved");
    let page = http::get(&server, "/settings?done=saved", &[("cookie", &cookie)]).await;
    assert!(page.body.contains("Turma &lt;b&gt;") && page.body.contains("Ajustes salvos."), "{}", page.body);

    let server = server.restart().await;
    let settings = server.app.settings.now();
    assert_eq!(settings.name.as_ref().map(|name| name.as_str()), Some("Turma <b>"));
    // The second save said the greeting of the options again.
    assert_eq!(settings.welcome, server::config::DEFAULT_WELCOME);
}

#[tokio::test]
async fn the_audit_log_names_what_was_set_and_where_an_invite_leads_and_nothing_that_stayed() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Ana", Role::Owner).await;
    let cookies = [("cookie", cookie.as_str())];
    save(&server, &cookie, ("retention", "30")).await;
    save(&server, &cookie, ("retention", "30")).await;
    http::post(&server, "/settings/invites", &cookies, "room=lobby&hours=&uses=").await;
    let invites = http::get(&server, "/settings", &cookies).await.body;
    let invite = invites.split("name=\"invite\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    http::post(&server, "/settings/invites/revoke", &cookies, &format!("invite={invite}")).await;

    let page = http::get(&server, "/moderation", &cookies).await.body;
    let log = page.split("<ol class=\"audit-log\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let entries: Vec<String> =
        log.split("<p>").skip(1).map(|entry| text(entry.split("</p>").next().unwrap())).collect();
    let (set, kept) = ("Ana mudou ajustes do servidor", Lang::PtBr.desk().retention);
    assert_eq!(
        entries,
        ["Ana revogou um convite para Praça", "Ana fez um convite para Praça", &format!("{set}{kept}")]
    );
}

/// What is to be read of it.
fn text(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect::<String>().trim().to_owned()
}

#[tokio::test]
async fn a_value_that_is_none_is_refused_and_changes_nothing() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Ana", Role::Owner).await;
    let before = server.app.settings.now();
    let (long_name, long_words) = ("a".repeat(61), "a".repeat(501));
    for (change, code) in [
        (("name", long_name.as_str()), Refusal::TooLong),
        (("name", "a%E2%80%AEb"), Refusal::BadRequest),
        (("welcome", long_words.as_str()), Refusal::TooLong),
        (("access", "closed"), Refusal::BadRequest),
        (("creators", "me"), Refusal::BadRequest),
        (("retention", "-1"), Refusal::BadRequest),
    ] {
        let location = save(&server, &cookie, change).await;
        assert_eq!(location, format!("/settings?refused={}", code.code()), "{change:?}");
    }
    assert_eq!(*server.app.settings.now(), *before);
}

#[tokio::test]
async fn who_may_make_rooms_is_decided_by_the_settings() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Ana", Role::Owner).await;
    let (client, hello) = TestClient::hello(&server).await;
    let (other, _) = somebody(&server, "Bia", Role::Guest).await;
    let room = |kind, members| CreateRoom { name: "Sala".to_owned(), kind, members, key: None };
    for (creators, role, may) in [
        (RoomMakers::Everybody, Role::Guest, true),
        (RoomMakers::Members, Role::Guest, false),
        (RoomMakers::Members, Role::Member, true),
        (RoomMakers::Moderators, Role::Member, false),
        (RoomMakers::Moderators, Role::Moderator, true),
    ] {
        save(&server, &cookie, ("creators", creators.code())).await;
        server.app.store.appoint(&hello.you.id, role).await.unwrap();
        for kind in [RoomKind::Public, RoomKind::Private] {
            let made = client.request(&room(kind, None)).await.map(drop).map_err(|problem| problem.code);
            assert_eq!(made, if may { Ok(()) } else { Err(Refusal::Forbidden) }, "{creators:?} {role:?}");
        }
        let talk = room(RoomKind::Direct, Some(vec![other.member.id.clone()]));
        assert!(client.request(&talk).await.is_ok(), "a conversation is no such room");
    }
}

#[tokio::test]
async fn b11_without_a_session_open_access_gives_a_passing_guest_and_invite_access_nothing() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Ana", Role::Owner).await;
    let mut before = TestClient::plain(&server).await;
    let (kept, hello) = TestClient::hello(&server).await;
    drop(kept);
    let token = hello.token.unwrap();
    before.say("aberto").await.unwrap();

    save(&server, &cookie, ("access", Access::Invite.code())).await;
    before.disconnected().await;
    assert_eq!(before.connect_error().await, "unauthorized", "who was there without a session is no longer");
    for auth in [Value::Null, json!({"v": protocol::VERSION})] {
        assert_eq!(TestClient::open(&server, auth, &[]).connect_error().await, "unauthorized");
    }
    let poll = http::get(&server, "/socket.io/?EIO=4&transport=polling", &[]).await;
    let sid = poll.body.split("\"sid\":\"").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
    let origin = server.url();
    let _ = http::send(&server, "POST", &path, &[("origin", &origin)], b"40").await;
    let answer = http::get(&server, &path, &[]).await;
    // A ping may stand before it.
    assert!(answer.body.contains(r#"44{"message":"unauthorized"}"#), "{}", answer.body);

    let name = http::post(&server, "/name", &[], "name=Nina").await;
    assert_eq!((name.location(), name.header("set-cookie")), ("/r/lobby?refused=unauthorized", None));
    let said = http::post(&server, "/r/lobby", &[], "body=oi").await;
    assert_eq!((said.status, said.header("set-cookie")), (401, None));
    let page = http::get(&server, "/r/lobby", &[]).await;
    assert_eq!(page.status, 401);
    assert!(!page.body.contains("aberto"), "no history for who is not invited");
    assert!(page.body.contains(r#"href="/sign-in""#), "who has a name here comes in with it");

    let mut kept = TestClient::open(&server, json!({"v": protocol::VERSION, "token": token}), &[]);
    assert_eq!(kept.notice::<protocol::Hello>().await.you.id, hello.you.id, "a session goes on");
    assert_eq!(http::get(&server, "/r/lobby", &[("cookie", &cookie)]).await.status, 200);

    save(&server, &cookie, ("access", Access::Open.code())).await;
    TestClient::plain(&server).await.say("aberto de novo").await.unwrap();
}

#[tokio::test]
async fn old_messages_lose_their_text_everywhere_and_keep_their_place() {
    let folder = crate::server::Folder::new();
    let offset = folder.path().join("offset");
    let clock = Arc::new(AtomicI64::new(0));
    let turn = |by: i64| {
        let now = clock.fetch_add(by, Ordering::SeqCst) + by;
        std::fs::write(&offset, format!("passed {now}")).unwrap();
    };
    turn(0);
    let file = offset.clone();
    let server = TestServer::with(move |config| {
        config.rate_limit = server::config::Switch::Off;
        config.clock_offset_file = Some(file);
    })
    .await;
    let (client, _) = TestClient::hello(&server).await;
    let old = client.say("velho segredo").await.unwrap().seq;
    client
        .request(&protocol::React {
            room: chat::RoomId::lobby(),
            target: old,
            emoji: "🎉".into(),
            on: true,
            key: None,
        })
        .await
        .unwrap();
    turn(29 * DAY);
    let edit = protocol::Edit {
        room: chat::RoomId::lobby(),
        target: old,
        body: "segredo editado".into(),
        key: None,
    };
    client.request(&edit).await.unwrap();
    let young = client.say("novo").await.unwrap().seq;
    // Whoever came at the beginning would have no session any more.
    let (_, cookie) = somebody(&server, "Ana", Role::Owner).await;
    save(&server, &cookie, ("retention", "30")).await;
    assert_eq!(server.app.settings.forget_old().await.unwrap(), 0, "nothing is older than it may be");

    turn(2 * DAY);
    assert_eq!(server.app.settings.forget_old().await.unwrap(), 1);
    let page = server.app.rooms.history(None, History::default()).await.unwrap();
    let texts: Vec<_> =
        page.messages.iter().map(|m| (m.seq, m.body.as_str(), m.deleted, m.reactions.len())).collect();
    assert_eq!(texts, [(old, "", true, 0), (young, "novo", false, 0)]);
    let replay = client
        .ask(<protocol::Sync as protocol::Request>::EVENT, vec![json!({"cursors": {"lobby": 0}})])
        .await;
    let replay = replay.to_string();
    assert!(!replay.contains("segredo") && replay.contains("novo"), "{replay}");
    assert_eq!(page.head, young, "no event tells of it");
    assert_eq!(server.app.settings.forget_old().await.unwrap(), 0, "once");
}

#[tokio::test]
async fn people_are_found_appointed_and_banned_from_the_page() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Ana", Role::Owner).await;
    let (bia, _) = somebody(&server, "Bia", Role::Member).await;
    let (_, admin) = somebody(&server, "Caio", Role::Admin).await;
    let headers = [("cookie", cookie.as_str())];
    let found = http::get(&server, "/settings?find=bI", &headers).await.body;
    assert!(found.contains("Papel de Bia") && !found.contains("Papel de Caio"), "{found}");

    let form = format!("member={}&role=moderator", bia.member.id);
    let answer = http::post(&server, "/settings/role", &headers, &form).await;
    assert_eq!(answer.location(), "/settings?done=appointed");
    let form = format!("member={}&role=owner", bia.member.id);
    for cookie in [&cookie, &admin] {
        let answer = http::post(&server, "/settings/role", &[("cookie", cookie)], &form).await;
        assert_eq!(answer.location(), "/settings?refused=forbidden", "there is one owner");
    }
    let form = format!("member={}&role=admin", bia.member.id);
    let answer = http::post(&server, "/settings/role", &[("cookie", &admin)], &form).await;
    assert_eq!(answer.location(), "/settings?refused=forbidden", "an admin makes no other");

    let form = format!("member={}&on=on", bia.member.id);
    assert_eq!(
        http::post(&server, "/settings/ban", &headers, &form).await.location(),
        "/settings?done=banned"
    );
    assert!(http::get(&server, "/settings", &headers).await.body.contains("Perdoar Bia"));
}

#[tokio::test]
async fn the_pages_and_the_manifest_bear_the_name_that_the_server_has() {
    let server = TestServer::unlimited().await;
    let (_, cookie) = somebody(&server, "Inês", Role::Owner).await;
    let title = async |path: &str| {
        let page = http::get(&server, path, &[]).await.body;
        page.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0.to_owned()
    };
    assert_eq!(title("/r/lobby").await, "Praça · Chat Moderno");
    save(&server, &cookie, ("name", "Laborat%C3%B3rio+Aberto")).await;
    assert_eq!(title("/r/lobby").await, "Praça · Laboratório Aberto");
    assert!(title("/sign-in").await.ends_with(" · Laboratório Aberto"));
    assert!(title("/r/nowhere").await.ends_with(" · Laboratório Aberto"), "a page that is not there");
    let manifest = http::get(&server, "/server.webmanifest", &[]).await;
    assert_eq!(manifest.header("content-type"), Some("application/manifest+json"));
    let manifest: Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!((&manifest["name"], &manifest["start_url"]), (&json!("Laboratório Aberto"), &json!("/")));
}
