//! One event at the end of a room's log, for whoever writes events one at a time.

use chat::{Change, Event, Key, Millis, RoomId, Seq};
use sqlx::SqliteConnection;

use super::code::{from_seq, to_seq};
use super::{StoreError, clock, payload};

/// An event to be written.
pub(super) struct New<'a> {
    /// The room's row.
    pub(super) room: i64,
    /// Its id.
    pub(super) public_id: &'a RoomId,
    /// `events.kind`.
    pub(super) kind: i64,
    /// The author's row.
    pub(super) author: i64,
    /// The author's own, or one made for this event.
    pub(super) key: Key,
    /// Of the request; an event that only came along has none.
    pub(super) hash: Option<&'a [u8; 32]>,
    /// The message it is about.
    pub(super) target: Option<Seq>,
    pub(super) change: Change,
}

/// Writes it, in the open transaction, and says where it is.
pub(super) async fn append(
    db: &mut SqliteConnection,
    now: Millis,
    new: New<'_>,
) -> Result<Event, StoreError> {
    let last: Millis = sqlx::query_scalar("SELECT last_ts FROM rooms WHERE id = $1")
        .bind(new.room)
        .fetch_one(&mut *db)
        .await?;
    let at = clock::next(last, now);
    let seq: i64 = sqlx::query_scalar(
        "UPDATE rooms SET last_seq = last_seq + 1, last_ts = $2 WHERE id = $1 RETURNING last_seq",
    )
    .bind(new.room)
    .bind(at)
    .fetch_one(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO events (room_id, seq, kind, ts, author_id, client_key, request_hash, target_seq, payload)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(new.room)
    .bind(seq)
    .bind(new.kind)
    .bind(at)
    .bind(new.author)
    .bind(new.key.as_bytes().as_slice())
    .bind(new.hash.map(|hash| hash.as_slice()))
    .bind(new.target.map(from_seq))
    .bind(payload::of_change(&new.change))
    .execute(&mut *db)
    .await?;
    Ok(Event { room: new.public_id.clone(), seq: to_seq(seq), at, change: new.change })
}
