//! Sessions under a clock of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::store::tests::{Folder, clock};

async fn sessions(folder: &Folder) -> (Sessions, Arc<AtomicI64>) {
    let (clock, hand) = clock();
    (Sessions::new(&Store::open_with(folder.path(), clock).await.unwrap()), hand)
}

fn pass(hand: &AtomicI64, time: Millis) {
    hand.fetch_add(time, Ordering::SeqCst);
}

#[test]
fn base64url_is_the_one_of_the_standard() {
    for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
        assert_eq!(base64url(bytes.as_bytes()), text);
    }
    assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
}

#[tokio::test]
async fn a_secret_opens_its_own_kind_and_nothing_else() {
    let folder = Folder::new();
    let (sessions, _) = sessions(&folder).await;
    let name = Nickname::parse("Bia").unwrap();
    let (author, secret) = sessions.begin(SecretKind::Cookie, Some(name)).await.unwrap();
    assert_eq!((author.number, author.member.name.as_str(), author.member.hue), (1, "Bia", 0));
    assert_eq!(secret.as_str().len(), 43);
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    assert_eq!(sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap(), Some(author));
    assert_eq!(sessions.resolve(SecretKind::Token, secret.as_str()).await.unwrap(), None);
    for wrong in ["", "x", &secret.as_str()[1..]] {
        assert_eq!(sessions.resolve(SecretKind::Cookie, wrong).await.unwrap(), None, "{wrong}");
    }
}

#[tokio::test]
async fn the_file_holds_no_secret() {
    let folder = Folder::new();
    let (sessions, _) = sessions(&folder).await;
    let (_, secret) = sessions.begin(SecretKind::Token, None).await.unwrap();
    sessions.store.close().await;
    let file = std::fs::read(folder.path().join("chat.db")).unwrap();
    assert!(!file.windows(secret.as_str().len()).any(|part| part == secret.as_str().as_bytes()));
}

#[tokio::test]
async fn people_without_a_name_are_visitors_with_a_number() {
    let folder = Folder::new();
    let (sessions, _) = sessions(&folder).await;
    let (author, _) = sessions.begin(SecretKind::Token, None).await.unwrap();
    let passing = sessions.passing();
    for name in [&author.member.name, &passing.member.name] {
        let digits = name.strip_prefix("Visitante ").unwrap();
        assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()), "{name}");
    }
    assert_eq!(passing.number, 0);
    assert_ne!(passing.member.id, author.member.id);
}

#[tokio::test]
async fn a_name_that_somebody_has_is_not_given_again() {
    let folder = Folder::new();
    let (sessions, _) = sessions(&folder).await;
    sessions.begin_as(SecretKind::Cookie, "Visitante 1234".to_owned(), String::new()).await.unwrap();
    let names = ["Visitante 1234", "Visitante 1234", "Visitante 5678", "Visitante 9012"].map(str::to_owned);
    assert_eq!(sessions.store.free_name(&names).await.unwrap().as_deref(), Some("Visitante 5678"));
}

#[tokio::test]
async fn a_cookie_ends_after_fourteen_days_without_use() {
    let folder = Folder::new();
    let (sessions, hand) = sessions(&folder).await;
    let (_, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    pass(&hand, 14 * DAY);
    assert_eq!(sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap(), None);
}

#[tokio::test]
async fn a_cookie_in_use_never_ends_for_who_has_nothing_else() {
    let folder = Folder::new();
    let (sessions, hand) = sessions(&folder).await;
    let (author, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    for visit in 0..20 {
        pass(&hand, 13 * DAY);
        let now = sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap();
        assert_eq!(now.as_ref(), Some(&author), "visit {visit}");
        sessions.store.check().await.unwrap();
        assert_eq!(sessions.sweep().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_session_whose_socket_is_open_is_in_use() {
    let folder = Folder::new();
    let (sessions, hand) = sessions(&folder).await;
    let (_, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    let hash = Sessions::hash_of(secret.as_str());
    for _ in 0..20 {
        pass(&hand, 13 * DAY);
        assert!(sessions.over(vec![hash]).await.unwrap().is_empty());
        sessions.store.check().await.unwrap();
    }
    assert!(sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap().is_some());
    assert_eq!(sessions.over(vec![[0; 32]]).await.unwrap(), [[0; 32]], "one that is gone is over");
}

#[tokio::test]
async fn a_use_at_a_wrong_time_is_put_right_with_the_next() {
    let folder = Folder::new();
    let (sessions, hand) = sessions(&folder).await;
    let (_, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    pass(&hand, 13 * DAY);
    sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap();
    sessions.store.check().await.unwrap();
    // The clock was ahead.
    pass(&hand, -12 * DAY);
    sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap().unwrap();
    sessions.store.check().await.unwrap();
    pass(&hand, 14 * DAY);
    assert_eq!(sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap(), None);
}

#[tokio::test]
async fn a_cookie_in_use_ends_after_ninety_days_for_who_has_a_password() {
    let folder = Folder::new();
    let (sessions, hand) = sessions(&folder).await;
    let (author, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    let account = "INSERT INTO accounts (member_id, login, salt, digest, changed)
                   VALUES (1, 'x', randomblob(16), randomblob(32), 0)";
    sessions.store.execute(account, &[]).await;
    for day in 0..89 {
        pass(&hand, DAY);
        let now = sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap();
        assert_eq!(now.as_ref(), Some(&author), "day {day}");
        // The use is noted without waiting for it; whatever is asked next comes after.
        sessions.store.check().await.unwrap();
    }
    pass(&hand, DAY);
    assert_eq!(sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap(), None);
}

#[tokio::test]
async fn a_token_in_use_never_ends_and_one_without_use_after_thirty_days() {
    let folder = Folder::new();
    let (sessions, hand) = sessions(&folder).await;
    let (author, secret) = sessions.begin(SecretKind::Token, None).await.unwrap();
    for _ in 0..10 {
        pass(&hand, 29 * DAY);
        let now = sessions.resolve(SecretKind::Token, secret.as_str()).await.unwrap();
        assert_eq!(now.as_ref(), Some(&author));
        sessions.store.check().await.unwrap();
    }
    pass(&hand, 30 * DAY);
    assert_eq!(sessions.resolve(SecretKind::Token, secret.as_str()).await.unwrap(), None);
}

#[tokio::test]
async fn sweeping_removes_what_has_expired_and_nothing_else() {
    let folder = Folder::new();
    let (sessions, hand) = sessions(&folder).await;
    sessions.begin(SecretKind::Cookie, None).await.unwrap();
    sessions.begin(SecretKind::Token, None).await.unwrap();
    pass(&hand, 14 * DAY - 1);
    let (young, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    assert_eq!(sessions.sweep().await.unwrap(), 0);
    pass(&hand, 1);
    assert_eq!(sessions.sweep().await.unwrap(), 1, "the cookie");
    pass(&hand, 10 * DAY);
    assert_eq!(sessions.sweep().await.unwrap(), 0);
    assert_eq!(sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap(), Some(young));
    pass(&hand, 30 * DAY);
    assert_eq!(sessions.sweep().await.unwrap(), 2, "the token and the young cookie");
}

#[tokio::test]
async fn a_session_survives_a_restart() {
    let folder = Folder::new();
    let (author, secret) = {
        let (sessions, _) = sessions(&folder).await;
        let begun = sessions.begin(SecretKind::Cookie, None).await.unwrap();
        sessions.store.close().await;
        begun
    };
    let (sessions, _) = sessions(&folder).await;
    assert_eq!(sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap(), Some(author));
}
