//! `events.payload`: what an event says beyond its columns, as JSON. Empty once its text was deleted.

use chat::rich_text::{self, Block};
use chat::{Change, Member, MemberId, Seq, text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::code::{self, kind};
use super::post::Content;

/// Of a `sent`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) body: String,
    pub(super) ast: Vec<Block>,
    pub(super) reply_to: Option<Seq>,
}

#[derive(Default, Serialize, Deserialize)]
struct Edited {
    body: String,
    ast: Vec<Block>,
}

#[derive(Serialize, Deserialize)]
struct Reacted {
    emoji: String,
    on: bool,
}

/// The person as of then: what is replayed is what was announced.
#[derive(Serialize, Deserialize)]
struct Joined {
    who: MemberId,
    name: String,
    role: i64,
    hue: u8,
}

#[derive(Serialize, Deserialize)]
struct About {
    who: MemberId,
}

#[derive(Serialize, Deserialize)]
struct Switched {
    who: MemberId,
    on: bool,
}

#[derive(Serialize, Deserialize)]
struct Renamed {
    who: MemberId,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    was: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Appointed {
    who: MemberId,
    role: i64,
}

/// What a room is like now: its name or topic, its waiting time, whether it is locked or archived.
#[derive(Serialize, Deserialize)]
struct Now<T> {
    now: T,
}

/// The payload of the message that `content` says; of anything else see [`of_change`].
pub(super) fn of_message(content: &Content) -> Vec<u8> {
    match content {
        Content::Said { body, reply_to, rich_text } => {
            write(&Sent { body: body.as_str().to_owned(), ast: rich_text.clone(), reply_to: *reply_to })
        }
        _ => Vec::new(),
    }
}

/// The payload of a change that is not a message.
pub(super) fn of_change(change: &Change) -> Vec<u8> {
    match change {
        Change::Edited { body, rich_text, .. } => {
            write(&Edited { body: body.clone(), ast: rich_text.clone() })
        }
        Change::Reacted { emoji, on, .. } => write(&Reacted { emoji: emoji.clone(), on: *on }),
        Change::Joined { who, .. } => write(&Joined {
            who: who.id.clone(),
            name: who.name.clone(),
            role: code::from_role(who.role),
            hue: who.hue,
        }),
        Change::Left { who, .. } | Change::Kicked { who, .. } | Change::AccountDeleted { who, .. } => {
            write(&About { who: who.clone() })
        }
        Change::Muted { who, on, .. } | Change::Banned { who, on, .. } => {
            write(&Switched { who: who.clone(), on: *on })
        }
        Change::Renamed { who, name, was, .. } => {
            write(&Renamed { who: who.clone(), name: name.clone(), was: was.clone() })
        }
        Change::RoleChanged { who, role, .. } => {
            write(&Appointed { who: who.clone(), role: code::from_role(*role) })
        }
        Change::TopicChanged { topic: now, .. } | Change::RoomRenamed { name: now, .. } => {
            write(&Now { now })
        }
        Change::SlowModeChanged { seconds, .. } => write(&Now { now: seconds }),
        Change::RoomLocked { on, .. } | Change::RoomArchived { on, .. } => write(&Now { now: on }),
        Change::Sent(_) | Change::Deleted { .. } | Change::Unknown => Vec::new(),
    }
}

/// The change that a row of `events` tells, if it is not a message. `None` for a kind this version never wrote.
pub(super) fn to_change(
    kind: i64,
    by: MemberId,
    target: Option<Seq>,
    payload: &[u8],
) -> Result<Option<Change>, serde_json::Error> {
    let target = target.unwrap_or(0);
    Ok(Some(match kind {
        kind::EDITED => {
            let deleted = payload.is_empty();
            let Edited { body, ast } = read_unless_empty(payload)?;
            let (body, rich_text) = clean(body, ast);
            Change::Edited { by, target, body, rich_text, deleted }
        }
        kind::DELETED => Change::Deleted { by, target },
        kind::REACTED => {
            let Reacted { emoji, on } = serde_json::from_slice(payload)?;
            Change::Reacted { by, target, emoji, on }
        }
        kind::JOINED => {
            let Joined { who, name, role, hue } = serde_json::from_slice(payload)?;
            Change::Joined { by, who: Member { id: who, name, role: code::to_role(role), hue } }
        }
        kind::LEFT => Change::Left { by, who: about(payload)? },
        kind::KICKED => Change::Kicked { by, who: about(payload)? },
        kind::MUTED => {
            let Switched { who, on } = serde_json::from_slice(payload)?;
            Change::Muted { by, who, on }
        }
        kind::BANNED => {
            let Switched { who, on } = serde_json::from_slice(payload)?;
            Change::Banned { by, who, on }
        }
        kind::RENAMED => {
            let Renamed { who, name, was } = serde_json::from_slice(payload)?;
            Change::Renamed { by, who, name, was }
        }
        kind::ROLE_CHANGED => {
            let Appointed { who, role } = serde_json::from_slice(payload)?;
            Change::RoleChanged { by, who, role: code::to_role(role) }
        }
        kind::TOPIC_CHANGED => Change::TopicChanged { by, topic: now(payload)? },
        kind::ROOM_RENAMED => Change::RoomRenamed { by, name: now(payload)? },
        kind::SLOW_MODE_CHANGED => Change::SlowModeChanged { by, seconds: now(payload)? },
        kind::ROOM_LOCKED => Change::RoomLocked { by, on: now(payload)? },
        kind::ROOM_ARCHIVED => Change::RoomArchived { by, on: now(payload)? },
        kind::ACCOUNT_DELETED => Change::AccountDeleted { by, who: about(payload)? },
        _ => return Ok(None),
    }))
}

/// A text and its tree as they are served. Rows of earlier versions may hold control characters.
pub(super) fn clean(body: String, ast: Vec<Block>) -> (String, Vec<Block>) {
    let cleaned = text::clean(&body);
    if cleaned == body {
        return (body, ast);
    }
    let ast = rich_text::plain(&cleaned);
    (cleaned.into_owned(), ast)
}

/// Deleting empties the payload: the place is replayed without the text.
pub(super) fn read_unless_empty<T: DeserializeOwned + Default>(
    payload: &[u8],
) -> Result<T, serde_json::Error> {
    if payload.is_empty() { Ok(T::default()) } else { serde_json::from_slice(payload) }
}

fn about(payload: &[u8]) -> Result<MemberId, serde_json::Error> {
    serde_json::from_slice::<About>(payload).map(|about| about.who)
}

fn now<T: DeserializeOwned>(payload: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice::<Now<T>>(payload).map(|payload| payload.now)
}

fn write(payload: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(payload).expect("invariant: a payload has no map keys that are not texts")
}
