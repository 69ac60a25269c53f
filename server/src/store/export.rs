//! Reading a database from another process, while a server may be writing it: people, and rooms' logs.

use std::path::Path;

use chat::{Event, Member, Millis, RoomId, Seq};
use protocol::Refusal;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Row as _, SqlitePool};

use super::log::{self, Reader};
use super::stop::Stop;
use super::{StoreError, code, file};

/// Events read at once.
const PAGE: i64 = 500;

/// Somebody on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who it is.
    pub member: Member,
    /// May not be here.
    pub banned: bool,
    /// When they came, in Unix milliseconds.
    pub since: Millis,
}

/// A database that is only read. Other processes may change it meanwhile.
pub struct Archive(SqlitePool);

impl Archive {
    /// Opens the database of the data folder `dir`.
    ///
    /// # Errors
    /// One sentence for the operator.
    pub async fn open(dir: &Path) -> Result<Archive, StoreError> {
        let file = file::existing(dir)?;
        let options = file::options(&file).read_only(true);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        pool.map(Archive).map_err(|error| StoreError::Database { file, cause: error.to_string() })
    }

    /// Everybody, in order of arrival.
    pub async fn people(&self) -> Result<Vec<Listed>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, public_id, name, role, banned, created FROM members WHERE banned <> 2 ORDER BY id",
        )
        .fetch_all(&self.0)
        .await?;
        let listed = |row: sqlx::sqlite::SqliteRow| {
            let member = code::member(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)?;
            Ok(Listed { member, banned: row.try_get(4)?, since: row.try_get(5)? })
        };
        rows.into_iter().map(listed).collect()
    }

    /// The next events of a room's log after `after`, in order; none at its end, and `None` if there is no such room.
    pub async fn events(&self, room: &RoomId, after: Seq) -> Result<Option<Vec<Event>>, StoreError> {
        match log::after(&self.0, Reader::Server, room, after, PAGE, Seq::MAX).await {
            Ok(part) => Ok(Some(part.events)),
            Err(Stop::Refused(Refusal::NotFound)) => Ok(None),
            Err(Stop::Refused(refusal)) => unreachable!("the server itself was refused: {refusal:?}"),
            Err(Stop::Failed(error)) => Err(error),
        }
    }
}
