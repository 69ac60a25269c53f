//! What the database holds, read by statements of this program's own: the server's code is not asked.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use chat::{Key, MemberId, RoomId, Seq};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions, Connection, Row};

use crate::history::{Became, Told, digest};

/// The database's name in the data folder.
pub const FILE: &str = "chat.db";

/// A database.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// Which one it is.
    pub epoch: String,
    /// Its rooms.
    pub rooms: BTreeMap<RoomId, Log>,
}

/// A room.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Everybody may read all of it.
    pub public: bool,
    /// The head as the room's row has it.
    pub head: Seq,
    /// Who was in it from its beginning; not in the database.
    pub founders: BTreeSet<MemberId>,
    /// Its events in the order of their numbers, as they stand.
    pub entries: Vec<Entry>,
    /// The state table: number, text's digest (`None` where it is gone).
    pub messages: BTreeMap<Seq, Option<String>>,
}

impl Log {
    /// The event of this number.
    pub fn entry(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(usize::try_from(seq).ok()?.checked_sub(1)?)
    }
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// Who made it.
    pub author: MemberId,
    /// Under which key.
    pub key: Key,
    /// What it is. `deleted` where its text has been emptied.
    pub event: Told,
}

/// Opens a database that no server is using. The WAL it left is read.
async fn open(file: &Path) -> Result<SqliteConnection> {
    let options =
        SqliteConnectOptions::new().filename(file).create_if_missing(false).disable_statement_logging();
    options.connect().await.with_context(|| file.display().to_string())
}

/// Reads everything, and has SQLite look for damage.
pub async fn read(file: &Path) -> Result<Truth> {
    let mut db = open(file).await?;
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut db).await?;
    if sound != "ok" {
        bail!("integrity_check: {sound}");
    }
    let epoch: Vec<u8> =
        sqlx::query_scalar("SELECT value FROM meta WHERE key = 'epoch'").fetch_one(&mut db).await?;
    let mut truth = Truth { epoch: String::from_utf8(epoch)?, rooms: BTreeMap::new() };
    let mut rooms = HashMap::new();
    for row in sqlx::query("SELECT id, public_id, kind, last_seq FROM rooms").fetch_all(&mut db).await? {
        let (id, room): (i64, RoomId) = (row.try_get(0)?, row.try_get::<&str, _>(1)?.parse()?);
        let log = Log { public: row.try_get::<i64, _>(2)? == 0, head: seq(&row, 3)?, ..Log::default() };
        rooms.insert(id, room.clone());
        truth.rooms.insert(room, log);
    }
    let members = members(&mut db).await?;
    let sql = "SELECT room_id, seq, kind, author_id, client_key, target_seq, payload FROM events ORDER BY room_id, seq";
    for row in sqlx::query(sql).fetch_all(&mut db).await? {
        let log = rooms.get(&row.try_get(0)?).and_then(|room| truth.rooms.get_mut(room));
        log.context("an event of no room")?.entries.push(entry(&row, &members)?);
    }
    for row in sqlx::query("SELECT room_id, seq, body FROM messages").fetch_all(&mut db).await? {
        let log = rooms.get(&row.try_get(0)?).and_then(|room| truth.rooms.get_mut(room));
        let text = row.try_get::<Option<&str>, _>(2)?.map(digest);
        log.context("a message of no room")?.messages.insert(seq(&row, 1)?, text);
    }
    db.close().await?;
    Ok(truth)
}

/// The author and key of every event, for what must have survived.
pub async fn keys(file: &Path) -> Result<HashSet<(MemberId, Key)>> {
    let mut db = open(file).await?;
    let members = members(&mut db).await?;
    let mut keys = HashSet::new();
    for row in sqlx::query("SELECT author_id, client_key FROM events").fetch_all(&mut db).await? {
        keys.insert((member(&row, 0, &members)?, key(&row, 1)?));
    }
    db.close().await?;
    Ok(keys)
}

/// Gives somebody a role, while no server is using the database.
pub async fn appoint(file: &Path, who: &MemberId, role: i64) -> Result<()> {
    let mut db = open(file).await?;
    let sql = "UPDATE members SET role = ?2 WHERE public_id = ?1";
    let changed = sqlx::query(sql).bind(who.as_str()).bind(role).execute(&mut db).await?;
    db.close().await?;
    if changed.rows_affected() == 1 { Ok(()) } else { bail!("{who} is not in the database") }
}

async fn members(db: &mut SqliteConnection) -> Result<HashMap<i64, MemberId>> {
    let rows = sqlx::query("SELECT id, public_id FROM members").fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<&str, _>(1)?.parse()?))).collect()
}

fn seq(row: &SqliteRow, column: usize) -> Result<Seq> {
    Ok(Seq::try_from(row.try_get::<i64, _>(column)?)?)
}

fn key(row: &SqliteRow, column: usize) -> Result<Key> {
    Ok(Key::from_bytes(row.try_get::<&[u8], _>(column)?.try_into()?))
}

fn member(row: &SqliteRow, column: usize, members: &HashMap<i64, MemberId>) -> Result<MemberId> {
    members.get(&row.try_get(column)?).cloned().context("an event of nobody")
}

fn entry(row: &SqliteRow, members: &HashMap<i64, MemberId>) -> Result<Entry> {
    let (author, key) = (member(row, 3, members)?, key(row, 4)?);
    let target = row.try_get::<Option<i64>, _>(5)?.map_or(Ok(0), Seq::try_from)?;
    let payload: &[u8] = row.try_get(6)?;
    let event = event(row.try_get(2)?, &author, key, target, payload)?;
    Ok(Entry { seq: seq(row, 1)?, author, key, event })
}

/// What the columns of an event mean.
fn event(kind: i64, author: &MemberId, key: Key, target: Seq, payload: &[u8]) -> Result<Told> {
    let deleted = payload.is_empty();
    let says: Value = if deleted { Value::Null } else { serde_json::from_slice(payload)? };
    let body = || digest(says["body"].as_str().unwrap_or_default());
    let by = author.clone();
    let on = says["on"].as_bool().unwrap_or_default();
    let became = match kind {
        1 => return Ok(Told::Sent { key, author: by, body: body(), deleted }),
        3 => return Ok(Told::Edited { by, target, body: body(), deleted }),
        4 => return Ok(Told::Deleted { by, target }),
        5 => {
            let emoji = says["emoji"].as_str().context("an emoji")?.to_owned();
            return Ok(Told::Reacted { by, target, emoji, on });
        }
        6 => Became::Joined,
        7 => Became::Left,
        8 => Became::Kicked,
        9 => [Became::Unmuted, Became::Muted][usize::from(on)],
        10 => [Became::Unbanned, Became::Banned][usize::from(on)],
        _ => return Ok(Told::Other),
    };
    let who = says["who"].as_str().context("whom it concerns")?.parse()?;
    Ok(Told::Person { by, who, became })
}
