//! A copy of the database while it is in use, and a database made of such a copy.
//!
//! Both are done by a process of their own: `chat-moderno backup FILE` beside the running server, `chat-moderno
//! restore FILE` in its place. A restored database has another epoch, so that every client forgets what it believes to
//! know and loads anew; what was confirmed after the backup is gone, and whoever restores is told so.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row as _, SqliteConnection};

use super::seal::{self, Content};
use super::{StoreError, file, private, schema};

/// SQLITE_CORRUPT.
const CORRUPT: &str = "11";

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// Rooms.
    pub rooms: u64,
    /// Events in their logs, of every kind.
    pub events: u64,
}

/// What was done to restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup held.
    pub inventory: Inventory,
    /// Where the database is now that it took the place of, if there was one.
    pub replaced: Option<PathBuf>,
}

/// Copies the database of the data folder `dir` into `target`, which must not exist. A server may be writing: the copy
/// is of one moment. It is checked before it gets its name, and safe from a power cut when this returns.
///
/// # Errors
/// One sentence for the operator.
pub async fn backup(dir: &Path, target: &Path) -> Result<Inventory, StoreError> {
    let source = file::existing(dir)?;
    if target.exists() {
        return Err(wrong(target, "it exists already; choose another name"));
    }
    let partial = beside(target, "partial");
    let made = copy(&source, &partial).await;
    let inventory = match made {
        Ok(inventory) => inventory,
        Err(error) => {
            // What is left of it is no backup; that it cannot be removed changes nothing.
            discard(&partial).ok();
            return Err(error);
        }
    };
    rename(&partial, target).map_err(|error| wrong(target, error))?;
    Ok(inventory)
}

/// Puts the backup `source` in the place of the database of the data folder `dir`, which no server may be using. The
/// database that was there is kept under another name.
///
/// # Errors
/// One sentence for the operator; the database that was there is then still in its place.
pub async fn restore(dir: &Path, source: &Path) -> Result<Restored, StoreError> {
    if !source.is_file() {
        return Err(wrong(source, "there is no such file"));
    }
    let lock = file::folder(dir)?;
    let database = file::path(dir);
    let fresh = beside(&database, "restoring");
    // Another try may have ended half way.
    discard(&fresh).map_err(|error| wrong(&fresh, error))?;
    let inventory = match renew(source, &fresh).await {
        Ok(inventory) => inventory,
        Err(error) => {
            discard(&fresh).ok();
            return Err(error);
        }
    };
    if database.exists() {
        private::give(&fresh, &database);
    }
    let replaced = set_aside(&database).await?;
    rename(&fresh, &database).map_err(|error| wrong(&database, error))?;
    drop(lock);
    Ok(Restored { inventory, replaced })
}

async fn copy(source: &Path, partial: &Path) -> Result<Inventory, StoreError> {
    discard(partial).map_err(|error| wrong(partial, error))?;
    let name = partial.to_str().ok_or_else(|| wrong(partial, "its name is not a text"))?;
    // An empty file is taken as it is, with its mode.
    drop(private::file(partial).map_err(|error| wrong(partial, error))?);
    let mut db = SqliteConnectOptions::new().filename(source).read_only(true).connect().await?;
    sqlx::query("VACUUM INTO $1").bind(name).execute(&mut db).await?;
    db.close().await?;
    let mut copy = SqliteConnectOptions::new().filename(partial).connect().await?;
    let inventory = check(partial, &mut copy).await?;
    // It is all there is: no log belongs to it.
    file::end_use(&mut copy).await?;
    copy.close().await?;
    seal::put(partial).map_err(|error| wrong(partial, error))?;
    Ok(inventory)
}

/// Copies what can be restored to `fresh`, checks that this version can open it, and gives it an epoch of its own.
async fn renew(source: &Path, fresh: &Path) -> Result<Inventory, StoreError> {
    let mut file = private::file(fresh).map_err(|error| wrong(fresh, error))?;
    let content = seal::copy_out(source, &mut file).map_err(|error| wrong(source, error))?;
    drop(file);
    let logged = match content {
        Content::Sealed => true,
        Content::Bare => take_along(source, fresh)?,
        Content::Damaged => {
            return Err(wrong(source, "it is damaged (it is not what it was when it was made)"));
        }
        Content::Foreign => return Err(wrong(source, "it is no database of this program")),
    };
    let mut db = file::options(fresh).connect().await?;
    let inventory = check(source, &mut db).await?;
    if let Err(why) = schema::check(&mut db).await? {
        return Err(wrong(source, why));
    }
    if file::is_used(&mut db).await? && !logged {
        let log = file::with_end(source, "-wal");
        let why = format!(
            "it was copied from under a running server without its log {}: make backups with `chat-moderno backup`",
            log.display()
        );
        return Err(wrong(source, why));
    }
    db.close().await?;
    // As the server itself will open it.
    let not_opened = |error: StoreError| wrong(source, format!("this version cannot open it ({error})"));
    let mut db = file::writer(fresh).await.map_err(not_opened)?;
    file::prepare(fresh, &mut db).await.map_err(not_opened)?;
    file::end_use(&mut db).await?;
    sqlx::query("UPDATE meta SET value = $1 WHERE key = 'epoch'")
        .bind(file::epoch_text().into_bytes())
        .execute(&mut db)
        .await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await?;
    db.close().await?;
    let log = file::with_end(fresh, "-wal");
    if log.exists() {
        return Err(wrong(&log, "the log of the restored database is still there; is something using it?"));
    }
    Ok(inventory)
}

/// Copies the log that lies beside a database that was copied by hand: what was confirmed last is there. False if there is
/// none.
fn take_along(source: &Path, fresh: &Path) -> Result<bool, StoreError> {
    let mut found = false;
    for end in ["-wal", "-journal"] {
        let log = file::with_end(source, end);
        if log.exists() {
            let to = file::with_end(fresh, end);
            private::file(&to).and_then(|_| fs::copy(&log, &to)).map_err(|error| wrong(&log, error))?;
            private::keep(&to);
            found = true;
        }
    }
    Ok(found)
}

/// Removes a database that came to nothing, with what belongs to it.
fn discard(fresh: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        remove_if_there(&file::with_end(fresh, end))?;
    }
    Ok(())
}

/// A database is whole if SQLite says so, and if each log is as long as its room believes.
async fn check(named: &Path, db: &mut SqliteConnection) -> Result<Inventory, StoreError> {
    let no_database = |error: sqlx::Error| {
        // Where the schema itself lies on a broken page, nothing can be asked at all.
        let broken =
            error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == CORRUPT);
        let what = if broken { "it is damaged" } else { "it is no database of this program" };
        wrong(named, format!("{what} ({error})"))
    };
    let verdict: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *db).await.map_err(no_database)?;
    if verdict != "ok" {
        return Err(wrong(named, format!("it is damaged ({})", verdict.replace('\n', "; "))));
    }
    let row = sqlx::query(
        "SELECT count(*), coalesce(sum(r.last_seq), 0),
                coalesce(sum((SELECT count(*) FROM events e WHERE e.room_id = r.id) <> r.last_seq), 0),
                (SELECT count(*) FROM meta WHERE key = 'epoch')
         FROM rooms r",
    )
    .fetch_one(db)
    .await
    .map_err(no_database)?;
    let number = |column| row.try_get::<i64, _>(column).map(|number| u64::try_from(number).unwrap_or(0));
    if number(2)? != 0 || number(3)? != 1 {
        return Err(wrong(named, "it is damaged (a room's log has gaps, or there is no epoch)"));
    }
    Ok(Inventory { rooms: number(0)?, events: number(1)? })
}

/// Keeps the database that is to be replaced, as one file.
async fn set_aside(database: &Path) -> Result<Option<PathBuf>, StoreError> {
    if !database.exists() {
        return Ok(None);
    }
    // A log left over from it must not be taken for the new one's.
    let emptied = async {
        let mut db = SqliteConnectOptions::new().filename(database).connect().await?;
        // From now on it is whole without one.
        file::end_use(&mut db).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await?;
        db.close().await?;
        Ok::<_, StoreError>(())
    };
    if emptied.await.is_err() {
        // It is no database any more, or a damaged one: it is kept as it is, with its log beside it.
        for end in ["-wal", "-shm"] {
            let log = file::with_end(database, end);
            if log.exists() {
                fs::rename(&log, file::with_end(database, &format!("{end}.damaged")))
                    .map_err(|e| wrong(&log, e))?;
            }
        }
    }
    let wal = file::with_end(database, "-wal");
    if wal.exists() {
        return Err(wrong(&wal, "the log of the present database is still there; is something using it?"));
    }
    let aside = (0..).map(|n| beside(database, &format!("replaced-{n}"))).find(|path| !path.exists());
    let aside = aside.expect("invariant: there are more numbers than files");
    // A second name, so that there is a database at its place at every moment.
    fs::hard_link(database, &aside).map_err(|error| wrong(&aside, error))?;
    private::keep(&aside);
    Ok(Some(aside))
}

/// Gives a finished file its name, durably.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    File::open(from)?.sync_all()?;
    fs::rename(from, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not every system lets a folder be synced; where it cannot, the rename is as durable as it gets.
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().ok();
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    file::with_end(path, &format!(".{end}"))
}

fn wrong(file: &Path, cause: impl ToString) -> StoreError {
    StoreError::Database { file: file.to_owned(), cause: cause.to_string() }
}
