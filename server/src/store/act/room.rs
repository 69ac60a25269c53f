//! Rooms that are made, entered and left.

use chat::name::skeleton::skeleton;
use chat::settings;
use chat::{Act as Deed, Change, MemberId, Millis, RoomId, RoomMakers, RoomName};
use protocol::Refusal;
use protocol::view::RoomKind;
use sqlx::Row as _;

use super::block::DAY;
use super::{Act, MAX_ROOMS, Reached, Stop};
use crate::store::code::{self, kind};
use crate::store::post::Whom;

impl Act<'_> {
    /// Makes a room under the id of the request, with the author and `members` in it. That makes no event: its log
    /// begins with what is said first.
    pub(super) async fn create(
        &mut self,
        name: &RoomName,
        kind: RoomKind,
        members: &[MemberId],
    ) -> Result<Reached, Stop> {
        self.check_may_create(kind).await?;
        let rows = self.rows_of(members).await?;
        let others = self.who_hear(kind, rows).await?;
        if kind == RoomKind::Direct
            && let [other] = others[..]
            && let Some(known) = self.conversation(other).await?
        {
            return Ok(known);
        }
        self.check_room_for_one_more().await?;
        self.check_consent(&others).await?;
        let author = self.author().await?;
        let room: i64 = sqlx::query_scalar(
            "INSERT INTO rooms (public_id, name, kind, creator_id) VALUES ($1, $2, $3, $4) RETURNING id",
        )
        .bind(self.post.room.as_str())
        .bind(name.as_str())
        .bind(code::from_room_kind(kind))
        .bind(author)
        .fetch_one(&mut *self.db)
        .await?;
        for member in std::iter::once(author).chain(others) {
            let put_in = member != author;
            sqlx::query(
                "INSERT INTO memberships (room_id, member_id, present, since, put_by, put_at)
                 VALUES ($1, $2, 1, 0, $3, $4) ON CONFLICT DO NOTHING",
            )
            .bind(room)
            .bind(member)
            .bind(put_in.then_some(author))
            .bind(put_in.then_some(self.now))
            .execute(&mut *self.db)
            .await?;
        }
        Ok(Reached { room: self.post.room.clone(), seq: 0, at: self.now, duplicate: false })
    }

    /// Somebody is brought into a private room. Who has left it is brought back at most once a day.
    pub(super) async fn add(&mut self, who: &Whom) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let may = self.member().role.may(Deed::AddMember, place.keeper, None);
        if !(may && place.present && !place.archived && place.kind == code::from_room_kind(RoomKind::Private))
        {
            return Err(Refusal::Forbidden.into());
        }
        let row = sqlx::query(
            "SELECT m.id, m.public_id, m.name, m.role, p.present, p.put_at FROM members m
             LEFT JOIN memberships p ON p.member_id = m.id AND p.room_id = $1
             WHERE m.banned = 0 AND (m.public_id = $2 OR m.id = (SELECT member_id FROM names WHERE likeness = $3))",
        )
        .bind(place.id)
        .bind(if let Whom::Id(id) = who { Some(id.as_str()) } else { None })
        .bind(if let Whom::Name(name) = who { Some(skeleton(name.as_str())) } else { None })
        .fetch_optional(&mut *self.db)
        .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        let id: i64 = row.try_get(0)?;
        if row.try_get(4)? {
            return Ok(self.already(&place, 0).await?);
        }
        if row.try_get::<Option<Millis>, _>(5)?.is_some_and(|put_at| put_at > self.now - DAY) {
            return Err(Refusal::Forbidden.into());
        }
        let other = code::member(id, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)?;
        self.who_hear(RoomKind::Private, vec![id]).await?;
        self.check_consent(&[id]).await?;
        let author = self.author().await?;
        let change = Change::Joined { by: self.id(), who: other };
        let reached = self.append((place.id, &place.public_id), kind::JOINED, None, change).await?;
        self.put_in(place.id, id, reached.seq).await?;
        sqlx::query("UPDATE memberships SET put_by = $3, put_at = $4 WHERE room_id = $1 AND member_id = $2")
            .bind(place.id)
            .bind(id)
            .bind(author)
            .bind(self.now)
            .execute(&mut *self.db)
            .await?;
        Ok(reached)
    }

    /// The rows of people who may be on this server.
    async fn rows_of(&mut self, members: &[MemberId]) -> Result<Vec<i64>, Stop> {
        let mut rows = Vec::with_capacity(members.len());
        for member in members {
            let row: Option<i64> =
                sqlx::query_scalar("SELECT id FROM members WHERE public_id = $1 AND NOT banned")
                    .bind(member.as_str())
                    .fetch_optional(&mut *self.db)
                    .await?;
            rows.push(row.ok_or(Refusal::NotFound)?);
        }
        Ok(rows)
    }

    /// The author enters a room that may be entered; who is in it already stays.
    pub(super) async fn join(&mut self) -> Result<Reached, Stop> {
        let place = self.place().await?;
        if place.present {
            return Ok(self.already(&place, 0).await?);
        }
        if place.archived {
            return Err(Refusal::Forbidden.into());
        }
        self.enter(place.id, &place.public_id).await
    }

    /// The author is in the room from now on, by the author's own will.
    pub(super) async fn enter(&mut self, id: i64, room: &RoomId) -> Result<Reached, Stop> {
        self.check_room_for_one_more().await?;
        let author = self.author().await?;
        let change = Change::Joined { by: self.id(), who: self.member().clone() };
        let reached = self.append((id, room), kind::JOINED, None, change).await?;
        self.put_in(id, author, reached.seq).await?;
        Ok(reached)
    }

    /// The author goes; from the default room nobody does.
    pub(super) async fn leave(&mut self) -> Result<Reached, Stop> {
        let place = self.place().await?;
        if place.is_lobby() {
            return Err(Refusal::Forbidden.into());
        }
        if !place.present {
            return Ok(self.already(&place, place.gone_seq).await?);
        }
        let author = self.author().await?;
        let change = Change::Left { by: self.id(), who: self.id() };
        let reached = self.append((place.id, &place.public_id), kind::LEFT, None, change).await?;
        self.take_out(place.id, author, reached.seq).await?;
        Ok(reached)
    }

    /// Who may make rooms is decided by the settings as the database has them now.
    async fn check_may_create(&mut self, kind: RoomKind) -> Result<(), Stop> {
        if kind == RoomKind::Direct {
            return Ok(());
        }
        let code: Option<String> = sqlx::query_scalar("SELECT value FROM settings WHERE key = $1")
            .bind(settings::CREATORS)
            .fetch_optional(&mut *self.db)
            .await?;
        let makers = code.and_then(|code| RoomMakers::from_code(&code)).unwrap_or_default();
        let may = self.member().role.may(Deed::CreateRoom(makers), false, None);
        if may { Ok(()) } else { Err(Refusal::Forbidden.into()) }
    }

    /// Rooms that somebody else put the author into do not count.
    pub(super) async fn check_room_for_one_more(&mut self) -> Result<(), Stop> {
        let Some((author, _)) = &self.author else { return Ok(()) };
        let rooms: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM memberships WHERE member_id = $1 AND present = 1 AND put_by IS NULL",
        )
        .bind(author)
        .fetch_one(&mut *self.db)
        .await?;
        if rooms < MAX_ROOMS { Ok(()) } else { Err(Refusal::Forbidden.into()) }
    }
}
