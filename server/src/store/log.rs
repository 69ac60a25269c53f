//! Rooms' logs as they were written, for whoever is behind.

use chat::rich_text::Block;
use chat::{Change, Event, Key, Message, RoomId, Seq};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};

use super::StoreError;
use super::code::{self, RENAMED, SENT, from_seq, to_seq};
use super::post::{RenamedPayload, SentPayload};

/// A part of a room's log.
#[derive(Debug)]
pub(crate) struct Part {
    /// `rooms.kind`.
    pub(super) kind: i64,
    /// The room's last `seq`, of the same moment as the events.
    pub(crate) head: Seq,
    /// Ascending, without gaps, from the one asked for.
    pub(crate) events: Vec<Event>,
}

/// Every room and its head.
pub(super) async fn heads(readers: &SqlitePool) -> Result<Vec<(RoomId, Seq)>, StoreError> {
    let rows = sqlx::query("SELECT public_id, last_seq FROM rooms").fetch_all(readers).await?;
    rows.iter().map(|row| Ok((room_id(row.try_get(0)?)?, to_seq(row.try_get(1)?)))).collect()
}

/// At most `limit` events of `room` after `after`; none if there are more than `farthest` of them. `None` if
/// there is no such room. One statement, so that head and events are of one moment.
pub(super) async fn after(
    readers: &SqlitePool,
    room: &RoomId,
    after: Seq,
    limit: i64,
    farthest: Seq,
) -> Result<Option<Part>, StoreError> {
    let rows = sqlx::query(
        "SELECT r.kind, r.last_seq, e.seq, e.kind, e.ts, e.client_key, e.payload,
                a.id, a.public_id, a.name, a.role
         FROM rooms r
         LEFT JOIN events e ON e.room_id = r.id AND e.seq > ?2 AND r.last_seq - ?2 <= ?4
         LEFT JOIN members a ON a.id = e.author_id
         WHERE r.public_id = ?1 ORDER BY e.seq LIMIT ?3",
    )
    .bind(room.as_str())
    .bind(from_seq(after))
    .bind(limit)
    .bind(from_seq(farthest))
    .fetch_all(readers)
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut part = Part { kind: first.try_get(0)?, head: to_seq(first.try_get(1)?), events: Vec::new() };
    if first.try_get::<Option<i64>, _>(2)?.is_some() {
        part.events = rows.iter().map(|row| event(room, row)).collect::<Result<_, _>>()?;
    }
    Ok(Some(part))
}

pub(super) fn room_id(text: String) -> Result<RoomId, StoreError> {
    RoomId::try_from(text).map_err(|error| StoreError::Corrupt(format!("a room: {error}")))
}

pub(super) fn key(bytes: &[u8]) -> Result<Key, StoreError> {
    let bytes = bytes.try_into().map_err(|_| StoreError::Corrupt("a key is not 16 bytes".into()))?;
    Ok(Key::from_bytes(bytes))
}

fn event(room: &RoomId, row: &SqliteRow) -> Result<Event, StoreError> {
    let (seq, at) = (to_seq(row.try_get(2)?), row.try_get(4)?);
    let payload: &[u8] = row.try_get(6)?;
    let author = code::member(row.try_get(7)?, row.try_get(8)?, row.try_get(9)?, row.try_get(10)?)?;
    let corrupt = |error| StoreError::Corrupt(format!("event {room}/{seq}: {error}"));
    match row.try_get::<i64, _>(3)? {
        SENT => {
            // Deleting empties the payload: the place is replayed without the text.
            let deleted = payload.is_empty();
            let SentPayload { body, ast, reply_to } = if deleted {
                SentPayload { body: String::new(), ast: Vec::<Block>::new(), reply_to: None }
            } else {
                serde_json::from_slice(payload).map_err(corrupt)?
            };
            Ok(Event::sent(Message {
                room: room.clone(),
                seq,
                at,
                key: key(row.try_get(5)?)?,
                author,
                body,
                rich_text: ast,
                reply_to,
                reactions: Vec::new(),
                edited_at: None,
                deleted,
            }))
        }
        RENAMED => {
            let RenamedPayload { who, name } = serde_json::from_slice(payload).map_err(corrupt)?;
            Ok(Event { room: room.clone(), seq, at, change: Change::Renamed { by: author.id, who, name } })
        }
        kind => Err(StoreError::Corrupt(format!("event {room}/{seq} is of kind {kind}"))),
    }
}
