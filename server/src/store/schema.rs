//! The schema: the migrations that make it, and whether a database has it and nothing else.

use std::collections::BTreeSet;

use sqlx::migrate::{Migration, Migrator};
use sqlx::{Connection, Row as _, SqliteConnection};

use super::StoreError;

/// Every migration, in order.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Why a database is not one that this version can take over; a sentence without its file.
pub(super) type Foreign = String;

/// Checks that `db` was made by migrations that this version knows, and holds what they make and nothing else.
pub(super) async fn check(db: &mut SqliteConnection) -> Result<Result<(), Foreign>, StoreError> {
    let applied = match applied(db).await {
        Ok(applied) => applied,
        Err(error) if error.as_database_error().is_some() => {
            return Ok(Err("it is no database of this program".to_owned()));
        }
        Err(error) => return Err(error.into()),
    };
    let mut known = Vec::with_capacity(applied.len());
    for (version, whole, checksum) in applied {
        let Some(migration) = MIGRATIONS.iter().find(|migration| migration.version == version) else {
            return Ok(Err(if MIGRATIONS.iter().all(|migration| migration.version < version) {
                "it was made by a newer version of this program".to_owned()
            } else {
                format!("its schema is another one (migration {version} is unknown)")
            }));
        };
        if !whole || checksum != *migration.checksum {
            return Ok(Err(format!("its schema was altered (migration {version})")));
        }
        known.push(migration);
    }
    if known.is_empty() {
        return Ok(Err("it is no database of this program".to_owned()));
    }
    let (found, expected) = (parts(db).await?, expected(&known).await?);
    Ok(match (found.difference(&expected).next(), expected.difference(&found).next()) {
        (None, None) => Ok(()),
        (Some((kind, name, _)), _) => Err(format!("it holds what this program did not make ({kind} {name})")),
        (None, Some((kind, name, _))) => Err(format!("its schema was altered ({kind} {name} is missing)")),
    })
}

/// The migrations that made it: version, whether it ended well, checksum.
async fn applied(db: &mut SqliteConnection) -> Result<Vec<(i64, bool, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query("SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version")
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
}

/// What a schema consists of: kind, name, and the words that make it, without spaces.
type Parts = BTreeSet<(String, String, String)>;

async fn parts(db: &mut SqliteConnection) -> Result<Parts, StoreError> {
    let rows = sqlx::query(
        "SELECT type, name, coalesce(sql, ''), tbl_name FROM sqlite_schema WHERE NOT (type = 'table' AND
           (name = '_sqlx_migrations' OR name = 'sqlite_sequence' OR name LIKE 'sqlite!_stat%' ESCAPE '!'))
           AND NOT (type = 'index' AND sql IS NULL AND tbl_name = '_sqlx_migrations')",
    )
    .fetch_all(db)
    .await?;
    let part = |row: &sqlx::sqlite::SqliteRow| {
        let words: String = row.try_get(2)?;
        Ok((row.try_get(0)?, row.try_get(1)?, words.split_whitespace().collect()))
    };
    rows.iter().map(part).collect()
}

/// What those migrations make.
async fn expected(migrations: &[&Migration]) -> Result<Parts, StoreError> {
    let mut empty = SqliteConnection::connect("sqlite::memory:").await?;
    for migration in migrations {
        sqlx::raw_sql(migration.sql.clone()).execute(&mut empty).await?;
    }
    let parts = parts(&mut empty).await?;
    empty.close().await?;
    Ok(parts)
}
