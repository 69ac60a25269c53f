//! Guests who cannot come back: which of them are deleted, and what is kept of the others.

use std::collections::HashSet;

use chat::Nickname;
use protocol::Refusal;

use super::*;

/// A guest with a session, by a number that names it.
async fn guest(store: &Store, number: u8, name: &str) -> Member {
    let guest = Member { name: name.to_owned(), ..member(&format!("guest-{number}")) };
    let session = NewSession { kind: 1, hash: [number; 32], at: 1, device: String::new() };
    store.begin(guest.clone(), session).await.unwrap();
    guest
}

/// Everybody's session is over.
async fn all_sessions_end(store: &Store) {
    store.execute("DELETE FROM sessions", &[]).await;
}

async fn forget(store: &Store) -> u64 {
    store.forget_guests(&HashSet::new()).await.unwrap()
}

async fn names(store: &Store) -> Vec<String> {
    let sql = "SELECT name FROM members ORDER BY id";
    sqlx::query_scalar(sql).fetch_all(&store.0.readers).await.unwrap()
}

async fn ask(store: &Store, author: &Member, content: Content) -> Posted {
    store.post(RoomId::lobby(), author.clone(), None, content).await.unwrap().1
}

#[tokio::test]
async fn l107_who_did_nothing_goes_with_the_last_session_and_who_did_something_stays() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let ana = guest(&store, 1, "Ana").await;
    let (bia, rui) = (guest(&store, 2, "Bia").await, guest(&store, 3, "Rui").await);
    let (eva, leo) = (guest(&store, 4, "Eva").await, guest(&store, 5, "Leo").await);
    let gil = guest(&store, 6, "Gil").await;
    guest(&store, 7, "Zoe").await;
    ask(&store, &ana, said("oi")).await;
    ask(&store, &bia, Content::Blocked(rui.id.clone(), true)).await;
    ask(&store, &eva, Content::Reported { target: 1, reason: String::new() }).await;
    store.appoint(&ana.id, Role::Moderator).await.unwrap();
    ask(&store, &ana, Content::Muted(gil.id.clone(), true)).await;
    let name = chat::RoomName::parse("sala").unwrap();
    let room =
        Content::Created { name, kind: protocol::view::RoomKind::Private, members: vec![leo.id.clone()] };
    store.post("sala".parse().unwrap(), ana.clone(), None, room).await.unwrap();
    assert_eq!(forget(&store).await, 0, "with a session everybody stays");
    all_sessions_end(&store).await;
    assert_eq!(forget(&store).await, 1);
    assert_eq!(names(&store).await, ["Ana", "Bia", "Rui", "Eva", "Leo", "Gil"]);
    let page = store.page(None, &RoomId::lobby(), Window::Newest, 10).await.unwrap();
    assert_eq!(page.messages[0].author.name, "Ana", "what was said keeps its name");
}

#[tokio::test]
async fn l107_who_is_here_stays_and_a_number_is_never_given_again() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let here = guest(&store, 1, "Ana").await;
    for n in 2..=20 {
        guest(&store, n, &format!("Visita {n}")).await;
    }
    all_sessions_end(&store).await;
    assert_eq!(store.forget_guests(&HashSet::from([here.id.clone()])).await.unwrap(), 19);
    assert_eq!(names(&store).await, ["Ana"]);
    assert_eq!(forget(&store).await, 1, "not any more");
    let number = |hash| NewSession { kind: 1, hash: [hash; 32], at: 1, device: String::new() };
    assert_eq!(store.begin(member("Bia"), number(21)).await.unwrap(), 21);
    say(&store, "Rui", "oi").await.unwrap();
    ask(&store, &member("Eva"), Content::Joined).await;
    let rows: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM members ORDER BY id").fetch_all(&store.0.readers).await.unwrap();
    assert_eq!(rows[..2], [21, 22]);
}

#[tokio::test]
async fn the_name_of_a_guest_who_stays_is_free_for_others_and_still_shown() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let ana = guest(&store, 1, "Ana").await;
    ask(&store, &ana, said("oi")).await;
    let bia = guest(&store, 2, "Bia").await;
    let rename = || Content::Renamed(Nickname::parse("Ana").unwrap());
    let taken = ask(&store, &bia, rename()).await;
    assert!(matches!(taken, Posted::Refused(problem) if problem.code == Refusal::NameTaken));
    store.execute("DELETE FROM sessions WHERE member_id = 1", &[]).await;
    forget(&store).await;
    assert!(matches!(ask(&store, &bia, rename()).await, Posted::Stored { .. }));
    let page = store.page(None, &RoomId::lobby(), Window::Newest, 10).await.unwrap();
    assert_eq!(page.messages[0].author.name, "Ana");
}

#[tokio::test]
async fn l107_who_is_called_is_known_without_looking_at_who_came() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let ana = guest(&store, 1, "Ana Luísa").await;
    say(&store, "Rui", "oi").await.unwrap();
    ask(&store, &ana, Content::Renamed(Nickname::parse("Ánä").unwrap())).await;
    let unknown: i64 = sqlx::query_scalar("SELECT count(*) FROM members WHERE folded IS NULL")
        .fetch_one(&store.0.readers)
        .await
        .unwrap();
    assert_eq!(unknown, 0, "the name is folded where it is given");
    let called = say(&store, "Rui", "@ana, @rui!").await.unwrap();
    let sql = "SELECT member_id FROM mentions WHERE seq = $1";
    let seq = i64::try_from(called).unwrap();
    let to: Vec<i64> = sqlx::query_scalar(sql).bind(seq).fetch_all(&store.0.readers).await.unwrap();
    assert_eq!(to, [1]);
}

#[tokio::test]
async fn a_database_of_before_is_folded_when_it_is_opened() {
    let folder = Folder::new();
    let store = open(&folder).await;
    for n in 1..=3 {
        guest(&store, n, &format!("Visita {n}")).await;
    }
    store.execute("UPDATE members SET folded = NULL", &[]).await;
    store.close().await;
    let store = open(&folder).await;
    let folded: Vec<String> = sqlx::query_scalar("SELECT folded FROM members ORDER BY id")
        .fetch_all(&store.0.readers)
        .await
        .unwrap();
    assert_eq!(folded, ["visita 1", "visita 2", "visita 3"]);
}
