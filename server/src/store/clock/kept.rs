//! What the database knows of the time, what waits while the clock is in doubt, and what is set right when it is believed
//! again.

use chat::Millis;
use sqlx::{SqliteConnection, SqlitePool};

use super::belief::{Belief, Correction, DAY};
use super::shown;
use crate::store::command::Command;
use crate::store::{Store, StoreError};

/// Key in `meta`.
const CLOCK: &str = "clock";

/// Key in `meta` of the self-check's mark, which earlier versions kept as the only time.
const CHECKED: &str = "checked";

impl Store {
    /// Unix milliseconds by which ages are counted: as [`Store::now`], unless the machine's clock has jumped.
    pub(crate) fn steady(&self) -> Millis {
        self.0.clock.steady()
    }

    /// Milliseconds since some moment, for durations: a clock that is set changes nothing about them.
    pub(crate) fn running(&self) -> Millis {
        self.0.clock.running()
    }

    /// The earliest time that is surely no longer ago than `life`.
    pub(crate) fn since(&self, life: Millis) -> Millis {
        self.0.clock.since(life)
    }

    /// What ends by age may be ended: the machine's clock is believed. It is again once it has run on for a day.
    pub(crate) async fn may_age(&self) -> Result<bool, StoreError> {
        self.trust_clock(false).await?;
        Ok(self.0.clock.is_believed())
    }

    /// Believes the clock again, if that is due or somebody `confirms` it; false if there is nothing to be done.
    pub(crate) async fn trust_clock(&self, confirms: bool) -> Result<bool, StoreError> {
        let Some(correction) = self.0.clock.correction(confirms) else { return Ok(false) };
        self.submit(Command::Correct(correction)).await?;
        self.0.clock.believe();
        tracing::info!(clock = %shown(correction.now), "the clock is believed again");
        Ok(true)
    }

    /// Takes back what a wrong clock has put into the future: it would end too late.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        let now = self.steady();
        if is_settled(&self.0.readers, now).await? {
            return Ok(());
        }
        self.submit(Command::Settle(now)).await.map(drop)
    }
}

/// What an earlier life of the server knew; `None` in a new database.
pub(in crate::store) async fn kept(db: &SqlitePool) -> Result<Option<Belief>, StoreError> {
    let value = |key: &'static str| {
        sqlx::query_scalar::<_, Vec<u8>>("SELECT value FROM meta WHERE key = $1").bind(key).fetch_optional(db)
    };
    if let Some(belief) = value(CLOCK).await?.and_then(|text| serde_json::from_slice(&text).ok()) {
        return Ok(Some(belief));
    }
    let mark = value(CHECKED).await?.and_then(|mark| <[u8; 8]>::try_from(mark.as_slice()).ok());
    Ok(mark.map(|mark| Belief::new(Millis::from_be_bytes(mark))))
}

/// Keeps it for the next life of the server.
pub(in crate::store) async fn keep(db: &mut SqliteConnection, belief: &Belief) -> Result<(), StoreError> {
    let text = serde_json::to_vec(belief).expect("invariant: numbers are JSON");
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(CLOCK)
    .bind(text)
    .execute(db)
    .await?;
    Ok(())
}

/// The columns that hold the steady time.
const STEADY: [(&str, &str); 4] =
    [("sessions", "used"), ("sessions", "created"), ("networks", "at"), ("recoveries", "created")];

/// Sets what was noted during the doubt to the time that is believed now.
pub(in crate::store) async fn correct(
    db: &mut SqliteConnection,
    correction: &Correction,
) -> Result<(), StoreError> {
    for (table, column) in STEADY {
        let sql = format!("UPDATE {table} SET {column} = {column} + $1 WHERE {column} >= $2");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(correction.by)
            .bind(correction.since)
            .execute(&mut *db)
            .await?;
    }
    keep(db, &Belief::new(correction.now)).await?;
    settle(db, correction.now).await
}

/// Nothing is in the future that ends by age.
async fn is_settled(db: &SqlitePool, now: Millis) -> Result<bool, StoreError> {
    for (table, column) in STEADY.into_iter().chain([("invites", "created")]) {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} > $1)");
        if sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(now + DAY).fetch_one(db).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a wrong clock has put into the future is of now: it would last for as long as the clock was wrong.
pub(in crate::store) async fn settle(db: &mut SqliteConnection, now: Millis) -> Result<(), StoreError> {
    for (table, column) in STEADY {
        let sql = format!("UPDATE {table} SET {column} = $1 WHERE {column} > $2");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now).bind(now + DAY).execute(&mut *db).await?;
    }
    sqlx::query("UPDATE invites SET expires = expires - (created - $1), created = $1 WHERE created > $2")
        .bind(now)
        .bind(now + DAY)
        .execute(db)
        .await?;
    Ok(())
}
