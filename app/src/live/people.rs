//! Who is here and who is writing: what the server tells of it, what is asked, and what is told of oneself.

use chat::roster::Changes;
use chat::{Change, Event, MemberId, RoomId};
use protocol::{
    ListRooms, ListRoomsOk, Members, MembersOk, OpenRoom, Presence, Request, Typing, TypingNow, view,
};

use super::Live;
use super::requests::{ANSWER_MS, read, value};
use crate::browser::clock::{self, now, roll};
use crate::browser::task;
use crate::state::crowd::{News, Seen};

/// Everybody comes back at once after a restart: their questions come within so many milliseconds.
const SPREAD_MS: u32 = 500;

/// How old the list of a crowd may be at least, and how far its people's questions lie apart, in milliseconds.
const CROWD_MS: i64 = 60_000;
const CROWD_SPREAD_MS: u32 = 60_000;

impl Live {
    /// Asks who is here, once there is a line.
    pub(super) fn meet_people(self) {
        self.room.people.lost(None);
        clock::after(i64::from(roll() % SPREAD_MS), move || self.ask_people(None));
    }

    /// Asks for the room's people after `after`, from the beginning if there is none.
    fn ask_people(self, after: Option<MemberId>) {
        let people = self.room.people;
        people.change(|crowd| crowd.asked());
        let first = after.is_none();
        let request = value(&Members { room: self.room.id(), after, find: None });
        task::spawn(async move {
            let page = self.ask(Members::EVENT, vec![request], ANSWER_MS).await.and_then(read::<MembersOk>);
            let next = people.change(|crowd| match page {
                Ok(page) => {
                    crowd.answered(page, first);
                    crowd.wanted()
                }
                Err(_) => {
                    crowd.unanswered();
                    None
                }
            });
            if next.is_some() {
                self.ask_people(next);
            }
        });
    }

    /// Asks who and which room on the whole server is called like `text`, and hands over whom and which there are.
    pub fn find(self, text: String, found: impl FnOnce(Vec<Seen>, Vec<OpenRoom>) + 'static) {
        task::spawn(async move {
            let find = Some(text);
            let members = Members { room: RoomId::lobby(), after: None, find: find.clone() };
            let people = self.ask(Members::EVENT, vec![value(&members)], ANSWER_MS).await;
            let rooms = self.ask(ListRooms::EVENT, vec![value(&ListRooms { find })], ANSWER_MS).await;
            // Without an answer there is what the page knows.
            let (Ok(people), Ok(rooms)) =
                (people.and_then(read::<MembersOk>), rooms.and_then(read::<ListRoomsOk>))
            else {
                return;
            };
            let MembersOk { members, here, .. } = people;
            let seen = |member: view::Member| Seen { here: here.contains(&member.id), member: member.into() };
            found(members.into_iter().map(seen).collect(), rooms.open);
        });
    }

    /// People came and went.
    pub(super) fn presence(self, presence: Presence) {
        let Presence { room, count, came, went } = presence;
        if room != self.room.id() {
            return;
        }
        let people = self.room.people;
        went.iter().for_each(|who| people.ends_writing(who));
        let crowd = came.is_empty() && went.is_empty();
        let after = people.change(|crowd| {
            let after = crowd.newcomers_after(&came);
            crowd.hear(News::Presence(Changes { count, came, went }));
            after
        });
        if after.is_some() {
            self.ask_people(after);
        }
        if crowd {
            self.ask_crowd_later();
        }
    }

    /// Of a crowd only the number is told: who is in it is asked again, now and then.
    fn ask_crowd_later(self) {
        if std::mem::replace(&mut self.inner().crowd_asked, true) {
            return;
        }
        clock::after(CROWD_MS + i64::from(roll() % CROWD_SPREAD_MS), move || {
            self.inner().crowd_asked = false;
            self.ask_people(None);
        });
    }

    /// Somebody writes, or has stopped.
    pub(super) fn typing_now(self, typing: TypingNow) {
        let TypingNow { room, member, name, on } = typing;
        if room == self.room.id() && !self.is_me(&member) {
            let people = self.room.people;
            people.type_on(|typists| {
                typists.hear(member, name, on, now());
                true
            });
            self.expire_typing_later();
        }
    }

    fn expire_typing_later(self) {
        let people = self.room.people;
        let Some(at) = people.next_expiry() else { return };
        if self.inner().typing_until == Some(at) {
            return;
        }
        self.inner().typing_until = Some(at);
        clock::after(at - now(), move || {
            self.inner().typing_until = None;
            people.type_on(|typists| typists.expire(now()));
            self.expire_typing_later();
        });
    }

    /// What an event of a room says of people.
    pub(super) fn event_of_people(self, event: &Event) {
        if event.room != self.room.id() {
            return;
        }
        let people = self.room.people;
        match &event.change {
            Change::Sent(message) => people.ends_writing(&message.author.id),
            Change::Muted { who, on, .. } => people.mute(who, *on),
            Change::Banned { on: false, .. } => self.ask_people(None),
            _ => {}
        }
        if let Some(news) = News::of(&event.change) {
            people.hear(news);
        }
    }

    /// The reader has changed the text: others are told that there is one, or none any more.
    pub fn typed(self, empty: bool) {
        let on = if empty {
            if !self.inner().keystrokes.stop() {
                return;
            }
            false
        } else {
            if !self.inner().keystrokes.press(now()) {
                return;
            }
            true
        };
        let request = value(&Typing { room: self.room.id(), on });
        // Nothing hangs on the answer: who hears nothing more believes it for five seconds.
        task::spawn(async move {
            let _ = self.ask(Typing::EVENT, vec![request], ANSWER_MS).await;
        });
    }
}
