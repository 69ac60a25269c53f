//! What one event changes in what is known.

use super::{Effect, Timeline};
use crate::{Change, Event, Member, Message, Seq};

impl Timeline {
    pub(super) fn apply(&mut self, event: Event, effects: &mut Vec<Effect>) {
        self.applied = event.seq;
        self.note(&event, effects);
        match event.change {
            Change::Sent(message) => self.said(*message, effects),
            Change::Edited { target, body, rich_text, deleted, .. } => {
                self.change(target, event.seq, effects, |message| {
                    if deleted {
                        message.delete(None);
                    } else {
                        message.edit(body, rich_text, event.at);
                    }
                });
            }
            Change::Deleted { by, target } if self.messages.delete(target, event.seq, &by) => {
                effects.push(Effect::Changed(target));
            }
            Change::Reacted { by, target, emoji, on } => {
                let mine = self.reader.as_ref() == Some(&by);
                self.change(target, event.seq, effects, |message| message.react(&by, mine, &emoji, on));
            }
            Change::Renamed { who, name, .. } => {
                self.notes.change(&who, |member| name.clone_into(&mut member.name));
                let renamed = self.messages.change_author(&who, |author| name.clone_into(&mut author.name));
                effects.extend(renamed.map(Effect::Changed));
            }
            Change::RoleChanged { who, role, .. } => {
                self.notes.change(&who, |member| member.role = role);
                let appointed = self.messages.change_author(&who, |author| author.role = role);
                effects.extend(appointed.map(Effect::Changed));
            }
            Change::AccountDeleted { who, .. } => {
                self.notes.forget(&who);
                let nameless = self.messages.change_author(&who, Member::forget);
                effects.extend(nameless.map(Effect::Changed));
            }
            _ => {}
        }
    }

    fn said(&mut self, message: Message, effects: &mut Vec<Effect>) {
        let seq = message.seq;
        // In the past the present is not shown; the pages that lead up to it bring it.
        if !self.more_after && self.messages.push(message) {
            effects.push(Effect::Added(seq));
        }
    }

    fn change(&mut self, target: Seq, seq: Seq, effects: &mut Vec<Effect>, to: impl FnOnce(&mut Message)) {
        if self.messages.change(target, seq, to) {
            effects.push(Effect::Changed(target));
        }
    }

    /// Keeps what stands between the messages, with those it names as far as they are known.
    fn note(&mut self, event: &Event, effects: &mut Vec<Effect>) {
        let Some((by, who)) = event.change.told() else { return };
        // As with messages: the pages that lead up to the present bring it.
        if self.more_after {
            return;
        }
        if let Change::Joined { who, .. } = &event.change {
            self.notes.learn(who.clone());
        }
        for id in std::iter::once(by).chain(who) {
            if self.notes.member(id).is_none()
                && let Some(said) = self.messages.iter().rev().find(|message| message.author.id == *id)
            {
                self.notes.learn(said.author.clone());
            }
        }
        self.notes.push(event.clone(), self.messages.last().unwrap_or(0));
        effects.push(Effect::Noted(event.seq));
    }
}
