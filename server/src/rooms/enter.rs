//! Rooms that are made, entered and left.

use std::collections::HashSet;

use chat::{Nickname, RoomId, RoomName};
use protocol::create_room::MAX_INVITED;
use protocol::history::DEFAULT_LIMIT;
use protocol::view::RoomKind;
use protocol::{
    AddMember, CreateRoom, CreateRoomOk, Join, JoinOk, Leave, LeaveOk, Problem, Refusal, RoomEvent, Stored,
    join,
};
use uuid::Uuid;

use super::{Rooms, id_of, problem, seen};
use crate::session::Author;
use crate::store::{Content, Whom};

impl Rooms {
    /// Makes a room with the author and others in it.
    ///
    /// # Errors
    /// `empty`, `too_long` (also of people), `bad_request` (a name with an invisible character, a conversation with
    /// nobody), `not_found` (a person), `forbidden` (in too many rooms already, or one of the others is, or hears nothing of
    /// the author), `banned`, `key_conflict`, `storage`,
    /// `restarting`.
    pub async fn create_room(&self, author: &Author, request: CreateRoom) -> Result<CreateRoomOk, Problem> {
        let name = RoomName::parse(&request.name).map_err(Refusal::from)?;
        let mut members = request.members.unwrap_or_default();
        if members.len() > MAX_INVITED {
            return Err(Refusal::TooLong.into());
        }
        let mut named = HashSet::from([author.member.id.clone()]);
        members.retain(|id| named.insert(id.clone()));
        if request.kind == RoomKind::Direct && members.is_empty() {
            return Err(Refusal::BadRequest.into());
        }
        let id = RoomId::try_from(Uuid::new_v4().to_string()).expect("invariant: a UUID is an identifier");
        let content = Content::Created { name, kind: request.kind, members };
        // An earlier request of the same key has made another room: that one is the answer.
        let room = self.post(author, id, request.key, content).await?.room;
        Ok(CreateRoomOk { room: self.room(Some(author), &room).await? })
    }

    /// Enters a room and sees its people and its newest messages. Entering the default room makes no event.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (in too many rooms already), `banned`, `storage`, `restarting`.
    pub async fn join(&self, author: &Author, request: Join) -> Result<JoinOk, Problem> {
        if request.room.as_str() != chat::LOBBY {
            self.post(author, request.room.clone(), None, Content::Joined).await?;
        }
        let reader = id_of(Some(author));
        let entrance =
            self.store.entrance(reader, &request.room, DEFAULT_LIMIT as usize, join::MAX_MEMBERS).await;
        let (row, page, people) = entrance.map_err(problem)?;
        Ok(JoinOk {
            room: seen(row),
            members: people.into_iter().map(Into::into).collect(),
            messages: page.messages.into_iter().map(Into::into).collect(),
            more: page.more,
            events: page.notes.into_iter().map(RoomEvent).collect(),
            people: page.people.into_iter().map(Into::into).collect(),
        })
    }

    /// Brings somebody into a private room.
    ///
    /// # Errors
    /// `bad_request` (not exactly one of `member` and `name`, an invisible character), `empty`, `too_long`, `not_found` (the
    /// room, the person), `forbidden` (no right to it, no private room, an archived one; the person hears nothing of the
    /// author, is in too many rooms, was put into as many by the author today, or was put into this one and left it),
    /// `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn add_member(&self, author: &Author, request: AddMember) -> Result<Stored, Problem> {
        let whom = match (request.member, request.name) {
            (Some(id), None) => Whom::Id(id),
            (None, Some(name)) => Whom::Name(Nickname::parse(&name).map_err(Refusal::from)?),
            _ => return Err(Refusal::BadRequest.into()),
        };
        Ok(self.post(author, request.room, request.key, Content::Added(whom)).await?.into())
    }

    /// Goes out of a room.
    ///
    /// # Errors
    /// `not_found`, `forbidden` (the default room), `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn leave(&self, author: &Author, request: Leave) -> Result<LeaveOk, Problem> {
        let done = self.post(author, request.room, request.key, Content::Left).await?;
        Ok(LeaveOk { seq: done.seq })
    }
}
