//! The link that makes the owner.

use chat::Role;

use crate::http;
use crate::server::TestServer;
use crate::settings::{listed, somebody};

fn path(server: &TestServer) -> String {
    format!("/claim/{}", server.claim.as_ref().expect("a server without an owner has a link"))
}

#[tokio::test]
async fn the_link_makes_its_opener_the_owner_once() {
    let server = TestServer::unlimited().await;
    let path = path(&server);
    let page = http::get(&server, &path, &[]).await;
    assert!(page.status == 200 && page.body.contains("Assumir o servidor"), "{}", page.body);
    let answer = http::post(&server, &path, &[], "name=Dara").await;
    assert_eq!((answer.status, answer.location()), (303, "/settings?done=owned"));
    let cookie = answer.cookie();
    assert_eq!(http::get(&server, "/settings", &[("cookie", &cookie)]).await.status, 200);
    for headers in [&[][..], &[("cookie", cookie.as_str())]] {
        assert_eq!(http::get(&server, &path, headers).await.status, 404);
        assert_eq!(http::post(&server, &path, headers, "name=Eva").await.status, 404);
    }
    let server = server.restart().await;
    assert_eq!(server.claim, None, "there is an owner");
}

#[tokio::test]
async fn who_has_a_name_here_keeps_it_and_gets_another_session() {
    let server = TestServer::unlimited().await;
    let (ana, cookie) = somebody(&server, "Ana", Role::Guest).await;
    let mut ears = crate::client::TestClient::plain(&server).await;
    let answer = http::post(&server, &path(&server), &[("cookie", &cookie)], "").await;
    assert_eq!(answer.location(), "/settings?done=owned");
    let changed = ears.kept(protocol::event::kind::ROLE_CHANGED).await;
    let chat::Change::RoleChanged { who, role, .. } = changed.change else { panic!("{changed:?}") };
    assert_eq!((who, role), (ana.member.id, Role::Owner));
    assert_eq!(http::get(&server, "/settings", &[("cookie", &cookie)]).await.status, 404, "the old session");
    assert_eq!(http::get(&server, "/settings", &[("cookie", &answer.cookie())]).await.status, 200);
}

#[tokio::test]
async fn b22_of_two_claims_at_once_one_wins_and_nobody_claims_without_the_link() {
    let server = TestServer::unlimited().await;
    let path = path(&server);
    for guess in ["/claim/AAAAAAAAAAAAAAAAAAAAAA", "/claim/x", "/claim/%20"] {
        assert_eq!(http::post(&server, guess, &[], "name=Eva").await.status, 404);
        assert_eq!(http::get(&server, guess, &[]).await.status, 404);
    }
    let all = (0..8).map(|n| {
        let (server, path) = (&server, &path);
        async move { http::post(server, path, &[], &format!("name=Pessoa{n}")).await }
    });
    let answers = futures_util::future::join_all(all).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404, 404, 404, 404, 404, 404, 404]);
    let winner = answers.iter().find(|answer| answer.status == 303).unwrap().cookie();
    assert_eq!(listed(&server, &winner, "").await, 1, "who lost is not left behind");
}

#[tokio::test]
async fn b22_a_new_start_makes_a_new_link_and_the_old_one_is_dead() {
    let server = TestServer::unlimited().await;
    let old = path(&server);
    let server = server.restart().await;
    assert_ne!(path(&server), old);
    assert_eq!(http::get(&server, &old, &[]).await.status, 404);
    assert_eq!(http::get(&server, &path(&server), &[]).await.status, 200);
}
