//! What somebody asks the rooms to remember, and what became of it.

use chat::rich_text::Block;
use chat::{Key, Member, MemberId, MessageBody, Millis, Nickname, Role, RoomId, RoomName, Seq, Topic};
use protocol::Problem;
use protocol::view::RoomKind;
use sha2::{Digest, Sha256};

use super::account::{Goodbye, Keeping};
use super::command::{Answer, Command};
use super::network::Network;
use super::report::Outcome;
use super::{NewSession, Store, StoreError, payload};

/// A keyed request, with everything that can be worked out before the writer sees it.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(super) room: RoomId,
    pub(super) author: Member,
    /// Where the author is, of one who is not saved yet.
    pub(super) network: Option<Network>,
    pub(super) key: Key,
    /// The key is the client's, and so has to be remembered; one made here is asked with once.
    pub(super) keyed: bool,
    pub(super) hash: [u8; 32],
    pub(super) payload: Vec<u8>,
    pub(super) content: Content,
}

impl Store {
    /// Has something remembered, under its key or one made here; with it the key it is under. Somebody whom it would save
    /// is refused if nobody new is let in from `network`.
    pub(crate) async fn post_from(
        &self,
        network: Option<Network>,
        author: Member,
        wish: Wish,
    ) -> Result<(Key, Posted), StoreError> {
        let mut posted = self.post_all(network, &author, vec![wish]).await;
        posted.pop().unwrap_or(Err(StoreError::Closed))
    }

    /// Has several things of one person remembered, in their order and in one commit. What came of each, in the same
    /// order.
    pub(crate) async fn post_all(
        &self,
        network: Option<Network>,
        author: &Member,
        wishes: Vec<Wish>,
    ) -> Vec<Result<(Key, Posted), StoreError>> {
        let now = u64::try_from(self.now()).unwrap_or(0);
        let (mut keys, mut commands) = (Vec::new(), Vec::new());
        for Wish { room, key, content } in wishes {
            let keyed = key.is_some();
            let key = key.unwrap_or_else(|| Key::v7(now, &rand::random::<[u8; 10]>()));
            let post = Post::new(&self.0.hash_key, room, (author.clone(), network), (key, keyed), content);
            keys.push(key);
            commands.push(Command::Post(Box::new(post)));
        }
        let answers = self.submit_all(commands).await;
        let posted = |(key, answer)| match answer {
            Ok(Answer::Posted(posted)) => Ok((key, posted)),
            Ok(other) => unreachable!("a post came to {other:?}"),
            Err(error) => Err(error),
        };
        keys.into_iter().zip(answers).map(posted).collect()
    }
}

/// What somebody wants to have remembered.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// In whose log.
    pub(crate) room: RoomId,
    /// The client's, if it has one.
    pub(crate) key: Option<Key>,
    /// What.
    pub(crate) content: Content,
}

/// Who is meant.
#[derive(Clone, Debug)]
pub(crate) enum Whom {
    /// Whose id it is.
    Id(MemberId),
    /// Whose name it is, or one that looks like it.
    Name(Nickname),
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
    /// Another text for one's own message.
    Edited {
        /// The message.
        target: Seq,
        /// The text as typed.
        body: MessageBody,
        /// The text as shown.
        rich_text: Vec<Block>,
    },
    /// A message without its text.
    Deleted {
        /// The message.
        target: Seq,
    },
    /// An emoji under a message, or no longer.
    Reacted {
        /// The message.
        target: Seq,
        /// The emoji.
        emoji: String,
        /// It is to be there.
        on: bool,
    },
    /// The author's new name, in each of their rooms.
    Renamed(Nickname),
    /// A new room, of which the request's room is the id.
    Created {
        /// What it is called.
        name: RoomName,
        /// Who may find it.
        kind: RoomKind,
        /// Who is in it beside the author.
        members: Vec<MemberId>,
    },
    /// The author enters.
    Joined,
    /// The author goes.
    Left,
    /// Somebody is brought into the room.
    Added(Whom),
    /// Somebody is taken out.
    Kicked(MemberId),
    /// Somebody may not speak in the room, or may again.
    Muted(MemberId, bool),
    /// The author hears nothing of somebody any more, or again; told to nobody.
    Blocked(MemberId, bool),
    /// Somebody may not be on this server, or may again; told in each of their rooms. With the networks of the person's
    /// live connections.
    Banned(MemberId, bool, Vec<Network>),
    /// The author keeps the name; a guest becomes a member, told in each of their rooms.
    Kept(Box<Keeping>),
    /// The author deletes the account, told in each of their rooms.
    AccountDeleted(Goodbye),
    /// Everything a guest has said is taken away.
    AllDeleted(MemberId),
    /// Those who keep the peace are told of a message.
    Reported {
        /// The message.
        target: Seq,
        /// What is wrong with it.
        reason: String,
    },
    /// A report is settled.
    Settled {
        /// Its row.
        report: i64,
        /// What is done.
        outcome: Outcome,
        /// The networks of the live connections of who said it.
        live: Vec<Network>,
    },
    /// Somebody has this role; told in each of their rooms.
    Appointed(MemberId, Role),
    /// The room is like this.
    Shaped(Shape),
    /// The author comes by an invite.
    Invited {
        /// Of its token.
        hash: [u8; 32],
        /// For somebody new.
        session: Option<NewSession>,
    },
    /// The author has another role, by order of who runs the machine.
    BeAppointed(Role),
    /// The author becomes the owner.
    Claimed {
        /// Of the owner link's token.
        hash: [u8; 32],
        /// The owner's.
        session: NewSession,
        /// The hash of the session that ends.
        replaced: Option<[u8; 32]>,
    },
}

/// What a room can be like.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// It is about this.
    Topic(Topic),
    /// It is called this.
    Name(RoomName),
    /// Seconds that each waits between two messages.
    SlowMode(u32),
    /// Only those who may speak while it is locked speak.
    Locked(bool),
    /// It is closed but for reading.
    Archived(bool),
}

/// What became of a [`Post`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It is so, since now or (`duplicate`) since an earlier event. A room that was made has `seq` 0.
    Stored { room: RoomId, seq: Seq, at: Millis, duplicate: bool, author: Member },
    /// It may not be.
    Refused(Problem),
}

impl Post {
    /// A request under `key`, or one made here; `hash_key` is the database's own.
    pub(super) fn new(
        hash_key: &[u8; 32],
        room: RoomId,
        (author, network): (Member, Option<Network>),
        (key, keyed): (Key, bool),
        content: Content,
    ) -> Post {
        let hash = request_hash(hash_key, &room, &content);
        let payload = payload::of_message(&content);
        Post { room, author, network, key, keyed, hash, payload, content }
    }

    /// It is a message, as most are: these are written many at a time.
    pub(super) fn is_message(&self) -> bool {
        matches!(self.content, Content::Said { .. })
    }
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
    // The id of a room that is to be made is drawn anew for each try.
    if !matches!(content, Content::Created { .. }) {
        part(room.as_str().as_bytes());
    }
    match content {
        Content::Said { body, reply_to, .. } => {
            part(b"message");
            part(body.as_str().as_bytes());
            part(&reply_to.unwrap_or(0).to_be_bytes());
        }
        Content::Edited { target, body, .. } => {
            part(b"edit");
            part(&target.to_be_bytes());
            part(body.as_str().as_bytes());
        }
        Content::Deleted { target } => {
            part(b"delete");
            part(&target.to_be_bytes());
        }
        Content::Reacted { target, emoji, on } => {
            part(b"react");
            part(&target.to_be_bytes());
            part(emoji.as_bytes());
            part(&[u8::from(*on)]);
        }
        Content::Renamed(name) => {
            part(b"rename");
            part(name.as_str().as_bytes());
        }
        Content::Created { name, kind, members } => {
            part(b"createRoom");
            part(name.as_str().as_bytes());
            part(&[*kind as u8]);
            members.iter().for_each(|id| part(id.as_str().as_bytes()));
        }
        Content::Joined => part(b"join"),
        Content::Left => part(b"leave"),
        Content::Added(who) => {
            part(b"add");
            match who {
                Whom::Id(id) => part(id.as_str().as_bytes()),
                Whom::Name(name) => {
                    part(b"");
                    part(name.as_str().as_bytes());
                }
            }
        }
        Content::Kicked(who) => {
            part(b"kick");
            part(who.as_str().as_bytes());
        }
        Content::Muted(who, on) => {
            part(b"mute");
            part(who.as_str().as_bytes());
            part(&[u8::from(*on)]);
        }
        Content::Blocked(who, on) => {
            part(b"block");
            part(who.as_str().as_bytes());
            part(&[u8::from(*on)]);
        }
        Content::Banned(who, on, _) => {
            part(b"ban");
            part(who.as_str().as_bytes());
            part(&[u8::from(*on)]);
        }
        // Asked with once, under a key made here: there is nothing to tell apart.
        Content::Kept(_) => part(b"keep"),
        Content::AccountDeleted(_) => part(b"deleteAccount"),
        Content::AllDeleted(who) => {
            part(b"deleteAll");
            part(who.as_str().as_bytes());
        }
        Content::Reported { target, reason } => {
            part(b"report");
            part(&target.to_be_bytes());
            part(reason.as_bytes());
        }
        Content::Settled { report, outcome, .. } => {
            part(b"settle");
            part(&report.to_be_bytes());
            part(outcome.code().as_bytes());
        }
        Content::Appointed(who, role) => {
            part(b"setRole");
            part(who.as_str().as_bytes());
            part(&[*role as u8]);
        }
        Content::Shaped(shape) => shape.parts(part),
        Content::Invited { hash, .. } => {
            part(b"invited");
            part(hash);
        }
        Content::BeAppointed(role) => {
            part(b"be appointed");
            part(&[*role as u8]);
        }
        Content::Claimed { hash, .. } => {
            part(b"claimed");
            part(hash);
        }
    }
    hash.finalize().into()
}

impl Shape {
    /// What tells it apart, part by part.
    fn parts(&self, mut part: impl FnMut(&[u8])) {
        match self {
            Shape::Topic(topic) => {
                part(b"setTopic");
                part(topic.as_str().as_bytes());
            }
            Shape::Name(name) => {
                part(b"renameRoom");
                part(name.as_str().as_bytes());
            }
            Shape::SlowMode(seconds) => {
                part(b"slowMode");
                part(&seconds.to_be_bytes());
            }
            Shape::Locked(on) => {
                part(b"lockRoom");
                part(&[u8::from(*on)]);
            }
            Shape::Archived(on) => {
                part(b"archiveRoom");
                part(&[u8::from(*on)]);
            }
        }
    }
}

/// The key of an event that `post` makes in `room` beside the one under `key`. It is drawn with the database's secret,
/// which is in the request's hash: no client can have used it, or will.
pub(super) fn further_key(post: &Post, key: Key, room: &RoomId) -> Key {
    let digest = Sha256::new_with_prefix(b"further")
        .chain_update(post.hash)
        .chain_update(key.as_bytes())
        .chain_update(room.as_str())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Key::from_bytes(bytes)
}
