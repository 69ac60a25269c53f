//! A room as it truly is: its log, and what follows from it. Slow and plain.

use std::collections::BTreeMap;

use chat::message::Reaction;
use chat::timeline::{Catchup, Page};
use chat::{Change, DeletedBy, Event, Key, Member, MemberId, Message, Role, RoomId, Seq};

/// The people of the room. The first one reads.
const PEOPLE: [&str; 3] = ["ana", "bia", "caio"];

/// Who reads.
pub(super) fn reader() -> MemberId {
    id(0)
}

fn id(who: usize) -> MemberId {
    MemberId::try_from(PEOPLE[who % PEOPLE.len()].to_owned()).expect("invariant: letters")
}

/// The log of a room, in one of the lives of its database.
#[derive(Clone, Debug, Default)]
pub(super) struct Truth {
    lives: u32,
    log: Vec<Event>,
}

/// The state of a room's messages.
pub(crate) type Messages = BTreeMap<Seq, Message>;

impl Truth {
    pub(super) fn epoch(&self) -> String {
        format!("epoch {}", self.lives)
    }

    pub(super) fn head(&self) -> Seq {
        self.log.len() as Seq
    }

    /// The event `seq` as it was told when it happened.
    pub(super) fn event(&self, seq: Seq) -> Event {
        self.log[usize::try_from(seq - 1).expect("invariant: an index")].clone()
    }

    /// Goes back to an earlier state, as a restore does.
    pub(super) fn restore(&mut self, keep: Seq) {
        self.lives += 1;
        self.log.truncate(usize::try_from(keep).unwrap_or(0));
    }

    /// Something happens; `what` says what, to what and by whom.
    pub(super) fn happen(&mut self, what: u16) {
        let seq = self.head() + 1;
        let who = id(usize::from(what >> 3));
        let before = self.messages(self.head());
        let alive: Vec<Seq> =
            before.values().filter(|message| !message.deleted).map(|message| message.seq).collect();
        let target = alive.get(usize::from(what >> 5) % alive.len().max(1)).copied();
        let (by, text) = (who.clone(), format!("text {what} of {seq}"));
        let change = match (what % 8, target) {
            (3, Some(target)) => Change::Edited {
                by,
                target,
                rich_text: chat::rich_text::plain(&text),
                body: text,
                deleted: false,
            },
            (4, Some(target)) => Change::Deleted { by, target },
            (5, Some(target)) => {
                let emoji = if what & 256 == 0 { "👍" } else { "🫖" };
                let on = !before[&target].reactions.iter().any(|r| r.emoji == emoji && r.by.contains(&who));
                Change::Reacted { by, target, emoji: emoji.to_owned(), on }
            }
            (6, _) => Change::Renamed { by, who, name: format!("name {seq}"), was: None },
            (7, _) => Change::Unknown,
            _ => Change::Sent(Box::new(self.message(seq, who, text))),
        };
        self.log.push(Event { room: RoomId::lobby(), seq, at: 1_000 + seq as i64, change });
    }

    fn message(&self, seq: Seq, who: MemberId, body: String) -> Message {
        let name = self.name(&who, self.head());
        Message {
            room: RoomId::lobby(),
            seq,
            at: 1_000 + seq as i64,
            key: Key::from_bytes(u128::from(seq).to_be_bytes()),
            author: Member { id: who, name, role: Role::Guest, hue: 0 },
            rich_text: chat::rich_text::plain(&body),
            body,
            reply_to: None,
            reactions: Vec::new(),
            edited_at: None,
            deleted: false,
            deleted_by: None,
        }
    }

    /// What somebody is called at `upto`.
    fn name(&self, who: &MemberId, upto: Seq) -> String {
        let named =
            self.log.iter().take_while(|event| event.seq <= upto).filter_map(|event| match &event.change {
                Change::Renamed { who: other, name, .. } if other == who => Some(name.clone()),
                _ => None,
            });
        named.last().unwrap_or_else(|| who.to_string())
    }

    /// Every message as it stands when the log has come to `upto`.
    pub(super) fn messages(&self, upto: Seq) -> Messages {
        fold(self.log.iter().take_while(|event| event.seq <= upto), &reader())
    }

    /// The newest page, of at most `limit` messages.
    pub(super) fn page(&self, limit: usize) -> Page {
        self.page_before(Seq::MAX, limit)
    }

    /// The page before `before`.
    pub(super) fn page_before(&self, before: Seq, limit: usize) -> Page {
        let all: Vec<_> =
            self.messages(self.head()).into_values().filter(|message| message.seq < before).collect();
        let from = all.len().saturating_sub(limit);
        let (messages, more) = (all[from..].to_vec(), from > 0);
        Page { epoch: self.epoch(), head: self.head(), messages, more, ..Page::default() }
    }

    /// What `sync` answers: today's names, and no text of what was deleted later.
    pub(super) fn replay(&self, after: Seq, limit: usize) -> Catchup {
        let (head, now) = (self.head(), self.messages(self.head()));
        let missed = self.log.iter().filter(|event| event.seq > after);
        let events: Vec<_> = missed.take(limit).cloned().map(|event| replayed(event, &now)).collect();
        let reached = events.last().map_or(after, |event| event.seq);
        Catchup { epoch: self.epoch(), after, events, head, more: reached < head, reset: false }
    }
}

/// What follows from a log for `reader`. What it says about messages that are not in it is passed over: who came later
/// has only its end.
pub(crate) fn fold<'a>(log: impl Iterator<Item = &'a Event>, reader: &MemberId) -> Messages {
    let mut messages = Messages::new();
    for event in log {
        match &event.change {
            Change::Sent(message) => {
                messages.insert(event.seq, (**message).clone());
            }
            Change::Edited { target, body, rich_text, deleted, .. } => {
                if let Some(message) = messages.get_mut(target).filter(|message| !message.deleted && !deleted)
                {
                    (message.body, message.rich_text) = (body.clone(), rich_text.clone());
                    message.edited_at = Some(event.at);
                }
            }
            Change::Deleted { by, target } => {
                messages.entry(*target).and_modify(|message| {
                    let by = Some(DeletedBy::of(&message.author.id, by));
                    *message = gone(message, by);
                });
            }
            Change::Reacted { by, target, emoji, on } => {
                if let Some(message) = messages.get_mut(target).filter(|message| !message.deleted) {
                    react(&mut message.reactions, by, reader, emoji, *on);
                }
            }
            Change::Renamed { who, name, .. } => {
                let theirs = messages.values_mut().filter(|message| message.author.id == *who);
                theirs.for_each(|message| message.author.name.clone_from(name));
            }
            _ => {}
        }
    }
    messages
}

/// A message of which only the place is left.
fn gone(was: &Message, deleted_by: Option<DeletedBy>) -> Message {
    let nothing = (String::new(), Vec::new(), Vec::new());
    let (body, rich_text, reactions) = nothing;
    let was = was.clone();
    Message { body, rich_text, reactions, reply_to: None, edited_at: None, deleted: true, deleted_by, ..was }
}

fn react(reactions: &mut Vec<Reaction>, by: &MemberId, reader: &MemberId, emoji: &str, on: bool) {
    let at = reactions.iter().position(|reaction| reaction.emoji == emoji);
    let at = at.unwrap_or_else(|| {
        let none = Reaction { emoji: emoji.to_owned(), count: 0, mine: false, by: Vec::new() };
        reactions.push(none);
        reactions.len() - 1
    });
    let reaction = &mut reactions[at];
    reaction.by.retain(|other| other != by);
    if on {
        reaction.by.push(by.clone());
    }
    reaction.count = reaction.by.len() as u64;
    reaction.mine = reaction.by.contains(reader);
    reactions.retain(|reaction| reaction.count > 0);
}

fn replayed(mut event: Event, now: &Messages) -> Event {
    match &mut event.change {
        Change::Sent(message) => {
            let today = &now[&message.seq];
            message.author = today.author.clone();
            if today.deleted {
                **message = gone(message, today.deleted_by);
            }
        }
        Change::Edited { target, body, rich_text, deleted, .. } if now[target].deleted => {
            (*body, *rich_text, *deleted) = (String::new(), Vec::new(), true);
        }
        _ => {}
    }
    event
}
