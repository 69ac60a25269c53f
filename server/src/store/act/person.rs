//! What concerns a person: a name, and what others may do to one.

use chat::name::skeleton::skeleton;
use chat::{Act as Deed, Change, Key, MemberId, Nickname, Role, RoomId, Seq};
use protocol::view::Rank;
use protocol::{Refusal, Request as _};
use serde_json::{Value, json};
use sqlx::Row as _;

use super::{Act, Place, Reached, Stop};
use crate::store::StoreError;
use crate::store::code::{self, PUBLIC, from_seq, kind, to_seq};
use crate::store::network::{self, Network};
use crate::store::post::further_key;
use crate::store::{log, name};

/// Whom a request is about.
pub(super) struct Other {
    pub(super) id: i64,
    pub(super) public_id: MemberId,
    pub(super) role: Role,
    present: bool,
    gone_seq: Seq,
    muted: bool,
    muted_seq: Seq,
    banned: bool,
    /// The account is deleted.
    gone: bool,
    banned_seq: Seq,
    role_seq: Seq,
}

impl Act<'_> {
    /// Gives the author another name, which each of the author's rooms tells.
    pub(super) async fn rename(&mut self, name: &Nickname) -> Result<Reached, Stop> {
        let place = self.place().await?;
        if self.member().name == name.as_str() {
            return Ok(self.already(&place, 0).await?);
        }
        let author = self.author().await?;
        let (key, hash) = (self.post.key, self.post.hash);
        self.take_name(&place, author, name, (key, Some(&hash))).await
    }

    /// The same, of the author's row, told under `key`.
    pub(super) async fn take_name(
        &mut self,
        place: &Place,
        author: i64,
        name: &Nickname,
        key: (Key, Option<&[u8; 32]>),
    ) -> Result<Reached, Stop> {
        name::claim(&mut *self.db, author, name.as_str()).await?;
        let mut was = None;
        if let Some((_, member)) = &mut self.author {
            was = Some(std::mem::replace(&mut member.name, name.as_str().to_owned()));
        }
        let who = self.id();
        let change = Change::Renamed { by: who.clone(), who, name: name.as_str().to_owned(), was };
        let reached = self.tell_rooms_under(key, author, place, kind::RENAMED, &change).await?;
        sqlx::query("UPDATE members SET name = $2, folded = $3 WHERE id = $1")
            .bind(author)
            .bind(name.as_str())
            .bind(chat::mention::fold(name.as_str()))
            .execute(&mut *self.db)
            .await?;
        // Who kept the old name signs in with the new one.
        sqlx::query("UPDATE accounts SET login = $2 WHERE member_id = $1")
            .bind(author)
            .bind(skeleton(name.as_str()))
            .execute(&mut *self.db)
            .await?;
        Ok(reached)
    }

    /// Takes somebody out of the room. From the default room nobody is taken.
    pub(super) async fn kick(&mut self, who: &MemberId) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let other = self.other(&place, who).await?;
        self.check_right(Deed::Kick, &place, &other)?;
        if place.is_lobby() {
            return Err(Refusal::Forbidden.into());
        }
        if !other.present {
            // Who was never here is nobody to this room.
            let gone = other.gone_seq;
            return if gone > 0 {
                Ok(self.already(&place, gone).await?)
            } else {
                Err(Refusal::NotFound.into())
            };
        }
        let change = Change::Kicked { by: self.id(), who: other.public_id };
        let reached = self.append((place.id, &place.public_id), kind::KICKED, None, change).await?;
        self.take_out(place.id, other.id, reached.seq).await?;
        let about = (Some(other.id), reached.seq);
        self.record(protocol::Kick::EVENT, &place, about, Value::Null).await?;
        Ok(reached)
    }

    /// Lets somebody not speak in the room, or again.
    pub(super) async fn mute(&mut self, who: &MemberId, on: bool) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let other = self.other(&place, who).await?;
        self.check_right(Deed::Mute, &place, &other)?;
        Ok(self.silence(&place, other, on).await?)
    }

    /// Lets somebody not speak, or again, which the author may.
    pub(super) async fn silence(
        &mut self,
        place: &Place,
        other: Other,
        on: bool,
    ) -> Result<Reached, StoreError> {
        if other.muted == on {
            return self.already(place, other.muted_seq).await;
        }
        let change = Change::Muted { by: self.id(), who: other.public_id, on };
        let reached = self.append((place.id, &place.public_id), kind::MUTED, None, change).await?;
        sqlx::query(
            "INSERT INTO memberships (room_id, member_id, present, since, muted, muted_seq)
               VALUES ($1, $2, 0, 0, $3, $4)
             ON CONFLICT DO UPDATE SET muted = excluded.muted, muted_seq = excluded.muted_seq",
        )
        .bind(place.id)
        .bind(other.id)
        .bind(on)
        .bind(from_seq(reached.seq))
        .execute(&mut *self.db)
        .await?;
        let about = (Some(other.id), reached.seq);
        self.record(protocol::Mute::EVENT, place, about, json!({ "on": on })).await?;
        Ok(reached)
    }

    /// Lets somebody not be on this server, or again; told in the default room and in each of the person's. The
    /// person's sessions stay what they are, so that who is pardoned comes back as who they were.
    pub(super) async fn ban(&mut self, who: &MemberId, on: bool, live: &[Network]) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let other = self.other(&place, who).await?;
        self.check_right(Deed::Ban, &place, &other)?;
        Ok(self.banish(&place, other, on, live).await?)
    }

    /// Lets somebody not be here, or again, which the author may.
    pub(super) async fn banish(
        &mut self,
        place: &Place,
        other: Other,
        on: bool,
        live: &[Network],
    ) -> Result<Reached, StoreError> {
        if other.banned == on {
            return self.already(place, other.banned_seq).await;
        }
        let change = Change::Banned { by: self.id(), who: other.public_id, on };
        let reached = self.tell_rooms_of(other.id, place, kind::BANNED, &change).await?;
        sqlx::query("UPDATE members SET banned = $2, banned_seq = $3 WHERE id = $1")
            .bind(other.id)
            .bind(on)
            .bind(from_seq(reached.seq))
            .execute(&mut *self.db)
            .await?;
        if on {
            network::shut(self.db, other.id, live, self.now).await?;
        } else {
            network::reopen(self.db, other.id).await?;
        }
        let about = (Some(other.id), reached.seq);
        self.record(protocol::Ban::EVENT, place, about, json!({ "on": on })).await?;
        Ok(reached)
    }

    /// Gives somebody another role; told in the default room and in each of the person's.
    pub(super) async fn appoint(&mut self, who: &MemberId, role: Role) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let other = self.other(&place, who).await?;
        self.check_right(Deed::SetRole(role), &place, &other)?;
        if other.role == role {
            return Ok(self.already(&place, other.role_seq).await?);
        }
        let change = Change::RoleChanged { by: self.id(), who: other.public_id, role };
        let reached = self.tell_rooms_of(other.id, &place, kind::ROLE_CHANGED, &change).await?;
        self.set_role(other.id, role, reached.seq).await?;
        let detail = json!({ "role": Rank(role).code() });
        self.record(protocol::SetRole::EVENT, &place, (Some(other.id), reached.seq), detail).await?;
        Ok(reached)
    }

    /// Marks a person as gone with the event `seq`.
    pub(super) async fn take_out(&mut self, room: i64, member: i64, seq: Seq) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE memberships SET present = 0, gone_seq = $3 WHERE room_id = $1 AND member_id = $2",
        )
        .bind(room)
        .bind(member)
        .bind(from_seq(seq))
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }

    fn check_right(&self, deed: Deed, place: &Place, other: &Other) -> Result<(), Stop> {
        if other.gone {
            return Err(Refusal::NotFound.into());
        }
        let itself = other.public_id == self.post.author.id;
        if !itself && place.present && self.member().role.may(deed, place.keeper, other.role) {
            Ok(())
        } else {
            Err(Refusal::Forbidden.into())
        }
    }

    /// The same, of an act that is done by role alone, wherever it is.
    pub(super) fn check_role(&self, deed: Deed, other: &Other) -> Result<(), Stop> {
        if other.gone {
            return Err(Refusal::NotFound.into());
        }
        let itself = other.public_id == self.post.author.id;
        if !itself && self.member().role.may(deed, false, other.role) {
            Ok(())
        } else {
            Err(Refusal::Forbidden.into())
        }
    }

    /// Somebody on this server; in a closed room, somebody who is or was in it.
    pub(super) async fn other(&mut self, place: &Place, who: &MemberId) -> Result<Other, Stop> {
        let row = sqlx::query(
            "SELECT m.id, m.role, m.banned, m.banned_seq, p.present, p.gone_seq, p.muted, p.muted_seq,
                    m.role_seq
             FROM members m LEFT JOIN memberships p ON p.member_id = m.id AND p.room_id = $2
             WHERE m.public_id = $1 AND ($3 = $4 OR p.member_id IS NOT NULL)",
        )
        .bind(who.as_str())
        .bind(place.id)
        .bind(place.kind)
        .bind(PUBLIC)
        .fetch_optional(&mut *self.db)
        .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        let seq = |column| row.try_get::<Option<i64>, _>(column).map(|seq| to_seq(seq.unwrap_or(0)));
        let flag = |column| row.try_get::<Option<bool>, _>(column).map(|flag| flag.unwrap_or(false));
        Ok(Other {
            id: row.try_get(0)?,
            public_id: who.clone(),
            role: code::to_role(row.try_get(1)?),
            banned: flag(2)?,
            gone: row.try_get::<i64, _>(2)? == code::GONE,
            banned_seq: seq(3)?,
            present: flag(4)?,
            gone_seq: seq(5)?,
            muted: flag(6)?,
            muted_seq: seq(7)?,
            role_seq: seq(8)?,
        })
    }

    /// Puts the same change into the log of `first`, under the request's key, and of every room `member` is in.
    pub(super) async fn tell_rooms_of(
        &mut self,
        member: i64,
        first: &Place,
        kind: i64,
        change: &Change,
    ) -> Result<Reached, StoreError> {
        let (key, hash) = (self.post.key, self.post.hash);
        self.tell_rooms_under((key, Some(&hash)), member, first, kind, change).await
    }

    /// The same under `key`.
    async fn tell_rooms_under(
        &mut self,
        key: (Key, Option<&[u8; 32]>),
        member: i64,
        first: &Place,
        kind: i64,
        change: &Change,
    ) -> Result<Reached, StoreError> {
        let first_place = (first.id, &first.public_id);
        let reached = self.append_under(first_place, kind, None, change.clone(), key).await?;
        let rows = sqlx::query(
            "SELECT r.id, r.public_id FROM memberships p JOIN rooms r ON r.id = p.room_id
             WHERE p.member_id = $1 AND p.present AND r.id <> $2 ORDER BY r.id",
        )
        .bind(member)
        .bind(first.id)
        .fetch_all(&mut *self.db)
        .await?;
        for row in rows {
            let room: RoomId = log::room_id(row.try_get(1)?)?;
            let key = further_key(self.post, key.0, &room);
            self.append_under((row.try_get(0)?, &room), kind, None, change.clone(), (key, None)).await?;
        }
        Ok(reached)
    }
}
