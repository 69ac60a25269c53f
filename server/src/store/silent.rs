//! Guests who came, did nothing that anybody could see, and cannot come back: their rows are deleted, in steps. What a
//! silent guest is, the database's triggers see to (`members.silent`).

use std::collections::HashSet;
use std::time::Duration;

use chat::MemberId;
use sqlx::{Row as _, SqliteConnection};

use super::command::{Answer, Command};
use super::{Store, StoreError, code};

/// Most rows looked at and deleted at once: others wait meanwhile.
const STEP: i64 = 200;

/// Between two steps: others come first.
const PAUSE: Duration = Duration::from_millis(20);

/// The highest number that a row of `members` has or had; 0 if there was none.
macro_rules! last_number {
    () => {
        "(SELECT max(id) FROM (SELECT coalesce(max(id), 0) AS id FROM members
            UNION ALL SELECT last AS id FROM member_numbers) AS numbers)"
    };
}
pub(super) use last_number;

/// The row `m` is a guest nothing refers to, without a session.
macro_rules! is_lost {
    () => {
        " m.silent = 1 AND m.role = 4 AND m.banned = 0
          AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.member_id = m.id) "
    };
}

impl Store {
    /// Deletes every silent guest who has no session and is not `here`; how many.
    pub(crate) async fn forget_guests(&self, here: &HashSet<MemberId>) -> Result<u64, StoreError> {
        let (mut forgotten, mut after) = (0, 0);
        loop {
            let rows = sqlx::query(concat!(
                "SELECT m.id, m.public_id FROM members m WHERE m.id > $1 AND",
                is_lost!(),
                "ORDER BY m.id LIMIT $2"
            ))
            .bind(after)
            .bind(STEP)
            .fetch_all(&self.0.readers)
            .await?;
            let Some(last) = rows.last() else { return Ok(forgotten) };
            after = last.try_get(0)?;
            let mut lost = Vec::with_capacity(rows.len());
            for row in &rows {
                if !here.contains(&code::member_id(row.try_get(1)?)?) {
                    lost.push(row.try_get(0)?);
                }
            }
            forgotten += match self.submit(Command::ForgetGuests(lost)).await? {
                Answer::Swept(count) => count,
                other => unreachable!("forgetting guests came to {other:?}"),
            };
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Deletes those of `rows` who are still lost; how many.
pub(super) async fn forget(db: &mut SqliteConnection, rows: &[i64]) -> Result<u64, StoreError> {
    let lost: Vec<i64> = sqlx::query_scalar(concat!(
        "SELECT m.id FROM members m WHERE m.id IN (SELECT value FROM json_each($1)) AND",
        is_lost!()
    ))
    .bind(list(rows))
    .fetch_all(&mut *db)
    .await?;
    if lost.is_empty() {
        return Ok(0);
    }
    // A number is never given again: what was told of it stays true of nobody else.
    sqlx::query(concat!("UPDATE member_numbers SET last = ", last_number!())).execute(&mut *db).await?;
    for sql in [
        "DELETE FROM names WHERE member_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM networks WHERE member_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM readings WHERE member_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM mentions WHERE member_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM requests WHERE author_id IN (SELECT value FROM json_each($1))",
        "DELETE FROM members WHERE id IN (SELECT value FROM json_each($1))",
    ] {
        sqlx::query(sql).bind(list(&lost)).execute(&mut *db).await?;
    }
    Ok(u64::try_from(lost.len()).unwrap_or(u64::MAX))
}

fn list(rows: &[i64]) -> String {
    serde_json::to_string(rows).expect("invariant: a list of numbers is JSON")
}
