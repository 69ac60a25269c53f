//! What readers see: rooms, people, and pages of messages as they stand now.

use chat::{Member, Message, RoomId, Seq};
use protocol::view;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use super::StoreError;
use super::code::{self, PUBLIC, from_seq, to_room_kind, to_seq};
use super::log;

/// Which messages of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    /// The newest.
    Newest,
    /// The last ones before this, without it.
    Before(Seq),
    /// The first ones after this, without it.
    After(Seq),
    /// This one and its neighbours, half of them on each side.
    Around(Seq),
}

/// A page of a room's messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The room's last `seq`, of the same moment as the messages.
    pub(crate) head: Seq,
    /// Ascending.
    pub(crate) messages: Vec<Message>,
    /// There are later ones (after [`Window::After`]) or earlier ones (after all others).
    pub(crate) more: bool,
}

/// A row of `rooms` that everybody may see.
#[derive(Clone, Debug)]
pub(crate) struct RoomRow {
    pub(crate) id: RoomId,
    pub(crate) name: String,
    pub(crate) kind: view::RoomKind,
    pub(crate) head: Seq,
}

/// The columns of a message and its author, after the room's head. Each page is one statement, and so a read
/// transaction: the head is of the same moment as the messages.
macro_rules! page {
    ($window:literal) => {
        concat!(
            "SELECT r.last_seq, m.seq, e.ts, e.client_key, m.body, m.ast, m.reply_to, m.deleted_seq,
                    (SELECT ts FROM events WHERE room_id = m.room_id AND seq = m.edited_seq),
                    a.id, a.public_id, a.name, a.role
             FROM rooms r
             LEFT JOIN messages m ON m.room_id = r.id AND m.seq ",
            $window,
            " LEFT JOIN events e ON e.room_id = m.room_id AND e.seq = m.seq
             LEFT JOIN members a ON a.id = m.author_id
             WHERE r.public_id = ?1 AND r.kind = 0 ORDER BY m.seq "
        )
    };
}

const BEFORE: &str = concat!(page!("< ?2"), "DESC LIMIT ?3 + 1");
const AFTER: &str = concat!(page!("> ?2"), "ASC LIMIT ?3 + 1");
/// Begins one earlier than half a page before ?2, to tell whether there are more.
const AROUND: &str = concat!(
    page!(
        ">= ifnull((SELECT min(seq) FROM (SELECT seq FROM messages
             WHERE room_id = r.id AND seq < ?2 ORDER BY seq DESC LIMIT ?3 / 2 + 1)), 0)"
    ),
    "ASC LIMIT ?3 + 1"
);

/// At most `limit` messages of `room`; `None` if there is no such room.
pub(super) async fn page(
    db: &mut SqliteConnection,
    room: &RoomId,
    window: Window,
    limit: usize,
) -> Result<Option<Page>, StoreError> {
    let (sql, seq) = match window {
        Window::Newest => (BEFORE, i64::MAX),
        Window::Before(seq) => (BEFORE, from_seq(seq)),
        Window::After(seq) => (AFTER, from_seq(seq)),
        Window::Around(seq) => (AROUND, from_seq(seq)),
    };
    let rows = sqlx::query(sql)
        .bind(room.as_str())
        .bind(seq)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX - 1))
        .fetch_all(db)
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let head = to_seq(first.try_get(0)?);
    if first.try_get::<Option<i64>, _>(1)?.is_none() {
        return Ok(Some(Page { head, ..Page::default() }));
    }
    let messages = rows.iter().map(|row| message(room, row)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(cut(window, limit, head, messages)))
}

/// Makes a page of one message more than fits, which only shows that there is more.
fn cut(window: Window, limit: usize, head: Seq, mut messages: Vec<Message>) -> Page {
    let mut more = messages.len() > limit;
    match window {
        Window::After(_) => messages.truncate(limit),
        Window::Newest | Window::Before(_) => {
            messages.truncate(limit);
            messages.reverse();
        }
        Window::Around(seq) => {
            let earlier = messages.iter().take_while(|message| message.seq < seq).count();
            more = earlier > limit / 2;
            if more {
                messages.remove(0);
            }
            messages.truncate(limit);
        }
    }
    Page { head, messages, more }
}

fn message(room: &RoomId, row: &SqliteRow) -> Result<Message, StoreError> {
    let seq = to_seq(row.try_get(1)?);
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(format!("message {room}/{seq}: {error}"));
    let rich_text = match row.try_get::<Option<&[u8]>, _>(5)? {
        Some(ast) => serde_json::from_slice(ast).map_err(corrupt)?,
        None => Vec::new(),
    };
    Ok(Message {
        room: room.clone(),
        seq,
        at: row.try_get(2)?,
        key: log::key(row.try_get(3)?)?,
        author: code::member(row.try_get(9)?, row.try_get(10)?, row.try_get(11)?, row.try_get(12)?)?,
        body: row.try_get::<Option<String>, _>(4)?.unwrap_or_default(),
        rich_text,
        reply_to: row.try_get::<Option<i64>, _>(6)?.map(to_seq),
        reactions: Vec::new(),
        edited_at: row.try_get(8)?,
        deleted: row.try_get::<Option<i64>, _>(7)?.is_some(),
    })
}

/// The room `id`, if there is one that everybody may see.
pub(super) async fn room(db: &mut SqliteConnection, id: &RoomId) -> Result<Option<RoomRow>, StoreError> {
    let row = sqlx::query("SELECT name, kind, last_seq FROM rooms WHERE public_id = ?1 AND kind = ?2")
        .bind(id.as_str())
        .bind(PUBLIC)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RoomRow {
        id: id.clone(),
        name: row.try_get(0)?,
        kind: to_room_kind(row.try_get(1)?),
        head: to_seq(row.try_get(2)?),
    }))
}

/// The people of the default room are everybody; these are the `limit` who came last, in order of arrival.
pub(super) async fn members(db: &mut SqliteConnection, limit: usize) -> Result<Vec<Member>, StoreError> {
    let rows = sqlx::query("SELECT id, public_id, name, role FROM members ORDER BY id DESC LIMIT ?1")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await?;
    rows.iter()
        .rev()
        .map(|row| code::member(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?))
        .collect()
}

/// A room with its newest messages and its people, all of one moment.
pub(super) async fn entrance(
    readers: &SqlitePool,
    id: &RoomId,
    messages: usize,
    people: usize,
) -> Result<Option<(RoomRow, Page, Vec<Member>)>, StoreError> {
    let mut snapshot = readers.begin().await?;
    let Some(row) = room(&mut snapshot, id).await? else { return Ok(None) };
    let page = page(&mut snapshot, id, Window::Newest, messages).await?.unwrap_or_default();
    let people = members(&mut snapshot, people).await?;
    snapshot.commit().await?;
    Ok(Some((row, page, people)))
}
