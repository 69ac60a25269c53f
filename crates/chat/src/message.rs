//! A message as it stands now.

use crate::rich_text::Block;
use crate::{Key, Member, Millis, RoomId, Seq};

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
    /// The text as typed; empty once deleted.
    pub body: String,
    /// The text as it is shown.
    pub rich_text: Vec<Block>,
    /// The message it answers.
    pub reply_to: Option<Seq>,
    /// When it was last edited.
    pub edited_at: Option<Millis>,
    /// Its place is kept, its text is gone.
    pub deleted: bool,
}
