//! What somebody asks a room to remember, and what became of it.

use chat::rich_text::Block;
use chat::{Key, Member, MessageBody, Millis, Nickname, RoomId, Seq};
use protocol::Refusal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A request that becomes an event, with everything that can be worked out before the writer sees it.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(super) room: RoomId,
    pub(super) author: Member,
    pub(super) key: Key,
    pub(super) hash: [u8; 32],
    pub(super) payload: Vec<u8>,
    pub(super) content: Content,
}

/// What is to be remembered.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A message.
    Said {
        /// The text as typed.
        body: MessageBody,
        /// The message it answers.
        reply_to: Option<Seq>,
        /// The text as shown.
        rich_text: Vec<Block>,
    },
    /// The author's new name.
    Renamed(Nickname),
}

/// What became of a [`Post`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It is in the log, since now or (`duplicate`) since an earlier request of the same key.
    Stored { room: RoomId, seq: Seq, at: Millis, duplicate: bool, author: Member },
    /// It would have changed nothing, so there is no event.
    Unchanged { author: Member },
    /// It may not be.
    Refused(Refusal),
}

/// `events.payload` of a `sent`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SentPayload {
    pub(super) body: String,
    pub(super) ast: Vec<Block>,
    pub(super) reply_to: Option<Seq>,
}

/// `events.payload` of a `renamed`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RenamedPayload {
    pub(super) who: chat::MemberId,
    pub(super) name: String,
}

impl Post {
    /// A request under `key`; `hash_key` is the database's own.
    pub(super) fn new(hash_key: &[u8; 32], room: RoomId, author: Member, key: Key, content: Content) -> Post {
        let hash = request_hash(hash_key, &room, &content);
        let payload = payload(&author, &content);
        Post { room, author, key, hash, payload, content }
    }
}

fn payload(author: &Member, content: &Content) -> Vec<u8> {
    match content {
        Content::Said { body, reply_to, rich_text } => serde_json::to_vec(&SentPayload {
            body: body.as_str().to_owned(),
            ast: rich_text.clone(),
            reply_to: *reply_to,
        }),
        Content::Renamed(name) => {
            serde_json::to_vec(&RenamedPayload { who: author.id.clone(), name: name.as_str().to_owned() })
        }
    }
    .expect("invariant: a payload has no map keys that are not texts")
}

/// Tells requests apart that came under one key. The database's secret goes first, so that a copy of the table
/// without `meta` does not let anybody test guesses at short texts. The hash never leaves the database, so the
/// length extension that an HMAC would prevent gains nothing; every part is preceded by its length.
fn request_hash(hash_key: &[u8; 32], room: &RoomId, content: &Content) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(hash_key);
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(room.as_str().as_bytes());
    match content {
        Content::Said { body, reply_to, .. } => {
            part(b"message");
            part(body.as_str().as_bytes());
            part(&reply_to.unwrap_or(0).to_be_bytes());
        }
        Content::Renamed(name) => {
            part(b"rename");
            part(name.as_str().as_bytes());
        }
    }
    hash.finalize().into()
}
