//! How far people have read, and the rooms they could enter.

use chat::mention::fold;
use chat::unread::Counts;
use chat::{MemberId, RoomId, Seq};
use protocol::view::Notify;
use protocol::{OpenRoom, Refusal, list_rooms};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::code::{self, PUBLIC, from_seq, to_seq};
use super::command::{Answer, Command};
use super::stop::Stop;
use super::{Store, StoreError, log};

/// A limit of rows that tells a room whose people learn how far each of them has read from a larger one.
const ONE_TOO_MANY: i64 = chat::room::MAX_RECEIPTS as i64 + 1;

/// The number of people in the room `r`, counted up to `$3`.
macro_rules! people {
    () => {
        "CASE WHEN r.public_id = 'lobby'
            THEN (SELECT count(*) FROM (SELECT 1 FROM members WHERE banned <> 2 LIMIT $3))
            ELSE (SELECT count(*) FROM (SELECT 1 FROM memberships WHERE room_id = r.id AND present LIMIT $3)) END"
    };
}

/// The numbers of the room `r` for the person `me` who is in it: how far it is read, messages not yet read (exact up
/// to 10,000), those that call, what to notify of.
macro_rules! numbers {
    () => {
        "coalesce(rd.read_seq, r.last_seq),
         (SELECT count(*) FROM (SELECT 1 FROM messages
            WHERE room_id = r.id AND seq > rd.read_seq AND deleted_seq IS NULL LIMIT 10000)),
         (SELECT count(*) FROM mentions WHERE room_id = r.id AND member_id = me.id AND seq > rd.read_seq),
         coalesce(rd.notify, 0)"
    };
}
pub(super) use numbers;

/// What one person asks about one room, decided and written in the open transaction.
#[derive(Debug)]
pub(super) struct Ask {
    member: MemberId,
    room: RoomId,
    what: What,
}

#[derive(Debug)]
enum What {
    Read(Seq),
    Notify(Notify),
}

/// What has come of reading on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The numbers it leads to.
    pub(crate) counts: Counts,
    /// The room's other people may learn of it.
    pub(crate) shown: bool,
}

/// What became of an [`Ask`]; `Ok(None)` if nothing has changed.
pub(super) type Outcome = Result<Option<Reading>, Refusal>;

/// A person's place in a room.
struct Stand {
    room: i64,
    head: Seq,
    /// Nobody yet: a passing guest of whom nothing is kept.
    member: Option<i64>,
    read: Option<Seq>,
    notify: i64,
}

impl Store {
    /// The person has read `room` up to `seq`. `None`: it was so already.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (not in the room), `banned`, or a failure.
    pub(crate) async fn read(
        &self,
        member: &MemberId,
        room: &RoomId,
        seq: Seq,
    ) -> Result<Option<Reading>, Stop> {
        self.ask(member, room, What::Read(seq)).await
    }

    /// The person wants to be notified of `notify` in `room`; false if it was so already.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub(crate) async fn set_notify(
        &self,
        member: &MemberId,
        room: &RoomId,
        notify: Notify,
    ) -> Result<bool, Stop> {
        Ok(self.ask(member, room, What::Notify(notify)).await?.is_some())
    }

    async fn ask(&self, member: &MemberId, room: &RoomId, what: What) -> Result<Option<Reading>, Stop> {
        let ask = Ask { member: member.clone(), room: room.clone(), what };
        match self.submit(Command::Reading(ask)).await? {
            Answer::Reading(outcome) => Ok(outcome?),
            other => unreachable!("reading came to {other:?}"),
        }
    }

    /// Others may learn how far the person has read, as far as it is the person's to say.
    pub(crate) async fn receipts(&self, member: &MemberId) -> Result<bool, StoreError> {
        let on = sqlx::query_scalar("SELECT receipts FROM members WHERE public_id = $1")
            .bind(member.as_str())
            .fetch_optional(&self.0.readers)
            .await?;
        Ok(on.unwrap_or(true))
    }

    /// Whether others may learn how far the person has read; false if there is no such person.
    pub async fn set_receipts(&self, member: &MemberId, on: bool) -> Result<bool, StoreError> {
        match self.submit(Command::Receipts { member: member.clone(), on }).await? {
            Answer::Appointed(there) => Ok(there),
            other => unreachable!("receipts came to {other:?}"),
        }
    }

    /// The public rooms that `reader` is not in and could enter: those with the most people and, of as many, where something
    /// happened last; by name. So whoever makes hundreds of empty rooms pushes none out.
    pub(crate) async fn open_rooms(
        &self,
        reader: Option<&MemberId>,
        find: &str,
    ) -> Result<Vec<OpenRoom>, StoreError> {
        let most = if find.is_empty() { list_rooms::MAX_OPEN } else { usize::MAX };
        let rows = sqlx::query(
            "SELECT public_id, name, topic, people FROM (
               SELECT r.id, r.public_id, r.name, r.topic, r.last_ts,
                      (SELECT count(*) FROM memberships WHERE room_id = r.id AND present = 1) AS people
               FROM rooms r LEFT JOIN members me ON me.public_id = $1
               LEFT JOIN memberships mine ON mine.room_id = r.id AND mine.member_id = me.id AND mine.present = 1
               WHERE r.kind = $2 AND r.archived = 0 AND r.public_id <> 'lobby' AND mine.present IS NULL
               ORDER BY people DESC, r.last_ts DESC, r.id LIMIT $3) AS chosen
             ORDER BY name, id",
        )
        .bind(reader.map(MemberId::as_str))
        .bind(PUBLIC)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&self.0.readers)
        .await?;
        // How names are compared is no affair of the database.
        let rooms = rows.iter().map(open_room);
        let found = rooms.filter(|room| room.as_ref().map_or(true, |room| fold(&room.name).contains(find)));
        found.take(list_rooms::MAX_OPEN).collect()
    }
}

fn open_room(row: &SqliteRow) -> Result<OpenRoom, StoreError> {
    Ok(OpenRoom {
        id: log::room_id(row.try_get(0)?)?,
        name: row.try_get(1)?,
        topic: Some(row.try_get(2)?).filter(|topic: &String| !topic.is_empty()),
        people: u64::try_from(row.try_get::<i64, _>(3)?).unwrap_or(0),
    })
}

/// Carries out `ask` in the open transaction.
pub(super) async fn carry_out(db: &mut SqliteConnection, ask: &Ask) -> Result<Outcome, StoreError> {
    let stand = match stand(db, ask).await? {
        Ok(stand) => stand,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(member) = stand.member else { return Ok(Ok(None)) };
    let read = stand.read.unwrap_or(stand.head);
    let (read, notify) = match ask.what {
        What::Read(seq) => (read.max(seq.min(stand.head)), stand.notify),
        What::Notify(notify) => (read, code::from_notify(notify)),
    };
    if stand.read == Some(read) && stand.notify == notify {
        return Ok(Ok(None));
    }
    sqlx::query(
        "INSERT INTO readings (room_id, member_id, read_seq, notify) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO UPDATE SET read_seq = excluded.read_seq, notify = excluded.notify",
    )
    .bind(stand.room)
    .bind(member)
    .bind(from_seq(read))
    .bind(notify)
    .execute(&mut *db)
    .await?;
    Ok(Ok(Some(reading(db, stand.room, member).await?)))
}

async fn stand(db: &mut SqliteConnection, ask: &Ask) -> Result<Result<Stand, Refusal>, StoreError> {
    let row = sqlx::query(
        "SELECT r.id, r.kind, r.last_seq, me.id, coalesce(me.banned, 0),
                coalesce(p.present, 0) OR r.public_id = 'lobby', rd.read_seq, coalesce(rd.notify, 0)
         FROM rooms r LEFT JOIN members me ON me.public_id = $2
         LEFT JOIN memberships p ON p.room_id = r.id AND p.member_id = me.id
         LEFT JOIN readings rd ON rd.room_id = r.id AND rd.member_id = me.id
         WHERE r.public_id = $1",
    )
    .bind(ask.room.as_str())
    .bind(ask.member.as_str())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(Err(Refusal::NotFound)) };
    if let Some(refusal) = code::barred(row.try_get(4)?) {
        return Ok(Err(refusal));
    }
    if !row.try_get::<bool, _>(5)? {
        let seen = row.try_get::<i64, _>(1)? == PUBLIC;
        return Ok(Err(if seen { Refusal::Forbidden } else { Refusal::NotFound }));
    }
    Ok(Ok(Stand {
        room: row.try_get(0)?,
        head: to_seq(row.try_get(2)?),
        member: row.try_get(3)?,
        read: row.try_get::<Option<i64>, _>(6)?.map(to_seq),
        notify: row.try_get(7)?,
    }))
}

const READING: &str = concat!(
    "SELECT r.last_seq, me.receipts AND ",
    people!(),
    " < $3, ",
    numbers!(),
    " FROM rooms r JOIN members me ON me.id = $2
     LEFT JOIN readings rd ON rd.room_id = r.id AND rd.member_id = me.id WHERE r.id = $1"
);

async fn reading(db: &mut SqliteConnection, room: i64, member: i64) -> Result<Reading, StoreError> {
    let row = sqlx::query(READING).bind(room).bind(member).bind(ONE_TOO_MANY).fetch_one(db).await?;
    Ok(Reading { counts: counts(&row, row.try_get(0)?, 2)?, shown: row.try_get(1)? })
}

const SHOWS: &str = concat!(
    "SELECT ",
    people!(),
    " < $3 FROM rooms r JOIN members me ON me.public_id = $2
     LEFT JOIN memberships p ON p.room_id = r.id AND p.member_id = me.id
     WHERE r.public_id = $1 AND (r.public_id = 'lobby' OR p.present)"
);

/// `reader` is in `room`, and it is so small that its people learn how far each of them has read.
pub(super) async fn shows(
    db: &mut SqliteConnection,
    reader: &MemberId,
    room: &RoomId,
) -> Result<bool, StoreError> {
    let shows = sqlx::query_scalar(SHOWS)
        .bind(room.as_str())
        .bind(reader.as_str())
        .bind(ONE_TOO_MANY)
        .fetch_optional(db)
        .await?;
    Ok(shows.unwrap_or(false))
}

/// The first three of [`numbers`], in the columns from `first` on.
pub(super) fn counts(row: &SqliteRow, head: i64, first: usize) -> Result<Counts, StoreError> {
    let number = |column: usize| row.try_get::<i64, _>(first + column).map(to_seq);
    Ok(Counts { head: to_seq(head), read_up_to: number(0)?, unread: number(1)?, mentions: number(2)? })
}
