//! The beginning of sessions: how many one person has at most.

use sqlx::SqliteConnection;

use super::account::to_array;
use super::{NewSession, StoreError};

/// Most sessions of one person. Whoever signs in once more ends the one that was unused for longest.
const MAX_SESSIONS: i64 = 50;

/// Begins `session` of a member's row; the hashes of those that end for it.
pub(super) async fn begin(
    db: &mut SqliteConnection,
    member: i64,
    session: &NewSession,
) -> Result<Vec<[u8; 32]>, StoreError> {
    sqlx::query(
        "INSERT INTO sessions (hash, kind, member_id, created, used, device) VALUES ($1, $2, $3, $4, $4, $5)",
    )
    .bind(session.hash.as_slice())
    .bind(session.kind)
    .bind(member)
    .bind(session.at)
    .bind(&session.device)
    .execute(&mut *db)
    .await?;
    let ended: Vec<Vec<u8>> = sqlx::query_scalar(
        "DELETE FROM sessions WHERE member_id = $1 AND hash <> $2 AND hash NOT IN (
           SELECT hash FROM sessions WHERE member_id = $1 AND hash <> $2
           ORDER BY used DESC, created DESC, hash LIMIT $3) RETURNING hash",
    )
    .bind(member)
    .bind(session.hash.as_slice())
    .bind(MAX_SESSIONS - 1)
    .fetch_all(db)
    .await?;
    ended.iter().map(|hash| to_array(hash)).collect()
}
