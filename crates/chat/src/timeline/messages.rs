//! The messages a timeline knows, ascending, each with the `seq` up to which its state was read.

use crate::{DeletedBy, Member, MemberId, Message, Seq};

/// A sorted list and not a map: it grows at its ends, and its code is a tenth in the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Messages(Vec<Known>);

/// A message as of a `seq`: a page of history may be newer than the cursor, and what is in it already must not be
/// applied to it again.
#[derive(Clone, Debug)]
struct Known {
    message: Message,
    as_of: Seq,
}

impl Messages {
    /// A page, ascending, read at the head `as_of`.
    pub(super) fn of(page: Vec<Message>, as_of: Seq) -> Messages {
        Messages(page.into_iter().map(|message| Known { message, as_of }).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.0.iter().map(|known| &known.message)
    }

    /// Those from one `seq` to another, both included.
    pub(super) fn between(&self, from: Seq, to: Seq) -> impl DoubleEndedIterator<Item = &Message> {
        let start = self.0.partition_point(|known| known.message.seq < from);
        let end = self.0.partition_point(|known| known.message.seq <= to).max(start);
        self.0[start..end].iter().map(|known| &known.message)
    }

    pub(super) fn get(&self, seq: Seq) -> Option<&Message> {
        Some(&self.0.get(self.position(seq).ok()?)?.message)
    }

    pub(super) fn first(&self) -> Option<Seq> {
        self.0.first().map(|known| known.message.seq)
    }

    pub(super) fn last(&self) -> Option<Seq> {
        self.0.last().map(|known| known.message.seq)
    }

    /// Adds a message at the end. False if a page has brought it before.
    pub(super) fn push(&mut self, message: Message) -> bool {
        let new = self.last().is_none_or(|last| last < message.seq);
        if new {
            self.0.push(Known { as_of: message.seq, message });
        }
        new
    }

    /// Puts a page, ascending and read at the head `as_of`, among the others. What is known already stays as it is:
    /// it may be newer.
    pub(super) fn merge(&mut self, page: Vec<Message>, as_of: Seq) {
        let mut merged = Vec::with_capacity(self.0.len() + page.len());
        let mut known = std::mem::take(&mut self.0).into_iter().peekable();
        for message in page {
            while let Some(before) = known.next_if(|known| known.message.seq < message.seq) {
                merged.push(before);
            }
            if known.peek().is_none_or(|known| known.message.seq != message.seq) {
                merged.push(Known { message, as_of });
            }
        }
        merged.extend(known);
        self.0 = merged;
    }

    /// Changes a message that is known and does not know of the event `seq` yet; false if there is none. What is
    /// deleted stays so: a replay tells it before it tells what happened earlier.
    pub(super) fn change(&mut self, target: Seq, seq: Seq, to: impl FnOnce(&mut Message)) -> bool {
        let Ok(at) = self.position(target) else { return false };
        let known = &mut self.0[at];
        let new = known.as_of < seq && !known.message.deleted;
        if new {
            to(&mut known.message);
        }
        new
    }

    /// Takes the text of a message that is known away, and notes by whom; false if there is nothing new in that. A replay
    /// tells that a text is gone before it tells who took it.
    pub(super) fn delete(&mut self, target: Seq, seq: Seq, by: &MemberId) -> bool {
        let Ok(at) = self.position(target) else { return false };
        let Known { message, as_of } = &mut self.0[at];
        let new = *as_of < seq && message.deleted_by.is_none();
        if new {
            message.delete(Some(DeletedBy::of(&message.author.id, by)));
        }
        new
    }

    /// Changes the author of the messages that `author` has said, and tells which they are.
    pub(super) fn change_author(
        &mut self,
        author: &MemberId,
        to: impl Fn(&mut Member),
    ) -> impl Iterator<Item = Seq> {
        self.0.iter_mut().filter(|known| known.message.author.id == *author).map(move |known| {
            to(&mut known.message.author);
            known.message.seq
        })
    }

    fn position(&self, seq: Seq) -> Result<usize, usize> {
        self.0.binary_search_by_key(&seq, |known| known.message.seq)
    }
}
