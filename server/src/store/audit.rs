//! The audit log: who did what to whom while keeping the peace. Each row is written in the transaction of its act;
//! what is there is never changed, which triggers of the database see to.

use app::plain::moderation::AuditKind;
use chat::{Member, Millis, Seq, settings};
use protocol::{ArchiveRoom, LockRoom, RenameRoom, Request as _, SetTopic, SlowMode};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::code::{self, from_seq};
use super::{Store, StoreError};

/// One act, to be kept.
#[derive(Debug, Default)]
pub(super) struct Deed<'a> {
    /// The row of who did it; none for who runs the server, at the terminal.
    pub(super) by: Option<i64>,
    /// The name of the request that asked for it.
    pub(super) act: &'a str,
    /// The row of the person it was done to.
    pub(super) who: Option<i64>,
    /// The row of the room it was done in, if it was done in one.
    pub(super) room: Option<i64>,
    /// The message it was about, or the event it became.
    pub(super) seq: Option<Seq>,
    /// What is worth knowing beside; `Null` for nothing.
    pub(super) detail: Value,
}

/// Keeps one act, in the transaction that does it.
pub(super) async fn record(db: &mut SqliteConnection, now: Millis, deed: Deed<'_>) -> Result<(), StoreError> {
    let detail = if deed.detail.is_null() { None } else { Some(deed.detail.to_string()) };
    sqlx::query(
        "INSERT INTO audit (at, by_id, act, who_id, room_id, seq, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(now)
    .bind(deed.by)
    .bind(deed.act)
    .bind(deed.who)
    .bind(deed.room)
    .bind(deed.seq.map(from_seq))
    .bind(detail)
    .execute(db)
    .await?;
    Ok(())
}

/// One act, as it was kept; people and rooms as they are called today.
#[derive(Clone, Debug)]
pub(crate) struct Audited {
    /// Later acts have a higher one.
    pub(crate) id: i64,
    pub(crate) at: Millis,
    /// `None`: who runs the server.
    pub(crate) by: Option<Member>,
    pub(crate) act: String,
    pub(crate) who: Option<Member>,
    /// What the room is called.
    pub(crate) room: Option<String>,
    pub(crate) detail: Value,
}

/// The acts that change what a room is like.
const OF_ROOMS: [&str; 5] =
    [SetTopic::EVENT, RenameRoom::EVENT, SlowMode::EVENT, LockRoom::EVENT, ArchiveRoom::EVENT];

/// The acts that change the server, or who may come in.
const OF_SERVER: [&str; 3] = [settings::CHANGED, settings::INVITED, settings::REVOKED];

impl Store {
    /// The `limit` acts of a kind before the one with this id, or the last ones; the latest first.
    pub(crate) async fn audit(
        &self,
        kind: AuditKind,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Audited>, StoreError> {
        let (among, acts) = match kind {
            AuditKind::Rooms => (true, json!(OF_ROOMS)),
            AuditKind::Server => (true, json!(OF_SERVER)),
            AuditKind::People => (false, json!([OF_ROOMS.as_slice(), &OF_SERVER].concat())),
        };
        let rows = sqlx::query(
            "SELECT u.id, u.at, u.act, r.name, u.detail,
                    b.id, b.public_id, b.name, b.role, w.id, w.public_id, w.name, w.role
             FROM audit u LEFT JOIN rooms r ON r.id = u.room_id
             LEFT JOIN members b ON b.id = u.by_id LEFT JOIN members w ON w.id = u.who_id
             WHERE u.id < $1 AND (u.act IN (SELECT value FROM json_each($3))) = $4 ORDER BY u.id DESC LIMIT $2",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind(acts.to_string())
        .bind(among)
        .fetch_all(&self.0.readers)
        .await?;
        rows.iter().map(audited).collect()
    }
}

fn audited(row: &SqliteRow) -> Result<Audited, StoreError> {
    let id = row.try_get(0)?;
    let detail = match row.try_get::<Option<&str>, _>(4)? {
        Some(text) => serde_json::from_str(text)
            .map_err(|error| StoreError::Corrupt(format!("row {id} of the audit log: {error}")))?,
        None => Value::Null,
    };
    Ok(Audited {
        id,
        at: row.try_get(1)?,
        by: person(row, 5)?,
        act: row.try_get(2)?,
        who: person(row, 9)?,
        room: row.try_get(3)?,
        detail,
    })
}

/// Somebody, if anybody is named, from four columns beginning at `first`.
pub(super) fn person(row: &SqliteRow, first: usize) -> Result<Option<Member>, StoreError> {
    let Some(id) = row.try_get::<Option<i64>, _>(first)? else { return Ok(None) };
    code::member(id, row.try_get(first + 1)?, row.try_get(first + 2)?, row.try_get(first + 3)?).map(Some)
}

#[cfg(test)]
mod tests {
    use crate::store::tests::{Folder, clock};
    use crate::store::{Answer, Command, Store};

    #[tokio::test]
    async fn j95_what_is_in_the_audit_log_stays_as_it_is() {
        let folder = Folder::new();
        let store = Store::open_with(folder.path(), clock().0).await.unwrap();
        store.execute("INSERT INTO audit (at, act) VALUES (1, 'kick')", &[]).await;
        for sql in [
            "UPDATE audit SET at = 2",
            "DELETE FROM audit",
            "INSERT OR REPLACE INTO audit (id, at, act) VALUES (1, 2, 'ban')",
        ] {
            assert!(store.submit(Command::Execute(sql, Vec::new())).await.is_err(), "{sql}");
        }
        let kept: (i64, String) =
            sqlx::query_as("SELECT at, act FROM audit").fetch_one(&store.0.readers).await.unwrap();
        assert_eq!(kept, (1, "kick".to_owned()));
        assert!(
            matches!(store.submit(Command::Mark(1, store.0.clock.belief())).await, Ok(Answer::Done)),
            "the writer goes on"
        );
    }
}
