//! Whom people hear nothing of. It makes no event, and nobody is told.

use chat::{MemberId, Millis};
use protocol::Refusal;
use protocol::view::RoomKind;
use serde_json::json;
use sqlx::Row as _;

use super::{Act, Place, Reached, Stop};
use crate::store::blocked::unheard;
use crate::store::{StoreError, code};

/// Most rooms that one is in because somebody put one there.
const MAX_PUT_IN: i64 = 500;

/// Most rooms that one person puts one other person into within a day.
const MAX_BY_ONE: i64 = 5;

pub(super) const DAY: Millis = 24 * 60 * 60 * 1_000;

/// Most people whom one person hears nothing of.
const MAX_BLOCKED: i64 = 1_000;

impl Act<'_> {
    /// The author hears nothing of `who` any more, or again.
    pub(super) async fn block(&mut self, who: &MemberId, on: bool) -> Result<Reached, Stop> {
        let other = self.row_of(who).await?.ok_or(Refusal::NotFound)?;
        if let Some((author, _)) = self.author.clone() {
            if other == author {
                return Err(Refusal::Forbidden.into());
            }
            if on {
                self.check_one_more_block(author).await?;
            }
        }
        let author = self.author().await?;
        let changed = sqlx::query(if on {
            "INSERT INTO blocks (member_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM blocks WHERE member_id = $1 AND blocked_id = $2"
        })
        .bind(author)
        .bind(other)
        .execute(&mut *self.db)
        .await?
        .rows_affected();
        Ok(Reached { room: self.post.room.clone(), seq: 0, at: self.now, duplicate: changed == 0 })
    }

    async fn row_of(&mut self, who: &MemberId) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query_scalar("SELECT id FROM members WHERE public_id = $1 AND banned <> 2")
            .bind(who.as_str())
            .fetch_optional(&mut *self.db)
            .await?;
        Ok(row)
    }

    async fn check_one_more_block(&mut self, author: i64) -> Result<(), Stop> {
        let blocked: i64 = sqlx::query_scalar("SELECT count(*) FROM blocks WHERE member_id = $1")
            .bind(author)
            .fetch_one(&mut *self.db)
            .await?;
        if blocked < MAX_BLOCKED { Ok(()) } else { Err(Refusal::Forbidden.into()) }
    }

    /// The only other person of this room hears nothing of the author.
    pub(super) async fn is_unheard(&mut self, place: &Place) -> Result<bool, StoreError> {
        let unheard = sqlx::query_scalar(concat!("SELECT ", unheard!("$1", "$2")))
            .bind(place.id)
            .bind(self.author.as_ref().map(|(id, _)| *id))
            .fetch_one(&mut *self.db)
            .await?;
        Ok(unheard)
    }

    /// Those of `others` who may be put into a room of this kind by the author. Who hears nothing of the author is left out
    /// of a room of several; a room for two, and a conversation, is not begun then.
    pub(super) async fn who_hear(&mut self, kind: RoomKind, others: Vec<i64>) -> Result<Vec<i64>, Stop> {
        // Nobody has blocked who is not saved yet.
        let Some((author, _)) = self.author.clone() else { return Ok(others) };
        let deaf: Vec<i64> = sqlx::query_scalar(
            "SELECT member_id FROM blocks WHERE blocked_id = $1 AND member_id IN (SELECT value FROM json_each($2))",
        )
        .bind(author)
        .bind(json!(others).to_string())
        .fetch_all(&mut *self.db)
        .await?;
        if !deaf.is_empty() && (kind == RoomKind::Direct || others.len() == 1) {
            return Err(Refusal::Forbidden.into());
        }
        Ok(others.into_iter().filter(|other| !deaf.contains(other)).collect())
    }

    /// Refused if one of `others` is in as many rooms as one may be put into, or was put into as many by the author today.
    pub(super) async fn check_consent(&mut self, others: &[i64]) -> Result<(), Stop> {
        let full: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM json_each($1) AS p WHERE
               (SELECT count(*) FROM memberships
                  WHERE member_id = p.value AND put_by IS NOT NULL AND present = 1) >= $2
               OR (SELECT count(*) FROM memberships
                  WHERE member_id = p.value AND put_by = $3 AND put_at > $4) >= $5)",
        )
        .bind(json!(others).to_string())
        .bind(MAX_PUT_IN)
        .bind(self.author.as_ref().map(|(id, _)| *id))
        .bind(self.now - DAY)
        .bind(MAX_BY_ONE)
        .fetch_one(&mut *self.db)
        .await?;
        if full { Err(Refusal::Forbidden.into()) } else { Ok(()) }
    }

    /// The conversation of the author and `other`, if there was one ever: two have one. Who has left it comes back by
    /// asking for it oneself, and by nobody else's doing.
    pub(super) async fn conversation(&mut self, other: i64) -> Result<Option<Reached>, Stop> {
        let Some((author, _)) = self.author.clone() else { return Ok(None) };
        let row = sqlx::query(
            "SELECT r.id, r.public_id, a.present FROM memberships a
             JOIN memberships b ON b.room_id = a.room_id AND b.member_id = $2
             JOIN rooms r ON r.id = a.room_id
             WHERE a.member_id = $1 AND r.kind = $3
               AND (SELECT count(*) FROM (SELECT 1 FROM memberships WHERE room_id = r.id LIMIT 3) AS people) = 2
             ORDER BY a.present + b.present DESC, r.id LIMIT 1",
        )
        .bind(author)
        .bind(other)
        .bind(code::from_room_kind(RoomKind::Direct))
        .fetch_optional(&mut *self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (id, room) = (row.try_get(0)?, crate::store::log::room_id(row.try_get(1)?)?);
        if row.try_get(2)? {
            return Ok(Some(Reached { room, seq: 0, at: self.now, duplicate: true }));
        }
        Ok(Some(self.enter(id, &room).await?))
    }
}
