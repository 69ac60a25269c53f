//! What people do in rooms: say, read, catch up.
//!
//! The service between the sockets and the store. It knows neither Socket.IO nor HTTP nor SQL; every refusal is
//! a [`Problem`] with a stable code.

mod catch_up;

use chat::rich_text;
use chat::{MessageBody, Nickname, RoomId};
use protocol::history::{DEFAULT_LIMIT, MAX_LIMIT};
use protocol::{
    Accepted, History, HistoryPage, Join, JoinOk, Message, Problem, Refusal, Rename, RenameOk, Sync,
    SyncReply, join, view,
};

use crate::session::Author;
use crate::store::{Content, Posted, RoomRow, Store, StoreError, Window};

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
    /// `empty`, `too_long`, `not_found` (the room, the message answered, an attachment), `key_conflict`, `storage`,
    /// `restarting`.
    pub async fn say(&self, author: &Author, request: Message) -> Result<Accepted, Problem> {
        let Message { body, options } = request;
        let body = MessageBody::parse(body).map_err(Refusal::from)?;
        if options.attachments.is_some_and(|files| !files.is_empty()) {
            // Nothing can be uploaded yet, so no id is anybody's.
            return Err(Refusal::NotFound.into());
        }
        let rich_text = rich_text::plain(body.as_str());
        let content = Content::Said { body, reply_to: options.reply_to, rich_text };
        let room = options.room.unwrap_or_default();
        let posted = self.store.post(room, author.member.clone(), options.key, content).await;
        match posted.map_err(storage)? {
            (key, Posted::Stored { room, seq, at, duplicate, .. }) => {
                Ok(Accepted { room, seq, at, key, duplicate })
            }
            (_, Posted::Refused(refusal)) => Err(refusal.into()),
            (_, Posted::Unchanged { .. }) => unreachable!("a message always changes something"),
        }
    }

    /// Takes another name, which every room of the person's log then tells. Today's name again changes nothing.
    ///
    /// # Errors
    /// `empty`, `too_long`, `bad_request` (an invisible character), `key_conflict`, `storage`, `restarting`.
    pub async fn rename(&self, author: &Author, request: Rename) -> Result<RenameOk, Problem> {
        let name = Nickname::parse(&request.name).map_err(Refusal::from)?;
        // One's rooms are the default room. An event has its author's key for itself, so further rooms' events
        // will need keys derived from this one.
        let content = Content::Renamed(name);
        let posted = self.store.post(RoomId::lobby(), author.member.clone(), request.key, content).await;
        match posted.map_err(storage)?.1 {
            Posted::Stored { author, .. } | Posted::Unchanged { author } => {
                Ok(RenameOk { you: author.into() })
            }
            Posted::Refused(refusal) => Err(refusal.into()),
        }
    }

    /// Enters a room and sees its people and its newest messages. Entering the default room makes no event.
    ///
    /// # Errors
    /// `not_found`, `storage`, `restarting`.
    pub async fn join(&self, author: &Author, request: Join) -> Result<JoinOk, Problem> {
        let _ = author; // In a public room everybody may.
        let entrance = self.store.entrance(&request.room, DEFAULT_LIMIT as usize, join::MAX_MEMBERS).await;
        let (row, page, people) = entrance.map_err(storage)?.ok_or(Refusal::NotFound)?;
        Ok(JoinOk {
            room: seen(row),
            members: people.into_iter().map(Into::into).collect(),
            messages: page.messages.into_iter().map(Into::into).collect(),
            more: page.more,
        })
    }

    /// A page of messages, with today's names, and the head of the same moment. Around a message, `more` tells of
    /// earlier ones; whether there are later ones shows in the head.
    ///
    /// # Errors
    /// `bad_request` (two directions, or a limit out of range), `not_found`, `storage`, `restarting`.
    pub async fn history(&self, reader: Option<&Author>, request: History) -> Result<HistoryPage, Problem> {
        let _ = reader; // In a public room everybody may.
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
        let page = self.store.page(&request.room, window, limit as usize).await;
        let page = page.map_err(storage)?.ok_or(Refusal::NotFound)?;
        Ok(HistoryPage {
            epoch: self.store.epoch().to_owned(),
            head: page.head,
            messages: page.messages.into_iter().map(Into::into).collect(),
            more: page.more,
        })
    }

    /// What happened in each room since its cursor (delivery.md section 5).
    ///
    /// # Errors
    /// `bad_request` (too many rooms), `storage`, `restarting`.
    pub async fn sync(&self, reader: &Author, request: Sync) -> Result<SyncReply, Problem> {
        let _ = reader; // In a public room everybody may.
        catch_up::reply(&self.store, request).await
    }

    /// One's rooms, for `hello`. Their heads are read now: subscribe first, then ask.
    ///
    /// # Errors
    /// `storage`, `restarting`.
    pub async fn rooms_of(&self, author: &Author) -> Result<Vec<view::Room>, Problem> {
        Ok(vec![self.room(Some(author), &RoomId::lobby()).await?])
    }

    /// One room, as `reader` (or somebody without a name yet) sees it.
    ///
    /// # Errors
    /// `not_found`, `storage`, `restarting`.
    pub async fn room(&self, reader: Option<&Author>, room: &RoomId) -> Result<view::Room, Problem> {
        let _ = reader; // In a public room everybody may.
        let row = self.store.room(room).await.map_err(storage)?.ok_or(Refusal::NotFound)?;
        Ok(seen(row))
    }
}

/// A room as everybody sees it; what one has read is not kept yet, so all of it counts as read.
fn seen(row: RoomRow) -> view::Room {
    view::Room {
        id: row.id,
        name: row.name,
        kind: row.kind,
        topic: None,
        head: row.head,
        read_up_to: row.head,
        unread: 0,
        mentions: 0,
        notify: view::Notify::All,
    }
}

/// What a person is told of a failure of the store; the cause goes to the log, here and nowhere else.
fn storage(error: StoreError) -> Problem {
    if matches!(error, StoreError::Closed) {
        return Refusal::Restarting.into();
    }
    tracing::error!(%error, "a request could not be stored or read");
    Refusal::Storage.into()
}

#[cfg(test)]
mod tests;
