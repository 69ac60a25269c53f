//! What people do in rooms: say, read, catch up.
//!
//! The service between the sockets and the store. It knows neither Socket.IO nor HTTP nor SQL; every refusal is
//! a [`Problem`] with a stable code.

use chat::RoomId;
use protocol::view;
use protocol::{
    Accepted, History, HistoryPage, Join, Joined, Message, Problem, Refusal, Rename, RenameOk, Sync, SyncReply,
};

use crate::session::Author;
use crate::store::Store;

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

    /// Says something; the answer means that it is durably stored.
    pub async fn say(&self, author: &Author, request: Message) -> Result<Accepted, Problem> {
        let _ = (author, request, &self.store);
        Err(Refusal::Storage.into())
    }

    /// Takes another name.
    pub async fn rename(&self, author: &Author, request: Rename) -> Result<RenameOk, Problem> {
        let _ = (author, request);
        Err(Refusal::Storage.into())
    }

    /// Enters a room.
    pub async fn join(&self, author: &Author, request: Join) -> Result<Joined, Problem> {
        let _ = (author, request);
        Err(Refusal::Storage.into())
    }

    /// A page of messages.
    pub async fn history(&self, reader: Option<&Author>, request: History) -> Result<HistoryPage, Problem> {
        let _ = (reader, request);
        Err(Refusal::Storage.into())
    }

    /// What happened since.
    pub async fn sync(&self, reader: &Author, request: Sync) -> Result<SyncReply, Problem> {
        let _ = (reader, request);
        Err(Refusal::Storage.into())
    }

    /// One's rooms, with their heads.
    pub async fn rooms_of(&self, author: &Author) -> Result<Vec<view::Room>, Problem> {
        let _ = author;
        Err(Refusal::Storage.into())
    }

    /// One room.
    pub async fn room(&self, reader: Option<&Author>, room: &RoomId) -> Result<view::Room, Problem> {
        let _ = (reader, room);
        Err(Refusal::Storage.into())
    }
}
