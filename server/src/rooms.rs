//! What people do in rooms: say, read, catch up.
//!
//! The service between the sockets and the store. It knows neither Socket.IO nor HTTP nor SQL; every refusal is
//! a [`Problem`] with a stable code.

mod block;
mod catch_up;
mod change;
mod enter;
mod keep;
mod link;
mod reading;
mod shape;

use chat::name::skeleton::is_reserved;
use chat::rich_text;
use chat::{Key, Member, MemberId, MessageBody, Millis, Nickname, RoomId, Seq};
use protocol::history::{DEFAULT_LIMIT, MAX_LIMIT};
use protocol::{
    Accepted, History, HistoryPage, Message, OpenRoom, Problem, Refusal, Rename, RenameOk, RoomEvent, Stored,
    Sync, SyncReply, view,
};

use crate::session::Author;
use crate::store::{Content, Posted, RoomRow, Stop, Store, StoreError, Window, Wish};

/// The rooms of this server. Cloning it is cheap.
#[derive(Clone)]
pub struct Rooms {
    store: Store,
}

impl Rooms {
    /// The rooms kept in `store`.
    pub fn new(store: &Store) -> Rooms {
        Rooms { store: store.clone() }
    }

    /// Says something. The answer means that it is durably stored; the same key with the same content is answered
    /// as the first time, with `duplicate`.
    ///
    /// # Errors
    /// `empty`, `too_long`, `not_found` (the room, the message answered, an attachment), `forbidden` (not in the
    /// room), `muted`, `banned`, `key_conflict`, `storage`, `restarting`.
    pub async fn say(&self, author: &Author, request: Message) -> Result<Accepted, Problem> {
        self.say_all(author, vec![request]).await.pop().unwrap_or(Err(Refusal::Restarting.into()))
    }

    /// Says several things, in their order and in one commit; the answer to each, in the same order.
    ///
    /// # Errors
    /// Of each: as [`Rooms::say`].
    pub async fn say_all(&self, author: &Author, requests: Vec<Message>) -> Vec<Result<Accepted, Problem>> {
        let mut wishes = Vec::with_capacity(requests.len());
        let mut checked = Vec::with_capacity(requests.len());
        for request in requests {
            #[cfg(feature = "plant")]
            if let Err(problem) = self.planted_look(author, request.options.room.clone()).await {
                checked.push(Err(problem));
                continue;
            }
            checked.push(wish(request).map(|wish| wishes.push(wish)));
        }
        let posted = self.store.post_all(author.network, &author.member, wishes).await;
        let mut posted = posted.into_iter().map(done);
        let answer = |checked: Result<(), Problem>| {
            checked?;
            let done = posted.next().unwrap_or(Err(Refusal::Restarting.into()))?;
            let Done { room, seq, at, key, duplicate, .. } = done;
            Ok(Accepted { room, seq, at, key, duplicate })
        };
        checked.into_iter().map(answer).collect()
    }

    /// Looks beforehand what the transaction then does not look at.
    #[cfg(feature = "plant")]
    async fn planted_look(&self, author: &Author, room: Option<RoomId>) -> Result<(), Problem> {
        if crate::plant::planted(crate::plant::Bug::MembershipOutside) {
            let room = room.unwrap_or_default();
            if !self.rooms_of(author).await?.iter().any(|mine| mine.id == room) {
                return Err(Refusal::Forbidden.into());
            }
        }
        Ok(())
    }

    /// Takes another name, which every room of the person's log then tells. Today's name again changes nothing.
    ///
    /// # Errors
    /// `empty`, `too_long`, `bad_request` (an invisible character), `name_taken` (or reserved), `banned`, `key_conflict`, `storage`,
    /// `restarting`.
    pub async fn rename(&self, author: &Author, request: Rename) -> Result<RenameOk, Problem> {
        let name = Nickname::parse(&request.name).map_err(Refusal::from)?;
        if is_reserved(name.as_str()) {
            return Err(Refusal::NameTaken.into());
        }
        let done = self.post(author, RoomId::lobby(), request.key, Content::Renamed(name)).await?;
        Ok(RenameOk { you: done.author.into() })
    }

    /// A page of messages, with today's names, and the head of the same moment. Around a message, `more` tells of
    /// earlier ones; whether there are later ones shows in the head.
    ///
    /// # Errors
    /// `bad_request` (two directions, or a limit out of range), `not_found`, `banned`, `storage`, `restarting`.
    pub async fn history(&self, reader: Option<&Author>, request: History) -> Result<HistoryPage, Problem> {
        let window = match (request.before, request.after, request.around) {
            (None, None, None) => Window::Newest,
            (Some(seq), None, None) => Window::Before(seq),
            (None, Some(seq), None) => Window::After(seq),
            (None, None, Some(seq)) => Window::Around(seq),
            _ => return Err(Refusal::BadRequest.into()),
        };
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Refusal::BadRequest.into());
        }
        let page = self.store.page(id_of(reader), &request.room, window, limit as usize).await;
        let page = page.map_err(problem)?;
        Ok(HistoryPage {
            epoch: self.store.epoch().to_owned(),
            head: page.head,
            messages: page.messages.into_iter().map(Into::into).collect(),
            more: page.more,
            events: page.notes.into_iter().map(RoomEvent).collect(),
            people: page.people.into_iter().map(Into::into).collect(),
        })
    }

    /// What happened in each room since its cursor (docs/delivery.md section 5).
    ///
    /// # Errors
    /// `bad_request` (too many rooms), `banned`, `storage`, `restarting`.
    pub async fn sync(&self, reader: &Author, request: Sync) -> Result<SyncReply, Problem> {
        catch_up::reply(&self.store, &reader.member.id, request).await
    }

    /// One's rooms, for `hello`. Their heads are read now: subscribe first, then ask.
    ///
    /// # Errors
    /// `banned`, `storage`, `restarting`.
    pub async fn rooms_of(&self, author: &Author) -> Result<Vec<view::Room>, Problem> {
        let rows = self.store.rooms_of(&author.member.id).await.map_err(problem)?;
        Ok(rows.into_iter().map(seen).collect())
    }

    /// The public rooms that `reader` could enter, by name.
    ///
    /// # Errors
    /// `storage`, `restarting`.
    pub async fn open_rooms(&self, reader: Option<&Author>) -> Result<Vec<OpenRoom>, Problem> {
        self.store.open_rooms(id_of(reader), "").await.map_err(storage)
    }

    /// One room, as `reader` (or somebody without a name yet) sees it.
    ///
    /// # Errors
    /// `not_found`, `banned`, `storage`, `restarting`.
    pub async fn room(&self, reader: Option<&Author>, room: &RoomId) -> Result<view::Room, Problem> {
        self.store.room(id_of(reader), room).await.map(seen).map_err(problem)
    }

    /// One room, as `reader` sees it, and the `limit` of its people who came last, in order of arrival.
    ///
    /// # Errors
    /// `not_found`, `banned`, `storage`, `restarting`.
    pub async fn wall(
        &self,
        reader: Option<&Author>,
        room: &RoomId,
        limit: usize,
    ) -> Result<(view::Room, Vec<view::Member>), Problem> {
        let seen = self.room(reader, room).await?;
        let people = self.store.people(room, limit).await.map_err(storage)?;
        Ok((seen, people.into_iter().map(Into::into).collect()))
    }

    /// Has something remembered, under `key` or one made now.
    async fn post(
        &self,
        author: &Author,
        room: RoomId,
        key: Option<Key>,
        content: Content,
    ) -> Result<Done, Problem> {
        let wish = Wish { room, key, content };
        done(self.store.post_from(author.network, author.member.clone(), wish).await)
    }
}

/// What a message is to leave in a room's log.
fn wish(Message { body, options }: Message) -> Result<Wish, Problem> {
    let body = MessageBody::parse(body).map_err(Refusal::from)?;
    if options.attachments.is_some_and(|files| !files.is_empty()) {
        // Nothing can be uploaded yet, so no id is anybody's.
        return Err(Refusal::NotFound.into());
    }
    let rich_text = rich_text::plain(body.as_str());
    let content = Content::Said { body, reply_to: options.reply_to, rich_text };
    Ok(Wish { room: options.room.unwrap_or_default(), key: options.key, content })
}

fn done(posted: Result<(Key, Posted), StoreError>) -> Result<Done, Problem> {
    match posted.map_err(storage)? {
        (key, Posted::Stored { room, seq, at, duplicate, author }) => {
            Ok(Done { room, seq, at, key, duplicate, author })
        }
        (_, Posted::Refused(problem)) => Err(problem),
    }
}

/// What was asked for is so.
struct Done {
    room: RoomId,
    seq: Seq,
    at: Millis,
    key: Key,
    duplicate: bool,
    author: Member,
}

impl From<Done> for Stored {
    fn from(done: Done) -> Stored {
        Stored { seq: done.seq, at: done.at, duplicate: done.duplicate }
    }
}

fn id_of(reader: Option<&Author>) -> Option<&MemberId> {
    reader.map(|reader| &reader.member.id)
}

/// A room as the reader it was read for sees it.
fn seen(row: RoomRow) -> view::Room {
    view::Room {
        id: row.id,
        name: row.name,
        kind: row.kind,
        topic: Some(row.topic).filter(|topic| !topic.is_empty()),
        head: row.head,
        read_up_to: row.counts.read_up_to,
        unread: row.counts.unread,
        mentions: row.counts.mentions,
        notify: row.notify,
        slow_mode: row.slow_mode,
        locked: row.locked,
        archived: row.archived,
        keeper: row.keeper,
        muted: row.muted,
    }
}

/// What a person is told when nothing came of it.
pub(crate) fn problem(stop: Stop) -> Problem {
    match stop {
        Stop::Refused(refusal) => refusal.into(),
        Stop::Failed(error) => storage(error),
    }
}

fn storage(error: StoreError) -> Problem {
    error.refuse("a request could not be stored or read").into()
}

#[cfg(test)]
mod tests;
