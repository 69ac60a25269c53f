//! The writer's commands that are not posts: one call each.

use chat::Member;
use sqlx::SqliteConnection;

use super::command::{Answer, Command, NewSession};
use super::silent::last_number;
use super::stop::Stop;
use super::{StoreError, account, clock, code, language, manage, name, network, reading, session, silent};

/// Carries out `command` in the open transaction.
pub(super) async fn carry_out(db: &mut SqliteConnection, command: &Command) -> Result<Answer, StoreError> {
    match command {
        Command::Post(_) | Command::Remove { .. } => unreachable!("the writer sees to what makes events"),
        Command::Begin { member, session } => match begin(db, member, session).await {
            Ok(id) => Ok(Answer::Begun(Ok(id))),
            Err(Stop::Refused(refusal)) => Ok(Answer::Begun(Err(refusal))),
            Err(Stop::Failed(error)) => Err(error),
        },
        Command::Touch { hash, at, given } => {
            sqlx::query(
                "UPDATE sessions SET used = $2, given = CASE WHEN $3 <> 0 THEN $2 ELSE given END
                 WHERE hash = $1",
            )
            .bind(hash.as_slice())
            .bind(at)
            .bind(given)
            .execute(db)
            .await?;
            Ok(Answer::Done)
        }
        Command::Seen { member, network, at } => {
            network::note(db, *member, network, *at).await?;
            Ok(Answer::Done)
        }
        Command::Sweep { kind, used, created } => {
            let swept = sqlx::query(
                "DELETE FROM sessions WHERE kind = $1 AND (used <= $2 OR (created <= $3
                   AND EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = sessions.member_id)))",
            )
            .bind(kind)
            .bind(used)
            .bind(created)
            .execute(&mut *db)
            .await?;
            // Where people came from is kept as long as they are known by it.
            sqlx::query("DELETE FROM networks WHERE at <= $1").bind(used).execute(db).await?;
            Ok(Answer::Swept(swept.rows_affected()))
        }
        Command::Correct(correction) => {
            clock::correct(db, correction).await?;
            Ok(Answer::Done)
        }
        Command::Settle(now) => {
            clock::settle(db, *now).await?;
            Ok(Answer::Done)
        }
        Command::ForgetGuests(rows) => Ok(Answer::Swept(silent::forget(db, rows).await?)),
        Command::Appoint { member, role } => {
            let changed = sqlx::query("UPDATE members SET role = $2 WHERE public_id = $1")
                .bind(member.as_str())
                .bind(code::from_role(*role))
                .execute(db)
                .await?;
            Ok(Answer::Appointed(changed.rows_affected() > 0))
        }
        Command::Account(change) => Ok(Answer::Account(account::carry_out(db, change).await?)),
        Command::Manage(what) => Ok(Answer::Managed(manage::carry_out(db, what).await?)),
        Command::Reading(ask) => Ok(Answer::Reading(reading::carry_out(db, ask).await?)),
        Command::Receipts { member, on } => {
            let changed = sqlx::query("UPDATE members SET receipts = $2 WHERE public_id = $1")
                .bind(member.as_str())
                .bind(on)
                .execute(db)
                .await?;
            Ok(Answer::Appointed(changed.rows_affected() > 0))
        }
        Command::Language { member, lang } => {
            Ok(Answer::Appointed(language::carry_out(db, member, *lang).await?))
        }
        Command::Mark(at, belief) => {
            clock::keep(db, belief).await?;
            sqlx::query(
                "INSERT INTO meta (key, value) VALUES ('checked', $1)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )
            .bind(at.to_be_bytes().as_slice())
            .execute(db)
            .await?;
            Ok(Answer::Done)
        }
        #[cfg(test)]
        Command::LimitPages(pages) => {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
                .execute(db)
                .await?;
            Ok(Answer::Done)
        }
        #[cfg(test)]
        Command::Execute(sql, values) => {
            let query = values.iter().fold(sqlx::query(*sql), |query, value| query.bind(value));
            query.execute(db).await?;
            Ok(Answer::Done)
        }
        #[cfg(test)]
        Command::Hang(until) => {
            let mut until = until.clone();
            while until.changed().await.is_ok() {}
            Ok(Answer::Done)
        }
        #[cfg(test)]
        Command::Panic => panic!("asked for by a test"),
    }
}

/// Saves a person with a session, under a name that is nobody else's. Refused, it leaves the numbers as they were.
async fn begin(db: &mut SqliteConnection, member: &Member, new: &NewSession) -> Result<i64, Stop> {
    let id: i64 = sqlx::query_scalar(concat!("SELECT ", last_number!(), " + 1")).fetch_one(&mut *db).await?;
    name::check(db, id, &member.name).await?;
    sqlx::query(
        "INSERT INTO members (id, public_id, name, role, created, folded, silent) VALUES ($1, $2, $3, $4, $5, $6, 1)",
    )
    .bind(id)
    .bind(member.id.as_str())
    .bind(&member.name)
    .bind(code::from_role(member.role))
    .bind(new.at)
    .bind(chat::mention::fold(&member.name))
    .execute(&mut *db)
    .await?;
    session::begin(db, id, new).await?;
    name::claim(db, id, &member.name).await?;
    Ok(id)
}
