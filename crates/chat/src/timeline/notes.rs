//! What a timeline knows of the log between the messages: who came and went, who is called what, what the room is
//! like. It counts nowhere as a message.

use crate::{Change, Event, Member, MemberId, Seq};

/// Most of them that a page brings, and that are kept after the last message; the newest ones.
pub const MAX_NOTES: usize = 100;

/// Those of the log that are known, ascending, and the people they name.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    list: Vec<Event>,
    /// As they are now.
    people: Vec<Member>,
}

impl Notes {
    /// Those of a page.
    pub(super) fn of(events: Vec<Event>, people: Vec<Member>) -> Notes {
        let mut notes = Notes::default();
        notes.merge(events, people, false);
        notes
    }

    /// Those from one `seq` to another, both included.
    pub(super) fn between(&self, from: Seq, to: Seq) -> impl DoubleEndedIterator<Item = &Event> {
        let start = self.list.partition_point(|event| event.seq < from);
        let end = self.list.partition_point(|event| event.seq <= to).max(start);
        self.list[start..end].iter()
    }

    pub(super) fn member(&self, id: &MemberId) -> Option<&Member> {
        self.people.iter().find(|member| member.id == *id)
    }

    /// Adds one, where the last message is `last`. Of a burst without a message the oldest are dropped.
    pub(super) fn push(&mut self, event: Event, last: Seq) {
        self.put(event);
        let after = self.list.partition_point(|event| event.seq <= last);
        if self.list.len() - after > MAX_NOTES {
            self.list.remove(after);
        }
    }

    /// Puts those of a page among the others. True if there are more now. A `late` page was read before the last event
    /// that was applied: whom one knows one knows better.
    pub(super) fn merge(&mut self, events: Vec<Event>, people: Vec<Member>, late: bool) -> bool {
        let before = self.list.len();
        for event in events {
            if event.change.told().is_some() {
                self.put(event);
            }
        }
        for member in people {
            if !late || self.member(&member.id).is_none() {
                self.learn(member);
            }
        }
        self.list.len() > before
    }

    fn put(&mut self, mut event: Event) {
        let gone = |who: &MemberId| self.member(who).is_some_and(Member::is_gone);
        match &mut event.change {
            // What somebody was called whose account is deleted is told by nobody.
            Change::Renamed { who, name, .. } if name.is_empty() || gone(who) => return,
            Change::Joined { who, .. } if gone(&who.id) => who.forget(),
            _ => {}
        }
        if let Err(at) = self.list.binary_search_by_key(&event.seq, |event| event.seq) {
            self.list.insert(at, event);
        }
    }

    /// Somebody is like this.
    pub(super) fn learn(&mut self, member: Member) {
        match self.people.iter_mut().find(|known| known.id == member.id) {
            Some(known) => *known = member,
            None => self.people.push(member),
        }
    }

    /// Somebody has deleted the account: no name of theirs is left.
    pub(super) fn forget(&mut self, who: &MemberId) {
        self.change(who, Member::forget);
        self.list.retain_mut(|event| match &mut event.change {
            Change::Renamed { who: other, .. } => other != who,
            Change::Joined { who: other, .. } if other.id == *who => {
                other.forget();
                true
            }
            _ => true,
        });
    }

    /// Changes somebody whom they name.
    pub(super) fn change(&mut self, who: &MemberId, to: impl FnOnce(&mut Member)) {
        if let Some(member) = self.people.iter_mut().find(|member| member.id == *who) {
            to(member);
        }
    }
}

#[cfg(test)]
#[path = "notes/tests.rs"]
mod tests;
