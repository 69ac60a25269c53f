//! Everything that somebody has said, taken away in steps: each is one transaction of bounded work, and what is left
//! after a crash is found again at the next start. Of who has deleted the account also what they put under messages.

use std::time::Duration;

use chat::{Change, Event, Key, Millis, RoomId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::append::{self, New};
use super::code::{self, kind, to_seq};
use super::command::{Answer, Command};
use super::{Store, StoreError, act, log};

/// Most messages deleted in one transaction.
const STEP: usize = 50;

/// Most messages looked at in one transaction.
const WINDOW: i64 = 20_000;

/// Between two steps: who listens has a queue for 256 events and must be able to follow.
const PAUSE: Duration = Duration::from_millis(50);

/// How long everybody may wait for the write-ahead log to be emptied.
const EMPTYING: Duration = Duration::from_millis(200);

/// How long to leave a database alone that could not store.
const REST: Duration = Duration::from_secs(1);

/// Carries out what is to be removed, now and whenever something new is, until the store is closed. Then nothing of it
/// is left in the write-ahead log either, whatever ended the program before.
pub(crate) async fn remove(store: Store) {
    loop {
        match store.remove_and_empty().await {
            Ok(true) => store.0.removals.notified().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::error!(%error, "messages could not be removed; trying again");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

impl Store {
    /// There is something new to be removed.
    pub(crate) fn go_on_removing(&self) {
        self.0.removals.notify_one();
    }

    /// Removes what is to be, and what the write-ahead log holds of it. False: somebody was reading there.
    pub(super) async fn remove_and_empty(&self) -> Result<bool, StoreError> {
        self.remove_all().await?;
        self.empty_log().await
    }

    async fn remove_all(&self) -> Result<(), StoreError> {
        while let Some(member) = self.next_removal().await? {
            let mut from = Some(0);
            while let Some(after) = from {
                from = match self.submit(Command::Remove { member, after }).await? {
                    Answer::Removed(next) => next,
                    other => unreachable!("a removal came to {other:?}"),
                };
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// Empties the write-ahead log, which still holds the pages as they were before.
    async fn empty_log(&self) -> Result<bool, StoreError> {
        let mut db = self.0.readers.acquire().await?;
        patient(&mut db, EMPTYING).await?;
        let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *db).await?;
        patient(&mut db, super::file::PATIENCE).await?;
        Ok(busy == 0)
    }

    /// The row of a person of whom something is still to be removed.
    async fn next_removal(&self) -> Result<Option<i64>, StoreError> {
        let next = sqlx::query_scalar("SELECT member_id FROM removals ORDER BY at LIMIT 1");
        Ok(next.fetch_optional(&self.0.readers).await?)
    }
}

/// A connection waits so long for the others.
async fn patient(db: &mut SqliteConnection, wait: Duration) -> Result<(), StoreError> {
    let sql = format!("PRAGMA busy_timeout = {}", wait.as_millis());
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(db).await?;
    Ok(())
}

/// Deletes the next messages of `member` after the row `after` of `messages`; with the row to go on from, or nothing
/// once all is done.
pub(super) async fn step(
    db: &mut SqliteConnection,
    now: Millis,
    member: i64,
    after: i64,
) -> Result<(Option<i64>, Vec<Event>), StoreError> {
    let order = sqlx::query(
        "SELECT v.by_id, m.public_id, coalesce((SELECT max(rowid) FROM messages), 0), v.reactions
         FROM removals v JOIN members m ON m.id = v.by_id WHERE v.member_id = $1",
    )
    .bind(member)
    .fetch_optional(&mut *db)
    .await?;
    let Some(order) = order else { return Ok((None, Vec::new())) };
    let last: i64 = order.try_get(2)?;
    let mut events = Vec::with_capacity(STEP);
    if order.try_get(3)? {
        take_back(db, now, member, &mut events).await?;
        if events.len() == STEP {
            return Ok((Some(after), events));
        }
    }
    let rows = standing(db, member, after).await?;
    for row in &rows {
        events.push(delete(db, now, &order, row).await?);
    }
    let reached = match rows.last() {
        Some(row) if rows.len() == STEP => row.try_get(0)?,
        _ => after.saturating_add(WINDOW),
    };
    if reached < last {
        return Ok((Some(reached), events));
    }
    sqlx::query("DELETE FROM removals WHERE member_id = $1").bind(member).execute(db).await?;
    Ok((None, events))
}

/// The next messages of `member` that have a text. Found by looking at all messages: an index by author would cost
/// every message a page more to be synced.
async fn standing(db: &mut SqliteConnection, member: i64, after: i64) -> Result<Vec<SqliteRow>, StoreError> {
    Ok(sqlx::query(
        "SELECT m.rowid, m.room_id, r.public_id, m.seq FROM messages m CROSS JOIN rooms r ON r.id = m.room_id
         WHERE m.rowid > $1 AND m.rowid <= $1 + $2 AND m.author_id = $3 AND m.deleted_seq IS NULL
         ORDER BY m.rowid LIMIT $4",
    )
    .bind(after)
    .bind(WINDOW)
    .bind(member)
    .bind(i64::try_from(STEP).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?)
}

/// Takes back the next reactions of `member`, whose account is deleted.
async fn take_back(
    db: &mut SqliteConnection,
    now: Millis,
    member: i64,
    events: &mut Vec<Event>,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT e.room_id, r.public_id, e.target_seq, e.emoji, m.public_id FROM reactions e
         JOIN rooms r ON r.id = e.room_id JOIN members m ON m.id = e.member_id WHERE e.member_id = $1 LIMIT $2",
    )
    .bind(member)
    .bind(i64::try_from(STEP).unwrap_or(i64::MAX))
    .fetch_all(&mut *db)
    .await?;
    for row in &rows {
        let public_id = log::room_id(row.try_get(1)?)?;
        let (room, seq, emoji): (i64, i64, String) = (row.try_get(0)?, row.try_get(2)?, row.try_get(3)?);
        sqlx::query(
            "DELETE FROM reactions WHERE room_id = $1 AND target_seq = $2 AND emoji = $3 AND member_id = $4",
        )
        .bind(room)
        .bind(seq)
        .bind(&emoji)
        .bind(member)
        .execute(&mut *db)
        .await?;
        let by = code::member_id(row.try_get(4)?)?;
        let target = to_seq(seq);
        let new = New {
            room,
            public_id: &public_id,
            kind: kind::REACTED,
            author: member,
            key: fresh_key(now),
            hash: None,
            target: Some(target),
            change: Change::Reacted { by, target, emoji, on: false },
        };
        events.push(append::append(db, now, new).await?);
    }
    Ok(())
}

fn fresh_key(now: Millis) -> Key {
    Key::v7(u64::try_from(now).unwrap_or(0), &rand::random())
}

async fn delete(
    db: &mut SqliteConnection,
    now: Millis,
    order: &SqliteRow,
    row: &SqliteRow,
) -> Result<Event, StoreError> {
    let room: RoomId = log::room_id(row.try_get(2)?)?;
    let target = to_seq(row.try_get(3)?);
    let new = New {
        room: row.try_get(1)?,
        public_id: &room,
        kind: kind::DELETED,
        author: order.try_get(0)?,
        key: fresh_key(now),
        hash: None,
        target: Some(target),
        change: Change::Deleted { by: code::member_id(order.try_get(1)?)?, target },
    };
    let event = append::append(db, now, new).await?;
    act::erase(db, row.try_get(1)?, target, event.seq).await?;
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Author, Sessions};
    use crate::store::Content;
    use crate::store::tests::{Folder, clock};

    async fn post(store: &Store, author: &Author, content: Content) {
        store.post(RoomId::lobby(), author.member.clone(), None, content).await.unwrap();
    }

    fn said(text: &str) -> Content {
        let body = chat::MessageBody::parse(text).unwrap();
        Content::Said { rich_text: chat::rich_text::plain(text), body, reply_to: None }
    }

    async fn left(store: &Store) -> i64 {
        let sql = "SELECT count(*) FROM messages WHERE deleted_seq IS NULL";
        sqlx::query_scalar(sql).fetch_one(&store.0.readers).await.unwrap()
    }

    #[tokio::test]
    async fn a_removal_goes_in_steps_and_is_found_again_after_a_crash() {
        let folder = Folder::new();
        let store = Store::open_with(folder.path(), clock().0).await.unwrap();
        let sessions = Sessions::new(&store);
        let (ana, spam) = (sessions.passing(), sessions.passing());
        post(&store, &ana, said("fica")).await;
        for n in 0..STEP + 10 {
            post(&store, &spam, said(&n.to_string())).await;
        }
        store.appoint(&ana.member.id, chat::Role::Moderator).await.unwrap();
        post(&store, &ana, Content::AllDeleted(spam.member.id.clone())).await;
        assert_eq!(left(&store).await, 61, "it is answered before it is done");

        let member = store.next_removal().await.unwrap().unwrap();
        let step = store.submit(Command::Remove { member, after: 0 }).await.unwrap();
        assert!(matches!(step, Answer::Removed(Some(_))), "{step:?}");
        assert_eq!(left(&store).await, 11);

        store.close().await;
        let store = Store::open_with(folder.path(), clock().0).await.unwrap();
        store.remove_all().await.unwrap();
        assert_eq!(left(&store).await, 1);
        assert_eq!(store.next_removal().await.unwrap(), None);
        let head = store.room(None, &RoomId::lobby()).await.unwrap().head;
        assert_eq!(head, 61 + 60, "one event for each, and none twice");
    }
}
