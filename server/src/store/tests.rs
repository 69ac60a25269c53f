//! The store from below: durability, order, failures. What people see of it is tested with `rooms`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chat::{Change, Event, Key, Member, MemberId, MessageBody, Nickname, Role, RoomId, Seq};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::*;

mod clock;
mod failure;
mod goodbye;
mod keys;
mod silent;
mod stream;

/// A folder that goes when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(std::env::temp_dir().join(format!("chat-moderno-{}", uuid::Uuid::new_v4())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A clock and the hand that moves it, from a time of no meaning on.
pub(crate) fn clock() -> (Clock, Arc<AtomicI64>) {
    let hand = Arc::new(AtomicI64::new(1_700_000_000_000));
    let seen = Arc::clone(&hand);
    (Clock::from_fn(move || seen.load(Ordering::SeqCst)), hand)
}

async fn open(folder: &Folder) -> Store {
    Store::open_with(folder.path(), clock().0).await.unwrap()
}

impl Store {
    /// Lets the writer hang until the returned value is dropped.
    pub(crate) async fn hang(&self) -> watch::Sender<()> {
        let (hold, until) = watch::channel(());
        let (reply, _) = oneshot::channel();
        let entry = Entry::Do(vec![Request { command: Command::Hang(until), reply }]);
        self.0.inbox.send(entry).await.unwrap();
        hold
    }

    /// Stores a new person, or cannot.
    pub(crate) async fn begin_somebody(&self) -> bool {
        let session = NewSession { kind: 1, hash: rand::random(), at: 1, device: String::new() };
        let id = MemberId::try_from(uuid::Uuid::new_v4().to_string()).unwrap();
        self.begin(Member { name: id.to_string(), id, ..member("somebody") }, session).await.is_ok()
    }

    /// Has something remembered, asked by somebody on this machine.
    pub(crate) async fn post(
        &self,
        room: RoomId,
        author: Member,
        key: Option<Key>,
        content: Content,
    ) -> Result<(Key, Posted), StoreError> {
        self.post_from(None, author, Wish { room, key, content }).await
    }

    /// Lets no page more be written, as a full disk does; or as many as are needed.
    pub(crate) async fn limit_pages(&self, pages: i64) {
        self.submit(Command::LimitPages(pages)).await.unwrap();
    }

    /// Brings about a state that no request leads to.
    pub(crate) async fn execute(&self, sql: &'static str, values: &[&str]) {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.submit(Command::Execute(sql, values)).await.unwrap();
    }
}

fn member(name: &str) -> Member {
    let id = MemberId::try_from(format!("id-{name}")).unwrap();
    Member { id, name: name.to_owned(), role: Role::Guest, hue: 0 }
}

fn said(text: &str) -> Content {
    let rich_text = chat::rich_text::plain(text);
    Content::Said { body: MessageBody::parse(text).unwrap(), reply_to: None, rich_text }
}

fn key(number: u8) -> Key {
    Key::from_bytes([number; 16])
}

async fn say(store: &Store, name: &str, text: &str) -> Result<Seq, StoreError> {
    match store.post(RoomId::lobby(), member(name), None, said(text)).await?.1 {
        Posted::Stored { seq, duplicate: false, .. } => Ok(seq),
        other => panic!("{other:?}"),
    }
}

async fn texts(store: &Store) -> Vec<String> {
    let page = store.page(None, &RoomId::lobby(), Window::After(0), 1_000).await.unwrap();
    page.messages.into_iter().map(|message| message.body).collect()
}

/// What a `kill -9` leaves: the files as they are, without the shared memory.
fn copy_as_if_killed(from: &Folder, to: &Folder) {
    std::fs::create_dir_all(to.path()).unwrap();
    let file = file::path(from.path());
    let wal = file.with_extension("db-wal");
    std::fs::copy(&file, file::path(to.path())).unwrap();
    std::fs::copy(&wal, file::path(to.path()).with_extension("db-wal")).unwrap();
}

#[tokio::test]
async fn an_empty_folder_becomes_a_database_with_the_default_room() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let room = store.room(None, &RoomId::lobby()).await.unwrap();
    assert_eq!((room.name.as_str(), room.kind, room.head), ("Praça", protocol::view::RoomKind::Public, 0));
    assert_eq!(say(&store, "Bia", "Oi").await.unwrap(), 1);
    store.check().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let _store = open(&folder).await;
    assert_eq!(std::fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_gapless_under_concurrency_and_each_sender_keeps_their_order() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let mut senders = JoinSet::new();
    for sender in 0..16 {
        let store = store.clone();
        senders.spawn(async move {
            let mut seqs = Vec::new();
            for number in 0..20 {
                seqs.push(say(&store, &format!("s{sender}"), &format!("{number}")).await.unwrap());
            }
            seqs
        });
    }
    let mut all = Vec::new();
    while let Some(seqs) = senders.join_next().await {
        let seqs = seqs.unwrap();
        assert!(seqs.is_sorted());
        all.extend(seqs);
    }
    all.sort_unstable();
    assert_eq!(all, (1..=320).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_same_key_with_the_same_content_is_a_duplicate_for_ever() {
    let folder = Folder::new();
    let (epoch, first) = {
        let store = open(&folder).await;
        let first = store.post(RoomId::lobby(), member("Bia"), Some(key(1)), said("Oi")).await.unwrap().1;
        say(&store, "Ana", "Oi").await.unwrap();
        store.close().await;
        (store.epoch().to_owned(), first)
    };
    let store = open(&folder).await;
    assert_eq!(store.epoch(), epoch, "a restart is not a restore");
    let again = store.post(RoomId::lobby(), member("Bia"), Some(key(1)), said("Oi")).await.unwrap().1;
    let Posted::Stored { room, seq, at, duplicate: false, author } = first else { panic!() };
    assert_eq!(again, Posted::Stored { room, seq, at, duplicate: true, author });
    assert_eq!(texts(&store).await, ["Oi", "Oi"]);
}

#[tokio::test]
async fn a_duplicate_within_one_batch_is_one_event() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let post = || store.post(RoomId::lobby(), member("Bia"), Some(key(1)), said("Oi"));
    let (a, b, c) = tokio::join!(post(), post(), post());
    let duplicates = [a, b, c].map(|result| match result.unwrap().1 {
        Posted::Stored { seq: 1, duplicate, .. } => duplicate,
        other => panic!("{other:?}"),
    });
    assert_eq!(duplicates, [false, true, true]);
    assert_eq!(texts(&store).await, ["Oi"]);
}

#[tokio::test]
async fn the_same_key_with_other_content_is_a_conflict_and_nobody_elses_business() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let post = |name, content| store.post(RoomId::lobby(), member(name), Some(key(1)), content);
    post("Bia", said("Oi")).await.unwrap();
    let conflict = Posted::Refused(protocol::Refusal::KeyConflict.into());
    assert_eq!(post("Bia", said("Oi!")).await.unwrap().1, conflict);
    let rename = Content::Renamed(Nickname::parse("Oi").unwrap());
    assert_eq!(post("Bia", rename).await.unwrap().1, conflict);
    assert!(matches!(post("Ana", said("Oi!")).await.unwrap().1, Posted::Stored { duplicate: false, .. }));
}

#[tokio::test]
async fn times_rise_over_a_small_step_of_the_clock_and_follow_a_large_one() {
    let folder = Folder::new();
    let (clock, hand) = clock();
    let store = Store::open_with(folder.path(), clock).await.unwrap();
    let mut last = 0;
    for step in [0, -1_000, 0, -3_600_000, 7_200_000, -1] {
        let now = hand.fetch_add(step, Ordering::SeqCst) + step;
        let Posted::Stored { at, .. } =
            store.post(RoomId::lobby(), member("Bia"), None, said("Oi")).await.unwrap().1
        else {
            panic!()
        };
        assert!(at > last || at == now && step == -3_600_000, "{at} after {last}");
        last = at;
    }
}

#[tokio::test]
async fn what_was_acked_survives_a_kill() {
    let (folder, copy) = (Folder::new(), Folder::new());
    let store = open(&folder).await;
    for number in 0..100 {
        say(&store, "Bia", &number.to_string()).await.unwrap();
    }
    copy_as_if_killed(&folder, &copy);
    let after = open(&copy).await;
    assert_eq!(after.epoch(), store.epoch());
    assert_eq!(texts(&after).await, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(say(&after, "Bia", "Oi").await.unwrap(), 101);
}

#[tokio::test]
async fn closing_keeps_everything_in_one_file_and_refuses_what_comes_later() {
    let (folder, copy) = (Folder::new(), Folder::new());
    let store = open(&folder).await;
    say(&store, "Bia", "Oi").await.unwrap();
    let (last, ()) = tokio::join!(say(&store, "Bia", "Tchau"), store.close());
    assert_eq!(last.unwrap(), 2, "asked before the end, stored before the end");
    assert!(matches!(say(&store, "Bia", "?").await, Err(StoreError::Closed)));
    store.close().await;
    std::fs::create_dir_all(copy.path()).unwrap();
    std::fs::copy(file::path(folder.path()), file::path(copy.path())).unwrap();
    assert_eq!(texts(&open(&copy).await).await, ["Oi", "Tchau"]);
}

#[tokio::test]
async fn a_passing_guest_is_saved_with_the_first_write_and_only_then() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let people = || async { store.entrance(None, &RoomId::lobby(), 1, 200).await.unwrap().2 };
    let refused = store.post("nowhere".parse().unwrap(), member("Bia"), None, said("Oi")).await.unwrap().1;
    assert_eq!(refused, Posted::Refused(protocol::Refusal::NotFound.into()));
    assert_eq!(people().await, []);
    let (a, b, c) = tokio::join!(say(&store, "Bia", "1"), say(&store, "Ana", "2"), say(&store, "Bia", "3"));
    assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (1, 2, 3));
    let people = people().await;
    assert_eq!(people, [member("Bia"), Member { hue: 1, ..member("Ana") }]);
}
