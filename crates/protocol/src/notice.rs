//! What the server tells without being asked.

use chat::rich_text::Block;
use chat::{Key, MemberId, Millis, RoomId, Seq};
use serde::{Deserialize, Serialize};

use crate::view::{Attachment, DeletedBy, Member, Notify, Room};
use crate::{Notice, PerRoom, Refusal};

/// `hello`: the first notice of a client that sent `auth.v`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The contract's version.
    pub v: u32,
    /// Which database this is.
    pub epoch: String,
    /// The server's greeting.
    pub welcome: String,
    /// Who you are.
    pub you: Member,
    /// Send it as `auth.token` to be the same person again; only for a client that came without a cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The rooms you are in and now subscribed to.
    pub rooms: Vec<Room>,
    /// Their last `seq`, read after subscribing.
    pub heads: PerRoom<Seq>,
    /// Whom you blocked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<MemberId>,
}

impl Notice for Hello {
    const EVENT: &'static str = "hello";
}

/// The part of `hello` that a page reads.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Greeting {
    /// Which database this is.
    pub epoch: String,
    /// Who you are.
    pub you: Member,
    /// The rooms you are in.
    #[serde(default)]
    pub rooms: Vec<Room>,
    /// The rooms' last `seq`.
    pub heads: PerRoom<Seq>,
    /// Whom you blocked.
    #[serde(default)]
    pub blocked: Vec<MemberId>,
}

/// `sent` as it is emitted: two arguments, the text itself first (the tutorial's contract).
pub type Sent = (String, SentRecord);

/// The second argument of `sent`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentRecord {
    /// Where it was said.
    pub room: RoomId,
    /// Its address in that room.
    pub seq: Seq,
    /// When it was stored, Unix milliseconds.
    pub at: Millis,
    /// The sender's key.
    pub key: Key,
    /// Who said it.
    pub author: Member,
    /// The text as it is shown.
    pub rich_text: Vec<Block>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Its files.
    #[serde(skip_deserializing)]
    pub attachments: Vec<Attachment>,
    /// Replayed after it was deleted: the text is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Who took the text away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_by: Option<DeletedBy>,
}

impl Notice for SentRecord {
    const EVENT: &'static str = "sent";
}

/// The greeting of a plain client: `sent` with the text alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Welcome(pub String);

impl Notice for Welcome {
    const EVENT: &'static str = SentRecord::EVENT;
}

/// `heads`: how far each room's log has come; who is behind asks `sync`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    /// Which database this is.
    pub epoch: String,
    /// The rooms' last `seq`.
    pub rooms: PerRoom<Seq>,
}

impl Notice for Heads {
    const EVENT: &'static str = "heads";
}

/// `ended`: this connection is over for good, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// `banned`, `signed_out`, `revoked` or `version_unsupported`.
    pub code: EndCode,
}

/// Why a connection is over for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndCode {
    /// The person may not be here.
    Banned,
    /// The person left on another tab.
    SignedOut,
    /// The session was taken back.
    Revoked,
    /// The contract's version is not served here.
    VersionUnsupported,
    /// A code of a newer server.
    #[serde(other)]
    Unknown,
}

impl Notice for Ended {
    const EVENT: &'static str = "ended";
}

/// `read`: how far somebody has read a room. One's own other devices hear it with the numbers it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadUpTo {
    /// The room.
    pub room: RoomId,
    /// Who has read.
    pub member: MemberId,
    /// The last event read.
    pub seq: Seq,
    /// Of one's own: messages not yet read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
    /// Of one's own: those of them that call one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u64>,
    /// Of one's own: the room's last event when they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Seq>,
}

impl Notice for ReadUpTo {
    const EVENT: &'static str = "read";
}

/// `typing`: somebody is writing, or has stopped. It holds for [`TYPING_MS`] at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingNow {
    /// The room.
    pub room: RoomId,
    /// Who.
    pub member: MemberId,
    /// What the person is called now.
    pub name: String,
    /// Writing; else stopped.
    pub on: bool,
}

impl Notice for TypingNow {
    const EVENT: &'static str = "typing";
}

/// How long a `typing` is believed, in milliseconds.
pub const TYPING_MS: u64 = 5_000;

/// `presence`: who of a room came and went since the last notice; at most one a second and room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The room.
    pub room: RoomId,
    /// How many of its people have a connection now.
    pub count: u64,
    /// Who has one now and had none; with `went` at most [`MAX_PRESENCE`] in all.
    pub came: Vec<MemberId>,
    /// Who has none any more.
    pub went: Vec<MemberId>,
}

impl Notice for Presence {
    const EVENT: &'static str = "presence";
}

/// Most people that one `presence` names.
pub const MAX_PRESENCE: usize = 100;

/// `notify`: one chose on another device what to be notified of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    /// The room.
    pub room: RoomId,
    /// What one is notified of from now on.
    pub notify: Notify,
}

impl Notice for Notified {
    const EVENT: &'static str = "notify";
}

/// `refused`: a request that no answer was asked for is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedRequest {
    /// The request's event, as it came; at most [`MAX_EVENT_NAMED`] characters of one that does not exist.
    pub event: String,
    /// Why.
    pub code: Refusal,
    /// Not before so many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Notice for RefusedRequest {
    const EVENT: &'static str = "refused";
}

/// Most characters of an event that does not exist which `refused` repeats.
pub const MAX_EVENT_NAMED: usize = 64;

/// A refusal of CONNECT travels as the message of `connect_error`.
pub const CONNECT_REFUSALS: [Refusal; 3] =
    [Refusal::Unauthorized, Refusal::Banned, Refusal::VersionUnsupported];
