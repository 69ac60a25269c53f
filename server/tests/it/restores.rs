//! What is put in the place of the database, and what is refused before anything is replaced (attack L112).

use std::path::Path;

use server::store;
use sqlx::{Connection, SqliteConnection};

use crate::client::TestClient;
use crate::server::{Folder, TestServer};

/// Length of the checksum behind a backup.
const SEAL: usize = 95;

/// A server's folder with two messages, stopped, and a backup of it.
async fn stopped() -> (Folder, Vec<u8>) {
    let server = TestServer::unlimited().await;
    let (ana, _) = TestClient::hello(&server).await;
    ana.say("uma").await.unwrap();
    ana.say("outra").await.unwrap();
    let folder = server.stop().await;
    let file = folder.path().join("backup.db");
    store::backup(&folder.path().join("data"), &file).await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    (folder, bytes)
}

/// Tries to restore `bytes`; why not. Whatever is refused leaves the folder as it was.
async fn refused(folder: &Folder, bytes: &[u8]) -> String {
    let (data, file) = (folder.path().join("data"), folder.path().join("tried.db"));
    let before = snapshot(&data);
    std::fs::write(&file, bytes).unwrap();
    let why = store::restore(&data, &file).await.expect_err("it was refused").to_string();
    assert_eq!(snapshot(&data), before, "{why}");
    assert!(!why.contains('\n'), "{why}");
    why
}

fn snapshot(folder: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file() && entry.file_name() != "ballast")
        .map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// A backup without its checksum, after some statements.
async fn changed(folder: &Folder, backup: &[u8], sql: &str) -> Vec<u8> {
    let file = folder.path().join("changed.db");
    std::fs::write(&file, &backup[..backup.len() - SEAL]).unwrap();
    let mut db = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    bytes
}

#[tokio::test]
async fn l112_a_backup_with_a_few_changed_bytes_is_refused_wherever_they_are() {
    let (folder, backup) = stopped().await;
    let mut place = 17_usize;
    for round in 0..60 {
        let mut bytes = backup.clone();
        for _ in 0..=round % 3 {
            // Every byte of the file has its turn, also in its header and in its checksum.
            place = (place * 1_103_515_245 + 12_345) % bytes.len();
            bytes[place] ^= 1 << (round % 8);
        }
        let why = refused(&folder, &bytes).await;
        assert!(why.contains("damaged") || why.contains("no database"), "{place}: {why}");
    }
    for place in [18, 30, backup.len() - 1, backup.len() - SEAL, backup.len() - 40] {
        let mut bytes = backup.clone();
        bytes[place] ^= 4;
        refused(&folder, &bytes).await;
    }
    for length in [backup.len() - 1, backup.len() - SEAL - 1, backup.len() / 2, 600, 0] {
        refused(&folder, &backup[..length]).await;
    }
    refused(&folder, &[&backup[..], b"more"].concat()).await;
}

#[tokio::test]
async fn l112_what_this_version_could_not_open_afterwards_is_refused_before() {
    let (folder, backup) = stopped().await;
    for (sql, why) in [
        (
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'later', 1, x'00', 0)",
            "newer version",
        ),
        ("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2", "altered"),
        ("UPDATE _sqlx_migrations SET success = 0 WHERE version = 2", "altered"),
        ("UPDATE _sqlx_migrations SET version = 0 WHERE version = 2", "another one"),
        ("DELETE FROM _sqlx_migrations", "no database of this program"),
        ("DELETE FROM _sqlx_migrations WHERE version > 1", "did not make"),
        ("DROP TABLE _sqlx_migrations", "no database of this program"),
        (
            "CREATE TRIGGER evil AFTER INSERT ON messages BEGIN DELETE FROM rooms; END",
            "did not make (trigger evil)",
        ),
        (
            "CREATE TRIGGER evil AFTER INSERT ON _sqlx_migrations BEGIN DELETE FROM rooms; END",
            "did not make (trigger evil)",
        ),
        ("CREATE TABLE mine (x)", "did not make (table mine)"),
        ("CREATE VIEW mine AS SELECT 1", "did not make (view mine)"),
        ("ALTER TABLE members ADD COLUMN mine INTEGER", "did not make (table members)"),
        ("DROP INDEX events_once", "altered"),
        ("DROP TRIGGER audit_undeleted", "altered"),
        ("DELETE FROM events WHERE seq = 1", "damaged"),
        ("DELETE FROM meta WHERE key = 'epoch'", "damaged"),
        ("UPDATE meta SET value = x'00' WHERE key = 'hash_key'", "hash key"),
    ] {
        let said = refused(&folder, &changed(&folder, &backup, sql).await).await;
        assert!(said.contains(why), "{sql}: {said}");
    }
    refused(&folder, b"SQLite format 3\0").await;
}

#[tokio::test]
async fn l112_a_backup_of_the_version_before_has_no_checksum_and_is_taken_if_it_is_whole() {
    let (folder, backup) = stopped().await;
    let (data, file) = (folder.path().join("data"), folder.path().join("old.db"));
    let bare = &backup[..backup.len() - SEAL];
    std::fs::write(&file, bare).unwrap();
    let done = store::restore(&data, &file).await.unwrap();
    assert_eq!(done.inventory.events, 2);
    // A copy of the file of a server that has ended is one as well.
    let kept = done.replaced.unwrap();
    assert_eq!(store::restore(&data, &kept).await.unwrap().inventory.events, 2);
    let mut bytes = bare.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0xAA);
    assert!(refused(&folder, &bytes).await.contains("damaged"));
    let server = TestServer::on(folder).await;
    let (ana, _) = TestClient::hello(&server).await;
    assert_eq!(ana.say("mais uma").await.unwrap().seq, 3);
}

#[tokio::test]
async fn l112_a_copy_of_a_database_in_use_is_taken_with_its_log_and_refused_without() {
    let server = TestServer::unlimited().await;
    let live = server.folder().join("data");
    let (ana, _) = TestClient::hello(&server).await;
    for n in 0..20 {
        ana.say(&n.to_string()).await.unwrap();
    }
    let (alone, along) = (Folder::new(), Folder::new());
    std::fs::copy(live.join("chat.db"), alone.path().join("chat.db")).unwrap();
    for name in ["chat.db", "chat.db-wal"] {
        std::fs::copy(live.join(name), along.path().join(name)).unwrap();
    }
    let folder = server.stop().await;
    let data = folder.path().join("data");
    let before = snapshot(&data);
    let why = store::restore(&data, &alone.path().join("chat.db")).await.unwrap_err().to_string();
    assert!(why.contains("without its log"), "{why}");
    assert_eq!(snapshot(&data), before);
    let done = store::restore(&data, &along.path().join("chat.db")).await.unwrap();
    assert_eq!(done.inventory.events, 20, "what was confirmed last is there");
    let server = TestServer::on(folder).await;
    let (bia, _) = TestClient::hello(&server).await;
    assert_eq!(bia.say("oi").await.unwrap().seq, 21);
}

#[tokio::test]
async fn a_backup_is_a_database_that_others_can_read_although_it_carries_a_checksum() {
    let (folder, _) = stopped().await;
    let file = folder.path().join("backup.db");
    let mut db = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut db).await.unwrap();
    let texts: i64 = sqlx::query_scalar("SELECT count(*) FROM messages").fetch_one(&mut db).await.unwrap();
    assert_eq!((whole.as_str(), texts), ("ok", 2));
}
