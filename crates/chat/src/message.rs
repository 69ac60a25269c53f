//! A message as it stands now.

use crate::rich_text::Block;
use crate::{Key, Member, MemberId, Millis, RoomId, Seq};

/// The current state of a message, addressed by `room` and `seq`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where it was said.
    pub room: RoomId,
    /// Position of its `sent` event.
    pub seq: Seq,
    /// When it was stored, Unix milliseconds; for display only.
    pub at: Millis,
    /// The sender's idempotency key.
    pub key: Key,
    /// Who said it.
    pub author: Member,
    /// The text; empty once deleted.
    pub body: String,
    /// The text as it is shown.
    pub rich_text: Vec<Block>,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// What people answered with one emoji, in the order of the first of each kind.
    pub reactions: Vec<Reaction>,
    /// When it was last edited.
    pub edited_at: Option<Millis>,
    /// Its place is kept, its text is gone.
    pub deleted: bool,
    /// Who took the text away, as far as it is known.
    pub deleted_by: Option<DeletedBy>,
}

/// Who took a message's text away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletedBy {
    /// Who had said it.
    Author,
    /// Somebody who keeps the peace.
    Moderator,
    /// Nobody: the server keeps texts only so long.
    Retention,
}

impl DeletedBy {
    /// Of somebody's message deleted by `by`.
    pub fn of(author: &MemberId, by: &MemberId) -> DeletedBy {
        if author == by { DeletedBy::Author } else { DeletedBy::Moderator }
    }
}

/// Longest emoji sequence, in bytes (docs/PROTOCOL.md, "Limits").
pub const MAX_EMOJI_BYTES: usize = 64;

/// Longest reason to report a message, in characters.
pub const MAX_REASON: usize = 500;

/// Most kinds of emoji under one message.
pub const MAX_REACTION_KINDS: usize = 20;

/// Most people named with one emoji; the others are only counted.
pub const MAX_REACTORS_NAMED: usize = 20;

/// One emoji under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// The reader among them.
    pub mine: bool,
    /// Who, in the order they came; at most [`MAX_REACTORS_NAMED`].
    pub by: Vec<MemberId>,
}

impl Message {
    /// Gives the message another text.
    pub fn edit(&mut self, body: String, rich_text: Vec<Block>, at: Millis) {
        self.body = body;
        self.rich_text = rich_text;
        self.edited_at = Some(at);
    }

    /// Takes away all that was said: the place, the author and the time stay.
    pub fn delete(&mut self, by: Option<DeletedBy>) {
        self.deleted_by = by;
        self.body = String::new();
        self.rich_text = Vec::new();
        self.reply_to = None;
        self.reactions = Vec::new();
        self.edited_at = None;
        self.deleted = true;
    }

    /// Puts `emoji` of `by` under the message, or takes it back. `mine`: `by` is the reader.
    pub fn react(&mut self, by: &MemberId, mine: bool, emoji: &str, on: bool) {
        let at = self.reactions.iter().position(|reaction| reaction.emoji == emoji);
        match (at, on) {
            (None, false) => {}
            (None, true) => self.reactions.push(Reaction {
                emoji: emoji.to_owned(),
                count: 1,
                mine,
                by: vec![by.clone()],
            }),
            (Some(at), true) => {
                let reaction = &mut self.reactions[at];
                reaction.count += 1;
                reaction.mine |= mine;
                if reaction.by.len() < MAX_REACTORS_NAMED {
                    reaction.by.push(by.clone());
                }
            }
            (Some(at), false) => {
                let reaction = &mut self.reactions[at];
                reaction.count = reaction.count.saturating_sub(1);
                reaction.mine &= !mine;
                reaction.by.retain(|id| id != by);
                if reaction.count == 0 {
                    self.reactions.remove(at);
                }
            }
        }
    }
}
