//! Rows of `invites`, read side.

use chat::Millis;
use sqlx::{Row as _, SqlitePool};

use super::{Store, StoreError};

/// Most invites listed: the newest.
const MAX_LISTED: i64 = 200;

/// An invite as those who run the server see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InviteRow {
    pub(crate) id: i64,
    /// Who made it.
    pub(crate) maker: String,
    /// The room it leads to.
    pub(crate) room: String,
    pub(crate) created: Millis,
    /// When it ends by itself.
    pub(crate) expires: Option<Millis>,
    pub(crate) uses: u32,
    pub(crate) most_uses: Option<u32>,
}

const COLUMNS: &str = "SELECT i.id, maker.name, r.name, i.created, i.expires, i.uses, i.most_uses
     FROM invites i JOIN rooms r ON r.id = i.room_id JOIN members maker ON maker.id = i.maker_id
     WHERE NOT i.revoked AND (i.expires IS NULL OR i.expires > $1)
       AND (i.most_uses IS NULL OR i.uses < i.most_uses) AND NOT maker.banned AND NOT r.archived";

impl Store {
    /// The invite of this hash, if it works now.
    pub(crate) async fn invite(&self, hash: &[u8; 32]) -> Result<Option<InviteRow>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} AND i.hash = $2"));
        let row =
            sqlx::query(sql).bind(self.now()).bind(hash.as_slice()).fetch_optional(self.readers()).await?;
        row.map(invite).transpose()
    }

    /// The invites that work now, the newest first.
    pub(crate) async fn invites(&self) -> Result<Vec<InviteRow>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} ORDER BY i.id DESC LIMIT $2"));
        let rows = sqlx::query(sql).bind(self.now()).bind(MAX_LISTED).fetch_all(self.readers()).await?;
        rows.into_iter().map(invite).collect()
    }

    fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }
}

fn invite(row: sqlx::sqlite::SqliteRow) -> Result<InviteRow, StoreError> {
    Ok(InviteRow {
        id: row.try_get(0)?,
        maker: row.try_get(1)?,
        room: row.try_get(2)?,
        created: row.try_get(3)?,
        expires: row.try_get(4)?,
        uses: row.try_get(5)?,
        most_uses: row.try_get(6)?,
    })
}
