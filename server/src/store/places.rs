//! Which rooms people are in, for the one who announces: no counting, and one read whoever and however many are asked
//! about.

use chat::{MemberId, RoomId, Seq};
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::stop::Stop;
use super::{Store, StoreError, code, log};

/// A room that somebody is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) room: RoomId,
    /// The room's last `seq`.
    pub(crate) head: Seq,
    /// The person has been in it since the event after this one.
    pub(crate) since: Seq,
}

/// The default room first; of somebody nobody knows yet it is the only one.
const PLACES: &str = "SELECT r.public_id, r.last_seq, 0, coalesce(m.banned, 0)
       FROM rooms r LEFT JOIN members m ON m.public_id = $1 WHERE r.public_id = 'lobby'
     UNION ALL
     SELECT r.public_id, r.last_seq, p.since, m.banned
       FROM members m JOIN memberships p ON p.member_id = m.id JOIN rooms r ON r.id = p.room_id
       WHERE m.public_id = $1 AND p.present <> 0 AND r.public_id <> 'lobby'";

impl Store {
    /// The rooms that `member` is in.
    ///
    /// # Errors
    /// `banned`, `unauthorized` (the account is deleted), or a failure.
    pub(crate) async fn places(&self, member: &MemberId) -> Result<Vec<Place>, Stop> {
        let rows = sqlx::query(PLACES).bind(member.as_str()).fetch_all(&self.0.readers).await?;
        let barred = rows.first().map(|row| row.try_get(3)).transpose()?.and_then(code::barred);
        if let Some(refusal) = barred {
            return Err(refusal.into());
        }
        rows.iter()
            .map(|row| {
                let (head, since) = (code::to_seq(row.try_get(1)?), code::to_seq(row.try_get(2)?));
                Ok(Place { room: log::room_id(row.try_get(0)?)?, head, since })
            })
            .collect()
    }

    /// Those of `members` who are in `room` and may be on this server, each with the place.
    pub(crate) async fn present(
        &self,
        room: &RoomId,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, Place)>, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT m.public_id, r.last_seq, p.since FROM members m
             JOIN memberships p ON p.member_id = m.id JOIN rooms r ON r.id = p.room_id
             WHERE m.banned = 0 AND p.present <> 0 AND r.public_id = ",
        );
        query.push_bind(room.as_str()).push(" AND m.public_id IN (");
        let mut ids = query.separated(", ");
        for member in members {
            ids.push_bind(member.as_str());
        }
        query.push(") ORDER BY m.id");
        let rows = query.build().fetch_all(&self.0.readers).await?;
        rows.iter()
            .map(|row| {
                let (head, since) = (code::to_seq(row.try_get(1)?), code::to_seq(row.try_get(2)?));
                Ok((code::member_id(row.try_get(0)?)?, Place { room: room.clone(), head, since }))
            })
            .collect()
    }
}
