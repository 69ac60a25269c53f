//! Which language a page is in: the person's own choice, else the browser's, else Portuguese.

use chat::Role;
use protocol::{Hello, Notice as _, SentRecord};
use serde_json::json;

use crate::client::TestClient;
use crate::http::{self, Answer};
use crate::server::TestServer;
use crate::settings::somebody;

const PASSWORD: &str = "uma senha boa";

/// The language a page says it is in.
fn lang(page: &Answer) -> &str {
    let (_, rest) = page.body.split_once("<html lang=\"").unwrap_or_else(|| panic!("no page: {page:?}"));
    rest.split('"').next().unwrap()
}

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let page = http::get(server, path, headers).await;
    (page.status, lang(&page).to_owned())
}

/// Posts the form of the language, and says where it leads.
async fn choose(server: &TestServer, cookie: &str, language: &str) -> String {
    let form = format!("language={language}");
    http::post(server, "/account/language", &[("cookie", cookie)], &form).await.location().to_owned()
}

#[tokio::test]
async fn who_has_no_session_reads_what_the_browser_asks_for() {
    let server = TestServer::start().await;
    for (accepted, tag, word) in [
        ("en-GB,en;q=0.9", "en", "What should we call you?"),
        ("es-419", "es", "¿Cómo quieres que te llamemos?"),
        ("fr,de;q=0.5", "pt-BR", "Como quer ser chamado?"),
        ("fr, en;q=0.5, es;q=0.8", "es", "¿Cómo quieres que te llamemos?"),
    ] {
        let page = http::get(&server, "/", &[("accept-language", accepted)]).await;
        assert_eq!(lang(&page), tag, "{accepted}");
        assert!(page.body.contains(word), "{accepted}");
        assert!(
            page.body.contains(&format!("\"lang\":\"{tag}\"")),
            "{accepted}: the page's data says it, too"
        );
        assert_eq!(page.header("cache-control"), Some("no-store"), "so it need not vary by anything");
    }
    assert_eq!(get(&server, "/", &[]).await, (200, "pt-BR".to_owned()));
}

#[tokio::test]
async fn every_page_asks_the_same_way() {
    let server = TestServer::unlimited().await;
    let claim = format!("/claim/{}", server.claim.as_ref().unwrap());
    let wish = ("accept-language", "es");
    for (path, status) in [
        ("/", 200),
        ("/r/lobby", 200),
        ("/r/nowhere", 404),
        ("/sign-in", 200),
        ("/recover/nothing", 404),
        ("/i/nothing", 404),
        ("/claim/nothing", 404),
        ("/settings", 404),
        ("/moderation", 404),
        (claim.as_str(), 200),
    ] {
        assert_eq!(get(&server, path, &[wish]).await, (status, "es".to_owned()), "{path}");
        assert_eq!(get(&server, path, &[wish, ("cookie", "cm_sid=nothing")]).await.1, "es", "{path}");
    }
    let (_, cookie) = somebody(&server, "Dara", Role::Owner).await;
    for path in ["/account", "/settings", "/moderation", "/sign-in", "/r/lobby", "/r/nowhere"] {
        assert_eq!(get(&server, path, &[wish, ("cookie", &cookie)]).await.1, "es", "{path}");
    }
    let invite =
        http::post(&server, "/settings/invites", &[("cookie", &cookie), wish], "room=lobby&hours=1&uses=1")
            .await;
    assert_eq!(lang(&invite), "es");
}

#[tokio::test]
async fn the_banned_and_the_uninvited_are_told_in_their_language() {
    let server = TestServer::unlimited().await;
    let (_, owner) = somebody(&server, "Dara", Role::Owner).await;
    let (ana, cookie) = somebody(&server, "Ana", Role::Guest).await;
    assert_eq!(choose(&server, &cookie, "en").await, "/account?done=language");
    let form = format!("member={}&on=on", ana.member.id);
    http::post(&server, "/settings/ban", &[("cookie", &owner)], &form).await;
    for path in ["/", "/account", "/sign-in"] {
        let told = get(&server, path, &[("cookie", &cookie), ("accept-language", "es")]).await;
        assert_eq!(told, (403, "en".to_owned()), "{path}");
    }
    let closed = "name=&welcome=Oi&access=invite&creators=everybody&retention=0&receipts=on";
    http::post(&server, "/settings/server", &[("cookie", &owner)], closed).await;
    assert_eq!(get(&server, "/", &[("accept-language", "es")]).await, (401, "es".to_owned()));
}

#[tokio::test]
async fn ones_choice_is_the_same_on_all_devices_and_after_a_restart() {
    let server = TestServer::start().await;
    let guest = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    assert_eq!(choose(&server, &guest, "es").await, "/account?done=language");
    let kept =
        http::post(&server, "/account/keep", &[("cookie", &guest)], &format!("password={PASSWORD}")).await;
    let here = kept.cookie();
    let form = format!("name=Ana&password={PASSWORD}");
    let there = http::post(&server, "/sign-in", &[], &form).await.cookie();
    let english = ("accept-language", "en");
    for cookie in [&here, &there] {
        assert_eq!(get(&server, "/", &[("cookie", cookie), english]).await.1, "es");
        assert_eq!(get(&server, "/nada", &[("cookie", cookie), english]).await, (404, "es".to_owned()));
    }
    choose(&server, &there, "pt-BR").await;
    let server = server.restart().await;
    for cookie in [&here, &there] {
        assert_eq!(get(&server, "/account", &[("cookie", cookie), english]).await.1, "pt-BR");
    }
    choose(&server, &here, "browser").await;
    assert_eq!(get(&server, "/", &[("cookie", &there), english]).await.1, "en");
    assert_eq!(get(&server, "/", &[("cookie", &there)]).await.1, "pt-BR");
}

#[tokio::test]
async fn the_account_shows_what_holds_and_names_each_language_in_itself() {
    let server = TestServer::start().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    for chosen in ["browser", "pt-BR", "en", "es"] {
        choose(&server, &cookie, chosen).await;
        let page = http::get(&server, "/account", &[("cookie", &cookie)]).await.body;
        let form =
            page.split("action=\"/account/language\"").nth(1).unwrap().split("</form>").next().unwrap();
        for (lang, name) in [("pt-BR", "Português"), ("en", "English"), ("es", "Español")] {
            let label = form.split("<label").find(|label| label.contains(name)).unwrap();
            assert!(label.contains(&format!("lang=\"{lang}\"")), "{label}");
        }
        let checked: Vec<_> = form.split("<input").filter(|input| input.contains(" checked")).collect();
        assert_eq!(checked.len(), 1);
        assert!(checked[0].contains(&format!("value=\"{chosen}\"")), "{chosen}: {checked:?}");
    }
}

#[tokio::test]
async fn a_language_that_we_have_not_changes_nothing_and_nobody_chooses_without_a_session() {
    let server = TestServer::start().await;
    let cookie = http::post(&server, "/name", &[], "name=Ana").await.cookie();
    choose(&server, &cookie, "es").await;
    for language in ["", "fr", "pt", "EN", "es-MX"] {
        assert_eq!(choose(&server, &cookie, language).await, "/account?refused=bad_request", "{language}");
    }
    assert_eq!(get(&server, "/", &[("cookie", &cookie)]).await.1, "es");
    assert_eq!(http::post(&server, "/account/language", &[], "language=es").await.status, 401);
    let nothing = http::post(&server, "/account/language", &[("cookie", &cookie)], "").await;
    assert_eq!(nothing.status, 400);
}

#[tokio::test]
async fn whatever_a_client_says_of_its_language_lets_it_in() {
    let server = TestServer::start().await;
    for lang in [json!("es"), json!("xx-very-strange"), json!(7), json!(null), json!(["en"]), json!({})] {
        let mut ana = TestClient::open(&server, json!({"v": 1, "lang": lang}), &[]);
        ana.notice::<Hello>().await;
        let mut plain = TestClient::open(&server, json!({"lang": lang}), &[]);
        plain.event(SentRecord::EVENT).await;
    }
}
