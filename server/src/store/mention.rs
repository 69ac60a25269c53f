//! Which messages call whom: written with the message, so that counting is a look into an index.

use std::collections::BTreeSet;

use chat::{Seq, mention};
use sqlx::{Row as _, SqliteConnection};

use super::StoreError;
use super::code::from_seq;

/// Notes whom the text of the message `seq` calls: people of the room but for its author. In the place of what was
/// noted of it before.
pub(super) async fn note(
    db: &mut SqliteConnection,
    (room, seq): (i64, Seq),
    author: i64,
    text: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mentions WHERE room_id = ?1 AND seq = ?2")
        .bind(room)
        .bind(from_seq(seq))
        .execute(&mut *db)
        .await?;
    if !text.contains('@') {
        return Ok(());
    }
    let names: BTreeSet<String> = mention::called(text).collect();
    fold_names(db).await?;
    let names = serde_json::to_string(&names).expect("invariant: a list of texts is JSON");
    sqlx::query(
        "INSERT INTO mentions (room_id, member_id, seq)
         SELECT r.id, m.id, ?2 FROM members m JOIN rooms r ON r.id = ?1
         WHERE m.folded IN (SELECT value FROM json_each(?4)) AND m.id <> ?3 AND m.banned <> 2
           AND (r.public_id = 'lobby' OR EXISTS (
             SELECT 1 FROM memberships p WHERE p.room_id = r.id AND p.member_id = m.id AND p.present))",
    )
    .bind(room)
    .bind(from_seq(seq))
    .bind(author)
    .bind(names)
    .execute(db)
    .await?;
    Ok(())
}

/// Works out the names of those who came or were renamed since somebody was called last.
async fn fold_names(db: &mut SqliteConnection) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT id, name FROM members WHERE folded IS NULL").fetch_all(&mut *db).await?;
    for row in rows {
        sqlx::query("UPDATE members SET folded = ?2 WHERE id = ?1")
            .bind(row.try_get::<i64, _>(0)?)
            .bind(mention::fold(row.try_get(1)?))
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
