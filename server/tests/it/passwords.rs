//! What counts as the same password.

use crate::server::TestServer;
use crate::sessions::{guest, post, sign_in};

#[tokio::test]
async fn a_password_is_the_same_whether_its_accents_are_of_one_code_point_or_two() {
    let server = TestServer::unlimited().await;
    let (one, two) = ("s%C3%A3o joa%CC%83o", "sa%CC%83o jo%C3%A3o");
    let cookie = guest(&server, "Ana").await;
    let form = format!("password={one}&password_again={two}");
    let kept = post(&server, "/account/keep", &cookie, &form).await;
    assert_eq!(kept.location(), "/account?done=kept");
    for password in [one, two, "são joão"] {
        assert_eq!(sign_in(&server, "Ana", password).await.location(), "/", "{password}");
    }
    assert_ne!(sign_in(&server, "Ana", "sao joao").await.location(), "/");
    let form = format!("today={two}&password={two}s&password_again={one}s");
    let changed = post(&server, "/account/password", &kept.cookie(), &form).await;
    assert_eq!(changed.location(), "/account?done=password");
    assert_eq!(sign_in(&server, "Ana", &format!("{one}s")).await.location(), "/");
}
