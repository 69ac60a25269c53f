//! What becomes of a message after it was said.

use chat::message::MAX_REACTION_KINDS;
use chat::rich_text::Block;
use chat::{Act as Deed, Change, MemberId, MessageBody, Role, Seq, text};
use protocol::{Refusal, Request as _};
use serde_json::Value;
use sqlx::{Row as _, SqliteConnection};

use super::{Act, Place, Reached, Stop};
use crate::store::StoreError;
use crate::store::code::{self, from_seq, kind, to_seq};
use crate::store::mention;

/// The message a request is about.
pub(super) struct Target {
    pub(super) seq: Seq,
    pub(super) own: bool,
    /// Its author's row.
    pub(super) author: i64,
    /// Its author.
    pub(super) by: MemberId,
    /// Its author's.
    pub(super) role: Role,
    body: String,
    edited_seq: Option<Seq>,
    pub(super) deleted_seq: Option<Seq>,
}

impl Act<'_> {
    /// Gives the author's own message another text.
    pub(super) async fn edit(
        &mut self,
        target: Seq,
        body: &MessageBody,
        rich_text: &[Block],
    ) -> Result<Reached, Stop> {
        let place = self.place_to_speak().await?;
        let target = self.standing(&place, target).await?;
        if !target.own {
            return Err(Refusal::Forbidden.into());
        }
        if text::clean(&target.body) == body.as_str() {
            return Ok(self.already(&place, target.edited_seq.unwrap_or(target.seq)).await?);
        }
        let change = Change::Edited {
            by: self.id(),
            target: target.seq,
            body: body.as_str().to_owned(),
            rich_text: rich_text.to_vec(),
            deleted: false,
        };
        let reached =
            self.append((place.id, &place.public_id), kind::EDITED, Some(target.seq), change).await?;
        let ast =
            serde_json::to_vec(rich_text).expect("invariant: a tree has no map keys that are not texts");
        sqlx::query(
            "UPDATE messages SET body = $3, ast = $4, edited_seq = $5 WHERE room_id = $1 AND seq = $2",
        )
        .bind(place.id)
        .bind(from_seq(target.seq))
        .bind(body.as_str())
        .bind(ast)
        .bind(from_seq(reached.seq))
        .execute(&mut *self.db)
        .await?;
        let author = self.author().await?;
        mention::note(self.db, (place.id, target.seq), author, body.as_str()).await?;
        Ok(reached)
    }

    /// Takes a message's text away, from its event and its edits' too: neither catching up nor history may bring it
    /// back.
    pub(super) async fn delete(&mut self, target: Seq) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let target = self.target(&place, target).await?;
        if !target.own && !self.member().role.may(Deed::Delete, place.keeper, target.role) {
            return Err(Refusal::Forbidden.into());
        }
        if let Some(seq) = target.deleted_seq {
            return Ok(self.already(&place, seq).await?);
        }
        Ok(self.take_away(&place, &target).await?)
    }

    /// Deletes a message, which the author may.
    pub(super) async fn take_away(&mut self, place: &Place, target: &Target) -> Result<Reached, StoreError> {
        let change = Change::Deleted { by: self.id(), target: target.seq };
        let reached =
            self.append((place.id, &place.public_id), kind::DELETED, Some(target.seq), change).await?;
        erase(self.db, place.id, target.seq, reached.seq).await?;
        if !target.own {
            let about = (Some(target.author), target.seq);
            self.record(protocol::Delete::EVENT, place, about, Value::Null).await?;
        }
        Ok(reached)
    }

    /// Puts an emoji under a message, or takes it back.
    pub(super) async fn react(&mut self, target: Seq, emoji: &str, on: bool) -> Result<Reached, Stop> {
        let place = self.place_to_speak().await?;
        let target = self.standing(&place, target).await?;
        let there = self.reaction(&place, target.seq, emoji).await?;
        match there {
            Some(seq) if on => return Ok(self.already(&place, seq).await?),
            // What was never there has been so since the message.
            None if !on => return Ok(self.already(&place, target.seq).await?),
            _ => {}
        }
        if on && self.kinds_beside(&place, target.seq, emoji).await? >= MAX_REACTION_KINDS as i64 {
            return Err(Refusal::Forbidden.into());
        }
        let change = Change::Reacted { by: self.id(), target: target.seq, emoji: emoji.to_owned(), on };
        let reached =
            self.append((place.id, &place.public_id), kind::REACTED, Some(target.seq), change).await?;
        let author = self.author().await?;
        let sql = if on {
            "INSERT INTO reactions (room_id, target_seq, emoji, member_id, seq) VALUES ($1, $2, $3, $4, $5)"
        } else {
            "DELETE FROM reactions WHERE room_id = $1 AND target_seq = $2 AND emoji = $3 AND member_id = $4
               AND seq <> $5"
        };
        sqlx::query(sql)
            .bind(place.id)
            .bind(from_seq(target.seq))
            .bind(emoji)
            .bind(author)
            .bind(from_seq(reached.seq))
            .execute(&mut *self.db)
            .await?;
        Ok(reached)
    }

    /// The message `seq` of the place, deleted or not.
    pub(super) async fn target(&mut self, place: &Place, seq: Seq) -> Result<Target, Stop> {
        let row = sqlx::query(
            "SELECT a.public_id, a.role, m.body, m.edited_seq, m.deleted_seq, a.id
             FROM messages m JOIN members a ON a.id = m.author_id
             LEFT JOIN memberships p ON p.room_id = m.room_id AND p.member_id = $3
             WHERE m.room_id = $1 AND m.seq = $2 AND ($4 = 0 OR m.seq > p.since)",
        )
        .bind(place.id)
        .bind(from_seq(seq))
        .bind(self.author.as_ref().map(|(id, _)| *id))
        .bind(place.kind)
        .fetch_optional(&mut *self.db)
        .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        let by = code::member_id(row.try_get(0)?)?;
        Ok(Target {
            seq,
            own: by == self.post.author.id,
            by,
            author: row.try_get(5)?,
            role: code::to_role(row.try_get(1)?),
            body: row.try_get::<Option<String>, _>(2)?.unwrap_or_default(),
            edited_seq: row.try_get::<Option<i64>, _>(3)?.map(to_seq),
            deleted_seq: row.try_get::<Option<i64>, _>(4)?.map(to_seq),
        })
    }

    /// The message `seq` of the place, if its text is still there.
    pub(super) async fn standing(&mut self, place: &Place, seq: Seq) -> Result<Target, Stop> {
        let target = self.target(place, seq).await?;
        if target.deleted_seq.is_some() { Err(Refusal::NotFound.into()) } else { Ok(target) }
    }

    /// The event with which the author put `emoji` there.
    async fn reaction(&mut self, place: &Place, target: Seq, emoji: &str) -> Result<Option<Seq>, Stop> {
        let seq: Option<i64> = sqlx::query_scalar(
            "SELECT seq FROM reactions WHERE room_id = $1 AND target_seq = $2 AND emoji = $3 AND member_id = $4",
        )
        .bind(place.id)
        .bind(from_seq(target))
        .bind(emoji)
        .bind(self.author.as_ref().map(|(id, _)| *id))
        .fetch_optional(&mut *self.db)
        .await?;
        Ok(seq.map(to_seq))
    }

    /// Kinds of emoji under a message, without `emoji`.
    async fn kinds_beside(&mut self, place: &Place, target: Seq, emoji: &str) -> Result<i64, Stop> {
        Ok(sqlx::query_scalar(
            "SELECT count(DISTINCT emoji) FROM reactions WHERE room_id = $1 AND target_seq = $2 AND emoji <> $3",
        )
        .bind(place.id)
        .bind(from_seq(target))
        .bind(emoji)
        .fetch_one(&mut *self.db)
        .await?)
    }
}

/// Takes the text of the message `target` away, which the event `seq` told.
pub(in crate::store) async fn erase(
    db: &mut SqliteConnection,
    room: i64,
    target: Seq,
    seq: Seq,
) -> Result<(), StoreError> {
    #[cfg(feature = "plant")]
    if crate::plant::planted(crate::plant::Bug::DeletedTextKept) {
        sqlx::query(
            "UPDATE messages SET body = NULL, ast = NULL, deleted_seq = $3 WHERE room_id = $1 AND seq = $2",
        )
        .bind(room)
        .bind(from_seq(target))
        .bind(from_seq(seq))
        .execute(db)
        .await?;
        return Ok(());
    }
    sqlx::query(
        "UPDATE messages SET body = NULL, ast = NULL, reply_to = NULL, edited_seq = NULL, deleted_seq = $3
           WHERE room_id = $1 AND seq = $2;
         UPDATE events SET payload = x'', request_hash = NULL
           WHERE room_id = $1 AND (seq = $2 OR (target_seq = $2 AND kind = $4));
         DELETE FROM reactions WHERE room_id = $1 AND target_seq = $2",
    )
    .bind(room)
    .bind(from_seq(target))
    .bind(from_seq(seq))
    .bind(kind::EDITED)
    .execute(db)
    .await?;
    Ok(())
}
