//! The rooms beside the one on the screen, and what the reader does with rooms.

use chat::{RoomId, outbox};
use leptos::prelude::*;
use protocol::view::{self, Notify, RoomKind};
use protocol::{
    AddMember, ArchiveRoom, CreateRoom, CreateRoomOk, Join, Leave, ListRooms, ListRoomsOk, LockRoom,
    ReadUpTo, Refusal, RenameRoom, Request, SetNotify, SetTopic, SlowMode,
};
use socketio_client::Value;

use super::requests::{ANSWER_MS, Undone, read, value};
use super::{Live, Mark};
use crate::browser::{clock, document, task};
use crate::components::field::{self, UNDONE};
use crate::i18n::join;
use crate::state::crowd::News;
use crate::state::rail::Then;

/// How long, in milliseconds, questions for the list of rooms are gathered.
const LIST_MS: i64 = 500;

/// What those who keep the peace in a room decide.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it is called.
    pub name: String,
    /// What it is about; empty for nothing.
    pub topic: String,
    /// Seconds that each waits between two messages; 0 for none.
    pub slow_mode: u32,
    /// Only those who keep the peace may speak.
    pub locked: bool,
    /// It is closed but for reading.
    pub archived: bool,
}

impl Live {
    /// The rail was told something.
    pub(super) fn rail_is(self, then: Then) {
        if then != Then::Nothing {
            self.rail.tell();
        }
        if then == Then::Ask && !self.mark(Mark::Listing, true) {
            clock::after(LIST_MS, move || {
                self.mark(Mark::Listing, false);
                self.list_rooms();
            });
        }
    }

    fn list_rooms(self) {
        let turn = self.rail.look().turn();
        task::spawn(async move {
            let answer = self.ask(ListRooms::EVENT, vec![value(&ListRooms::default())], ANSWER_MS).await;
            // Without an answer there is a greeting soon, which tells the same.
            if let Ok(list) = answer.and_then(read::<ListRoomsOk>) {
                let then = self.rail.edit().listed(list, turn);
                self.rail_is(then);
            }
        });
    }

    /// The server's greeting. The first one tells what the page has told a moment before; later ones may follow upon
    /// rooms that were opened or closed meanwhile.
    pub(super) fn greeted(self, rooms: Vec<view::Room>, epoch: &str) {
        let before = std::mem::replace(&mut self.inner().epoch, epoch.to_owned());
        let anew = !before.is_empty() && before != epoch;
        if anew {
            // What was seen of another database says nothing of this one.
            self.forget_seen();
            self.outbox(outbox::Input::Restored);
        }
        let then = self.rail.edit().greeted(rooms, anew);
        self.rail_is(if before.is_empty() { then } else { Then::Ask });
    }

    /// Somebody has read a room: the reader on another device, or somebody else.
    pub(super) fn read_elsewhere(self, read: ReadUpTo) {
        if self.is_me(&read.member) {
            let then = self.rail.edit().read(&read);
            self.rail_is(then);
        } else if read.room == self.room.id() {
            self.room.people.hear(News::Read(read.member, read.seq));
        }
    }

    /// Makes a room and goes there.
    pub fn create_room(self, name: String, kind: RoomKind, refused: RwSignal<String>) {
        let request = CreateRoom { name, kind, members: None, key: Some(clock::key()) };
        self.order(CreateRoom::EVENT, value(&request), refused, |ok| {
            if let Ok(CreateRoomOk { room }) = read(ok) {
                go(&room.id);
            }
        });
    }

    /// Enters a room and goes there. Somebody without a name looks at it first, and says one there.
    pub fn join_room(self, room: RoomId, refused: RwSignal<String>) {
        if self.room.me.with_untracked(Option::is_none) {
            return go(&room);
        }
        self.order(Join::EVENT, value(&Join { room: room.clone() }), refused, move |_| go(&room));
    }

    /// Brings the person of that name into the room on the screen. `done` is called when it is so.
    pub fn add_member(self, name: String, refused: RwSignal<String>, done: impl FnOnce() + 'static) {
        let request =
            AddMember { room: self.room.id(), member: None, name: Some(name), key: Some(clock::key()) };
        self.order(AddMember::EVENT, value(&request), refused, |_| done());
    }

    /// Leaves the room on the screen.
    pub fn leave_room(self, refused: RwSignal<String>) {
        let request = Leave { room: self.room.id(), key: Some(clock::key()) };
        self.order(Leave::EVENT, value(&request), refused, |_| go(&RoomId::lobby()));
    }

    /// Chooses what to be told of in the room on the screen.
    pub fn set_notify(self, notify: Notify, refused: RwSignal<String>) {
        let room = self.room.id();
        let request = SetNotify { room: room.clone(), notify };
        self.order(SetNotify::EVENT, value(&request), refused, move |_| {
            let then = self.rail.edit().notified(&room, notify);
            self.rail_is(then);
        });
    }

    /// Decides how the room on the screen is: asks for what is another way now.
    pub fn set_room(self, settings: Settings, refused: RwSignal<String>) {
        let now = self.rail.look().here().0.clone();
        let (room, key) = (now.id.clone(), || Some(clock::key()));
        let Settings { name, topic, slow_mode: seconds, locked, archived } = settings;
        let mut asked = Vec::new();
        if name.trim() != now.name {
            asked.push((RenameRoom::EVENT, value(&RenameRoom { room: room.clone(), name, key: key() })));
        }
        if topic.trim() != now.topic.unwrap_or_default() {
            asked.push((SetTopic::EVENT, value(&SetTopic { room: room.clone(), topic, key: key() })));
        }
        if seconds != now.slow_mode {
            asked.push((SlowMode::EVENT, value(&SlowMode { room: room.clone(), seconds, key: key() })));
        }
        if locked != now.locked {
            asked.push((LockRoom::EVENT, value(&LockRoom { room: room.clone(), on: locked, key: key() })));
        }
        if archived != now.archived {
            asked.push((ArchiveRoom::EVENT, value(&ArchiveRoom { room, on: archived, key: key() })));
        }
        for (event, request) in asked {
            self.order(event, request, refused, |_| {});
        }
    }

    /// Asks for something, and says in `refused` why it was not done, beside what was asked for at the same time.
    pub(super) fn order(
        self,
        event: &'static str,
        request: Value,
        refused: RwSignal<String>,
        done: impl FnOnce(Value) + 'static,
    ) {
        let done: Box<dyn FnOnce(Value)> = Box::new(done);
        refused.set(String::new());
        task::spawn(async move {
            let code = match self.ask(event, vec![request], ANSWER_MS).await {
                Ok(ok) => return done(ok),
                Err(Undone::Refused(problem))
                    if problem.code == Refusal::NotFound && event == AddMember::EVENT =>
                {
                    field::NOBODY
                }
                Err(Undone::Refused(problem)) => problem.code.code(),
                Err(Undone::Silent | Undone::Lost) => UNDONE,
            };
            refused.update(|codes| field::add(codes, code));
        });
    }
}

fn go(room: &RoomId) {
    document::go(&join(&["/r/", room.as_str()]));
}
