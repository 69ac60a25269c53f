//! `message`: say something. Arguments: the text, then options that may be missing.

use std::fmt;

use chat::{Key, Millis, RoomId, Seq};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeTuple, Serializer};

use crate::{Object, Request};

/// The arguments of `message`. The body is a bare text: whether it is empty or too long is answered with a
/// code of its own, not with `bad_request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What is said, as typed.
    pub body: String,
    /// Where, and under which key.
    pub options: MessageOptions,
}

/// The second argument of `message`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessageOptions {
    /// The room; the default room if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The idempotency key; the server makes one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// The message it answers, in the same room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Uploads to attach, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<String>>,
}

/// What `ok` of `message` holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    /// Where it is stored.
    pub room: RoomId,
    /// Under which number.
    pub seq: Seq,
    /// Since when, Unix milliseconds.
    pub at: Millis,
    /// The key it was sent under, the client's or the server's.
    pub key: Key,
    /// It was there already.
    pub duplicate: bool,
}

impl Request for Message {
    const EVENT: &'static str = "message";
    type Ok = Accepted;
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut arguments = serializer.serialize_tuple(2)?;
        arguments.serialize_element(&self.body)?;
        arguments.serialize_element(&self.options)?;
        arguments.end()
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Message, D::Error> {
        struct Arguments;
        impl<'de> Visitor<'de> for Arguments {
            type Value = Message;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, then options")
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Message, S::Error> {
                let body = seq.next_element()?.ok_or_else(|| S::Error::invalid_length(0, &self))?;
                let options = seq.next_element::<Option<Object<MessageOptions>>>()?.flatten();
                let options = options.map_or_else(MessageOptions::default, |Object(options)| options);
                // An array read only half is an error of its own.
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Message { body, options })
            }
        }
        // Asking for a tuple is what makes the socket library hand over all the arguments.
        deserializer.deserialize_tuple(2, Arguments)
    }
}
