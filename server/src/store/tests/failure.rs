//! When something is wrong: with the folder, the disk, a request, the writer itself.

use super::*;

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_one_sentence_with_a_way_out() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path()).unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = Store::open(&folder.path().join("file/data")).await.err().unwrap().to_string();
    assert!(error.contains("file/data") && error.contains("--data"), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path()).unwrap();
    std::fs::write(file::path(folder.path()), "not a database, but longer than its header would be").unwrap();
    let error = Store::open(folder.path()).await.err().unwrap().to_string();
    assert!(error.contains("chat.db"), "{error}");
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused_until_the_first_has_closed() {
    let folder = Folder::new();
    let first = open(&folder).await;
    assert!(matches!(Store::open(folder.path()).await.err(), Some(StoreError::InUse { .. })));
    first.close().await;
    open(&folder).await;
}

#[tokio::test]
async fn who_reads_after_the_end_meets_an_end_and_no_failure() {
    let folder = Folder::new();
    let store = open(&folder).await;
    store.close().await;
    let read = store.room(None, &RoomId::lobby()).await;
    assert!(matches!(read, Err(Stop::Failed(StoreError::Closed))));
}

#[tokio::test]
async fn a_full_disk_stops_writing_but_not_reading_and_heals() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let long = "á".repeat(4_000);
    say(&store, "Bia", &long).await.unwrap();
    // Below the present size: not one page more.
    store.submit(Command::LimitPages(1)).await.unwrap();
    let mut stored = 1;
    let error = loop {
        match say(&store, "Bia", &long).await {
            Ok(seq) => stored = seq,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::NotCommitted(_)), "{error}");
    assert_eq!(texts(&store).await.len() as Seq, stored, "what was acked can be read");
    let (a, b) = tokio::join!(say(&store, "Bia", &long), say(&store, "Ana", &long));
    assert!(a.is_err() && b.is_err(), "a batch of several is refused as well");

    store.submit(Command::LimitPages(1 << 30)).await.unwrap();
    assert_eq!(say(&store, "Bia", "Oi").await.unwrap(), stored + 1, "without a restart and without a gap");
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_request_that_fails_harms_nobody_else_in_its_batch() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let session = || NewSession { kind: 1, hash: [7; 32], at: 1, device: String::new() };
    store.begin(member("Ana"), session()).await.unwrap();
    // The hash of a session stands once: the second beginning breaks a constraint.
    let (before, broken, after) = tokio::join!(
        say(&store, "Bia", "1"),
        store.begin(member("Rui"), session()),
        say(&store, "Bia", "2"),
    );
    assert!(matches!(broken, Err(Stop::Failed(StoreError::NotCommitted(_)))));
    assert_eq!((before.unwrap(), after.unwrap()), (1, 2));
    let people = store.entrance(None, &RoomId::lobby(), 1, 200).await.unwrap().2;
    assert_eq!(people.len(), 2, "nothing of the failed request stays");
}

#[tokio::test]
async fn a_writer_that_dies_is_known_and_answers_nobody() {
    let folder = Folder::new();
    let store = open(&folder).await;
    let (said, _, ()) = tokio::join!(say(&store, "Bia", "Oi"), store.submit(Command::Panic), store.dead());
    assert!(matches!(said, Err(StoreError::Closed)), "it was in the batch that died");
    assert!(matches!(say(&store, "Bia", "Oi").await, Err(StoreError::Closed)));
}
