//! The forms of pages without script.

use protocol::History;

use crate::client::{TestClient, key};
use crate::http;
use crate::server::TestServer;

async fn bodies(server: &TestServer) -> Vec<(String, String)> {
    let page = server.app.rooms.history(None, History::default()).await.unwrap();
    page.messages.into_iter().map(|message| (message.author.name, message.body)).collect()
}

#[tokio::test]
async fn a_name_makes_a_guest_and_goes_back_to_the_page() {
    let server = TestServer::start().await;
    let answer = http::post(&server, "/name", &[], "name=Ana+Lu%C3%ADsa").await;
    assert_eq!((answer.status, answer.location()), (303, "/r/lobby"));
    let cookie = answer.header("set-cookie").unwrap();
    let name = format!("cm_sid_{}=", server.address.port());
    assert!(cookie.starts_with(&name), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600"), "{cookie}");
    assert_eq!(answer.cookie().len(), name.len() + 43, "32 bytes in base64url");
    let cookie = answer.cookie();
    let said = http::post(&server, "/r/lobby", &[("cookie", &cookie)], "body=oi").await;
    assert_eq!((said.status, said.location(), said.header("set-cookie")), (303, "/r/lobby", None));
    assert_eq!(bodies(&server).await, [("Ana Luísa".to_owned(), "oi".to_owned())]);
}

#[tokio::test]
async fn a_post_without_a_cookie_makes_the_guest() {
    let server = TestServer::start().await;
    let mut ears = TestClient::plain(&server).await;
    let answer = http::post(&server, "/r/lobby", &[], "body=oi").await;
    assert_eq!(answer.status, 303);
    let (body, record) = ears.sent().await;
    assert_eq!(body, "oi");
    assert!(record.author.name.starts_with("Visitante "));
    let cookie = answer.cookie();
    http::post(&server, "/r/lobby", &[("cookie", &cookie)], "body=de+novo").await;
    assert_eq!(ears.sent().await.1.author.id, record.author.id, "the same guest");
}

#[tokio::test]
async fn a_form_sent_twice_is_one_message() {
    let server = TestServer::start().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let form = format!("body=uma+vez&key={}", key());
    for _ in 0..2 {
        let answer = http::post(&server, "/r/lobby", &[("cookie", &cookie)], &form).await;
        assert_eq!((answer.status, answer.location()), (303, "/r/lobby"));
    }
    assert_eq!(bodies(&server).await.len(), 1);
}

#[tokio::test]
async fn a_second_name_is_a_rename_that_the_room_hears() {
    let server = TestServer::start().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    http::post(&server, "/r/lobby", &[("cookie", &cookie)], "body=oi").await;
    let mut ears = TestClient::plain(&server).await;
    let answer = http::post(&server, "/name", &[("cookie", &cookie)], "name=Bia").await;
    assert_eq!((answer.status, answer.header("set-cookie")), (303, None));
    let renamed = ears.kept(protocol::event::kind::RENAMED).await;
    assert!(matches!(renamed.change, chat::Change::Renamed { name, .. } if name == "Bia"));
    assert_eq!(bodies(&server).await[0].0, "Bia");
}

#[tokio::test]
async fn a_refusal_goes_back_to_the_page_with_its_code() {
    let server = TestServer::unlimited().await;
    let name = format!("name={}", "a".repeat(41));
    for (path, form, location) in [
        ("/r/lobby", "body=+", "/r/lobby?refused=empty"),
        ("/name", "name=", "/r/lobby?refused=empty"),
        ("/name", name.as_str(), "/r/lobby?refused=too_long"),
        ("/name", "name=a%E2%80%AEb", "/r/lobby?refused=bad_request"),
        ("/name", "name=Ana&key=x&next=/r/lobby/3", "/r/lobby/3?refused=bad_request"),
    ] {
        let answer = http::post(&server, path, &[], form).await;
        assert_eq!((answer.status, answer.location()), (303, location));
        assert_eq!(answer.header("set-cookie"), None, "nobody is made for nothing");
    }
    assert_eq!(bodies(&server).await, []);
}

#[tokio::test]
async fn a_flood_of_forms_is_told_to_wait() {
    let server = TestServer::start().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let mut last = 0;
    for n in 0..6 {
        last = http::post(&server, "/r/lobby", &[("cookie", &cookie)], &format!("body={n}")).await.status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn a_room_that_does_not_exist_is_not_found() {
    let server = TestServer::start().await;
    for room in ["nowhere", "a%20b", "%2e%2e"] {
        assert_eq!(http::post(&server, &format!("/r/{room}"), &[], "body=oi").await.status, 404, "{room}");
    }
}

#[tokio::test]
async fn a_form_that_is_none_is_refused_without_an_explanation() {
    let server = TestServer::start().await;
    for (path, form) in [("/name", ""), ("/name", "nome=x"), ("/r/lobby", "x=1"), ("/r/lobby", "%ff=%ff")] {
        let answer = http::post(&server, path, &[], form).await;
        assert_eq!(answer.status, 400, "{path} {form}");
        assert!(!answer.body.contains("missing field") && !answer.body.contains("deserialize"), "{answer:?}");
    }
    let origin = server.url();
    let json = [("origin", origin.as_str()), ("content-type", "application/json")];
    assert_eq!(http::send(&server, "POST", "/name", &json, b"{}").await.status, 415);
    let big = format!("body={}", "a".repeat(65 * 1024));
    assert_eq!(http::post(&server, "/r/lobby", &[], &big).await.status, 413);
}

#[tokio::test]
async fn without_tls_people_of_other_machines_get_no_session() {
    // Behind a proxy that says so: the only way to be another machine on one.
    let server = TestServer::with(|config| config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()]).await;
    let far = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "http")];
    for (path, form) in [("/name", "name=Ana"), ("/r/lobby", "body=oi")] {
        let answer = http::post(&server, path, &far, form).await;
        assert_eq!((answer.location(), answer.header("set-cookie")), ("/r/lobby?refused=insecure", None));
    }
    let origin = format!("https://{}", server.address);
    let tls = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "https"), ("origin", origin.as_str())];
    let answer = http::form_from(&server, "/name", &tls, "name=Ana").await;
    assert!(answer.header("set-cookie").unwrap().contains("; Secure; HttpOnly"));
    let server = TestServer::with(|config| {
        config.trusted_proxy = vec!["127.0.0.1".parse().unwrap()];
        config.insecure_http = true;
    })
    .await;
    assert!(http::post(&server, "/name", &far, "name=Ana").await.cookie().starts_with("cm_sid_"));
}

#[tokio::test]
async fn forms_make_a_room_and_take_people_in_and_out() {
    let server = TestServer::unlimited().await;
    let ana = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let bia = http::post(&server, "/name", &[], "name=Bia").await.cookie();
    let form = format!("name=Farol&kind=public&key={}", key());
    let made = http::post(&server, "/rooms", &[("cookie", &ana)], &form).await;
    assert_eq!(made.status, 303);
    let room = made.location().to_owned();
    let again = http::post(&server, "/rooms", &[("cookie", &ana)], &form).await;
    assert_eq!(again.location(), room, "the same form makes one room");
    let outside = http::post(&server, &room, &[("cookie", &bia)], "body=oi").await;
    assert!(outside.status == 403 && outside.body.contains("oi</textarea>"));
    let joined = http::post(&server, &format!("{room}/join"), &[("cookie", &bia)], "").await;
    assert_eq!((joined.status, joined.location()), (303, room.as_str()));
    assert_eq!(http::post(&server, &room, &[("cookie", &bia)], "body=oi").await.location(), room);
    let left = http::post(&server, &format!("{room}/leave"), &[("cookie", &bia)], "").await;
    assert_eq!((left.status, left.location()), (303, "/r/lobby"));
    let page = http::get(&server, "/r/lobby", &[("cookie", &bia)]).await.body;
    assert!(
        page.contains("Farol") && page.contains(&format!("action=\"{room}/join\"")),
        "it may be entered again"
    );
}

#[tokio::test]
async fn forms_of_rooms_refuse_as_sockets_do_and_tell_nothing_of_closed_ones() {
    let server = TestServer::unlimited().await;
    let ana = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let bia = http::post(&server, "/name", &[], "name=Bia").await.cookie();
    let ana = [("cookie", ana.as_str())];
    for (form, location) in [
        ("name=+", "/r/lobby?refused=empty"),
        ("name=X&kind=direct", "/r/lobby?refused=bad_request"),
        ("name=X&kind=moon", "/r/lobby?refused=bad_request"),
        ("name=X&key=x", "/r/lobby?refused=bad_request"),
        ("name=&next=//evil", "/r/lobby?refused=empty"),
    ] {
        assert_eq!(http::post(&server, "/rooms", &ana, form).await.location(), location, "{form}");
    }
    let nobody = http::post(&server, "/rooms", &[], "name=X").await;
    assert_eq!(nobody.location(), "/r/lobby?refused=unauthorized");
    let closed =
        http::post(&server, "/rooms", &ana, "name=Conselho&kind=private").await.location().to_owned();
    for act in ["join", "leave"] {
        let hidden = http::post(&server, &format!("{closed}/{act}"), &[("cookie", &bia)], "").await;
        let missing = http::post(&server, &format!("/r/nowhere/{act}"), &[("cookie", &bia)], "").await;
        assert_eq!((hidden.status, &hidden.body), (missing.status, &missing.body), "{act}");
        assert_eq!(hidden.status, 404);
    }
    let lobby = http::post(&server, "/r/lobby/leave", &ana, "").await;
    assert_eq!(lobby.location(), "/r/lobby?refused=forbidden");
    let page = http::get(&server, "/r/lobby", &[("cookie", &bia)]).await.body;
    assert!(!page.contains("Conselho"), "a closed room is in nobody else's rail");
}

#[tokio::test]
async fn a_form_chooses_what_to_be_told_of() {
    let server = TestServer::unlimited().await;
    let ana = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let ana = [("cookie", ana.as_str())];
    let chosen = http::post(&server, "/r/lobby/notify", &ana, "notify=none").await;
    assert_eq!((chosen.status, chosen.location()), (303, "/r/lobby"));
    let page = http::get(&server, "/r/lobby", &ana).await.body;
    assert!(page.contains("room-link--muted"), "{page}");
    let strange = http::post(&server, "/r/lobby/notify", &ana, "notify=moon").await;
    assert_eq!(strange.location(), "/r/lobby?refused=bad_request");
    let missing = http::post(&server, "/r/nowhere/notify", &ana, "notify=all").await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn a_refused_name_comes_back_in_its_field_and_is_no_markup() {
    let server = TestServer::unlimited().await;
    let ana = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    let ana = [("cookie", ana.as_str())];
    let long = "%3Cb%3E%22x".repeat(16);
    let shown = "value=\"&lt;b&gt;&quot;x&lt;b";
    for (path, who) in [("/name", &[][..]), ("/rooms", &ana[..])] {
        let refused = http::post(&server, path, who, &format!("name={long}")).await;
        let location = refused.header("location").unwrap();
        assert!(location.contains("refused=too_long&typed=%3Cb%3E%22x"), "{location}");
        let page = http::get(&server, location, who).await.body;
        assert!(page.contains(shown), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so_before_the_name_is_taken() {
    let server = TestServer::unlimited().await;
    let page = http::get(&server, "/r/lobby", &[]).await;
    let probe = page.header("set-cookie").unwrap();
    assert!(probe.starts_with("cm_probe=1; Path=/; ") && probe.contains("SameSite=Lax"), "{probe}");
    assert!(page.body.contains(r#"name="cookies""#), "{}", page.body);
    let refused = http::post(&server, "/name", &[], "name=Ana&cookies=on").await;
    assert_eq!((refused.status, refused.location()), (303, "/r/lobby?refused=no_cookies"));
    assert_eq!(refused.header("set-cookie"), None);
    let told = http::get(&server, "/r/lobby?refused=no_cookies", &[]).await.body;
    assert!(told.contains("bloqueia cookies"), "{told}");
    let kept = http::post(&server, "/name", &[("cookie", "cm_probe=1")], "name=Ana&cookies=on").await;
    assert_eq!((kept.status, kept.location()), (303, "/r/lobby"), "the name is still free");
}
