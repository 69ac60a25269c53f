//! A row as it lies on disk and as one tab tells it to another: one flat object with a version.
//!
//! What a row of a newer version means is not for us to guess: it is left where it is.

use serde::{Deserialize, Serialize};

use super::{Intent, Pending, State, Target};
use crate::{Key, MemberId, MessageBody, Millis, RoomId, Seq};

/// The version written and read here.
const VERSION: u32 = 1;

/// A [`Pending`] without what only one page's life knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    v: u32,
    key: Key,
    author: MemberId,
    room: RoomId,
    created: Millis,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<MessageBody>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<Seq>,
    /// The stored message it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<Seq>,
    /// The waiting message it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target_key: Option<Key>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    emoji: Option<String>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    attempts: u32,
    #[serde(default)]
    drops: u32,
    /// When a poisonous one is tried again; else 0.
    #[serde(default)]
    not_before: Millis,
    /// Told by a tab whose disk does not take it.
    #[serde(default)]
    memory: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accepted: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

const MESSAGE: &str = "message";
const EDIT: &str = "edit";
const DELETE: &str = "delete";
const REACT: &str = "react";

impl From<&Pending> for Row {
    fn from(pending: &Pending) -> Row {
        let Pending { key, author, room, intent, created, state, attempts, drops, memory, .. } =
            pending.clone();
        let (mut target, mut target_key) = (None, None);
        match intent.target() {
            Some(Target::Stored(seq)) => target = Some(seq),
            Some(Target::Waiting(key)) => target_key = Some(key),
            None => {}
        }
        let (kind, body, reply_to, emoji, on) = match intent {
            Intent::Message { body, reply_to } => (MESSAGE, Some(body), reply_to, None, false),
            Intent::Edit { body, .. } => (EDIT, Some(body), None, None, false),
            Intent::Delete { .. } => (DELETE, None, None, None, false),
            Intent::React { emoji, on, .. } => (REACT, None, None, Some(emoji), on),
        };
        let (mut not_before, mut accepted, mut refused) = (0, None, None);
        match state {
            State::Waiting(at) if pending.is_poison() => not_before = at,
            State::Waiting(_) | State::InFlight => {}
            State::Accepted(seq) => accepted = Some(seq),
            State::Refused(code) => refused = Some(code),
        }
        let kind = kind.to_owned();
        Row {
            v: VERSION,
            key,
            author,
            room,
            created,
            kind,
            body,
            reply_to,
            target,
            target_key,
            emoji,
            on,
            attempts,
            drops,
            not_before,
            memory,
            accepted,
            refused,
        }
    }
}

impl Row {
    /// The request it is of. `None` if that is not of this version.
    pub fn open(self) -> Option<Pending> {
        if self.v != VERSION {
            return None;
        }
        let target = self.target.map(Target::Stored).or(self.target_key.map(Target::Waiting));
        let intent = match (self.kind.as_str(), self.body, target) {
            (MESSAGE, Some(body), _) => Intent::Message { body, reply_to: self.reply_to },
            (EDIT, Some(body), Some(target)) => Intent::Edit { target, body },
            (DELETE, _, Some(target)) => Intent::Delete { target },
            (REACT, _, Some(target)) => Intent::React { target, emoji: self.emoji?, on: self.on },
            _ => return None,
        };
        let state = match (self.accepted, self.refused) {
            (Some(seq), _) => State::Accepted(seq),
            (None, Some(code)) => State::Refused(code),
            (None, None) => State::Waiting(self.not_before),
        };
        let mut pending = Pending::new(self.key, self.author, self.room, intent, self.created);
        pending.state = state;
        pending.attempts = self.attempts;
        pending.drops = self.drops;
        pending.memory = self.memory;
        Some(pending)
    }
}
