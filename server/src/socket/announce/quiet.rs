//! What the publisher tells and nobody keeps. It goes out between two events, and where a queue is full it is lost.

use std::collections::BTreeMap;
use std::time::Instant;

use chat::roster::PAUSE_MS;
use chat::{Millis, RoomId};
use protocol::{Notice, Notified, OpenRoom, Presence, ReadUpTo, TypingNow};

use super::receipts::Receipts;
use super::{Audience, Publisher};
use crate::socket::channel;
use crate::socket::presence::Presences;
use crate::socket::whisper::Whisper;

/// In a room with more people here, one of them a second is seen to write.
const CROWD: u64 = 50;

/// What is to be told later, and what was told a moment ago.
#[derive(Default)]
pub(super) struct Quiet {
    pub(super) presences: Presences,
    begun: Option<Instant>,
    receipts: Receipts,
    /// When a crowd was told last that somebody writes.
    typing: BTreeMap<RoomId, Millis>,
}

impl Quiet {
    /// Milliseconds since the first time this was asked.
    fn millis(&mut self, now: Instant) -> Millis {
        let begun = *self.begun.get_or_insert(now);
        Millis::try_from(now.duration_since(begun).as_millis()).unwrap_or(Millis::MAX)
    }

    /// The room may be told now that somebody writes.
    fn may_type(&mut self, room: &RoomId, now: Instant) -> bool {
        if self.presences.count(room) <= CROWD {
            return true;
        }
        let millis = self.millis(now);
        let may = self.typing.get(room).is_none_or(|told| millis - told >= PAUSE_MS);
        if may {
            self.typing.insert(room.clone(), millis);
        }
        may
    }
}

impl<A: Audience> Publisher<A> {
    /// The same, telling who of `presences` is here.
    pub fn watching(mut self, presences: Presences) -> Publisher<A> {
        self.quiet.presences = presences;
        self
    }

    /// Tells what was whispered, or keeps it until it is due.
    pub async fn whisper(&mut self, whisper: Whisper, now: Instant) {
        match whisper {
            Whisper::Read(read) => {
                let own = channel::of_reader(&read.member);
                self.audience.whisper(own, vec![], ReadUpTo::EVENT, &read).await;
            }
            Whisper::Notified(member, notified) => {
                let own = channel::of_reader(&member);
                self.audience.whisper(own, vec![], Notified::EVENT, &notified).await;
            }
            Whisper::Opened(room) => {
                let (everybody, except) =
                    (channel::of_room(&RoomId::lobby()), vec![channel::PLAIN.to_owned()]);
                self.audience.whisper(everybody, except, OpenRoom::EVENT, &room).await;
            }
            Whisper::Receipt { room, member, seq } => self.quiet.receipts.note(room, member, seq),
            Whisper::Typing { typing, deaf } => {
                if self.quiet.may_type(&typing.room, now) {
                    let (heard, mut except) = (channel::of_room(&typing.room), all_but(&typing.member));
                    except.extend(deaf.iter().map(channel::of_person));
                    self.audience.whisper(heard, except, TypingNow::EVENT, &typing).await;
                }
            }
        }
    }

    /// Tells what is due at `now`.
    pub async fn tell_quietly(&mut self, now: Instant) {
        let millis = self.quiet.millis(now);
        for (room, changes) in self.quiet.presences.due(millis) {
            let heard = channel::of_room(&room);
            let presence = Presence { room, count: changes.count, came: changes.came, went: changes.went };
            let except = vec![channel::PLAIN.to_owned()];
            self.audience.whisper(heard, except, Presence::EVENT, &presence).await;
        }
        for (room, member, seq) in self.quiet.receipts.due(millis) {
            let (heard, except) = (channel::of_room(&room), all_but(&member));
            let read = ReadUpTo { room, member, seq, unread: None, mentions: None, head: None };
            self.audience.whisper(heard, except, ReadUpTo::EVENT, &read).await;
        }
        self.quiet.typing.retain(|_, told| millis - *told < PAUSE_MS);
    }
}

/// Whom a notice about `member` is not for: the person's own sockets, and those that hear nothing but messages.
fn all_but(member: &chat::MemberId) -> Vec<String> {
    vec![channel::of_person(member), channel::PLAIN.to_owned()]
}

#[cfg(test)]
mod tests;
