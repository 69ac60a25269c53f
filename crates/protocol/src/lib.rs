//! The wire: the name, payload and reply of every event, bound in one place.
//!
//! Normative text: `docs/PROTOCOL.md`. Each payload stands byte for byte in `tests/golden/`. Event names appear
//! nowhere else as literals. What the values mean is `chat`'s matter; this crate only carries them.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub mod add_member;
pub mod archive_room;
pub mod auth;
pub mod ban;
pub mod block;
pub mod create_room;
pub mod delete;
pub mod delete_all;
pub mod edit;
pub mod event;
pub mod history;
pub mod join;
pub mod json;
pub mod kick;
pub mod leave;
pub mod list_rooms;
pub mod lock_room;
pub mod members;
pub mod message;
pub mod mute;
pub mod notice;
pub mod object;
pub mod per_id;
pub mod react;
pub mod read;
pub mod refusal;
pub mod rename;
pub mod rename_room;
pub mod reply;
pub mod report;
pub mod set_notify;
pub mod set_role;
pub mod set_topic;
pub mod slow_mode;
pub mod sync;
pub mod typing;
pub mod view;

pub use add_member::AddMember;
pub use archive_room::ArchiveRoom;
pub use auth::Auth;
pub use ban::Ban;
pub use block::Block;
pub use create_room::{CreateRoom, CreateRoomOk};
pub use delete::Delete;
pub use delete_all::DeleteAll;
pub use edit::Edit;
pub use event::RoomEvent;
pub use history::{History, HistoryPage};
pub use join::{Join, JoinOk};
pub use kick::Kick;
pub use leave::{Leave, LeaveOk};
pub use list_rooms::{ListRooms, ListRoomsOk, OpenRoom};
pub use lock_room::LockRoom;
pub use members::{Members, MembersOk};
pub use message::{Accepted, Message, MessageOptions};
pub use mute::Mute;
pub use notice::{
    Ended, Greeting, Heads, Hello, Notified, Presence, ReadUpTo, RefusedRequest, Sent, SentRecord, TypingNow,
    Welcome,
};
pub use object::{Argument, Object};
pub use per_id::{PerId, PerMember, PerRoom};
pub use react::React;
pub use read::Read;
pub use refusal::{Problem, Refusal};
pub use rename::{Rename, RenameOk};
pub use rename_room::RenameRoom;
pub use reply::{Done, Reply, Stored};
pub use report::Report;
pub use set_notify::SetNotify;
pub use set_role::SetRole;
pub use set_topic::SetTopic;
pub use slow_mode::SlowMode;
pub use sync::{Sync, SyncReply, SyncRoom};
pub use typing::Typing;

/// The version of the contract, as `auth.v` and `hello.v` carry it.
pub const VERSION: u32 = 1;

/// Largest packet the server reads, in bytes; a larger one closes the connection.
pub const MAX_PACKET_BYTES: usize = 64 * 1024;

/// Most bytes our own client puts in one request: more could never be answered, only cut.
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
pub const REQUESTS: [&str; 28] = [
    Message::EVENT,
    Edit::EVENT,
    Delete::EVENT,
    React::EVENT,
    Rename::EVENT,
    CreateRoom::EVENT,
    Join::EVENT,
    Leave::EVENT,
    History::EVENT,
    Sync::EVENT,
    AddMember::EVENT,
    Kick::EVENT,
    Mute::EVENT,
    Ban::EVENT,
    Block::EVENT,
    Report::EVENT,
    DeleteAll::EVENT,
    SetRole::EVENT,
    SetTopic::EVENT,
    RenameRoom::EVENT,
    SlowMode::EVENT,
    LockRoom::EVENT,
    ArchiveRoom::EVENT,
    Read::EVENT,
    SetNotify::EVENT,
    ListRooms::EVENT,
    Members::EVENT,
    Typing::EVENT,
];

/// The names of the notices that are not kept, and of `sent`; the other kept ones are [`event::kind::ALL`].
pub const NOTICES: [&str; 10] = [
    Hello::EVENT,
    SentRecord::EVENT,
    Heads::EVENT,
    Ended::EVENT,
    ReadUpTo::EVENT,
    Notified::EVENT,
    Presence::EVENT,
    TypingNow::EVENT,
    RefusedRequest::EVENT,
    OpenRoom::EVENT,
];
