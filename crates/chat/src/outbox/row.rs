//! A row as it lies on disk and as one tab tells it to another: one flat object with a version.
//!
//! What a row of a newer version means is not for us to guess: it is left where it is. Written and read by hand: the
//! code that is derived for so many fields weighs as much in the page as the queue itself.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{Intent, Pending, State, Target};
use crate::{Key, MessageBody, Millis, Seq};

/// The version written and read here.
const VERSION: i64 = 1;

const V: &str = "v";
const KEY: &str = "key";
const AUTHOR: &str = "author";
const ROOM: &str = "room";
const CREATED: &str = "created";
const KIND: &str = "kind";
const BODY: &str = "body";
/// The message it answers.
const REPLY_TO: &str = "replyTo";
/// The stored message it is about.
const TARGET: &str = "target";
/// The waiting message it is about.
const TARGET_KEY: &str = "targetKey";
const EMOJI: &str = "emoji";
const ON: &str = "on";
const ATTEMPTS: &str = "attempts";
const DROPS: &str = "drops";
/// When a poisonous one is tried again.
const NOT_BEFORE: &str = "notBefore";
/// Told by a tab whose disk does not take it.
const MEMORY: &str = "memory";
const ACCEPTED: &str = "accepted";
const REFUSED: &str = "refused";

const MESSAGE: &str = "message";
const EDIT: &str = "edit";
const DELETE: &str = "delete";
const REACT: &str = "react";

/// A [`Pending`] without what only one page's life knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<(Cow<'static, str>, Field)>);

/// A flag is a number: it is there, or it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Field {
    Text(String),
    Number(i64),
}

impl From<&Pending> for Row {
    fn from(pending: &Pending) -> Row {
        let mut row = Row(Vec::new());
        row.number(V, VERSION);
        row.text(KEY, &pending.key.to_string());
        row.text(AUTHOR, pending.author.as_str());
        row.text(ROOM, pending.room.as_str());
        row.number(CREATED, pending.created);
        row.number(ATTEMPTS, pending.attempts.into());
        row.number(DROPS, pending.drops.into());
        row.number(MEMORY, pending.memory.into());
        match &pending.state {
            State::Waiting(at) if pending.is_poison() => row.number(NOT_BEFORE, *at),
            State::Waiting(_) | State::InFlight => {}
            State::Accepted(seq) => row.number(ACCEPTED, signed(*seq)),
            State::Refused(code) => row.text(REFUSED, code),
        }
        match pending.intent.target() {
            Some(Target::Stored(seq)) => row.number(TARGET, signed(seq)),
            Some(Target::Waiting(key)) => row.text(TARGET_KEY, &key.to_string()),
            None => {}
        }
        if let Some(body) = pending.intent.body() {
            row.text(BODY, body.as_str());
        }
        let kind = match &pending.intent {
            Intent::Message { reply_to, .. } => {
                row.number(REPLY_TO, signed(reply_to.unwrap_or(0)));
                MESSAGE
            }
            Intent::Edit { .. } => EDIT,
            Intent::Delete { .. } => DELETE,
            Intent::React { emoji, on, .. } => {
                row.text(EMOJI, emoji);
                row.number(ON, (*on).into());
                REACT
            }
        };
        row.text(KIND, kind);
        row
    }
}

impl Row {
    /// The request it is of. `None` if that is not of this version.
    pub fn open(mut self) -> Option<Pending> {
        if self.take_number(V) != VERSION {
            return None;
        }
        let target = match self.take_seq(TARGET) {
            Some(seq) => Some(Target::Stored(seq)),
            None => self.take_key(TARGET_KEY).map(Target::Waiting),
        };
        let body = self.take_text(BODY).and_then(|text| MessageBody::parse(text).ok());
        let intent = match self.take_text(KIND)?.as_str() {
            MESSAGE => Intent::Message { body: body?, reply_to: self.take_seq(REPLY_TO) },
            EDIT => Intent::Edit { target: target?, body: body? },
            DELETE => Intent::Delete { target: target? },
            REACT => Intent::React {
                target: target?,
                emoji: self.take_text(EMOJI)?,
                on: self.take_number(ON) != 0,
            },
            _ => return None,
        };
        let state = match (self.take_seq(ACCEPTED), self.take_text(REFUSED)) {
            (Some(seq), _) => State::Accepted(seq),
            (None, Some(code)) => State::Refused(code),
            (None, None) => State::Waiting(self.take_number(NOT_BEFORE)),
        };
        Some(Pending {
            key: self.take_key(KEY)?,
            author: self.take_text(AUTHOR)?.try_into().ok()?,
            room: self.take_text(ROOM)?.try_into().ok()?,
            intent,
            created: self.take_number(CREATED),
            state,
            attempts: self.take_count(ATTEMPTS),
            drops: self.take_count(DROPS),
            saving: 0,
            memory: self.take_number(MEMORY) != 0,
            guessed: false,
        })
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.0.push((name.into(), Field::Text(text.to_owned())));
    }

    /// What is 0 need not be written.
    fn number(&mut self, name: &'static str, number: i64) {
        if number != 0 {
            self.0.push((name.into(), Field::Number(number)));
        }
    }

    fn find(&mut self, name: &str) -> Option<&mut Field> {
        self.0.iter_mut().find(|(other, _)| other == name).map(|(_, field)| field)
    }

    fn take_text(&mut self, name: &str) -> Option<String> {
        match self.find(name) {
            Some(Field::Text(text)) => Some(std::mem::take(text)),
            _ => None,
        }
    }

    fn take_key(&mut self, name: &str) -> Option<Key> {
        self.take_text(name)?.parse().ok()
    }

    fn take_number(&mut self, name: &str) -> Millis {
        match self.find(name) {
            Some(Field::Number(number)) => *number,
            _ => 0,
        }
    }

    fn take_seq(&mut self, name: &str) -> Option<Seq> {
        u64::try_from(self.take_number(name)).ok().filter(|seq| *seq > 0)
    }

    fn take_count(&mut self, name: &str) -> u32 {
        u32::try_from(self.take_number(name)).unwrap_or(0)
    }
}

/// JSON's numbers are exact up to 2⁵³, and no room is that old.
fn signed(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, field)| (name, field)))
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Text(text) => serializer.serialize_str(text),
            Field::Number(number) => serializer.serialize_i64(*number),
        }
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Row, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts and numbers")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Row, M::Error> {
                let mut row = Row(Vec::new());
                while let Some(name) = map.next_key::<String>()? {
                    row.0.push((name.into(), map.next_value()?));
                }
                Ok(row)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field, D::Error> {
        struct One;
        impl Visitor<'_> for One {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Field, E> {
                Ok(Field::Text(text.to_owned()))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Field, E> {
                Ok(Field::Text(text))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Field, E> {
                Ok(Field::Number(i64::try_from(number).unwrap_or(i64::MAX)))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Field, E> {
                Ok(Field::Number(number))
            }
        }
        deserializer.deserialize_any(One)
    }
}
