//! What the reader has seen, and what the server and the other devices are told of it.

use chat::{Change, Event, Seq};
use leptos::prelude::*;
use protocol::{Read, ReadUpTo, Request};

use super::requests::{ANSWER_MS, value};
use super::{Live, Mark};
use crate::browser::{clock, document, scroll, task};
use crate::components::unread_line::UNREAD;
use crate::i18n::join;

/// How long, in milliseconds, what is read is gathered before the server is told again.
const TELL_MS: i64 = 1_000;

/// How long the way up to the first unread message is followed, page by page.
const PAGES: u32 = 60;

/// How long one page of it may take, in milliseconds.
const PAGE_MS: i64 = 200;

impl Live {
    /// Whoever looks at the newest message has read all of it.
    pub(super) fn see(self) {
        if self.sees() {
            self.read(self.room.read(|timeline| timeline.applied()));
        }
        if self.room.above.get_untracked() > 0 && scroll::is_seen(UNREAD) {
            self.room.above.set(0);
        }
    }

    /// The newest message is on the screen, and somebody is there to see it.
    fn sees(self) -> bool {
        self.room.at_end.get_untracked() && !self.room.cut.get_untracked() && document::is_watched()
    }

    fn read(self, seq: Seq) {
        let Some(member) = self.room.me.with_untracked(|me| me.as_ref().map(|me| me.id.clone())) else {
            return;
        };
        let room = self.room.id();
        let unread =
            self.rail.look().room(&room).is_some_and(|room| room.unread > 0 && room.read_up_to < seq);
        if unread {
            let read = ReadUpTo { room, member, seq, unread: None, mentions: None, head: None };
            let then = self.rail.edit().read(&read);
            self.rail_is(then);
            self.inner().seen = seq;
            self.tell_seen();
        }
    }

    /// Tells the server, at most once in [`TELL_MS`].
    fn tell_seen(self) {
        let (seq, told) = self.seen_and_told();
        if seq <= told || self.mark(Mark::Telling, true) {
            return;
        }
        let request = Read { room: self.room.id(), seq };
        task::spawn(async move {
            if self.ask(Read::EVENT, vec![value(&request)], ANSWER_MS).await.is_ok() {
                self.inner().told = seq;
            }
        });
        clock::after(TELL_MS, move || {
            self.mark(Mark::Telling, false);
            if self.inner().seen > seq {
                self.tell_seen();
            }
        });
    }

    fn seen_and_told(self) -> (Seq, Seq) {
        let inner = self.inner();
        (inner.seen, inner.told)
    }

    /// Another database is told of.
    pub(super) fn forget_seen(self) {
        let mut inner = self.inner();
        (inner.seen, inner.told) = (0, 0);
    }

    /// The line stands again: what the server was not told is told now.
    pub(super) fn seen_before(self) {
        self.tell_seen();
        self.see();
    }

    /// An event of any room: it is read at once, or it is what is new from here on.
    pub(super) fn counted(self, event: &Event) {
        let id = self.room.id();
        let here = event.room == id && matches!(event.change, Change::Sent(_));
        let unread = |live: Live| live.rail.look().room(&id).map_or(0, |room| room.unread);
        let before = unread(self);
        let me = self.room.me.get_untracked();
        let then = self.rail.edit().event(event, me.as_ref());
        self.rail_is(then);
        if !here {
            return;
        }
        if self.sees() && self.room.read(|timeline| timeline.applied()) + 1 == event.seq {
            self.read(event.seq);
        } else if before == 0 && unread(self) == 1 {
            self.room.set_unread(Some(event.seq - 1));
        }
    }

    /// Takes the room on the screen for read.
    pub fn mark_read(self) {
        let head = self.rail.look().here().0.head;
        self.room.above.set(0);
        self.read(head);
    }

    /// Takes every room for read. What that leads to is told to all of the reader's pages.
    pub fn mark_all_read(self) {
        let unread: Vec<Read> = {
            let rooms = self.rail.look();
            let unread = rooms.mine.iter().filter(|room| room.unread > 0);
            unread.map(|room| Read { room: room.id.clone(), seq: room.head }).collect()
        };
        self.room.above.set(0);
        task::spawn(async move {
            for read in unread {
                // Who is not heard is asked again by whoever looks: the numbers stay as they are.
                let _ = self.ask(Read::EVENT, vec![value(&read)], ANSWER_MS).await;
            }
        });
    }

    /// Takes the room for read and goes to the newest message.
    pub fn catch_up(self) {
        self.mark_read();
        self.room.set_unread(None);
        if self.room.is_pointed() || !self.to_present() {
            document::go(&join(&["/r/", self.room.id().as_str()]));
        }
    }

    /// Goes up to the first message that was not read when the room was opened.
    pub fn to_unread(self) {
        self.up_to_unread(PAGES);
    }

    fn up_to_unread(self, pages: u32) {
        if scroll::show(UNREAD) || pages == 0 || !self.room.more_before.get_untracked() {
            self.room.above.set(0);
            return;
        }
        self.older();
        clock::after(PAGE_MS, move || self.up_to_unread(pages - 1));
    }
}
