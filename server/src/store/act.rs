//! Every keyed request that is not a message, one at a time in the open transaction: what it may do is read, decided
//! and written there, so that nothing can change in between.
//!
//! A request that is refused has written nothing. One that would change nothing makes no event; its key is
//! remembered all the same.

mod account;
mod block;
mod goodbye;
mod link;
mod message;
mod person;
mod report;
mod room;
mod shape;

use chat::{Act as Deed, Change, Event, Key, Member, MemberId, Millis, RoomId, Seq};
use protocol::Refusal;
use sqlx::{Row as _, SqliteConnection};

use super::append::{self, New};
use super::code::{self, PUBLIC, from_seq, to_seq};
use super::decide::{Known, again};
use super::post::{Content, Post, Posted};
use super::silent::last_number;
use super::stop::Stop;
use super::{StoreError, audit, log, network};

pub(super) use message::erase;

/// Most rooms a person is in by that person's own will.
const MAX_ROOMS: i64 = 500;

/// Where a request has led.
struct Reached {
    room: RoomId,
    seq: Seq,
    at: Millis,
    duplicate: bool,
}

/// Carries out `post`; with its outcome the events it made, in order.
pub(super) async fn carry_out(
    db: &mut SqliteConnection,
    now: Millis,
    post: &Post,
) -> Result<(Posted, Vec<Event>), StoreError> {
    let mut act = Act { db, now, post, author: None, barred: None, events: Vec::new() };
    match act.perform().await {
        Ok(posted) => Ok((posted, act.events)),
        Err(Stop::Refused(refusal)) => Ok((Posted::Refused(refusal.into()), Vec::new())),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// One request being carried out.
struct Act<'a> {
    db: &'a mut SqliteConnection,
    now: Millis,
    post: &'a Post,
    /// The author's row and today's name and role, once saved.
    author: Option<(i64, Member)>,
    /// Why the author may not be here.
    barred: Option<Refusal>,
    events: Vec<Event>,
}

/// A room as the author stands in it.
struct Place {
    id: i64,
    public_id: RoomId,
    kind: i64,
    /// The author made it.
    keeper: bool,
    present: bool,
    muted: bool,
    gone_seq: Seq,
    locked: bool,
    archived: bool,
}

impl Place {
    fn is_lobby(&self) -> bool {
        self.public_id.as_str() == chat::LOBBY
    }
}

impl Act<'_> {
    async fn perform(&mut self) -> Result<Posted, Stop> {
        self.find_author().await?;
        if let Some(known) = self.known().await? {
            return Ok(again(self.post, known, self.member().clone()));
        }
        if let Some(refusal) = self.barred {
            return Err(refusal.into());
        }
        let reached = match &self.post.content {
            Content::Edited { target, body, rich_text } => self.edit(*target, body, rich_text).await?,
            Content::Deleted { target } => self.delete(*target).await?,
            Content::Reacted { target, emoji, on } => self.react(*target, emoji, *on).await?,
            Content::Renamed(name) => self.rename(name).await?,
            Content::Created { name, kind, members } => self.create(name, *kind, members).await?,
            Content::Joined => self.join().await?,
            Content::Left => self.leave().await?,
            Content::Added(who) => self.add(who).await?,
            Content::Kicked(who) => self.kick(who).await?,
            Content::Muted(who, on) => self.mute(who, *on).await?,
            Content::Blocked(who, on) => self.block(who, *on).await?,
            Content::Banned(who, on, live) => self.ban(who, *on, live).await?,
            Content::Kept(kept) => self.keep_name(kept).await?,
            Content::AccountDeleted(goodbye) => self.delete_account(goodbye).await?,
            Content::AllDeleted(who) => self.delete_all(who).await?,
            Content::Reported { target, reason } => self.report(*target, reason).await?,
            Content::Settled { report, outcome, live } => self.settle(*report, *outcome, live).await?,
            Content::Appointed(who, role) => self.appoint(who, *role).await?,
            Content::Shaped(shape) => self.shape(shape).await?,
            Content::Invited { hash, session } => self.be_invited(hash, session.as_ref()).await?,
            Content::BeAppointed(role) => self.be_appointed(*role).await?,
            Content::Claimed { hash, session, replaced } => {
                self.claim(hash, session, replaced.as_ref()).await?
            }
            Content::Said { .. } => unreachable!("messages are written together"),
        };
        if self.events.is_empty() && self.post.keyed {
            self.remember(&reached).await?;
        }
        let Reached { room, seq, at, duplicate } = reached;
        Ok(Posted::Stored { room, seq, at, duplicate, author: self.member().clone() })
    }

    /// The author as of now; of one who is not saved yet, as asked.
    fn member(&self) -> &Member {
        self.author.as_ref().map_or(&self.post.author, |(_, member)| member)
    }

    fn id(&self) -> MemberId {
        self.member().id.clone()
    }

    async fn find_author(&mut self) -> Result<(), StoreError> {
        let row = sqlx::query("SELECT id, public_id, name, role, banned FROM members WHERE public_id = $1")
            .bind(self.post.author.id.as_str())
            .fetch_optional(&mut *self.db)
            .await?;
        if let Some(row) = row {
            let id = row.try_get(0)?;
            self.author = Some((id, code::member(id, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)?));
            self.barred = code::barred(row.try_get(4)?);
        } else if let Some(network) = &self.post.network {
            self.barred = network::is_shut(self.db, network).await?.then_some(Refusal::Banned);
        }
        Ok(())
    }

    /// The author's row. The first write of a passing guest saves the guest.
    async fn author(&mut self) -> Result<i64, StoreError> {
        if let Some((id, _)) = &self.author {
            return Ok(*id);
        }
        let member = &self.post.author;
        let id = sqlx::query_scalar(concat!(
            "INSERT INTO members (id, public_id, name, role, created, folded, silent)
                 VALUES (",
            last_number!(),
            " + 1, $1, $2, $3, $4, $5, 1) RETURNING id"
        ))
        .bind(member.id.as_str())
        .bind(&member.name)
        .bind(code::from_role(member.role))
        .bind(self.now)
        .bind(chat::mention::fold(&member.name))
        .fetch_one(&mut *self.db)
        .await?;
        self.author = Some((id, Member { hue: code::hue(id), ..member.clone() }));
        Ok(id)
    }

    /// Where the author's key has led before.
    async fn known(&mut self) -> Result<Option<Known>, StoreError> {
        let Some((author, _)) = &self.author else { return Ok(None) };
        let row = sqlx::query(
            "SELECT r.public_id, e.seq, e.ts, e.request_hash, e.kind FROM events e JOIN rooms r ON r.id = e.room_id
               WHERE e.author_id = $1 AND e.client_key = $2
             UNION ALL
             SELECT r.public_id, q.seq, q.ts, q.request_hash, 0 FROM requests q JOIN rooms r ON r.id = q.room_id
               WHERE q.author_id = $1 AND q.client_key = $2",
        )
        .bind(author)
        .bind(self.post.key.as_bytes().as_slice())
        .fetch_optional(&mut *self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let room = log::room_id(row.try_get(0)?)?;
        let (hash, kind) = (row.try_get::<Option<Vec<u8>>, _>(3)?, row.try_get(4)?);
        let further = hash.is_none() && code::is_further(kind);
        Ok(Some(Known { room, seq: to_seq(row.try_get(1)?), at: row.try_get(2)?, hash, further }))
    }

    /// Keeps the key of a request that made no event.
    async fn remember(&mut self, reached: &Reached) -> Result<(), StoreError> {
        let author = self.author().await?;
        sqlx::query(
            "INSERT INTO requests (author_id, client_key, request_hash, room_id, seq, ts)
             SELECT $1, $2, $3, id, $5, $6 FROM rooms WHERE public_id = $4",
        )
        .bind(author)
        .bind(self.post.key.as_bytes().as_slice())
        .bind(self.post.hash.as_slice())
        .bind(reached.room.as_str())
        .bind(from_seq(reached.seq))
        .bind(reached.at)
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }

    /// The request's room. What the author may not see is not there.
    async fn place(&mut self) -> Result<Place, Stop> {
        let room = &self.post.room;
        let place = self.room(room).await?.ok_or(Refusal::NotFound)?;
        if place.kind != PUBLIC && !place.present {
            return Err(Refusal::NotFound.into());
        }
        Ok(place)
    }

    /// A room as the author stands in it, whether or not the author may see it.
    async fn room(&mut self, room: &RoomId) -> Result<Option<Place>, StoreError> {
        let row = sqlx::query(
            "SELECT r.id, r.kind, r.creator_id, p.present, p.muted, p.gone_seq, r.locked, r.archived
             FROM rooms r
             LEFT JOIN memberships p ON p.room_id = r.id AND p.member_id = $2 WHERE r.public_id = $1",
        )
        .bind(room.as_str())
        .bind(self.author.as_ref().map(|(id, _)| *id))
        .fetch_optional(&mut *self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let creator: Option<i64> = row.try_get(2)?;
        let mut place = Place {
            id: row.try_get(0)?,
            public_id: room.clone(),
            kind: row.try_get(1)?,
            keeper: creator.is_some() && creator == self.author.as_ref().map(|(id, _)| *id),
            present: row.try_get::<Option<bool>, _>(3)?.unwrap_or(false),
            muted: row.try_get::<Option<bool>, _>(4)?.unwrap_or(false),
            gone_seq: to_seq(row.try_get::<Option<i64>, _>(5)?.unwrap_or(0)),
            locked: row.try_get(6)?,
            archived: row.try_get(7)?,
        };
        place.present |= place.is_lobby();
        Ok(Some(place))
    }

    /// The same, for who wants to speak there.
    async fn place_to_speak(&mut self) -> Result<Place, Stop> {
        let place = self.place().await?;
        if !place.present || place.archived {
            return Err(Refusal::Forbidden.into());
        }
        if place.muted {
            return Err(Refusal::Muted.into());
        }
        if self.is_unheard(&place).await? {
            return Err(Refusal::Forbidden.into());
        }
        if place.locked && !self.member().role.may(Deed::SpeakWhileLocked, place.keeper, None) {
            return Err(Refusal::Forbidden.into());
        }
        Ok(place)
    }

    /// Puts an event at the end of a room's log, under the request's own key.
    async fn append(
        &mut self,
        (id, room): (i64, &RoomId),
        kind: i64,
        target: Option<Seq>,
        change: Change,
    ) -> Result<Reached, StoreError> {
        let (key, hash) = (self.post.key, self.post.hash);
        self.append_under((id, room), kind, target, change, (key, Some(&hash))).await
    }

    async fn append_under(
        &mut self,
        (id, room): (i64, &RoomId),
        kind: i64,
        target: Option<Seq>,
        change: Change,
        (key, hash): (Key, Option<&[u8; 32]>),
    ) -> Result<Reached, StoreError> {
        let author = self.author().await?;
        let new = New { room: id, public_id: room, kind, author, key, hash, target, change };
        let event = append::append(self.db, self.now, new).await?;
        let reached = Reached { room: room.clone(), seq: event.seq, at: event.at, duplicate: false };
        self.events.push(event);
        Ok(reached)
    }

    /// Keeps in the audit log what the author has done here to somebody, or to what somebody said.
    async fn record(
        &mut self,
        act: &str,
        place: &Place,
        (who, seq): (Option<i64>, Seq),
        detail: serde_json::Value,
    ) -> Result<(), StoreError> {
        let by = Some(self.author().await?);
        let deed = audit::Deed { by, act, who, room: Some(place.id), seq: Some(seq), detail };
        audit::record(self.db, self.now, deed).await
    }

    /// The answer to a request that changes nothing: the event of this room that made it so.
    async fn already(&mut self, place: &Place, seq: Seq) -> Result<Reached, StoreError> {
        let at = sqlx::query_scalar("SELECT ts FROM events WHERE room_id = $1 AND seq = $2")
            .bind(place.id)
            .bind(from_seq(seq))
            .fetch_optional(&mut *self.db)
            .await?
            .unwrap_or(self.now);
        Ok(Reached { room: place.public_id.clone(), seq, at, duplicate: true })
    }
}
