//! The wire: the name, payload and reply of every event, bound in one place.
//!
//! Normative text: `docs/PROTOCOL.md`. Each payload stands byte for byte in `tests/golden/`. Event names appear
//! nowhere else as literals. What the values mean is `chat`'s matter; this crate only carries them.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub mod auth;
pub mod event;
pub mod history;
pub mod join;
pub mod json;
pub mod message;
pub mod notice;
pub mod object;
pub mod per_room;
pub mod refusal;
pub mod rename;
pub mod reply;
pub mod sync;
pub mod view;

pub use auth::Auth;
pub use event::RoomEvent;
pub use history::{History, HistoryPage};
pub use join::{Join, Joined};
pub use message::{Accepted, Message, MessageOptions};
pub use notice::{Ended, Greeting, Heads, Hello, Renamed, Sent, SentRecord, Welcome};
pub use object::Object;
pub use per_room::PerRoom;
pub use refusal::{Problem, Refusal};
pub use rename::{Rename, RenameOk};
pub use reply::Reply;
pub use sync::{Sync, SyncReply, SyncRoom};

/// The version of the contract, as `auth.v` and `hello.v` carry it.
pub const VERSION: u32 = 1;

/// Largest packet the server reads, in bytes; a larger one closes the connection.
pub const MAX_PACKET_BYTES: usize = 64 * 1024;

/// Most bytes our own client puts in one request: more could never be answered, only cut (realtime.md 1.4).
pub const MAX_REQUEST_BYTES: usize = 60 * 1024;

/// Something a client asks for: an event with arguments, answered by one ack with a [`Reply`].
pub trait Request: DeserializeOwned {
    /// The event's name.
    const EVENT: &'static str;
    /// What `ok` holds.
    type Ok: Serialize + DeserializeOwned;
}

/// Something the server tells: an event without an ack.
pub trait Notice: Serialize {
    /// The event's name.
    const EVENT: &'static str;
}

/// Every request's name, in the order of `docs/PROTOCOL.md`.
pub const REQUESTS: [&str; 5] = [Message::EVENT, Rename::EVENT, Join::EVENT, History::EVENT, Sync::EVENT];

/// Every notice's name, in the order of `docs/PROTOCOL.md`.
pub const NOTICES: [&str; 5] = [Hello::EVENT, SentRecord::EVENT, Renamed::EVENT, Heads::EVENT, Ended::EVENT];
