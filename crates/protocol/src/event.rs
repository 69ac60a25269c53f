//! An event of a room's log as it travels, live or replayed: a name and its arguments.

use chat::{Change, Event, Millis, RoomId, Seq};
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::{Notice, Renamed, Sent, SentRecord, json, view};

/// What can stand in a room's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomEvent {
    /// Somebody said something.
    Sent(Box<Sent>),
    /// Somebody has another name.
    Renamed(Renamed),
    /// Something of a newer server: only its place is known.
    Unknown(Place),
}

/// Where an event stands; every kept notice has these fields in its last argument.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Place {
    /// The room.
    pub room: RoomId,
    /// The number.
    pub seq: Seq,
    /// Unix milliseconds.
    pub at: Millis,
}

impl RoomEvent {
    /// Reads a notice. `None` for one that is not kept (the welcome, `heads` …) or not of the contract's form.
    pub fn from_notice(name: &str, mut arguments: Vec<Value>) -> Option<RoomEvent> {
        let record = arguments.pop()?;
        Some(match name {
            SentRecord::EVENT => RoomEvent::Sent(Box::new(read_sent(arguments.pop()?, record)?)),
            Renamed::EVENT => RoomEvent::Renamed(json::read(record)?),
            _ => RoomEvent::Unknown(json::read(record)?),
        })
    }

    /// Its room.
    pub fn room(&self) -> &RoomId {
        match self {
            RoomEvent::Sent(sent) => &sent.1.room,
            RoomEvent::Renamed(renamed) => &renamed.room,
            RoomEvent::Unknown(place) => &place.room,
        }
    }

    /// Its number in that room.
    pub fn seq(&self) -> Seq {
        match self {
            RoomEvent::Sent(sent) => sent.1.seq,
            RoomEvent::Renamed(renamed) => renamed.seq,
            RoomEvent::Unknown(place) => place.seq,
        }
    }

    /// The event as the timeline takes it.
    pub fn into_event(self) -> Event {
        match self {
            RoomEvent::Sent(sent) => Event::sent(into_message(*sent)),
            RoomEvent::Renamed(Renamed { room, seq, at, by, who, name }) => {
                Event { room, seq, at, change: Change::Renamed { by, who, name } }
            }
            RoomEvent::Unknown(Place { room, seq, at }) => Event { room, seq, at, change: Change::Unknown },
        }
    }
}

/// Reads the two arguments of `sent` as the message they are: a page reads messages anyway, so the code for it is
/// there once.
fn read_sent(body: Value, mut record: Value) -> Option<Sent> {
    record.as_object_mut()?.insert("body".to_owned(), body);
    let message: view::Message = json::read(record)?;
    let record = SentRecord {
        room: message.room,
        seq: message.seq,
        at: message.at,
        key: message.key,
        author: message.author,
        rich_text: message.rich_text,
        reply_to: message.reply_to,
        attachments: message.attachments,
        deleted: message.deleted,
    };
    Some((message.body, record))
}

fn into_message((body, record): Sent) -> chat::Message {
    chat::Message {
        room: record.room,
        seq: record.seq,
        at: record.at,
        key: record.key,
        author: record.author.into(),
        body,
        rich_text: record.rich_text,
        reply_to: record.reply_to,
        edited_at: None,
        deleted: record.deleted,
    }
}

impl From<Event> for RoomEvent {
    fn from(event: Event) -> RoomEvent {
        let Event { room, seq, at, change } = event;
        match change {
            Change::Sent(message) => {
                let message = *message;
                RoomEvent::Sent(Box::new((
                    message.body,
                    SentRecord {
                        room,
                        seq,
                        at,
                        key: message.key,
                        author: message.author.into(),
                        rich_text: message.rich_text,
                        reply_to: message.reply_to,
                        attachments: Vec::new(),
                        deleted: message.deleted,
                    },
                )))
            }
            Change::Renamed { by, who, name } => RoomEvent::Renamed(Renamed { room, seq, at, by, who, name }),
            Change::Unknown => RoomEvent::Unknown(Place { room, seq, at }),
        }
    }
}

impl Serialize for RoomEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            RoomEvent::Sent(sent) => (SentRecord::EVENT, &sent.0, &sent.1).serialize(serializer),
            RoomEvent::Renamed(renamed) => (Renamed::EVENT, renamed).serialize(serializer),
            RoomEvent::Unknown(_) => Err(serde::ser::Error::custom("an unknown event cannot be passed on")),
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
