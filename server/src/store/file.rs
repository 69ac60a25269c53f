//! The file: its folder, its connections, its schema and what is drawn once for its whole life.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chat::{RoomId, Seq};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};

use super::{StoreError, log, mention, name, private, schema};

/// The database's name in the data folder.
const NAME: &str = "chat.db";

/// A file that a running server holds locked: two writers would each believe they are the only one.
const LOCK: &str = "chat.lock";

/// `PRAGMA synchronous` of FULL: COMMIT returns after the WAL is synced.
const FULL: i64 = 2;

/// Connections for reading. SQLite reads on the processor, not on the network: more would only queue there.
const READERS: u32 = 4;

/// An open database.
pub(super) struct Opened {
    pub(super) writer: SqliteConnection,
    pub(super) readers: SqlitePool,
    pub(super) lock: File,
    pub(super) epoch: String,
    pub(super) hash_key: [u8; 32],
    pub(super) heads: HashMap<RoomId, Seq>,
}

/// Opens the database of `dir`, and makes what is missing.
pub(super) async fn open(dir: &Path) -> Result<Opened, StoreError> {
    let lock = folder(dir)?;
    let file = path(dir);
    // SQLite gives its log the mode of the database.
    drop(private::file(&file).map_err(|error| StoreError::folder(dir, &error))?);
    private::keep_all(dir);
    let cannot = |error: StoreError| match error {
        StoreError::Sql(error) => StoreError::Database { file: file.clone(), cause: error.to_string() },
        other => other,
    };
    let mut writer = writer(&file).await.map_err(cannot)?;
    let (epoch, hash_key) = prepare(&file, &mut writer).await.map_err(cannot)?;
    begin_use(&mut writer).await.map_err(cannot)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        // All at once: when they are needed there may be no file descriptor left.
        .min_connections(READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(5))
        // A local file does not hang up.
        .test_before_acquire(false)
        .connect_lazy_with(options(&file).pragma("query_only", "ON"));
    let heads = log::heads(&readers).await.map_err(cannot)?.into_iter().collect();
    Ok(Opened { writer, readers, lock, epoch, hash_key, heads })
}

/// Makes the folder, sees that it is for its owner only, and takes it for this process.
pub(super) fn folder(dir: &Path) -> Result<File, StoreError> {
    let cannot = |error| StoreError::folder(dir, &error);
    if private::folder(dir).map_err(cannot)? == private::Folder::Shared {
        tracing::warn!(
            folder = %dir.display(),
            "others may look into the data folder: it is not the server's alone, so its mode stays; the server's \
             files are for its own user only"
        );
    }
    let lock = private::file(&dir.join(LOCK)).map_err(cannot)?;
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { folder: dir.to_owned() }),
        // Some network file systems have no locks; SQLite's own still stand.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(lock),
    }
}

/// How long a connection waits for the others.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// What every connection is opened with.
pub(super) fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

pub(super) async fn writer(file: &Path) -> Result<SqliteConnection, StoreError> {
    let mut options = options(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // What is deleted is overwritten, not only given free.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", "1000")
        .pragma("journal_size_limit", "67108864");
    if cfg!(target_os = "macos") {
        // There a plain fsync does not reach the medium.
        options = options.pragma("fullfsync", "1");
    }
    #[cfg(feature = "plant")]
    if crate::plant::planted(crate::plant::Bug::SynchronousNormal) {
        options = options.synchronous(SqliteSynchronous::Normal);
    }
    Ok(options.connect().await?)
}

/// Checks the connection, brings the schema up to date, and reads the file's epoch and hash key.
pub(super) async fn prepare(
    file: &Path,
    db: &mut SqliteConnection,
) -> Result<(String, [u8; 32]), StoreError> {
    let wrong = |cause: String| StoreError::Database { file: file.to_owned(), cause };
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *db).await?;
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *db).await?;
    #[cfg(feature = "plant")]
    let synchronous =
        if crate::plant::planted(crate::plant::Bug::SynchronousNormal) { FULL } else { synchronous };
    if synchronous != FULL || journal != "wal" {
        return Err(wrong(format!("it would not be durable (synchronous {synchronous}, journal {journal})")));
    }
    schema::MIGRATIONS.run(&mut *db).await.map_err(|error| wrong(error.to_string()))?;
    name::settle(db).await?;
    mention::settle(db).await?;
    #[cfg(feature = "plant")]
    if crate::plant::planted(crate::plant::Bug::NoEventsOnce) {
        sqlx::query("DROP INDEX IF EXISTS events_once").execute(&mut *db).await?;
    }
    let epoch = drawn_once(db, "epoch", epoch_text().into_bytes()).await?;
    let epoch = String::from_utf8(epoch).map_err(|_| wrong("its epoch is not a text".to_owned()))?;
    let hash_key = drawn_once(db, "hash_key", rand::random::<[u8; 32]>().to_vec()).await?;
    let hash_key = hash_key.try_into().map_err(|_| wrong("its hash key is not 32 bytes".to_owned()))?;
    Ok((epoch, hash_key))
}

/// Key in `meta` of a mark that says: somebody uses this database, and the file alone is not all of it.
const IN_USE: &str = "in_use";

/// Leaves the mark in the file itself, so that a copy of the file without its log can be told.
async fn begin_use(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO meta (key, value) VALUES ($1, x'01') ON CONFLICT (key) DO NOTHING")
        .bind(IN_USE)
        .execute(&mut *db)
        .await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(db).await?;
    Ok(())
}

/// Takes the mark away.
pub(super) async fn end_use(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM meta WHERE key = $1").bind(IN_USE).execute(db).await?;
    Ok(())
}

/// The mark is there.
pub(super) async fn is_used(db: &mut SqliteConnection) -> Result<bool, StoreError> {
    let used = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM meta WHERE key = $1)");
    Ok(used.bind(IN_USE).fetch_one(db).await?)
}

/// 128 random bits as 32 hexadecimal digits.
pub(super) fn epoch_text() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The value of `key` in `meta`: `fresh`, unless one was drawn before.
async fn drawn_once(
    db: &mut SqliteConnection,
    key: &'static str,
    fresh: Vec<u8>,
) -> Result<Vec<u8>, StoreError> {
    sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
        .bind(key)
        .bind(fresh)
        .execute(&mut *db)
        .await?;
    Ok(sqlx::query_scalar("SELECT value FROM meta WHERE key = $1").bind(key).fetch_one(db).await?)
}

/// The path with `end` behind its name.
pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Where the database of the data folder `dir` is.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// The folder has a database.
pub fn exists(dir: &Path) -> bool {
    path(dir).exists()
}

/// The database of a folder that must have one: a folder that was mistyped has none, and gets none.
///
/// # Errors
/// One sentence for the operator.
pub fn existing(dir: &Path) -> Result<PathBuf, StoreError> {
    let file = path(dir);
    if file.is_file() {
        return Ok(file);
    }
    let cause = "there is no database here; choose its folder with --data".to_owned();
    Err(StoreError::Database { file, cause })
}
