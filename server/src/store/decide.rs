//! What each message of a batch comes to: pure, between reading the facts and writing the rows.
//!
//! The batch holds the database's only write transaction, so what was read at its start stays true to its end
//! but for what the batch itself decides; that is kept here. A request that is refused writes nothing, so there
//! is nothing of it to take back.

use std::collections::HashMap;

use chat::{Act, Event, Key, Member, MemberId, Message, Millis, Role, RoomId, Seq, room};
use protocol::{Problem, Refusal};

use super::post::{Content, Post, Posted};
use super::{clock, code};
#[cfg(feature = "plant")]
use crate::plant::{Bug, planted};

/// What the database says about one request.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The room, if it exists and the author may see it.
    pub(super) room: Option<Room>,
    /// The author is in it.
    pub(super) present: bool,
    /// The author may not speak in it.
    pub(super) muted: bool,
    /// The author made it.
    pub(super) keeper: bool,
    /// When the author last said something in it, since its slow mode is as it is and as far as that matters.
    pub(super) said: Option<Millis>,
    /// Why the author may not be on this server.
    pub(super) barred: Option<Refusal>,
    /// The author, if already saved.
    pub(super) author: Option<Author>,
    /// The event that the author's key has made before.
    pub(super) known: Option<Known>,
    /// The message it answers is there.
    pub(super) target: bool,
}

/// A row of `rooms`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) id: i64,
    pub(super) last_seq: Seq,
    pub(super) last_ts: Millis,
    /// In seconds.
    pub(super) slow_mode: u32,
    pub(super) locked: bool,
    pub(super) archived: bool,
}

/// A row of `members`.
#[derive(Clone, Debug)]
pub(super) struct Author {
    pub(super) id: i64,
    pub(super) member: Member,
}

/// Where a key has led.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) room: RoomId,
    pub(super) seq: Seq,
    pub(super) at: Millis,
    /// `None` once the content is deleted: it matches anything.
    pub(super) hash: Option<Vec<u8>>,
    /// It came along with another request: no client asked for it under this key.
    pub(super) further: bool,
}

/// A row for `events` and for `messages`.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) room: i64,
    pub(super) seq: Seq,
    pub(super) at: Millis,
    pub(super) author: i64,
    pub(super) post: &'a Post,
}

/// The changes of a batch.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    now: Millis,
    next_member: i64,
    rooms: HashMap<RoomId, Room>,
    authors: HashMap<MemberId, Author>,
    known: HashMap<(MemberId, Key), Known>,
    /// Members not in the table yet.
    pub(super) arrivals: Vec<Author>,
    /// What the logs grow by, in order.
    pub(super) rows: Vec<Row<'a>>,
    /// The same as the publisher gets it.
    pub(super) events: Vec<Event>,
}

impl<'a> Plan<'a> {
    /// An empty plan. `next_member` is the first free row of `members`.
    pub(super) fn new(now: Millis, next_member: i64) -> Plan<'a> {
        Plan {
            now,
            next_member,
            rooms: HashMap::new(),
            authors: HashMap::new(),
            known: HashMap::new(),
            arrivals: Vec::new(),
            rows: Vec::new(),
            events: Vec::new(),
        }
    }

    /// The rooms whose logs have grown.
    pub(super) fn grown(&self) -> impl Iterator<Item = Room> {
        self.rooms.values().copied()
    }

    /// Whoever speaks in the room waits before the next message.
    pub(super) fn is_slow(&self, room: &RoomId) -> bool {
        self.rooms.get(room).is_some_and(|room| room.slow_mode > 0)
    }

    /// Decides one request, after all those before it in the batch.
    pub(super) fn decide(&mut self, post: &'a Post, mut facts: Facts) -> Posted {
        let saved = self.authors.get(&post.author.id).cloned().or(facts.author.take());
        let id = (post.author.id.clone(), post.key);
        let known = self.known.get(&id).cloned().or(facts.known.take());
        #[cfg(feature = "plant")]
        let known = known.filter(|_| !planted(Bug::NoEventsOnce));
        if let Some(known) = known {
            let member = saved.map_or_else(|| post.author.clone(), |author| author.member);
            return again(post, known, member);
        }
        // What was read once for a room or a person holds for the whole batch, but for what the batch itself adds.
        let Some(room) = facts.room.map(|room| self.rooms.get(&post.room).copied().unwrap_or(room)) else {
            return Posted::Refused(facts.barred.unwrap_or(Refusal::NotFound).into());
        };
        let role = saved.as_ref().map_or(post.author.role, |author| author.member.role);
        let problem = self.problem(post, &facts, room, role);
        #[cfg(feature = "plant")]
        let problem = problem.filter(|_| !planted(Bug::MembershipOutside));
        match problem {
            Some(problem) => Posted::Refused(problem),
            None => self.append(post, room, saved),
        }
    }

    /// Why `post` may not be said by somebody of that role.
    fn problem(&self, post: &Post, facts: &Facts, room: Room, role: Role) -> Option<Problem> {
        if let Some(refusal) = facts.barred {
            return Some(refusal.into());
        }
        let refusal = match &post.content {
            _ if !facts.present || room.archived => Refusal::Forbidden,
            _ if facts.muted => Refusal::Muted,
            _ if room.locked && !role.may(Act::SpeakWhileLocked, facts.keeper, None) => Refusal::Forbidden,
            // An answer to a message of this very batch names a number nobody has been told: it is not there.
            Content::Said { reply_to: Some(_), .. } if !facts.target => Refusal::NotFound,
            _ if role.may(Act::SpeakWithoutWaiting, facts.keeper, None) => return None,
            _ => return self.wait(post, facts.said, room),
        };
        Some(refusal.into())
    }

    /// Slow mode: who has spoken waits, whichever tab it came from.
    fn wait(&self, post: &Post, said: Option<Millis>, room: Room) -> Option<Problem> {
        let own = |row: &&Row<'_>| row.room == room.id && row.post.author.id == post.author.id;
        let said = self.rows.iter().rev().find(own).map(|row| row.at).or(said)?;
        room::wait(said, self.now, room.slow_mode).map(Problem::rate_limited)
    }

    fn append(&mut self, post: &'a Post, room: Room, saved: Option<Author>) -> Posted {
        let author = saved.unwrap_or_else(|| self.arrive(&post.author));
        let room = Room { last_seq: room.last_seq + 1, last_ts: clock::next(room.last_ts, self.now), ..room };
        #[cfg(feature = "plant")]
        let room = self.planted_room(post, room);
        let (seq, at) = (room.last_seq, room.last_ts);
        self.rows.push(Row { room: room.id, seq, at, author: author.id, post });
        self.events.extend(event(post, &author.member, seq, at));
        let known =
            Known { room: post.room.clone(), seq, at, hash: Some(post.hash.to_vec()), further: false };
        self.known.insert((post.author.id.clone(), post.key), known);
        self.rooms.insert(post.room.clone(), room);
        let member = author.member.clone();
        self.authors.insert(post.author.id.clone(), author);
        Posted::Stored { room: post.room.clone(), seq, at, duplicate: false, author: member }
    }

    /// Another number, or another time, than is due.
    #[cfg(feature = "plant")]
    fn planted_room(&self, post: &Post, mut room: Room) -> Room {
        if planted(Bug::Autoincrement) {
            room.last_seq = crate::plant::draw(&post.room, room.last_seq - 1);
        }
        if planted(Bug::CatchUpByTimestamp) {
            room.last_ts = self.now;
        }
        room
    }

    fn arrive(&mut self, member: &Member) -> Author {
        let id = self.next_member;
        self.next_member += 1;
        let author = Author { id, member: Member { hue: code::hue(id), ..member.clone() } };
        self.arrivals.push(author.clone());
        author
    }
}

/// The answer to a key that was used before.
pub(super) fn again(post: &Post, known: Known, author: Member) -> Posted {
    if known.further || known.hash.is_some_and(|hash| hash != post.hash) {
        return Posted::Refused(Refusal::KeyConflict.into());
    }
    Posted::Stored { room: known.room, seq: known.seq, at: known.at, duplicate: true, author }
}

fn event(post: &Post, author: &Member, seq: Seq, at: Millis) -> Option<Event> {
    let Content::Said { body, reply_to, rich_text } = &post.content else { return None };
    Some(Event::sent(Message {
        room: post.room.clone(),
        seq,
        at,
        key: post.key,
        author: author.clone(),
        body: body.as_str().to_owned(),
        rich_text: rich_text.clone(),
        reply_to: *reply_to,
        reactions: Vec::new(),
        edited_at: None,
        deleted: false,
        deleted_by: None,
    }))
}
