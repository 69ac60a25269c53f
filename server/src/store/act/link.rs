//! What a link does for who opens it: an invite lets in, the owner link makes the owner. A newcomer gets a session in
//! the same transaction, so that there is never a person whom the link did not let in.

use chat::{Change, Key, MemberId, Role, RoomId, Seq};
use protocol::view::Rank;
use protocol::{Refusal, Request as _};
use serde_json::json;
use sqlx::Row as _;

use super::{Act, Place, Reached, Stop};
use crate::store::append::{self, New};
use crate::store::audit::{self, Deed};
use crate::store::code::{self, from_seq, kind};
use crate::store::{NewSession, StoreError, log, manage, name, session};

/// No row of `members` has it.
const NOBODY: i64 = 0;

/// An invite that works now, and how its room stands to the author.
struct Invite {
    id: i64,
    maker: i64,
    maker_id: MemberId,
    room: i64,
    room_id: RoomId,
    present: bool,
}

impl Act<'_> {
    /// Lets the author in with an invite, and into its room, closed or not. A use is counted for who was not there yet.
    pub(super) async fn be_invited(
        &mut self,
        hash: &[u8; 32],
        session: Option<&NewSession>,
    ) -> Result<Reached, Stop> {
        let invite = self.invite(hash).await?;
        let new = self.comes_anew().await?;
        let lobby = invite.room_id.as_str() == chat::LOBBY;
        let enters = !lobby && !invite.present;
        if enters {
            self.check_room_for_one_more().await?;
        }
        let author = self.settled(new).await?;
        let mut reached = Reached { room: invite.room_id.clone(), seq: 0, at: self.now, duplicate: !new };
        if enters {
            let change = Change::Joined { by: invite.maker_id.clone(), who: self.member().clone() };
            // It is the inviter who brings them in.
            let new = New {
                room: invite.room,
                public_id: &invite.room_id,
                kind: kind::JOINED,
                author: invite.maker,
                key: self.post.key,
                hash: Some(&self.post.hash),
                target: None,
                change,
            };
            let event = append::append(self.db, self.now, new).await?;
            (reached.seq, reached.at) = (event.seq, event.at);
            self.events.push(event);
            self.put_in(invite.room, author, reached.seq).await?;
        }
        if new || enters {
            sqlx::query("UPDATE invites SET uses = uses + 1 WHERE id = $1")
                .bind(invite.id)
                .execute(&mut *self.db)
                .await?;
        }
        self.begin_session(author, session).await?;
        Ok(reached)
    }

    /// Makes the author the owner; of all who open the link at once, one.
    pub(super) async fn claim(
        &mut self,
        hash: &[u8; 32],
        session: &NewSession,
        replaced: Option<&[u8; 32]>,
    ) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let new = self.comes_anew().await?;
        if !manage::take_ownership(&mut *self.db, hash).await? {
            return Err(Refusal::NotFound.into());
        }
        let author = self.settled(new).await?;
        self.set_role(author, Role::Owner, 0).await?;
        if let Some((_, member)) = &mut self.author {
            member.role = Role::Owner;
        }
        self.begin_session(author, Some(session)).await?;
        if let Some(replaced) = replaced {
            sqlx::query("DELETE FROM sessions WHERE hash = $1")
                .bind(replaced.as_slice())
                .execute(&mut *self.db)
                .await?;
        }
        if new {
            // Nobody has seen them as anything else.
            return Ok(Reached { room: place.public_id, seq: 0, at: self.now, duplicate: false });
        }
        let change = Change::RoleChanged { by: self.id(), who: self.id(), role: Role::Owner };
        Ok(self.tell_rooms_of(author, &place, kind::ROLE_CHANGED, &change).await?)
    }

    /// Gives the author another role by order of who runs the machine. There is one owner: who was it becomes an admin.
    pub(super) async fn be_appointed(&mut self, role: Role) -> Result<Reached, Stop> {
        let place = self.place().await?;
        let Some((author, before)) = self.author.clone() else { return Err(Refusal::NotFound.into()) };
        if before.role == role {
            return Ok(self.already(&place, 0).await?);
        }
        let change = Change::RoleChanged { by: before.id.clone(), who: before.id.clone(), role };
        let reached = self.tell_rooms_of(author, &place, kind::ROLE_CHANGED, &change).await?;
        if role == Role::Owner {
            self.dethrone(&place, &before.id).await?;
        }
        self.set_role(author, role, reached.seq).await?;
        let detail = json!({ "role": Rank(role).code() });
        let (who, room, seq) = (Some(author), Some(place.id), Some(reached.seq));
        let deed = Deed { by: None, act: protocol::SetRole::EVENT, who, room, seq, detail };
        audit::record(self.db, self.now, deed).await?;
        Ok(reached)
    }

    /// Whoever is the owner becomes an admin, told in the default room.
    async fn dethrone(&mut self, place: &Place, by: &MemberId) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT id, public_id FROM members WHERE role = $1")
            .bind(code::from_role(Role::Owner))
            .fetch_all(&mut *self.db)
            .await?;
        for row in rows {
            let (id, who) = (row.try_get(0)?, code::member_id(row.try_get(1)?)?);
            let change = Change::RoleChanged { by: by.clone(), who, role: Role::Admin };
            let key = (Key::from_bytes(rand::random()), None);
            let told = self
                .append_under((place.id, &place.public_id), kind::ROLE_CHANGED, None, change, key)
                .await?;
            self.set_role(id, Role::Admin, told.seq).await?;
        }
        Ok(())
    }

    /// Keeps somebody's role, given with the event `seq` of the default room; 0 for one that nobody was told of.
    pub(super) async fn set_role(&mut self, member: i64, role: Role, seq: Seq) -> Result<(), StoreError> {
        sqlx::query("UPDATE members SET role = $2, role_seq = $3 WHERE id = $1")
            .bind(member)
            .bind(code::from_role(role))
            .bind(from_seq(seq))
            .execute(&mut *self.db)
            .await?;
        // The browsers get another secret with the next page; one that is due already is due once.
        sqlx::query("UPDATE sessions SET turn = coalesce(turn, $2) WHERE member_id = $1 AND kind = 1")
            .bind(member)
            .bind(rand::random::<[u8; 32]>().as_slice())
            .execute(&mut *self.db)
            .await?;
        Ok(())
    }

    /// Nobody has seen the author before, and the name is nobody else's.
    async fn comes_anew(&mut self) -> Result<bool, Stop> {
        if self.author.is_some() {
            return Ok(false);
        }
        name::check(&mut *self.db, NOBODY, &self.post.author.name).await?;
        Ok(true)
    }

    /// The author's row; of somebody new, with the name that is theirs from now on.
    async fn settled(&mut self, new: bool) -> Result<i64, Stop> {
        let author = self.author().await?;
        if new {
            name::claim(&mut *self.db, author, &self.post.author.name).await?;
        }
        Ok(author)
    }

    /// Whatever is wrong with an invite, the answer is the same.
    async fn invite(&mut self, hash: &[u8; 32]) -> Result<Invite, Stop> {
        let row = sqlx::query(
            "SELECT i.id, i.maker_id, maker.public_id, r.id, r.public_id, coalesce(p.present, 0)
             FROM invites i JOIN rooms r ON r.id = i.room_id JOIN members maker ON maker.id = i.maker_id
             LEFT JOIN memberships p ON p.room_id = r.id AND p.member_id = $3
             WHERE i.hash = $1 AND NOT i.revoked AND (i.expires IS NULL OR i.expires > $2)
               AND (i.most_uses IS NULL OR i.uses < i.most_uses) AND NOT maker.banned AND NOT r.archived",
        )
        .bind(hash.as_slice())
        .bind(self.now)
        .bind(self.author.as_ref().map(|(id, _)| *id))
        .fetch_optional(&mut *self.db)
        .await?;
        let row = row.ok_or(Refusal::NotFound)?;
        Ok(Invite {
            id: row.try_get(0)?,
            maker: row.try_get(1)?,
            maker_id: code::member_id(row.try_get(2)?)?,
            room: row.try_get(3)?,
            room_id: log::room_id(row.try_get(4)?)?,
            present: row.try_get(5)?,
        })
    }

    /// Marks a person as there since the event `seq`.
    pub(super) async fn put_in(&mut self, room: i64, member: i64, seq: Seq) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO memberships (room_id, member_id, present, since) VALUES ($1, $2, 1, $3)
             ON CONFLICT (room_id, member_id) DO UPDATE
               SET present = 1, since = excluded.since, put_by = NULL, put_at = NULL",
        )
        .bind(room)
        .bind(member)
        .bind(from_seq(seq - 1))
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }

    async fn begin_session(&mut self, member: i64, session: Option<&NewSession>) -> Result<(), StoreError> {
        let Some(new) = session else { return Ok(()) };
        // The sockets of those that end are found by who looks for sessions that are over.
        session::begin(self.db, member, new).await?;
        Ok(())
    }
}
