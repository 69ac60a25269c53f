//! An event of a room's log as it travels, live or replayed: a name and its arguments.

use chat::rich_text::Block;
use chat::{Change, Event, MemberId, Millis, RoomId, Seq};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;

use crate::notice::{Sent, SentRecord};
use crate::{Notice, json, view};

/// Names of the notices that are kept in a room's log, beside `sent`.
pub mod kind {
    /// A message has another text.
    pub const EDITED: &str = "edited";
    /// A message's text is gone.
    pub const DELETED: &str = "deleted";
    /// An emoji came or went.
    pub const REACTED: &str = "reacted";
    /// Somebody is in.
    pub const JOINED: &str = "joined";
    /// Somebody went.
    pub const LEFT: &str = "left";
    /// Somebody was taken out.
    pub const KICKED: &str = "kicked";
    /// Somebody may not speak, or may again.
    pub const MUTED: &str = "muted";
    /// Somebody may not be here, or may again.
    pub const BANNED: &str = "banned";
    /// Somebody has another name.
    pub const RENAMED: &str = "renamed";
    /// Somebody has another role.
    pub const ROLE_CHANGED: &str = "roleChanged";
    /// Somebody has deleted the account.
    pub const ACCOUNT_DELETED: &str = "accountDeleted";
    /// A room is about something else.
    pub const TOPIC_CHANGED: &str = "topicChanged";
    /// A room has another name.
    pub const ROOM_RENAMED: &str = "roomRenamed";
    /// People wait between two messages, another time, or no longer.
    pub const SLOW_MODE_CHANGED: &str = "slowModeChanged";
    /// A room is locked, or no longer.
    pub const ROOM_LOCKED: &str = "roomLocked";
    /// A room is closed for good, or open again.
    pub const ROOM_ARCHIVED: &str = "roomArchived";

    /// All of them, in the order of `docs/PROTOCOL.md`.
    pub const ALL: [&str; 16] = [
        EDITED,
        DELETED,
        REACTED,
        JOINED,
        LEFT,
        KICKED,
        MUTED,
        BANNED,
        RENAMED,
        ROLE_CHANGED,
        TOPIC_CHANGED,
        ROOM_RENAMED,
        SLOW_MODE_CHANGED,
        ROOM_LOCKED,
        ROOM_ARCHIVED,
        ACCOUNT_DELETED,
    ];
}

/// Under what name the audit log keeps that somebody has deleted the account: a form asks for it, and no event.
pub const DELETE_ACCOUNT: &str = "deleteAccount";

/// What stands in a room's log, as its notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomEvent(pub Event);

/// The one argument of every kept notice but `sent`. Which fields beside the place stand in it depends on the
/// kind; one form for all of them is one reader in the page.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The room.
    pub room: RoomId,
    /// The number in it.
    pub seq: Seq,
    /// Since when, Unix milliseconds.
    pub at: Millis,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
    /// Whom it concerns: of `joined` the person, of the others the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Value>,
    /// Of `renamed` and `roomRenamed`: the new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of `renamed`: the name before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// Of `edited`, `deleted` and `reacted`: the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Seq>,
    /// Of `edited`: the text as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Of `edited`: the text as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rich_text: Option<Vec<Block>>,
    /// Of `edited`: the message was deleted later, and this is a replay without the text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Of `reacted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// Of `reacted`, `muted`, `banned`, `roomLocked` and `roomArchived`: it holds from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<bool>,
    /// Of `roleChanged`: the new role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<view::Rank>,
    /// Of `topicChanged`: the new topic; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Of `slowModeChanged`: how long each waits; 0 for no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

impl RoomEvent {
    /// Reads a notice. `None` for one that is not kept (the welcome, `heads` …) or not of the contract's form. Of a
    /// kind that is not known, or has not the fields of its kind, only the place is read.
    pub fn from_notice(name: &str, mut arguments: Vec<Value>) -> Option<RoomEvent> {
        let record = arguments.pop()?;
        if name == SentRecord::EVENT {
            return read_sent(arguments.pop()?, record);
        }
        let mut record: Record = json::read(record)?;
        let (room, seq, at) = (record.room.clone(), record.seq, record.at);
        let change = record.change(name).unwrap_or(Change::Unknown);
        Some(RoomEvent(Event { room, seq, at, change }))
    }

    /// Its room.
    pub fn room(&self) -> &RoomId {
        &self.0.room
    }

    /// Its number in that room.
    pub fn seq(&self) -> Seq {
        self.0.seq
    }

    /// Its name and arguments; `None` for an event that this build does not know and so cannot pass on.
    pub fn into_notice(self) -> Option<(&'static str, Arguments)> {
        let Event { room, seq, at, change } = self.0;
        let mut record = Record::of(room, seq, at);
        let name = match change {
            Change::Sent(message) => return Some((SentRecord::EVENT, Arguments::Sent(sent(*message)))),
            Change::Unknown => return None,
            change => record.fill(change)?,
        };
        Some((name, Arguments::Record(Box::new(record))))
    }
}

/// The arguments of a kept notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// Two: the text itself first (the tutorial's contract).
    Sent(Box<Sent>),
    /// One.
    Record(Box<Record>),
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Arguments::Sent(sent) => sent.serialize(serializer),
            Arguments::Record(record) => record.serialize(serializer),
        }
    }
}

impl Record {
    fn of(room: RoomId, seq: Seq, at: Millis) -> Record {
        Record {
            room,
            seq,
            at,
            by: None,
            who: None,
            name: None,
            was: None,
            target: None,
            body: None,
            rich_text: None,
            deleted: false,
            emoji: None,
            on: None,
            role: None,
            topic: None,
            seconds: None,
        }
    }

    /// What a notice of this name changes; `None` if a field of its kind is missing.
    fn change(&mut self, name: &str) -> Option<Change> {
        let by = self.by.take()?;
        let target = self.target;
        let mut who = || json::read(self.who.take()?);
        Some(match name {
            kind::EDITED => Change::Edited {
                by,
                target: target?,
                body: self.body.take()?,
                rich_text: self.rich_text.take()?,
                deleted: self.deleted,
            },
            kind::DELETED => Change::Deleted { by, target: target? },
            kind::REACTED => Change::Reacted { by, target: target?, emoji: self.emoji.take()?, on: self.on? },
            kind::JOINED => {
                let who: view::Member = json::read(self.who.take()?)?;
                Change::Joined { by, who: who.into() }
            }
            kind::LEFT => Change::Left { by, who: who()? },
            kind::KICKED => Change::Kicked { by, who: who()? },
            kind::MUTED => Change::Muted { by, who: who()?, on: self.on? },
            kind::BANNED => Change::Banned { by, who: who()?, on: self.on? },
            kind::RENAMED => {
                Change::Renamed { by, who: who()?, name: self.name.take()?, was: self.was.take() }
            }
            kind::ROLE_CHANGED => Change::RoleChanged { by, who: who()?, role: self.role?.0 },
            kind::ACCOUNT_DELETED => Change::AccountDeleted { by, who: who()? },
            kind::TOPIC_CHANGED => Change::TopicChanged { by, topic: self.topic.take()? },
            kind::ROOM_RENAMED => Change::RoomRenamed { by, name: self.name.take()? },
            kind::SLOW_MODE_CHANGED => Change::SlowModeChanged { by, seconds: self.seconds? },
            kind::ROOM_LOCKED => Change::RoomLocked { by, on: self.on? },
            kind::ROOM_ARCHIVED => Change::RoomArchived { by, on: self.on? },
            _ => return None,
        })
    }

    /// Takes over what `change` says, and tells its name.
    fn fill(&mut self, change: Change) -> Option<&'static str> {
        let id = |who: MemberId| Some(Value::String(who.into()));
        let (name, by) = match change {
            Change::Edited { by, target, body, rich_text, deleted } => {
                (self.target, self.body, self.rich_text) = (Some(target), Some(body), Some(rich_text));
                self.deleted = deleted;
                (kind::EDITED, by)
            }
            Change::Deleted { by, target } => {
                self.target = Some(target);
                (kind::DELETED, by)
            }
            Change::Reacted { by, target, emoji, on } => {
                (self.target, self.emoji, self.on) = (Some(target), Some(emoji), Some(on));
                (kind::REACTED, by)
            }
            Change::Joined { by, who } => {
                self.who = serde_json::to_value(view::Member::from(who)).ok();
                (kind::JOINED, by)
            }
            Change::Left { by, who } => {
                self.who = id(who);
                (kind::LEFT, by)
            }
            Change::Kicked { by, who } => {
                self.who = id(who);
                (kind::KICKED, by)
            }
            Change::Muted { by, who, on } => {
                (self.who, self.on) = (id(who), Some(on));
                (kind::MUTED, by)
            }
            Change::Banned { by, who, on } => {
                (self.who, self.on) = (id(who), Some(on));
                (kind::BANNED, by)
            }
            Change::Renamed { by, who, name, was } => {
                (self.who, self.name, self.was) = (id(who), Some(name), was);
                (kind::RENAMED, by)
            }
            Change::RoleChanged { by, who, role } => {
                (self.who, self.role) = (id(who), Some(view::Rank(role)));
                (kind::ROLE_CHANGED, by)
            }
            Change::AccountDeleted { by, who } => {
                self.who = id(who);
                (kind::ACCOUNT_DELETED, by)
            }
            Change::TopicChanged { by, topic } => {
                self.topic = Some(topic);
                (kind::TOPIC_CHANGED, by)
            }
            Change::RoomRenamed { by, name } => {
                self.name = Some(name);
                (kind::ROOM_RENAMED, by)
            }
            Change::SlowModeChanged { by, seconds } => {
                self.seconds = Some(seconds);
                (kind::SLOW_MODE_CHANGED, by)
            }
            Change::RoomLocked { by, on } => {
                self.on = Some(on);
                (kind::ROOM_LOCKED, by)
            }
            Change::RoomArchived { by, on } => {
                self.on = Some(on);
                (kind::ROOM_ARCHIVED, by)
            }
            Change::Sent(_) | Change::Unknown => return None,
        };
        self.by = Some(by);
        Some(name)
    }
}

/// Reads the two arguments of `sent` as the message they are: a page reads messages anyway, so the code for it is
/// there once.
fn read_sent(body: Value, mut record: Value) -> Option<RoomEvent> {
    record.as_object_mut()?.insert("body".to_owned(), body);
    let message: view::Message = json::read(record)?;
    Some(RoomEvent(Event::sent(message.into())))
}

fn sent(message: chat::Message) -> Box<Sent> {
    let record = SentRecord {
        room: message.room,
        seq: message.seq,
        at: message.at,
        key: message.key,
        author: message.author.into(),
        rich_text: message.rich_text,
        reply_to: message.reply_to,
        attachments: Vec::new(),
        deleted: message.deleted,
        deleted_by: message.deleted_by.map(Into::into),
    };
    Box::new((message.body, record))
}

impl Serialize for RoomEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.clone().into_notice() {
            Some((name, Arguments::Sent(sent))) => (name, sent.0, sent.1).serialize(serializer),
            Some((name, Arguments::Record(record))) => (name, record).serialize(serializer),
            None => Err(S::Error::custom("an unknown event cannot be passed on")),
        }
    }
}

impl<'de> Deserialize<'de> for RoomEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RoomEvent, D::Error> {
        let mut arguments = Vec::<Value>::deserialize(deserializer)?;
        if arguments.is_empty() {
            return Err(D::Error::custom("an event without a name"));
        }
        let Value::String(name) = arguments.remove(0) else {
            return Err(D::Error::custom("an event's name is a text"));
        };
        RoomEvent::from_notice(&name, arguments).ok_or_else(|| D::Error::custom("an event without its place"))
    }
}
