//! The words of histories: wishes, events, and messages as they are displayed.

use chat::{Key, MemberId, Seq};
use serde::{Deserialize, Serialize};

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "w", rename_all = "camelCase")]
pub enum What {
    /// To say something.
    Say {
        /// The text's [`super::digest`].
        body: String,
    },
    /// To say it otherwise.
    Edit {
        /// What it refers to.
        target: Aim,
        /// The text's [`super::digest`].
        body: String,
    },
    /// To have it deleted.
    Delete {
        /// What it refers to.
        target: Aim,
    },
    /// To answer with an emoji, or to take that back.
    React {
        /// What it refers to.
        target: Aim,
        /// The emoji.
        emoji: String,
        /// Or not.
        on: bool,
    },
    /// To leave the room.
    Leave,
}

impl What {
    /// The digest of the text it is about.
    pub fn body(&self) -> Option<&String> {
        match self {
            What::Say { body } | What::Edit { body, .. } => Some(body),
            What::Delete { .. } | What::React { .. } | What::Leave => None,
        }
    }
}

/// A message, by its number or by the key of one that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Aim {
    /// A stored one.
    Seq(Seq),
    /// An own one, perhaps not stored yet.
    Key(Key),
}

/// An event as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "e", rename_all = "camelCase")]
pub enum Told {
    /// `sent`.
    Sent {
        /// The sender's key.
        key: Key,
        /// The sender.
        author: MemberId,
        /// The text's [`super::digest`]; of the empty text once deleted.
        body: String,
        /// Told after it was deleted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deleted: bool,
    },
    /// `edited`.
    Edited {
        /// By whom.
        by: MemberId,
        /// What.
        target: Seq,
        /// The text's [`super::digest`].
        body: String,
        /// Told after it was deleted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deleted: bool,
    },
    /// `deleted`.
    Deleted {
        /// By whom.
        by: MemberId,
        /// What.
        target: Seq,
    },
    /// `reacted`.
    Reacted {
        /// By whom.
        by: MemberId,
        /// To what.
        target: Seq,
        /// The emoji.
        emoji: String,
        /// Or not.
        on: bool,
    },
    /// Somebody's place in the room is another: `joined`, `left`, `kicked`, `muted`, `banned`.
    Person {
        /// By whom.
        by: MemberId,
        /// Who.
        who: MemberId,
        /// What became of them.
        became: Became,
    },
    /// Of a kind that this program does not look into.
    Other,
}

/// What became of a person's place in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Became {
    /// In it.
    Joined,
    /// Out of it by their own will.
    Left,
    /// Out of it by somebody else's.
    Kicked,
    /// In it without a voice.
    Muted,
    /// In it with a voice again.
    Unmuted,
    /// Out of everything.
    Banned,
    /// Let in again.
    Unbanned,
}

/// A message as it is displayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its number.
    #[serde(rename = "s")]
    pub seq: Seq,
    /// The sender's key.
    #[serde(rename = "k")]
    pub key: Key,
    /// The sender.
    #[serde(rename = "a")]
    pub author: MemberId,
    /// The text's [`super::digest`].
    #[serde(rename = "b")]
    pub body: String,
    /// Its text is gone.
    #[serde(rename = "d", default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Each emoji and how many people, in the order of the emojis' bytes.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<(String, u64)>,
}
