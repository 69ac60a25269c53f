//! Whom people hear nothing of. It makes no event, and nobody is told.

use chat::MemberId;
use protocol::Refusal;
use protocol::view::RoomKind;

use super::{Act, Place, Reached, Stop};
use crate::store::{StoreError, code};

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
            "INSERT INTO blocks (member_id, blocked_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM blocks WHERE member_id = ?1 AND blocked_id = ?2"
        })
        .bind(author)
        .bind(other)
        .execute(&mut *self.db)
        .await?
        .rows_affected();
        Ok(Reached { room: self.post.room.clone(), seq: 0, at: self.now, duplicate: changed == 0 })
    }

    async fn row_of(&mut self, who: &MemberId) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query_scalar("SELECT id FROM members WHERE public_id = ?1 AND banned <> 2")
            .bind(who.as_str())
            .fetch_optional(&mut *self.db)
            .await?;
        Ok(row)
    }

    async fn check_one_more_block(&mut self, author: i64) -> Result<(), Stop> {
        let blocked: i64 = sqlx::query_scalar("SELECT count(*) FROM blocks WHERE member_id = ?1")
            .bind(author)
            .fetch_one(&mut *self.db)
            .await?;
        if blocked < MAX_BLOCKED { Ok(()) } else { Err(Refusal::Forbidden.into()) }
    }

    /// The only other person of this conversation hears nothing of the author.
    pub(super) async fn is_unheard(&mut self, place: &Place) -> Result<bool, StoreError> {
        let unheard = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM blocks b
               JOIN memberships o ON o.room_id = ?1 AND o.member_id = b.member_id AND o.present
               WHERE b.blocked_id = ?2)
             AND (SELECT count(*) FROM memberships WHERE room_id = ?1 AND present) = 2",
        )
        .bind(place.id)
        .bind(self.author.as_ref().map(|(id, _)| *id))
        .fetch_one(&mut *self.db)
        .await?;
        Ok(unheard)
    }

    /// The author may begin a conversation with these: none of them has blocked the author.
    pub(super) async fn check_heard(&mut self, others: &[i64]) -> Result<(), Stop> {
        // Nobody has blocked who is not saved yet.
        let Some((author, _)) = self.author.clone() else { return Ok(()) };
        for other in others {
            let blocked: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM blocks WHERE member_id = ?1 AND blocked_id = ?2)",
            )
            .bind(other)
            .bind(author)
            .fetch_one(&mut *self.db)
            .await?;
            if blocked {
                return Err(Refusal::Forbidden.into());
            }
        }
        Ok(())
    }

    /// The conversation of the author and `other` alone, if there is one already.
    pub(super) async fn conversation(&mut self, other: i64) -> Result<Option<Reached>, Stop> {
        let Some((author, _)) = self.author.clone() else { return Ok(None) };
        let room: Option<String> = sqlx::query_scalar(
            "SELECT r.public_id FROM rooms r
             JOIN memberships a ON a.room_id = r.id AND a.member_id = ?1 AND a.present
             JOIN memberships b ON b.room_id = r.id AND b.member_id = ?2 AND b.present
             WHERE r.kind = ?3 AND NOT r.archived
               AND (SELECT count(*) FROM memberships WHERE room_id = r.id AND present) = 2
             ORDER BY r.id LIMIT 1",
        )
        .bind(author)
        .bind(other)
        .bind(code::from_room_kind(RoomKind::Direct))
        .fetch_optional(&mut *self.db)
        .await?;
        let Some(room) = room else { return Ok(None) };
        let room = crate::store::log::room_id(room)?;
        Ok(Some(Reached { room, seq: 0, at: self.now, duplicate: true }))
    }
}
