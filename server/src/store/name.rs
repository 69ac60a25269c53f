//! Rows of `names`: who is called what, so that no two look alike (security.md 84 and 86).
//!
//! A member's name is the member's for good; a guest's for as long as one of the guest's sessions lasts. A guest of one
//! connection has no session: such a name is nobody's.

use chat::name::skeleton::skeleton;
use protocol::Refusal;
use sqlx::{Row as _, SqliteConnection};

use super::StoreError;
use super::code::{from_role, to_role};
use super::stop::Stop;

/// Makes `name` the person's, in place of the one before.
pub(super) async fn claim(db: &mut SqliteConnection, member: i64, name: &str) -> Result<(), Stop> {
    check(db, member, name).await?;
    sqlx::query(
        "DELETE FROM names WHERE member_id = $1 OR skeleton = $2;
         INSERT INTO names (skeleton, member_id) VALUES ($2, $1)",
    )
    .bind(member)
    .bind(skeleton(name))
    .execute(db)
    .await?;
    Ok(())
}

/// Refuses a name that somebody else has.
pub(super) async fn check(db: &mut SqliteConnection, member: i64, name: &str) -> Result<(), Stop> {
    if is_free(db, member, &skeleton(name)).await? { Ok(()) } else { Err(Refusal::NameTaken.into()) }
}

/// Nobody else has it, or nobody who could come back.
async fn is_free(db: &mut SqliteConnection, member: i64, skeleton: &str) -> Result<bool, StoreError> {
    let holder = sqlx::query(
        "SELECT m.id, m.role, EXISTS (SELECT 1 FROM sessions WHERE member_id = m.id)
         FROM names n JOIN members m ON m.id = n.member_id WHERE n.skeleton = ?1",
    )
    .bind(skeleton)
    .fetch_optional(db)
    .await?;
    let Some(holder) = holder else { return Ok(true) };
    let itself = holder.try_get::<i64, _>(0)? == member;
    let guest = to_role(holder.try_get(1)?) == chat::Role::Guest;
    Ok(itself || (guest && !holder.try_get::<bool, _>(2)?))
}

/// Adds the names of those who were here before the table was. Of two that look alike the more trusted person has it,
/// then who came first; the other keeps the letters until the next change.
pub(super) async fn settle(db: &mut SqliteConnection) -> Result<(), StoreError> {
    let people = sqlx::query(
        "SELECT id, name FROM members WHERE NOT EXISTS (SELECT 1 FROM names)
           AND (role < ?1 OR EXISTS (SELECT 1 FROM sessions WHERE member_id = members.id)) ORDER BY role, id",
    )
    .bind(from_role(chat::Role::Guest))
    .fetch_all(&mut *db)
    .await?;
    for person in people {
        sqlx::query("INSERT INTO names (skeleton, member_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            .bind(skeleton(person.try_get(1)?))
            .bind(person.try_get::<i64, _>(0)?)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
