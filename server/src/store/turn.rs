//! Another secret for a session, whose name stays: given with a page, and the only one from when it is shown.

use sqlx::SqliteConnection;

use super::StoreError;

/// Notes that the next secret, by its hash, was made with `turn` and is being given; unless it was shown meanwhile.
pub(super) async fn give(
    db: &mut SqliteConnection,
    [session, turn, next]: [&[u8; 32]; 3],
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET next = $3 WHERE hash = $1 AND turn = $2")
        .bind(session.as_slice())
        .bind(turn.as_slice())
        .bind(next.as_slice())
        .execute(db)
        .await?;
    Ok(())
}

/// The next secret was shown: the one before opens nothing any more.
pub(super) async fn turn(
    db: &mut SqliteConnection,
    session: &[u8; 32],
    next: &[u8; 32],
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET secret = next, next = NULL, turn = NULL WHERE hash = $1 AND next = $2")
        .bind(session.as_slice())
        .bind(next.as_slice())
        .execute(db)
        .await?;
    Ok(())
}
