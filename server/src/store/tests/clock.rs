//! A clock that jumps, and what waits until it is believed (attack L109).

use super::*;
use crate::session::{SecretKind, Sessions};

const DAY: Millis = 24 * 60 * 60 * 1_000;
const YEAR: Millis = 365 * DAY;

/// What the machine says, and what has really passed.
struct Hands {
    wall: AtomicI64,
    passed: AtomicI64,
}

impl Hands {
    fn pass(&self, time: Millis) {
        self.wall.fetch_add(time, Ordering::SeqCst);
        self.passed.fetch_add(time, Ordering::SeqCst);
    }

    fn set(&self, by: Millis) {
        self.wall.fetch_add(by, Ordering::SeqCst);
    }
}

fn hands() -> Arc<Hands> {
    Arc::new(Hands { wall: AtomicI64::new(1_700_000_000_000), passed: AtomicI64::new(7) })
}

async fn start(folder: &Folder, hands: &Arc<Hands>) -> (Store, Sessions) {
    let (wall, passed) = (hands.clone(), hands.clone());
    let clock =
        Clock::of(move || wall.wall.load(Ordering::SeqCst), move || passed.passed.load(Ordering::SeqCst));
    let store = Store::open_with(folder.path(), clock).await.unwrap();
    (store.clone(), Sessions::new(&store))
}

async fn at_of(store: &Store) -> Millis {
    match store.post(RoomId::lobby(), member("Bia"), None, said("Oi")).await.unwrap().1 {
        Posted::Stored { at, .. } => at,
        other => panic!("{other:?}"),
    }
}

async fn knows(sessions: &Sessions, secret: &crate::session::Secret) -> bool {
    sessions.resolve(SecretKind::Cookie, secret.as_str()).await.unwrap().is_some()
}

#[tokio::test]
async fn l109_one_start_a_year_ahead_or_behind_ends_no_session_and_frees_no_name() {
    for far in [YEAR, -YEAR] {
        let (folder, hands) = (Folder::new(), hands());
        let (store, sessions) = start(&folder, &hands).await;
        let ana = Some(Nickname::parse("Ana").unwrap());
        let (_, before) = sessions.begin(SecretKind::Cookie, ana.clone()).await.unwrap();
        store.close().await;
        hands.set(far);
        let (store, sessions) = start(&folder, &hands).await;
        hands.pass(60_000);
        assert!(!store.may_age().await.unwrap());
        assert_eq!(sessions.sweep().await.unwrap(), 0);
        assert!(knows(&sessions, &before).await);
        assert!(sessions.begin(SecretKind::Cookie, ana.clone()).await.is_err(), "the name is not free");
        let (_, during) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
        store.close().await;
        hands.set(-far);
        let (store, sessions) = start(&folder, &hands).await;
        assert!(store.may_age().await.unwrap(), "it is right again");
        assert_eq!(sessions.sweep().await.unwrap(), 0);
        assert!(knows(&sessions, &before).await && knows(&sessions, &during).await);
        hands.pass(14 * DAY);
        assert_eq!(sessions.sweep().await.unwrap(), 2, "nothing is kept for a year either");
    }
}

#[tokio::test]
async fn l109_a_clock_that_jumps_under_a_running_server_ends_nothing() {
    let (folder, hands) = (Folder::new(), hands());
    let (store, sessions) = start(&folder, &hands).await;
    let (_, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    hands.set(YEAR);
    assert!(!store.may_age().await.unwrap() && knows(&sessions, &secret).await);
    let hash = Sessions::hash_of(secret.as_str());
    assert_eq!(sessions.over(vec![hash]).await.unwrap(), Vec::<[u8; 32]>::new(), "nor its sockets");
    hands.set(-YEAR);
    assert!(store.may_age().await.unwrap());
}

#[tokio::test]
async fn l109_after_a_day_the_clock_is_believed_and_what_was_used_meanwhile_stays() {
    let (folder, hands) = (Folder::new(), hands());
    let (store, sessions) = start(&folder, &hands).await;
    let (_, unused) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    let (_, used) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    hands.pass(60_000);
    store.close().await;
    // The server was off for a month.
    hands.set(30 * DAY);
    let (store, sessions) = start(&folder, &hands).await;
    hands.pass(12 * 60 * 60 * 1_000);
    assert!(knows(&sessions, &used).await);
    let (_, new) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    store.check().await.unwrap();
    // A restart in between is no jump.
    drop((store, sessions));
    let folder = moved(folder);
    let (store, sessions) = start(&folder, &hands).await;
    hands.pass(12 * 60 * 60 * 1_000 - 1);
    assert!(!store.may_age().await.unwrap());
    hands.pass(1);
    assert!(store.may_age().await.unwrap());
    sessions.sweep().await.unwrap();
    assert!(!knows(&sessions, &unused).await, "nobody has used it for a month");
    assert!(knows(&sessions, &used).await && knows(&sessions, &new).await);
}

/// The folder as a killed server leaves it, for another one.
fn moved(folder: Folder) -> Folder {
    let to = Folder::new();
    copy_as_if_killed(&folder, &to);
    to
}

#[tokio::test]
async fn l109_the_operator_confirms_the_clock() {
    let (folder, hands) = (Folder::new(), hands());
    let (store, sessions) = start(&folder, &hands).await;
    let (_, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    assert!(!store.trust_clock(true).await.unwrap(), "there is nothing to confirm");
    hands.pass(60_000);
    hands.set(YEAR);
    assert!(store.trust_clock(true).await.unwrap());
    assert!(store.may_age().await.unwrap());
    assert!(!knows(&sessions, &secret).await);
    assert_eq!(sessions.sweep().await.unwrap(), 1);
    store.close().await;
    let (store, _) = start(&folder, &hands).await;
    assert!(store.may_age().await.unwrap(), "it is kept");
}

#[tokio::test]
async fn l109_a_database_of_the_version_before_knows_the_time_by_its_mark() {
    let (folder, hands) = (Folder::new(), hands());
    let (store, _) = start(&folder, &hands).await;
    store.check().await.unwrap();
    store.close().await;
    let database = file::path(folder.path());
    let mut db =
        <sqlx::SqliteConnection as sqlx::Connection>::connect(database.to_str().unwrap()).await.unwrap();
    sqlx::query("DELETE FROM meta WHERE key = 'clock'").execute(&mut db).await.unwrap();
    sqlx::Connection::close(db).await.unwrap();
    hands.set(YEAR);
    let (store, _) = start(&folder, &hands).await;
    assert!(!store.may_age().await.unwrap());
}

#[tokio::test]
async fn l109_times_of_events_follow_a_clock_that_was_wrong() {
    let (folder, hands) = (Folder::new(), hands());
    let (store, _) = start(&folder, &hands).await;
    hands.set(YEAR);
    let wrong = at_of(&store).await;
    hands.set(-YEAR);
    let right = at_of(&store).await;
    assert_eq!(wrong - right, YEAR);
    let room = store.room(None, &RoomId::lobby()).await.unwrap();
    store.close().await;
    let (store, _) = start(&folder, &hands).await;
    assert!(at_of(&store).await - right < 10_000 && room.head == 2);
    let rename = Content::Renamed(Nickname::parse("Bia B").unwrap());
    let posted = store.post(RoomId::lobby(), member("Bia"), None, rename).await.unwrap().1;
    assert!(matches!(posted, Posted::Stored { at, .. } if at - right < 10_000), "{posted:?}");
}

async fn texts_left(store: &Store) -> usize {
    let page = store.page(None, &RoomId::lobby(), Window::After(0), 1_000).await.unwrap();
    page.messages.into_iter().filter(|message| !message.deleted).count()
}

#[tokio::test]
async fn l109_messages_with_a_wrong_time_go_with_those_around_them() {
    let (folder, hands) = (Folder::new(), hands());
    let (store, _) = start(&folder, &hands).await;
    at_of(&store).await;
    // Two that seem to come from the future, one from before there were computers, one from last year.
    for far in [YEAR, YEAR, -1_700_000_000_000, -YEAR] {
        hands.set(far);
        at_of(&store).await;
        hands.set(-far);
    }
    assert!(store.may_age().await.unwrap());
    assert_eq!(store.forget_before(store.now() - 30 * DAY).await.unwrap(), 0, "they are of today");
    assert_eq!(texts_left(&store).await, 5);
    hands.pass(31 * DAY);
    at_of(&store).await;
    store.forget_before(store.now() - 30 * DAY).await.unwrap();
    assert_eq!(texts_left(&store).await, 1, "and then they are old");
}

#[tokio::test]
async fn l109_what_a_wrong_clock_has_put_into_the_future_is_taken_back() {
    let (folder, hands) = (Folder::new(), hands());
    let (store, sessions) = start(&folder, &hands).await;
    let (_, secret) = sessions.begin(SecretKind::Cookie, None).await.unwrap();
    // As the version before did it.
    let (now, late) = (store.now(), (store.now() + YEAR).to_string());
    let values: &[&str] = &[&late];
    store.execute("UPDATE sessions SET used = CAST($1 AS INTEGER)", values).await;
    store
        .execute(
            "INSERT INTO invites (hash, maker_id, room_id, created, expires)
             VALUES (zeroblob(32), 1, 1, CAST($1 AS INTEGER), CAST($1 AS INTEGER) + 3600000)",
            values,
        )
        .await;
    sessions.sweep().await.unwrap();
    let expires: Vec<i64> =
        sqlx::query_scalar("SELECT expires FROM invites").fetch_all(&store.0.readers).await.unwrap();
    assert_eq!(expires, [now + 3_600_000]);
    hands.pass(14 * DAY);
    assert!(!knows(&sessions, &secret).await);
}
