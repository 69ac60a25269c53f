//! What the publisher tells and nobody keeps. It goes out between two events, and where a queue is full it is lost.

use std::time::Instant;

use chat::Millis;
use protocol::{Notice, Notified, ReadUpTo};

use super::receipts::Receipts;
use super::{Audience, Publisher};
use crate::socket::channel;
use crate::socket::whisper::Whisper;

/// What is to be told later.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    begun: Option<Instant>,
    receipts: Receipts,
}

impl Quiet {
    /// Milliseconds since the first time this was asked.
    fn millis(&mut self, now: Instant) -> Millis {
        let begun = *self.begun.get_or_insert(now);
        Millis::try_from(now.duration_since(begun).as_millis()).unwrap_or(Millis::MAX)
    }
}

impl<A: Audience> Publisher<A> {
    /// Tells what was whispered, or keeps it until it is due.
    pub async fn whisper(&mut self, whisper: Whisper) {
        match whisper {
            Whisper::Read(read) => {
                let own = channel::of_reader(&read.member);
                self.audience.whisper(own, vec![], ReadUpTo::EVENT, &read).await;
            }
            Whisper::Notified(member, notified) => {
                let own = channel::of_reader(&member);
                self.audience.whisper(own, vec![], Notified::EVENT, &notified).await;
            }
            Whisper::Receipt { room, member, seq } => self.quiet.receipts.note(room, member, seq),
        }
    }

    /// Tells what is due at `now`.
    pub async fn tell_quietly(&mut self, now: Instant) {
        let millis = self.quiet.millis(now);
        for (room, member, seq) in self.quiet.receipts.due(millis) {
            let (heard, except) = (channel::of_room(&room), others_of(&member));
            let read = ReadUpTo { room, member, seq, unread: None, mentions: None, head: None };
            self.audience.whisper(heard, except, ReadUpTo::EVENT, &read).await;
        }
    }
}

/// Whom a notice about `member` is not for: the person's own sockets, and those that read nothing but messages.
fn others_of(member: &chat::MemberId) -> Vec<String> {
    vec![channel::of_person(member), channel::PLAIN.to_owned()]
}
