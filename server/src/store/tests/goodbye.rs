//! Accounts that are deleted, from below: what outlasts a crash, and what nobody can do any more.

use protocol::Refusal;

use super::*;
use crate::session::{Author, SecretKind, Sessions};

/// Somebody with a session, and its hash.
async fn somebody(store: &Store, name: &str) -> (Author, [u8; 32]) {
    let name = Some(Nickname::parse(name).unwrap());
    let (author, secret) =
        Sessions::new(store).begin_on(SecretKind::Cookie, name, String::new()).await.unwrap();
    (author, Sessions::hash_of(secret.as_str()))
}

async fn post(store: &Store, author: &Author, content: Content) -> Posted {
    store.post(RoomId::lobby(), author.member.clone(), None, content).await.unwrap().1
}

fn goodbye(session: [u8; 32], removes: bool) -> Content {
    Content::AccountDeleted(Goodbye { session, password: None, removes })
}

async fn count(store: &Store, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&store.0.readers).await.unwrap()
}

#[tokio::test]
async fn what_was_said_goes_in_steps_and_is_found_again_after_a_crash() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let (ana, session) = somebody(&store, "Ana").await;
    let (bia, _) = somebody(&store, "Bia").await;
    for n in 0..60 {
        post(&store, &bia, said(&n.to_string())).await;
        post(&store, &ana, said(&n.to_string())).await;
        post(&store, &ana, Content::Reacted { target: 3 * n + 1, emoji: "🎉".to_owned(), on: true }).await;
    }
    assert!(matches!(post(&store, &ana, goodbye(session, true)).await, Posted::Stored { seq: 181, .. }));
    const LEFT: &str = "SELECT count(*) FROM messages WHERE deleted_seq IS NULL";
    assert_eq!((count(&store, LEFT).await, count(&store, "SELECT count(*) FROM reactions").await), (120, 60));
    store.submit(Command::Remove { member: ana.number, after: 0 }).await.unwrap();
    store.submit(Command::Remove { member: ana.number, after: 0 }).await.unwrap();
    assert!((61..120).contains(&count(&store, LEFT).await), "in the middle of it");
    store.close().await;

    let store = open(&folder).await;
    assert!(store.remove_and_empty().await.unwrap(), "nobody reads");
    assert_eq!((count(&store, LEFT).await, count(&store, "SELECT count(*) FROM reactions").await), (60, 0));
    let head = store.room(None, &RoomId::lobby()).await.unwrap().head;
    assert_eq!(head, 181 + 60 + 60, "one event for each, and none twice");
}

#[tokio::test]
async fn what_a_crash_left_in_the_write_ahead_log_is_gone_after_the_next_start() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let (ana, session) = somebody(&store, "Ana").await;
    assert!(matches!(post(&store, &ana, goodbye(session, false)).await, Posted::Stored { .. }));
    let log = folder.path().join("chat.db-wal");
    let len = || std::fs::metadata(&log).unwrap().len();
    assert!(len() > 0);
    tokio::spawn(remove(store.clone()));
    let gone = async {
        while len() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("it is emptied without being asked");
}

#[tokio::test]
async fn nothing_is_kept_of_who_is_gone_but_an_id() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let (ana, session) = somebody(&store, "Ana").await;
    let (bia, _) = somebody(&store, "Bia").await;
    let [me, other] = [&ana, &bia].map(|author| author.number.to_string());
    for sql in [
        "INSERT INTO networks VALUES ($1, zeroblob(32), 1)",
        "INSERT INTO recoveries VALUES (randomblob(32), $1, 1)",
        "INSERT INTO requests VALUES ($1, zeroblob(16), x'00', 1, 1, 1)",
        "INSERT INTO invites (hash, maker_id, room_id, created) VALUES (zeroblob(32), $1, 1, 1)",
        "INSERT INTO mentions VALUES (1, $1, 1)",
        "INSERT INTO accounts (member_id, login, salt, digest, changed) VALUES ($1, 'ana', zeroblob(16), zeroblob(32), 1)",
    ] {
        store.execute(sql, &[&me]).await;
    }
    for pair in [[&me, &other], [&other, &me]] {
        store.execute("INSERT INTO blocks VALUES ($1, $2)", &pair.map(String::as_str)).await;
    }
    let password = PasswordHash { salt: [0; 16], digest: [0; 32] };
    let goodbye = Content::AccountDeleted(Goodbye { session, password: Some(password), removes: false });
    assert!(matches!(post(&store, &ana, goodbye).await, Posted::Stored { .. }));
    for (table, column) in [
        ("networks", "member_id"),
        ("recoveries", "member_id"),
        ("requests", "author_id"),
        ("invites", "maker_id"),
        ("mentions", "member_id"),
        ("accounts", "member_id"),
        ("blocks", "member_id"),
        ("blocks", "blocked_id"),
        ("sessions", "member_id"),
        ("names", "member_id"),
        ("readings", "member_id"),
        ("memberships", "member_id"),
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} = {me}");
        let left: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&store.0.readers).await.unwrap();
        assert_eq!(left, 0, "{table}.{column}");
    }
}

#[tokio::test]
async fn nobody_does_anything_as_who_is_gone() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let (ana, session) = somebody(&store, "Ana").await;
    let (bia, other) = somebody(&store, "Bia").await;
    let refused = Posted::Refused(Refusal::Unauthorized.into());
    assert_eq!(post(&store, &ana, goodbye(other, false)).await, refused, "with somebody else's session");
    assert!(matches!(post(&store, &ana, goodbye(session, false)).await, Posted::Stored { .. }));
    for content in [
        said("Oi"),
        Content::Renamed(Nickname::parse("Eva").unwrap()),
        Content::Joined,
        Content::Blocked(bia.member.id.clone(), true),
        Content::BeAppointed(Role::Owner),
        goodbye(session, true),
    ] {
        let told = format!("{content:?}");
        assert_eq!(post(&store, &ana, content).await, refused, "{told}");
    }
    let id = &ana.member.id;
    let rooms = store.rooms_of(id).await.unwrap_err();
    assert!(matches!(rooms, Stop::Refused(Refusal::Unauthorized)), "{rooms:?}");
    let read = store.read(id, &RoomId::lobby(), 1).await.unwrap_err();
    assert!(matches!(read, Stop::Refused(Refusal::Unauthorized)), "{read:?}");
    store.seen(ana.number, [7; 32]).await.unwrap();
    store.check().await.unwrap();
    for table in [
        "SELECT count(*) FROM networks",
        "SELECT count(*) FROM readings WHERE member_id = 1",
        "SELECT count(*) FROM sessions WHERE member_id = 1",
        "SELECT count(*) FROM names WHERE member_id = 1",
    ] {
        assert_eq!(count(&store, table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn an_old_log_tells_no_name_of_who_is_gone() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let (ana, session) = somebody(&store, "Ana").await;
    post(&store, &ana, Content::Renamed(Nickname::parse("Anna").unwrap())).await;
    post(&store, &ana, said("Oi")).await;
    post(&store, &ana, goodbye(session, false)).await;
    let part = store.log(Some(&ana.member.id), &RoomId::lobby(), 0, 10, 100).await;
    assert!(matches!(part, Err(Stop::Refused(Refusal::Unauthorized))), "not even to that person");
    let part = store.log(None, &RoomId::lobby(), 0, 10, 100).await.unwrap();
    let [renamed, sent, gone] = part.events.as_slice() else { panic!("{part:?}") };
    assert!(matches!(&renamed.change, Change::Renamed { name, .. } if name.is_empty()), "{renamed:?}");
    assert!(sent.sent_by().unwrap().0.is_gone());
    assert!(matches!(&gone.change, Change::AccountDeleted { who, .. } if *who == ana.member.id));
}
