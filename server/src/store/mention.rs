//! Which messages call whom: written with the message, so that counting is a look into an index.

use std::collections::BTreeSet;

use chat::{Seq, mention};
use sqlx::{Row as _, SqliteConnection};

use super::StoreError;
use super::code::from_seq;

/// Names worked out in one statement.
const AT_ONCE: i64 = 1_000;

/// Notes whom the text of the message `seq` calls: people of the room but for its author. In the place of what was
/// noted of it before.
pub(super) async fn note(
    db: &mut SqliteConnection,
    (room, seq): (i64, Seq),
    author: i64,
    text: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mentions WHERE room_id = $1 AND seq = $2")
        .bind(room)
        .bind(from_seq(seq))
        .execute(&mut *db)
        .await?;
    if !text.contains('@') {
        return Ok(());
    }
    let names: BTreeSet<String> = mention::called(text).collect();
    let names = serde_json::to_string(&names).expect("invariant: a list of texts is JSON");
    sqlx::query(
        "INSERT INTO mentions (room_id, member_id, seq)
         SELECT r.id, m.id, $2 FROM members m JOIN rooms r ON r.id = $1
         WHERE m.folded IN (SELECT value FROM json_each($4)) AND m.id <> $3 AND m.banned <> 2
           AND (r.public_id = 'lobby' OR EXISTS (
             SELECT 1 FROM memberships p WHERE p.room_id = r.id AND p.member_id = m.id AND p.present))",
    )
    .bind(room)
    .bind(from_seq(seq))
    .bind(author)
    .bind(names)
    .execute(&mut *db)
    .await?;
    for first in mention::first_names(text).collect::<BTreeSet<_>>() {
        note_first(db, (room, seq), author, &first).await?;
    }
    Ok(())
}

/// So many people whose names begin alike are looked at, of the whole server: beyond, nobody is the one.
const MOST_ALIKE: usize = 200;

/// Notes the one person of the room, but for the author, whose name begins with the word `first`; nobody if somebody
/// has that name alone.
async fn note_first(
    db: &mut SqliteConnection,
    (room, seq): (i64, Seq),
    author: i64,
    first: &str,
) -> Result<(), StoreError> {
    // A space sorts before every other character of a name: these are the names that go on after the word.
    let people = sqlx::query(
        "SELECT m.id, m.folded, m.banned, CASE WHEN r.public_id = 'lobby' OR EXISTS (
             SELECT 1 FROM memberships p WHERE p.room_id = r.id AND p.member_id = m.id AND p.present <> 0)
           THEN 1 ELSE 0 END
         FROM (SELECT id, folded, banned FROM members
               WHERE folded = $2 OR (folded >= $2 || ' ' AND folded < $2 || '!') LIMIT 200) m
         JOIN rooms r ON r.id = $1",
    )
    .bind(room)
    .bind(first)
    .fetch_all(&mut *db)
    .await?;
    if people.len() >= MOST_ALIKE {
        return Ok(());
    }
    let mut one = None;
    for row in people {
        let (id, here): (i64, i64) = (row.try_get(0)?, row.try_get(3)?);
        if here == 0 || row.try_get::<i64, _>(2)? == 2 {
            continue;
        }
        let alone = row.try_get::<&str, _>(1)? == first;
        if alone || id != author && one.replace(id).is_some() {
            return Ok(());
        }
    }
    let Some(one) = one else { return Ok(()) };
    sqlx::query(
        "INSERT INTO mentions (room_id, member_id, seq) VALUES ($1, $2, $3)
         ON CONFLICT (room_id, member_id, seq) DO NOTHING",
    )
    .bind(room)
    .bind(one)
    .bind(from_seq(seq))
    .execute(db)
    .await?;
    Ok(())
}

/// Works out the names of those who came with a program that did so when somebody was called.
pub(super) async fn settle(db: &mut SqliteConnection) -> Result<(), StoreError> {
    loop {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, name FROM members WHERE folded IS NULL LIMIT $1")
                .bind(AT_ONCE)
                .fetch_all(&mut *db)
                .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let folded: Vec<_> = rows.into_iter().map(|(id, name)| (id, mention::fold(&name))).collect();
        sqlx::query(
            "UPDATE members SET folded = f.name
             FROM (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS name
                   FROM json_each($1)) AS f
             WHERE members.id = f.id",
        )
        .bind(serde_json::to_string(&folded).expect("invariant: numbers and texts are JSON"))
        .execute(&mut *db)
        .await?;
    }
}
