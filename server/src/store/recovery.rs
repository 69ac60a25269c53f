//! Rows of `recoveries`: the way back in for who forgot the password, or has none and lost the cookie.

use chat::name::skeleton::skeleton;
use chat::{MemberId, Millis, Role};
use protocol::Refusal;
use sqlx::{Row as _, SqliteConnection};

use super::account::{self, Ended, PasswordHash};
use super::{Store, StoreError, code};

impl Store {
    /// The name of whom an offer made after `since` lets back in.
    pub(crate) async fn recovery(
        &self,
        hash: &[u8; 32],
        since: Millis,
    ) -> Result<Option<String>, StoreError> {
        let name = sqlx::query_scalar(
            "SELECT m.name FROM recoveries r JOIN members m ON m.id = r.member_id
             WHERE r.hash = $1 AND r.created > $2 AND m.banned = 0",
        )
        .bind(hash.as_slice())
        .bind(since)
        .fetch_optional(&self.0.readers)
        .await?;
        Ok(name)
    }
}

/// An owner may let everybody back in, an admin those below; nobody oneself, who would need no link. Who runs the machine
/// may anybody. A guest without a password is known by the browser alone; whoever has another role is not, and gets a
/// password with the link.
pub(super) async fn offer(
    db: &mut SqliteConnection,
    by: Option<&MemberId>,
    who: &MemberId,
    hash: &[u8; 32],
    at: Millis,
) -> Result<Ended, StoreError> {
    let role = match by {
        Some(by) => sqlx::query_scalar("SELECT role FROM members WHERE public_id = $1 AND banned = 0")
            .bind(by.as_str())
            .fetch_optional(&mut *db)
            .await?
            .map(code::to_role),
        None => Some(Role::Owner),
    };
    let Some(role @ (Role::Owner | Role::Admin)) = role else { return Ok(Err(Refusal::Forbidden)) };
    let row = sqlx::query(
        "SELECT m.id, m.role FROM members m WHERE m.public_id = $1 AND m.banned <> 2
           AND (m.role <> $2 OR EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = m.id))",
    )
    .bind(who.as_str())
    .bind(code::from_role(Role::Guest))
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(Err(Refusal::NotFound)) };
    let below = code::from_role(code::to_role(row.try_get(1)?)) > code::from_role(role);
    if by == Some(who) || !(below || role == Role::Owner) {
        return Ok(Err(Refusal::Forbidden));
    }
    let member: i64 = row.try_get(0)?;
    // A new link is the only one.
    sqlx::query("DELETE FROM recoveries WHERE member_id = $1").bind(member).execute(&mut *db).await?;
    sqlx::query("INSERT INTO recoveries (hash, member_id, created) VALUES ($1, $2, $3)")
        .bind(hash.as_slice())
        .bind(member)
        .bind(at)
        .execute(db)
        .await?;
    Ok(Ok(Vec::new()))
}

/// Another password for whoever has the secret of an offer; the first one for who had none.
pub(super) async fn recover(
    db: &mut SqliteConnection,
    hash: &[u8; 32],
    since: Millis,
    password: &PasswordHash,
    at: Millis,
) -> Result<Ended, StoreError> {
    let row = sqlx::query(
        "SELECT r.member_id, m.name FROM recoveries r JOIN members m ON m.id = r.member_id
         WHERE r.hash = $1 AND r.created > $2 AND m.banned = 0",
    )
    .bind(hash.as_slice())
    .bind(since)
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(Err(Refusal::NotFound)) };
    let (member, login) = (row.try_get(0)?, skeleton(row.try_get(1)?));
    if account::password_of(db, member).await?.is_some() {
        account::set_password(db, member, password, at).await?;
    } else if !account::create(db, member, &login, password, at).await? {
        return Ok(Err(Refusal::NameTaken));
    }
    sqlx::query("DELETE FROM recoveries WHERE member_id = $1").bind(member).execute(&mut *db).await?;
    account::end(db, "hash <> $1 AND member_id = $2", &[], Some(member)).await.map(Ok)
}
