//! What people tell those who keep the peace, and what becomes of it.

use chat::{Act as Deed, MemberId, Role, RoomId, Seq};
use protocol::report::SETTLE;
use protocol::{Refusal, Request as _};
use serde_json::{Value, json};
use sqlx::Row as _;

use super::message::Target;
use super::{Act, Place, Reached, Stop};
use crate::store::code::{PUBLIC, from_seq, to_seq};
use crate::store::log;
use crate::store::network::Network;
use crate::store::report::Outcome;

impl Act<'_> {
    /// Tells of somebody else's message. Each person has one open report of a message.
    pub(super) async fn report(&mut self, target: Seq, reason: &str) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let target = self.standing(&place, target).await?;
        if target.own {
            return Err(Refusal::Forbidden.into());
        }
        let author = self.author().await?;
        let made = sqlx::query(
            "INSERT INTO reports (room_id, seq, by_id, reason, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(place.id)
        .bind(from_seq(target.seq))
        .bind(author)
        .bind(reason)
        .bind(self.now)
        .execute(&mut *self.db)
        .await?;
        let duplicate = made.rows_affected() == 0;
        Ok(Reached { room: place.public_id, seq: target.seq, at: self.now, duplicate })
    }

    /// Does with a reported message, or with who said it, what is to be done, and settles every open report of it.
    /// Moderators do so in all rooms, also in those they are not in.
    pub(super) async fn settle(
        &mut self,
        report: i64,
        outcome: Outcome,
        live: &[Network],
    ) -> Result<Reached, Stop> {
        if !self.member().role.may(Deed::ReadReports, false, None) {
            return Err(Refusal::NotFound.into());
        }
        let (place, target) = self.reported(report).await?;
        let (author, seq) = (target.author, target.seq);
        let reached = match outcome {
            Outcome::Dismissed => self.already(&place, seq).await?,
            Outcome::Deleted => self.delete_reported(&place, target).await?,
            Outcome::Muted => {
                let other = self.other(&place, &target.by).await?;
                self.check_role(Deed::Mute, &other)?;
                self.silence(&place, other, true).await?
            }
            Outcome::Banned => {
                let lobby = self.room(&RoomId::lobby()).await?.ok_or(Refusal::NotFound)?;
                let other = self.other(&lobby, &target.by).await?;
                self.check_role(Deed::Ban, &other)?;
                self.banish(&lobby, other, true, live).await?
            }
        };
        let by = self.author().await?;
        sqlx::query(
            "UPDATE reports SET settled_at = $3, settled_by = $4
             WHERE room_id = $1 AND seq = $2 AND settled_at IS NULL",
        )
        .bind(place.id)
        .bind(from_seq(seq))
        .bind(self.now)
        .bind(by)
        .execute(&mut *self.db)
        .await?;
        let detail = json!({ "outcome": outcome.code() });
        self.record(SETTLE, &place, (Some(author), seq), detail).await?;
        Ok(reached)
    }

    async fn delete_reported(&mut self, place: &Place, target: Target) -> Result<Reached, Stop> {
        if let Some(seq) = target.deleted_seq {
            return Ok(self.already(place, seq).await?);
        }
        if !target.own && !self.member().role.may(Deed::Delete, false, target.role) {
            return Err(Refusal::Forbidden.into());
        }
        Ok(self.take_away(place, &target).await?)
    }

    /// The message of an open report, and its room as if everybody could see it.
    async fn reported(&mut self, report: i64) -> Result<(Place, Target), Stop> {
        let row = sqlx::query(
            "SELECT r.public_id, p.seq FROM reports p JOIN rooms r ON r.id = p.room_id
             WHERE p.id = $1 AND p.settled_at IS NULL",
        )
        .bind(report)
        .fetch_optional(&mut *self.db)
        .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        let room = log::room_id(row.try_get(0)?)?;
        let place = self.room(&room).await?.ok_or(Refusal::NotFound)?;
        let place = Place { kind: PUBLIC, ..place };
        let target = self.target(&place, to_seq(row.try_get(1)?)).await?;
        Ok((place, target))
    }

    /// Has everything that a guest has said taken away, in all rooms: it is begun here and done in steps.
    pub(super) async fn delete_all(&mut self, who: &MemberId) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let other = self.other(&place, who).await?;
        let itself = other.public_id == self.id();
        if itself || other.role != Role::Guest || !self.member().role.may(Deed::Delete, false, other.role) {
            return Err(Refusal::Forbidden.into());
        }
        let by = self.author().await?;
        let begun = sqlx::query(
            "INSERT INTO removals (member_id, by_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(other.id)
        .bind(by)
        .bind(self.now)
        .execute(&mut *self.db)
        .await?;
        let head: i64 = sqlx::query_scalar("SELECT last_seq FROM rooms WHERE id = $1")
            .bind(place.id)
            .fetch_one(&mut *self.db)
            .await?;
        let (seq, duplicate) = (to_seq(head), begun.rows_affected() == 0);
        if !duplicate {
            let about = (Some(other.id), seq);
            self.record(protocol::DeleteAll::EVENT, &place, about, Value::Null).await?;
        }
        Ok(Reached { room: place.public_id, seq, at: self.now, duplicate })
    }
}
