//! What stands in a room's log between the messages of a page: who came and went, who is called what, what the room
//! is like.

use std::collections::BTreeSet;

use chat::{Event, Member, MemberId, RoomId, Seq};
use protocol::history::{MAX_BYTES, MAX_EVENTS};
use protocol::{RoomEvent, json};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::StoreError;
use super::code::{self, from_seq, to_seq};
use super::page::{Page, Window, visible};
use super::payload;

/// Most bytes of a page that are not its messages.
pub(super) const NOTES_BYTES: usize = MAX_BYTES / 4;
/// What one person takes in a page, at most: a name of 40 characters, an id, a role and a colour.
const PERSON_BYTES: usize = 320;

/// After $2, or the message before $3 if there is one, up to $4, or to $5 if no message stands between the two. The
/// newest first. In a closed room nothing is told from before the reader came.
const BETWEEN: &str = concat!(
    "SELECT e.seq, e.kind, e.ts, e.payload, a.public_id FROM rooms r",
    visible!("$6"),
    "JOIN events e ON e.room_id = r.id AND (e.kind = 2 OR e.kind > 5)
       AND e.seq > max($2, CASE WHEN r.kind = 0 THEN 0 ELSE mine.since END,
         coalesce((SELECT max(seq) FROM messages WHERE room_id = r.id AND seq < $3), 0))
       AND e.seq <= CASE
         WHEN EXISTS (SELECT 1 FROM messages WHERE room_id = r.id AND seq > $4 AND seq <= $5) THEN $4 ELSE $5 END
     JOIN members a ON a.id = e.author_id
     WHERE r.public_id = $1 AND (r.kind = 0 OR mine.present) ORDER BY e.seq DESC LIMIT $7"
);

/// Adds them to `page`, and the people they name. They are of the moment of the page's head: what is written once
/// stays.
pub(super) async fn add(
    db: &mut SqliteConnection,
    reader: Option<&MemberId>,
    room: &RoomId,
    window: Window,
    page: &mut Page,
) -> Result<(), StoreError> {
    let (after, first, last) = match (page.messages.first(), page.messages.last(), window) {
        (Some(first), Some(last), _) => (0, first.seq, last.seq),
        // What is before the first message stands on the page that begins with it.
        (_, _, Window::Before(_)) => return Ok(()),
        (_, _, Window::After(seq)) => (seq, 0, page.head),
        _ => (0, 0, page.head),
    };
    let rows = sqlx::query(BETWEEN)
        .bind(room.as_str())
        .bind(from_seq(after))
        .bind(from_seq(first))
        .bind(from_seq(last))
        .bind(from_seq(page.head))
        .bind(reader.map(MemberId::as_str))
        .bind(i64::try_from(MAX_EVENTS).unwrap_or(i64::MAX))
        .fetch_all(&mut *db)
        .await?;
    let (mut bytes, mut notes) = (0, Vec::new());
    for row in &rows {
        let note = note(room, row)?;
        bytes += json::size(&RoomEvent(note.clone()));
        notes.push(note);
        if bytes + PERSON_BYTES * named(&notes).len() > NOTES_BYTES {
            notes.pop();
            break;
        }
    }
    notes.reverse();
    page.notes = notes;
    page.people = people(db, &page.notes).await?;
    Ok(())
}

fn note(room: &RoomId, row: &SqliteRow) -> Result<Event, StoreError> {
    let (seq, kind): (Seq, i64) = (to_seq(row.try_get(0)?), row.try_get(1)?);
    let corrupt = |error: String| StoreError::Corrupt(format!("event {room}/{seq}: {error}"));
    let change = payload::to_change(kind, code::member_id(row.try_get(4)?)?, None, row.try_get(3)?);
    let change = change.map_err(|error| corrupt(error.to_string()))?;
    let change = change.ok_or_else(|| corrupt(format!("is of kind {kind}")))?;
    Ok(Event { room: room.clone(), seq, at: row.try_get(2)?, change })
}

/// The ids of those whom `notes` names.
fn named(notes: &[Event]) -> BTreeSet<&str> {
    let told = notes.iter().filter_map(|event| event.change.told());
    told.flat_map(|(by, who)| std::iter::once(by).chain(who)).map(MemberId::as_str).collect()
}

/// Those whom `notes` names, in the order of their arrival.
async fn people(db: &mut SqliteConnection, notes: &[Event]) -> Result<Vec<Member>, StoreError> {
    let ids = named(notes);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: serde_json::Value = ids.into_iter().collect();
    let rows = sqlx::query(
        "SELECT id, public_id, name, role FROM members
         WHERE public_id IN (SELECT value FROM json_each($1)) ORDER BY id",
    )
    .bind(ids.to_string())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| code::member(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::tests::{Folder, clock};

    #[tokio::test]
    async fn a_page_looks_up_what_is_between_its_messages_and_reads_nothing_else() {
        let folder = Folder::new();
        let store = Store::open_with(folder.path(), clock().0).await.unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {BETWEEN}");
        let plan = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&store.0.readers).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get(3)).collect();
        assert!(
            steps.iter().any(|step| step.contains("events_noted (room_id=? AND seq>? AND seq<?)")),
            "{steps:?}"
        );
        assert!(
            steps.iter().all(|step| !step.contains("SCAN") && !step.contains("TEMP B-TREE")),
            "{steps:?}"
        );
    }
}
