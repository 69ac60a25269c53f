//! The audit log: who did what to whom while keeping the peace. Each row is written in the transaction of its act;
//! what is there is never changed, which triggers of the database see to.

use chat::{Millis, Seq};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::StoreError;
use super::code::from_seq;

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
        "INSERT INTO audit (at, by_id, act, who_id, room_id, seq, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
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
        assert!(matches!(store.submit(Command::Mark(1)).await, Ok(Answer::Done)), "the writer goes on");
    }
}
