//! The rules of the chat: validated values and the pure state machines that both sides share.
//!
//! Compiled for the server and for the browser, so that one constant stops the composer here and the
//! attacker there. No IO, no clock, no randomness, no framework: `now` and dice rolls are arguments.

pub mod body;
pub mod event;
pub mod id;
pub mod member;
pub mod mention;
pub mod message;
pub mod name;
pub mod outbox;
#[cfg(feature = "plant")]
pub mod plant;
pub mod rich_text;
pub mod role;
pub mod room;
pub mod roster;
pub mod settings;
pub mod text;
pub mod timeline;
pub mod typing;
pub mod unread;

pub use body::{BodyError, MessageBody};
pub use event::{Change, Event};
pub use id::{IdError, Key, LOBBY, MemberId, RoomId};
pub use member::Member;
pub use message::{DeletedBy, Message, Reaction};
pub use name::{NameError, Nickname, RoomName, ServerName};
pub use role::{Act, Role, RoomMakers};
pub use room::Topic;
pub use settings::Settings;

/// Unix time in milliseconds.
pub type Millis = i64;

/// Position of an event in its room, from 1, without gaps, over events of every kind. 0 is "before all".
pub type Seq = u64;
