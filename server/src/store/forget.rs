//! Texts that are older than messages are kept, taken away. What is to be taken away is looked for beside the writer, and
//! goes a few rows at a time: others write in between.

use chat::Millis;
use sqlx::{Row as _, SqliteConnection};

use super::code::kind;
use super::manage::Manage;
use super::stop::Stop;
use super::{Store, StoreError};

/// Most rows of one kind that are changed in one transaction.
const AT_ONCE: i64 = 500;

/// The texts of one room to be taken away next. Nobody writes there: what is said later comes after them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forget {
    room: i64,
    /// Everything up to here is gone already.
    after: i64,
    last: i64,
}

/// Milliseconds of a day.
const DAY: Millis = 24 * 60 * 60 * 1_000;

/// The beginning of 2020: a clock that showed an earlier time was not set.
const FIRST_TIME: Millis = 1_577_836_800_000;

/// The first room whose next event is old. A time that no clock of this program's life has shown, or that is still to
/// come, decides nothing: the events around do.
const NEXT_ROOM: &str = "SELECT r.id, r.forgotten_seq FROM rooms r WHERE r.forgotten_seq < r.last_seq
       AND (SELECT e.ts FROM events e WHERE e.room_id = r.id AND e.seq > r.forgotten_seq
            AND e.ts >= $2 AND e.ts <= $3 ORDER BY e.seq LIMIT 1) < $1
     ORDER BY r.id LIMIT 1";

const NEXT_TIMES: &str =
    "SELECT seq, ts FROM events WHERE room_id = $1 AND seq > $2 AND ts >= $3 AND ts <= $4
     ORDER BY seq LIMIT $5";

impl Store {
    /// Takes away the text of every message from before `before`, and says of how many. Others write in between.
    pub(crate) async fn forget_before(&self, before: Millis) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        while let Some(step) = self.next_to_forget(before).await? {
            match self.manage(Manage::Forget(step)).await {
                Ok(count) => forgotten += u64::try_from(count).unwrap_or(0),
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Refused(refusal)) => unreachable!("forgetting was refused: {refusal:?}"),
            }
        }
        Ok(forgotten)
    }

    /// A room's messages go from its beginning, up to the last one that is too old before the first that is not.
    async fn next_to_forget(&self, before: Millis) -> Result<Option<Forget>, StoreError> {
        let latest = self.now() + DAY;
        let row = sqlx::query(NEXT_ROOM)
            .bind(before)
            .bind(FIRST_TIME)
            .bind(latest)
            .fetch_optional(&self.0.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (room, after): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let times = sqlx::query(NEXT_TIMES)
            .bind(room)
            .bind(after)
            .bind(FIRST_TIME)
            .bind(latest)
            .bind(AT_ONCE)
            .fetch_all(&self.0.readers)
            .await?;
        let mut last = after;
        for row in times {
            if row.try_get::<Millis, _>(1)? >= before {
                break;
            }
            last = row.try_get(0)?;
        }
        Ok((last > after).then_some(Forget { room, after, last: last.min(after + AT_ONCE) }))
    }
}

/// The texts of edits of those messages.
const EDITS: &str = "UPDATE events SET payload = x'', request_hash = NULL WHERE rowid IN (
       SELECT rowid FROM events WHERE room_id = $1 AND target_seq > $2 AND target_seq <= $3 AND kind = $4
         AND length(payload) > 0 LIMIT $5)";

const REACTIONS: &str = "DELETE FROM reactions
     WHERE (room_id, target_seq, emoji, member_id) IN (
       SELECT room_id, target_seq, emoji, member_id FROM reactions
       WHERE room_id = $1 AND target_seq > $2 AND target_seq <= $3 LIMIT $4)";

impl Forget {
    /// Takes away in the open transaction as much as may go at once: first what hangs on the messages, of which there is
    /// no telling how much there is, then the messages. How many of those; the places stay, and no event tells of it.
    pub(super) async fn carry_out(&self, db: &mut SqliteConnection) -> Result<i64, StoreError> {
        let edits = sqlx::query(EDITS)
            .bind(self.room)
            .bind(self.after)
            .bind(self.last)
            .bind(kind::EDITED)
            .bind(AT_ONCE)
            .execute(&mut *db)
            .await?;
        let reactions = sqlx::query(REACTIONS)
            .bind(self.room)
            .bind(self.after)
            .bind(self.last)
            .bind(AT_ONCE)
            .execute(&mut *db)
            .await?;
        let most = u64::try_from(AT_ONCE).unwrap_or(u64::MAX);
        if edits.rows_affected() >= most || reactions.rows_affected() >= most {
            return Ok(0);
        }
        let emptied = sqlx::query(
            "UPDATE messages SET body = NULL, ast = NULL, reply_to = NULL, edited_seq = NULL, deleted_seq = seq
             WHERE room_id = $1 AND seq > $2 AND seq <= $3 AND deleted_seq IS NULL",
        )
        .bind(self.room)
        .bind(self.after)
        .bind(self.last)
        .execute(&mut *db)
        .await?;
        sqlx::query(
            "UPDATE events SET payload = x'', request_hash = NULL
             WHERE room_id = $1 AND seq > $2 AND seq <= $3 AND kind = $4",
        )
        .bind(self.room)
        .bind(self.after)
        .bind(self.last)
        .bind(kind::SENT)
        .execute(&mut *db)
        .await?;
        sqlx::query("UPDATE rooms SET forgotten_seq = $2 WHERE id = $1")
            .bind(self.room)
            .bind(self.last)
            .execute(db)
            .await?;
        Ok(i64::try_from(emptied.rows_affected()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use chat::RoomId;

    use super::*;
    use crate::session::{Author, Sessions};
    use crate::store::Content;
    use crate::store::tests::{Folder, clock};

    async fn say(store: &Store, author: &Author, content: Content) -> u64 {
        let posted = store.post(RoomId::lobby(), author.member.clone(), None, content).await.unwrap().1;
        let crate::store::Posted::Stored { seq, .. } = posted else { panic!("{posted:?}") };
        seq
    }

    fn text(body: &str) -> chat::MessageBody {
        chat::MessageBody::parse(body).unwrap()
    }

    async fn count(store: &Store, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&store.0.readers).await.unwrap()
    }

    #[tokio::test]
    async fn what_hangs_on_one_old_message_goes_in_steps_too_and_others_write_in_between() {
        let folder = Folder::new();
        let (clock, hand) = clock();
        let store = Store::open_with(folder.path(), clock).await.unwrap();
        let ana = Sessions::new(&store).passing();
        let rich_text = chat::rich_text::plain("velha");
        let target =
            say(&store, &ana, Content::Said { body: text("velha"), reply_to: None, rich_text }).await;
        // As many edits as need three steps.
        store
            .execute(
                "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1201)
                 INSERT INTO events (room_id, seq, kind, ts, author_id, client_key, target_seq, payload)
                 SELECT 1, i, 3, 1700000000000 + i, 1, randomblob(16), 1, x'7b7d' FROM n",
                &[],
            )
            .await;
        store.execute("UPDATE rooms SET last_seq = 1201, last_ts = 1700000001201 WHERE id = 1", &[]).await;
        assert_eq!(target, 1);
        let before = hand.load(std::sync::atomic::Ordering::SeqCst) + 1;
        let mut steps = 0;
        while let Some(step) = store.next_to_forget(before).await.unwrap() {
            let left = count(&store, "SELECT count(*) FROM events WHERE length(payload) > 0").await;
            store.manage(Manage::Forget(step)).await.unwrap();
            let now = count(&store, "SELECT count(*) FROM events WHERE length(payload) > 0").await;
            assert!(left - now <= AT_ONCE + 1, "{left} to {now} in one step");
            steps += 1;
        }
        assert_eq!(
            (steps, count(&store, "SELECT count(*) FROM events WHERE length(payload) > 0").await),
            (3, 0)
        );
    }

    #[tokio::test]
    async fn the_writer_is_asked_about_rooms_with_something_old_and_about_no_others() {
        let folder = Folder::new();
        let (clock, hand) = clock();
        let store = Store::open_with(folder.path(), clock).await.unwrap();
        let ana = Sessions::new(&store).passing();
        let rich_text = chat::rich_text::plain("nova");
        say(&store, &ana, Content::Said { body: text("nova"), reply_to: None, rich_text }).await;
        let now = hand.load(std::sync::atomic::Ordering::SeqCst);
        assert!(store.next_to_forget(now).await.unwrap().is_none());
        assert_eq!(store.forget_before(now).await.unwrap(), 0);
        assert_eq!(store.forget_before(now + 1).await.unwrap(), 1);
    }
}
