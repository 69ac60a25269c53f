//! Rooms' logs as they were written, for whoever is behind.

use chat::{Event, Key, MemberId, Message, RoomId, Seq};
use protocol::Refusal;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqlitePool};

use super::StoreError;
use super::code::{self, from_seq, kind, to_seq};
use super::page::{deleted_by, visible};
use super::payload::{self, Sent};
use super::stop::Stop;

/// A part of a room's log.
#[derive(Debug)]
pub(crate) struct Part {
    /// The cursor the events follow: the one asked for, unless what comes after it is not the reader's to see.
    pub(crate) after: Seq,
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

/// Who reads a log.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reader<'a> {
    /// The server itself, which sees everything.
    Server,
    /// A person, or somebody without a name yet.
    Person(Option<&'a MemberId>),
}

const AFTER: &str = concat!(
    "SELECT r.last_seq, e.seq, e.kind, e.ts, e.client_key, e.payload, e.target_seq,
            a.id, a.public_id, a.name, a.role, coalesce(me.banned, 0),
            max($2, CASE WHEN r.kind = 0 OR $6 THEN 0 ELSE mine.since END),
            CASE WHEN e.kind = 1 AND length(e.payload) = 0 THEN
              (SELECT ",
    deleted_by!(),
    "  FROM messages m WHERE m.room_id = e.room_id AND m.seq = e.seq) END
     FROM rooms r",
    visible!("$5"),
    "LEFT JOIN events e ON e.room_id = r.id AND e.seq > max($2, CASE WHEN r.kind = 0 OR $6 THEN 0 ELSE mine.since END)
       AND r.last_seq - $2 <= $4
     LEFT JOIN members a ON a.id = e.author_id
     WHERE r.public_id = $1 AND (r.kind = 0 OR mine.present OR $6) ORDER BY e.seq LIMIT $3"
);

/// The same by time and not by number.
#[cfg(feature = "plant")]
fn planted_by_time() -> Option<&'static str> {
    static BY_TIME: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let time = "e.ts > coalesce((SELECT ts FROM events WHERE room_id = r.id AND seq = $2), 0)";
        AFTER.replace("e.seq > max($2, CASE WHEN r.kind = 0 OR $6 THEN 0 ELSE mine.since END)", time)
    });
    crate::plant::planted(crate::plant::Bug::CatchUpByTimestamp).then_some(BY_TIME.as_str())
}

/// At most `limit` events of `room` after `after`; none if there are more than `farthest` of them. One statement,
/// so that membership, head and events are of one moment.
pub(super) async fn after(
    readers: &SqlitePool,
    reader: Reader<'_>,
    room: &RoomId,
    after: Seq,
    limit: i64,
    farthest: Seq,
) -> Result<Part, Stop> {
    let (server, person) = match reader {
        Reader::Server => (true, None),
        Reader::Person(person) => (false, person),
    };
    let query = sqlx::query(AFTER);
    #[cfg(feature = "plant")]
    let query = planted_by_time().map_or(query, sqlx::query);
    let rows = query
        .bind(room.as_str())
        .bind(from_seq(after))
        .bind(limit)
        .bind(from_seq(farthest))
        .bind(person.map(MemberId::as_str))
        .bind(server)
        .fetch_all(readers)
        .await?;
    let first = rows.first().ok_or(Refusal::NotFound)?;
    if let Some(refusal) = code::barred(first.try_get(11)?) {
        return Err(refusal.into());
    }
    let (head, after) = (to_seq(first.try_get(0)?), to_seq(first.try_get(12)?));
    let mut part = Part { after, head, events: Vec::new() };
    if first.try_get::<Option<i64>, _>(1)?.is_some() {
        part.events = rows.iter().map(|row| event(room, row)).collect::<Result<_, _>>()?;
    }
    Ok(part)
}

pub(super) fn room_id(text: String) -> Result<RoomId, StoreError> {
    RoomId::try_from(text).map_err(|error| StoreError::Corrupt(format!("a room: {error}")))
}

pub(super) fn key(bytes: &[u8]) -> Result<Key, StoreError> {
    let bytes = bytes.try_into().map_err(|_| StoreError::Corrupt("a key is not 16 bytes".into()))?;
    Ok(Key::from_bytes(bytes))
}

fn event(room: &RoomId, row: &SqliteRow) -> Result<Event, StoreError> {
    let (seq, at) = (to_seq(row.try_get(1)?), row.try_get(3)?);
    let payload: &[u8] = row.try_get(5)?;
    let author = code::member(row.try_get(7)?, row.try_get(8)?, row.try_get(9)?, row.try_get(10)?)?;
    let corrupt = |error| StoreError::Corrupt(format!("event {room}/{seq}: {error}"));
    let kind: i64 = row.try_get(2)?;
    if kind == kind::SENT {
        let deleted = payload.is_empty();
        let Sent { body, ast, reply_to } = payload::read_unless_empty(payload).map_err(corrupt)?;
        let (body, rich_text) = payload::clean(body, ast);
        return Ok(Event::sent(Message {
            room: room.clone(),
            seq,
            at,
            key: key(row.try_get(4)?)?,
            author,
            body,
            rich_text,
            reply_to,
            reactions: Vec::new(),
            edited_at: None,
            deleted,
            deleted_by: row.try_get::<Option<i64>, _>(13)?.and_then(code::to_deleted_by),
        }));
    }
    let target = row.try_get::<Option<i64>, _>(6)?.map(to_seq);
    let change = payload::to_change(kind, author.id, target, payload).map_err(corrupt)?;
    let change =
        change.ok_or_else(|| StoreError::Corrupt(format!("event {room}/{seq} is of kind {kind}")))?;
    Ok(Event { room: room.clone(), seq, at, change })
}
