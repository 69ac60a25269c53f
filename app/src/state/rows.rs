//! The rows of the message list, from what is stored and what is on its way. Pure: the same list from the same
//! input, on the server and in the browser.

use chat::outbox::{Intent, Pending, State};
use chat::rich_text::{Block, plain};
use chat::{DeletedBy, Key, Member, MemberId, Message, MessageBody, Millis, Seq};
use protocol::Refusal;

use crate::calendar::Moment;

mod note;

pub use note::{Happened, Note, Who};

/// Messages of one person closer than this stand together under one name.
const TOGETHER_MS: Millis = 5 * 60_000;

/// A message on its way for less than this says nothing of it.
pub const QUIET_MS: Millis = 1_000;

/// A row, for as long as the list knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowId {
    /// The heading of a day, counted from 1 January 1970.
    Day(i64),
    /// The line before the first message that was not read when the room was opened.
    Unread,
    /// What happened between the messages, by the first event it tells.
    Note(Seq),
    /// Somebody else's message.
    Message(Seq),
    /// The reader's own: the same row before and after it is stored.
    Own(Key),
}

/// What a message's row shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Its address, once it has one.
    pub seq: Option<Seq>,
    /// When it was said, Unix milliseconds.
    pub at: Millis,
    /// Who said it.
    pub author: Member,
    /// Its text.
    pub blocks: Vec<Block>,
    /// It is the reader's own.
    pub own: bool,
    /// It stands under the name of the one before.
    pub followup: bool,
    /// It was edited.
    pub edited: bool,
    /// Its text is gone.
    pub deleted: bool,
    /// Who took it away, as far as it is known.
    pub deleted_by: Option<DeletedBy>,
    /// The address points at it.
    pub pointed: bool,
    /// How far it is, if that is to be said.
    pub delivery: Delivery,
}

/// How far a message is, as its row says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// Nothing is said: it is stored, or it will be in no time.
    #[default]
    Quiet,
    /// On its way, and nothing is said of it yet: the line where that will be said is there, so that nothing moves when
    /// the answer comes.
    Going,
    /// On its way for longer than one would think.
    Sending,
    /// Waits. The last one says so in words.
    Queued {
        /// It is the last one.
        last: bool,
        /// For the connection; or else until the server takes it.
        lost: bool,
    },
    /// Stored; the reader's last one says so.
    Sent,
    /// Every connection it went out on broke: tried again in a while.
    Stuck,
    /// Refused for good.
    Failed(Refusal),
}

/// What the rows are made of.
pub struct Sources<'a, M, P> {
    /// The stored messages to be shown, ascending.
    pub messages: M,
    /// What happened between them, ascending.
    pub notes: Vec<Note>,
    /// Those on their way, oldest first.
    pub pending: P,
    /// The reader.
    pub me: Option<&'a Member>,
    /// The message the address points at.
    pub target: Option<Seq>,
    /// What comes after this was not read when the room was opened.
    pub unread: Option<Seq>,
    /// There is nothing before the first message.
    pub whole: bool,
    /// The person has been told that there is no connection.
    pub lost: bool,
    /// The time, Unix milliseconds.
    pub now: Millis,
}

/// The rows, from the oldest to the newest.
#[derive(Debug, Default)]
pub struct Rows {
    /// Those of messages carry what they show.
    pub list: Vec<(RowId, Option<Said>)>,
    /// What the others tell that are no headings.
    pub notes: Vec<Note>,
}

/// The rows of all this.
pub fn rows<'a, M, P>(sources: Sources<'a, M, P>, moment: impl Fn(Millis) -> Moment) -> Rows
where
    M: Iterator<Item = &'a Message>,
    P: Iterator<Item = &'a Pending>,
{
    let Sources { messages, notes, pending, me, target, mut unread, whole, lost, now } = sources;
    let mut list = List { rows: Rows::default(), last: None, began: false, moment };
    let mut notes = notes.into_iter().peekable();
    for message in messages {
        while let Some(note) = notes.next_if(|note| note.seq < message.seq) {
            list.note(note);
        }
        let (id, said) = stored(message, me.map(|me| &me.id), target);
        let line = !said.own && unread.is_some_and(|read| message.seq > read);
        if line {
            unread = None;
        }
        // Where the first one is not to be seen, the line is before something that is not here.
        let known = whole || list.began;
        list.push((id, said), line && known);
    }
    notes.for_each(|note| list.note(note));
    let mut held = false;
    for pending in pending {
        // One after the other: who comes behind waits, too.
        held |= pending.is_held(now);
        if let (Some(me), Intent::Message { body, .. }) = (me, &pending.intent) {
            list.push(on_its_way(pending, body, me, (lost, held), now), false);
        }
    }
    list.settle();
    list.rows
}

fn stored(message: &Message, me: Option<&MemberId>, target: Option<Seq>) -> (RowId, Said) {
    let own = me == Some(&message.author.id);
    let said = Said {
        seq: Some(message.seq),
        at: message.at,
        author: message.author.clone(),
        blocks: message.rich_text.clone(),
        own,
        followup: false,
        edited: message.edited_at.is_some(),
        deleted: message.deleted,
        deleted_by: message.deleted_by,
        pointed: target == Some(message.seq),
        delivery: Delivery::Quiet,
    };
    (if own { RowId::Own(message.key) } else { RowId::Message(message.seq) }, said)
}

fn on_its_way(
    pending: &Pending,
    body: &MessageBody,
    me: &Member,
    (lost, held): (bool, bool),
    now: Millis,
) -> (RowId, Said) {
    let (seq, delivery) = match &pending.state {
        State::Accepted(seq) => (Some(*seq), Delivery::Quiet),
        State::Refused(code) => (None, Delivery::Failed(Refusal::from_code(code))),
        State::Waiting(_) if pending.is_poison() => (None, Delivery::Stuck),
        // It is not promised before it is kept.
        State::Waiting(_) if (lost || held) && pending.saving == 0 => {
            (None, Delivery::Queued { last: false, lost })
        }
        State::InFlight | State::Waiting(_) if now - pending.created >= QUIET_MS => (None, Delivery::Sending),
        State::InFlight | State::Waiting(_) => (None, Delivery::Quiet),
    };
    let said = Said {
        seq,
        at: pending.created,
        author: me.clone(),
        blocks: plain(body.as_str()),
        own: true,
        followup: false,
        edited: false,
        deleted: false,
        deleted_by: None,
        pointed: false,
        delivery,
    };
    (RowId::Own(pending.key), said)
}

struct List<F> {
    rows: Rows,
    /// Author, time and day of the last row; who reads on after a note reads a name first.
    last: Option<(Option<MemberId>, Millis, i64)>,
    /// A message stands in it.
    began: bool,
    moment: F,
}

impl<F: Fn(Millis) -> Moment> List<F> {
    /// The day of what comes next. False if it has its heading already.
    fn day(&mut self, at: Millis) -> (i64, bool) {
        // A clock that was set back opens no second heading for a day that has one.
        let before = self.last.as_ref().map(|(_, _, day)| *day);
        let day = (self.moment)(at).day.max(before.unwrap_or(i64::MIN));
        let new = before != Some(day);
        if new {
            self.rows.list.push((RowId::Day(day), None));
        }
        (day, new)
    }

    fn push(&mut self, (id, mut said): (RowId, Said), line: bool) {
        let (day, new) = self.day(said.at);
        if let Some((Some(author), at, _)) = &self.last {
            said.followup = !new && !line && *author == said.author.id && said.at - at < TOGETHER_MS;
        }
        if line {
            self.rows.list.push((RowId::Unread, None));
        }
        (self.last, self.began) = (Some((Some(said.author.id.clone()), said.at, day)), true);
        self.rows.list.push((id, Some(said)));
    }

    fn note(&mut self, note: Note) {
        let (day, _) = self.day(note.at);
        let row = (RowId::Note(note.seq), None);
        self.last = Some((None, note.at, day));
        let open = matches!(self.rows.list.last(), Some((RowId::Note(_), _)));
        let note = match self.rows.notes.last_mut().filter(|_| open) {
            Some(before) => before.take_in(note),
            None => Some(note),
        };
        if let Some(note) = note {
            self.rows.list.push(row);
            self.rows.notes.push(note);
        }
    }

    /// Says of the last queued message that it is queued, and of the last stored own one that it is sent, unless a later
    /// one is about to be.
    fn settle(&mut self) {
        let mut own =
            self.rows.list.iter_mut().rev().filter_map(|(_, said)| said.as_mut()).filter(|said| said.own);
        let (mut queued, mut going) = (false, false);
        for said in &mut own {
            match &mut said.delivery {
                Delivery::Queued { last, .. } => *last = !std::mem::replace(&mut queued, true),
                Delivery::Quiet if said.seq.is_some() && said.deleted => {}
                Delivery::Quiet if said.seq.is_some() => {
                    if !going {
                        said.delivery = Delivery::Sent;
                    }
                    return;
                }
                Delivery::Quiet if !std::mem::replace(&mut going, true) => said.delivery = Delivery::Going,
                Delivery::Sending => going = true,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
