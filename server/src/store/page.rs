//! What readers see: rooms, people, and pages of messages as they stand now.

mod fit;

use chat::unread::Counts;
use chat::{Event, Member, MemberId, Message, RoomId, Seq};
use protocol::{Refusal, view};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use super::code::{self, from_seq, to_notify, to_room_kind, to_seq};
use super::reading::{self, numbers};
use super::stop::Stop;
use super::{StoreError, log, notes, payload};

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
    /// What stands in the log between them, ascending.
    pub(crate) notes: Vec<Event>,
    /// Those whom `notes` names, as they are now.
    pub(crate) people: Vec<Member>,
}

/// A row of `rooms` that the reader may see.
#[derive(Clone, Debug)]
pub(crate) struct RoomRow {
    pub(crate) id: RoomId,
    pub(crate) name: String,
    pub(crate) kind: view::RoomKind,
    pub(crate) head: Seq,
    /// Empty for none.
    pub(crate) topic: String,
    pub(crate) slow_mode: u32,
    pub(crate) locked: bool,
    pub(crate) archived: bool,
    /// The reader made it.
    pub(crate) keeper: bool,
    /// The reader may not speak in it.
    pub(crate) muted: bool,
    /// What the reader has not read; of a room the reader is not in, nothing.
    pub(crate) counts: Counts,
    pub(crate) notify: view::Notify,
}

/// Who may see a room: everybody a public one, who is in it another one, and nobody who is banned. `me` and `mine`
/// are the reader's rows of `members` and `memberships`, if there are any.
macro_rules! visible {
    ($reader:literal) => {
        concat!(
            " LEFT JOIN members me ON me.public_id = ",
            $reader,
            " LEFT JOIN memberships mine ON mine.room_id = r.id AND mine.member_id = me.id AND mine.present "
        )
    };
}
pub(super) use visible;

/// Who took the text of the message `m` away, as [`code::to_deleted_by`] reads it. Retention makes no event: it leaves
/// the number of the message itself.
macro_rules! deleted_by {
    () => {
        "CASE WHEN m.deleted_seq IS NULL THEN NULL WHEN m.deleted_seq = m.seq THEN 3
              WHEN (SELECT d.author_id FROM events d WHERE d.room_id = m.room_id AND d.seq = m.deleted_seq)
                   = m.author_id THEN 1 ELSE 2 END"
    };
}
pub(super) use deleted_by;

/// The columns of a message and its author, after the room's head. Each page is one statement, and so a read
/// transaction: the head is of the same moment as the messages.
macro_rules! page {
    ($window:literal) => {
        concat!(
            "SELECT r.last_seq, m.seq, e.ts, e.client_key, m.body, m.ast, m.reply_to, m.deleted_seq,
                    (SELECT ts FROM events WHERE room_id = m.room_id AND seq = m.edited_seq),
                    a.id, a.public_id, a.name, a.role, coalesce(me.banned, 0),
                    (SELECT group_concat(re.emoji || char(31) || by.public_id, char(30) ORDER BY re.seq)
                       FROM reactions re JOIN members by ON by.id = re.member_id
                       WHERE re.room_id = m.room_id AND re.target_seq = m.seq), ",
            deleted_by!(),
            " FROM rooms r",
            visible!("$4"),
            "LEFT JOIN messages m
               ON m.room_id = r.id AND m.seq > CASE WHEN r.kind = 0 THEN 0 ELSE mine.since END AND m.seq ",
            $window,
            " LEFT JOIN events e ON e.room_id = m.room_id AND e.seq = m.seq
             LEFT JOIN members a ON a.id = m.author_id
             WHERE r.public_id = $1 AND (r.kind = 0 OR mine.present) ORDER BY m.seq "
        )
    };
}

const BEFORE: &str = concat!(page!("< $2"), "DESC LIMIT $3 + 1");
const AFTER: &str = concat!(page!("> $2"), "ASC LIMIT $3 + 1");
/// Begins one earlier than half a page before $2, to tell whether there are more.
const AROUND: &str = concat!(
    page!(
        ">= coalesce((SELECT min(seq) FROM (SELECT seq FROM messages
             WHERE room_id = r.id AND seq < $2 ORDER BY seq DESC LIMIT $3 / 2 + 1)), 0)"
    ),
    "ASC LIMIT $3 + 1"
);

/// At most `limit` messages of `room` as `reader` sees them.
pub(super) async fn page(
    db: &mut SqliteConnection,
    reader: Option<&MemberId>,
    room: &RoomId,
    window: Window,
    limit: usize,
) -> Result<Page, Stop> {
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
        .bind(reader.map(MemberId::as_str))
        .fetch_all(&mut *db)
        .await?;
    let first = rows.first().ok_or(Refusal::NotFound)?;
    if let Some(refusal) = code::barred(first.try_get(13)?) {
        return Err(refusal.into());
    }
    let head = to_seq(first.try_get(0)?);
    let mut page = Page { head, ..Page::default() };
    if first.try_get::<Option<i64>, _>(1)?.is_some() {
        let messages = rows.iter().map(|row| message(room, reader, row)).collect::<Result<Vec<_>, _>>()?;
        page = fit::fit(window, cut(window, limit, head, messages));
    }
    notes::add(db, reader, room, window, &mut page).await?;
    Ok(page)
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
    Page { head, messages, more, ..Page::default() }
}

fn message(room: &RoomId, reader: Option<&MemberId>, row: &SqliteRow) -> Result<Message, StoreError> {
    let seq = to_seq(row.try_get(1)?);
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(format!("message {room}/{seq}: {error}"));
    let rich_text = match row.try_get::<Option<&[u8]>, _>(5)? {
        Some(ast) => serde_json::from_slice(ast).map_err(corrupt)?,
        None => Vec::new(),
    };
    let body = row.try_get::<Option<String>, _>(4)?.unwrap_or_default();
    let (body, rich_text) = payload::clean(body, rich_text);
    let mut message = Message {
        room: room.clone(),
        seq,
        at: row.try_get(2)?,
        key: log::key(row.try_get(3)?)?,
        author: code::member(row.try_get(9)?, row.try_get(10)?, row.try_get(11)?, row.try_get(12)?)?,
        body,
        rich_text,
        reply_to: row.try_get::<Option<i64>, _>(6)?.map(to_seq),
        reactions: Vec::new(),
        edited_at: row.try_get(8)?,
        deleted: row.try_get::<Option<i64>, _>(7)?.is_some(),
        deleted_by: row.try_get::<Option<i64>, _>(15)?.and_then(code::to_deleted_by),
    };
    // One text for all of a message's reactions: emoji and person, in the order they came.
    let reactions: Option<&str> = row.try_get(14)?;
    for (emoji, by) in
        reactions.unwrap_or_default().split('\u{1e}').filter_map(|one| one.split_once('\u{1f}'))
    {
        let by = code::member_id(by)?;
        message.react(&by, reader == Some(&by), emoji, true);
    }
    Ok(message)
}

/// The columns of a [`RoomRow`], and whether the reader is banned.
macro_rules! seen {
    ($reader:literal) => {
        concat!(
            "SELECT r.public_id,
                    coalesce(CASE WHEN r.kind = 2 THEN
                      (SELECT group_concat(name, ', ') FROM (SELECT o.name AS name FROM memberships x
                         JOIN members o ON o.id = x.member_id
                         WHERE x.room_id = r.id AND x.present AND o.id <> me.id ORDER BY o.id LIMIT 4)) END, r.name),
                    r.kind, r.last_seq, coalesce(me.banned, 0),
                    r.topic, r.slow_mode, r.locked, r.archived, coalesce(r.creator_id = me.id, 0),
                    coalesce((SELECT muted FROM memberships WHERE room_id = r.id AND member_id = me.id), 0), ",
            numbers!(),
            " FROM rooms r",
            visible!($reader),
            " LEFT JOIN readings rd ON rd.room_id = r.id AND rd.member_id = me.id
               AND (mine.present OR r.public_id = 'lobby') "
        )
    };
}

const ROOM: &str = concat!(seen!("$2"), "WHERE r.public_id = $1 AND (r.kind = 0 OR mine.present)");

/// The room `id` as `reader` sees it.
pub(super) async fn room(
    db: &mut SqliteConnection,
    reader: Option<&MemberId>,
    id: &RoomId,
) -> Result<RoomRow, Stop> {
    let row = sqlx::query(ROOM)
        .bind(id.as_str())
        .bind(reader.map(MemberId::as_str))
        .fetch_optional(db)
        .await?
        .ok_or(Refusal::NotFound)?;
    if let Some(refusal) = code::barred(row.try_get(4)?) {
        return Err(refusal.into());
    }
    Ok(room_row(&row)?)
}

fn room_row(row: &SqliteRow) -> Result<RoomRow, StoreError> {
    Ok(RoomRow {
        id: log::room_id(row.try_get(0)?)?,
        name: row.try_get(1)?,
        kind: to_room_kind(row.try_get(2)?),
        head: to_seq(row.try_get(3)?),
        topic: row.try_get(5)?,
        slow_mode: row.try_get(6)?,
        locked: row.try_get(7)?,
        archived: row.try_get(8)?,
        keeper: row.try_get(9)?,
        muted: row.try_get(10)?,
        counts: reading::counts(row, row.try_get(3)?, 11)?,
        notify: to_notify(row.try_get(14)?),
    })
}

const ROOMS: &str = concat!(seen!("$1"), "WHERE r.public_id = 'lobby' OR mine.present ORDER BY r.id");

/// The rooms that `reader` is in: the default room, and those entered.
pub(super) async fn rooms_of(readers: &SqlitePool, reader: &MemberId) -> Result<Vec<RoomRow>, Stop> {
    let rows = sqlx::query(ROOMS).bind(reader.as_str()).fetch_all(readers).await?;
    let barred = rows.first().map(|row| row.try_get(4)).transpose()?.and_then(code::barred);
    if let Some(refusal) = barred {
        return Err(refusal.into());
    }
    Ok(rows.iter().map(room_row).collect::<Result<_, _>>()?)
}

/// The `limit` people of a room who came to this server last, in order of arrival. Of the default room they are
/// everybody. It asks nobody's leave: see the room first.
pub(super) async fn members(
    db: &mut SqliteConnection,
    room: &RoomId,
    limit: usize,
) -> Result<Vec<Member>, StoreError> {
    // Of another room its people are looked at and not everybody on the server.
    let rows = sqlx::query(if room.as_str() == chat::LOBBY {
        "SELECT m.id, m.public_id, m.name, m.role FROM members m
         WHERE $1 = 'lobby' AND m.banned = 0 ORDER BY m.id DESC LIMIT $2"
    } else {
        "SELECT m.id, m.public_id, m.name, m.role FROM rooms r
         JOIN memberships p ON p.room_id = r.id AND p.present = 1 JOIN members m ON m.id = p.member_id
         WHERE r.public_id = $1 AND m.banned = 0 ORDER BY p.member_id DESC LIMIT $2"
    })
    .bind(room.as_str())
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
    reader: Option<&MemberId>,
    id: &RoomId,
    messages: usize,
    people: usize,
) -> Result<(RoomRow, Page, Vec<Member>), Stop> {
    let mut snapshot = readers.begin().await?;
    let row = room(&mut snapshot, reader, id).await?;
    let page = page(&mut snapshot, reader, id, Window::Newest, messages).await?;
    let people = members(&mut snapshot, id, people).await?;
    snapshot.commit().await?;
    Ok((row, page, people))
}
