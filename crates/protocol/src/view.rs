//! The shapes shared by several events, and how they come from `chat`'s values and go back.

use chat::rich_text::Block;
use chat::{Key, MemberId, Millis, Role, RoomId, Seq};
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Stable identifier.
    pub id: MemberId,
    /// What the person is called now.
    pub name: String,
    /// What the person may do.
    #[serde(with = "RoleName")]
    pub role: Role,
    /// Colour of the person's tile, 0 to 9.
    #[serde(default)]
    pub hue: u8,
}

/// `chat::Role` as it travels.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Role", rename_all = "lowercase")]
pub(crate) enum RoleName {
    Owner,
    Admin,
    Moderator,
    Member,
    /// Also what an older page makes of a role it does not know: the least trusted one.
    #[serde(other)]
    Guest,
}

/// A role alone, as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(#[serde(with = "RoleName")] pub Role);

impl Rank {
    /// Every role, from the most to the least trusted.
    pub const ALL: [Rank; 5] =
        [Rank(Role::Owner), Rank(Role::Admin), Rank(Role::Moderator), Rank(Role::Member), Rank(Role::Guest)];

    /// The word a role travels as.
    pub fn code(self) -> &'static str {
        match self.0 {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Moderator => "moderator",
            Role::Member => "member",
            Role::Guest => "guest",
        }
    }

    /// The role of a word; unlike on the wire, a word nobody knows is none.
    pub fn from_code(code: &str) -> Option<Rank> {
        Rank::ALL.into_iter().find(|rank| rank.code() == code)
    }
}

/// A room as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    /// Identifier; part of its address.
    pub id: RoomId,
    /// What it is called.
    pub name: String,
    /// Who may find it.
    pub kind: RoomKind,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Its last `seq`.
    pub head: Seq,
    /// The last `seq` this person has read.
    pub read_up_to: Seq,
    /// Messages not yet read.
    pub unread: u64,
    /// Those of them that call this person.
    pub mentions: u64,
    /// What this person is notified of.
    pub notify: Notify,
    /// Seconds that each waits between two messages; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub slow_mode: u32,
    /// Only those who keep the peace may speak.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Closed for good but for reading.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// This person made it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeper: bool,
    /// This person may not speak in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Who may find a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoomKind {
    /// Everybody.
    Public,
    /// Those who were asked in.
    Private,
    /// The people of one conversation.
    Direct,
}

/// What a person is notified of in a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// Every message.
    #[default]
    All,
    /// Messages that call the person.
    Mentions,
    /// Nothing.
    None,
}

/// A message as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Where it was said.
    pub room: RoomId,
    /// Its address in that room.
    pub seq: Seq,
    /// When it was stored, Unix milliseconds.
    pub at: Millis,
    /// The sender's key.
    pub key: Key,
    /// Who said it, with today's name.
    pub author: Member,
    /// The text as typed; empty once deleted.
    pub body: String,
    /// The text as it is shown.
    pub rich_text: Vec<Block>,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Its files. Not read: what a newer server attaches must not cost the message.
    #[serde(skip_deserializing)]
    pub attachments: Vec<Attachment>,
    /// What people answered with one emoji.
    #[serde(default)]
    pub reactions: Vec<Reaction>,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Millis>,
    /// Its place is kept, its text is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Who took the text away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_by: Option<DeletedBy>,
}

/// Who took a message's text away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeletedBy {
    /// Who had said it.
    Author,
    /// Somebody who keeps the peace.
    Moderator,
    /// Nobody: the server keeps texts only so long.
    Retention,
    /// Somebody whom only a newer server knows.
    #[serde(other)]
    Unknown,
}

impl From<chat::DeletedBy> for DeletedBy {
    fn from(by: chat::DeletedBy) -> DeletedBy {
        match by {
            chat::DeletedBy::Author => DeletedBy::Author,
            chat::DeletedBy::Moderator => DeletedBy::Moderator,
            chat::DeletedBy::Retention => DeletedBy::Retention,
        }
    }
}

impl DeletedBy {
    fn known(self) -> Option<chat::DeletedBy> {
        Some(match self {
            DeletedBy::Author => chat::DeletedBy::Author,
            DeletedBy::Moderator => chat::DeletedBy::Moderator,
            DeletedBy::Retention => chat::DeletedBy::Retention,
            DeletedBy::Unknown => return None,
        })
    }
}

/// A file of a message. This version takes none, so its lists are empty; a newer server's are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Identifier.
    pub id: String,
    /// What its sender called it.
    pub name: String,
    /// Media type, found by the server.
    #[serde(rename = "type")]
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture, in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Where it is.
    pub url: String,
    /// Where a small picture of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// You among them.
    pub mine: bool,
    /// Who, at most 20.
    pub by: Vec<MemberId>,
}

impl From<chat::Member> for Member {
    fn from(member: chat::Member) -> Member {
        Member { id: member.id, name: member.name, role: member.role, hue: member.hue }
    }
}

impl From<Member> for chat::Member {
    fn from(member: Member) -> chat::Member {
        chat::Member { id: member.id, name: member.name, role: member.role, hue: member.hue }
    }
}

impl From<chat::Message> for Message {
    fn from(message: chat::Message) -> Message {
        Message {
            room: message.room,
            seq: message.seq,
            at: message.at,
            key: message.key,
            author: message.author.into(),
            body: message.body,
            rich_text: message.rich_text,
            reply_to: message.reply_to,
            attachments: Vec::new(),
            reactions: message.reactions.into_iter().map(Into::into).collect(),
            edited_at: message.edited_at,
            deleted: message.deleted,
            deleted_by: message.deleted_by.map(Into::into),
        }
    }
}

impl From<Message> for chat::Message {
    fn from(message: Message) -> chat::Message {
        chat::Message {
            room: message.room,
            seq: message.seq,
            at: message.at,
            key: message.key,
            author: message.author.into(),
            body: message.body,
            rich_text: message.rich_text,
            reply_to: message.reply_to,
            reactions: message.reactions.into_iter().map(Into::into).collect(),
            edited_at: message.edited_at,
            deleted: message.deleted,
            deleted_by: message.deleted_by.and_then(DeletedBy::known),
        }
    }
}

impl From<chat::Reaction> for Reaction {
    fn from(reaction: chat::Reaction) -> Reaction {
        let chat::Reaction { emoji, count, mine, by } = reaction;
        Reaction { emoji, count, mine, by }
    }
}

impl From<Reaction> for chat::Reaction {
    fn from(reaction: Reaction) -> chat::Reaction {
        let Reaction { emoji, count, mine, by } = reaction;
        chat::Reaction { emoji, count, mine, by }
    }
}
