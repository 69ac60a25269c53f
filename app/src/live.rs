//! The one place where the socket and the state meet: what the server says goes into the reducers, and what they
//! ask for goes out. It decides nothing itself.

pub mod deeds;
mod keys;
mod pace;
mod patience;
mod people;
mod reading;
mod requests;
mod rooms;
mod scrolling;
mod sending;
mod session;
mod tabs;
mod writing;

pub use rooms::Settings;

use std::ops::DerefMut;

use chat::outbox;
use chat::timeline::{self, Effect};
use chat::typing::Keystrokes;
use chat::{Change, Key, MemberId, Millis, Seq};
use leptos::prelude::*;
use protocol::notice::EndCode;
use protocol::{
    Ended, Greeting, Heads, Hello, Notice, Notified, OpenRoom, Presence, ReadUpTo, Refusal, RoomEvent,
    TypingNow, json, view,
};
use serde::de::DeserializeOwned;
use socketio_client::{Client, Notification, Value};

use crate::browser::clock::{self, now, roll};
use crate::i18n::Lang;
use crate::state::line::Happening;
use crate::state::{Rail, Room};

/// A handle to the line; copies share it. On the server it is never opened.
#[derive(Clone, Copy)]
pub struct Live {
    lang: Lang,
    room: Room,
    rail: Rail,
    inner: StoredValue<Inner>,
}

#[derive(Default)]
struct Inner {
    client: Option<Client>,
    marks: [bool; 9],
    /// Which loss of the line the patience belongs to.
    losses: u32,
    /// The last event the reader has seen, and the last one the server knows to be.
    seen: Seq,
    told: Seq,
    /// Of which database the server has told.
    epoch: String,
    /// Whose outbox this is.
    author: Option<MemberId>,
    lock: tabs::Lock,
    /// What of one's own writing was told.
    keystrokes: Keystrokes,
    /// When somebody who writes is next looked at again.
    typing_until: Option<Millis>,
    /// A crowd's list is about to be asked for again.
    crowd_asked: bool,
    /// Rows for the disk; none is to be taken off.
    writes: Vec<(Key, Option<String>)>,
}

/// What is under way, or has been.
#[derive(Clone, Copy)]
enum Mark {
    /// A picture is due.
    Drawing,
    /// A page of history was asked for.
    Loading,
    /// The reader has just said a name.
    Welcome,
    /// Rows are on their way to the disk.
    Writing,
    /// The server was asked whether it is still there.
    Probing,
    /// The browser was asked to keep what is on disk.
    AskedToKeep,
    /// The server has just been told how far the room is read.
    Telling,
    /// The list of rooms is about to be asked for.
    Listing,
    /// A wait is being counted down.
    Ticking,
}

impl Live {
    /// A line for `room` and the rooms beside it, not open yet. Who reads them does so in `lang`.
    pub fn new(lang: Lang, room: Room, rail: Rail) -> Live {
        Live { lang, room, rail, inner: StoredValue::new(Inner::default()) }
    }

    /// Opens the line, once the page is alive.
    #[cfg(target_arch = "wasm32")]
    pub fn start(self) {
        use crate::browser::{dialogs, document, keys, lifecycle, press, scroll};
        use crate::state::Zone;

        scroll::to_pointed();
        scroll::take_place(crate::components::room_rail::ROOMS);
        self.room.zone.set(Zone::Browser);
        self.draw(|room| room.draw(now()));
        let options = socketio_client::Options::new(document::origin());
        let client = socketio_client::web::open(options, move |heard| self.heard(heard));
        client.set_auth(self.auth());
        self.inner().client = Some(client.clone());
        self.wait_patiently();
        self.wait_for_midnight();
        lifecycle::watch(move |turn| self.turned(turn));
        keys::watch(move |pressed| self.pressed(pressed));
        dialogs::watch();
        press::watch(".message-item__more", deeds::MENU);
        self.room
            .me
            .with_untracked(|me| me.as_ref().map(|me| me.id.clone()))
            .inspect(|me| self.open_outbox(me));
        self.meet_tabs();
        self.pace_so_far();
        client.connect();
        self.keep_session(now());
    }

    /// Somebody without a name only reads: a *plain* client, whom the server makes no guest.
    fn auth(self) -> Value {
        if self.room.me.with_untracked(Option::is_none) {
            return Value::Null;
        }
        self.auth_of_named()
    }

    /// What somebody with a name says of the page; who it is, the cookie says.
    fn auth_of_named(self) -> Value {
        let lang = Some(self.lang.tag().to_owned());
        let auth = protocol::Auth { v: Some(protocol::VERSION), lang, token: None };
        serde_json::to_value(auth).unwrap_or_default()
    }

    /// Tries to connect at once.
    pub fn try_now(self) {
        self.with_client(Client::online);
    }

    fn with_client(self, act: impl FnOnce(&Client)) {
        if let Some(client) = self.client() {
            act(&client);
        }
    }

    fn client(self) -> Option<Client> {
        self.inner().client.clone()
    }

    /// The one way in, for a line or two: what is generic would be in the page once for each use.
    #[inline(never)]
    fn inner(&self) -> impl DerefMut<Target = Inner> {
        self.inner.write_value()
    }

    /// Sets or clears a mark, and says whether it was set.
    fn mark(self, mark: Mark, on: bool) -> bool {
        std::mem::replace(&mut self.inner().marks[mark as usize], on)
    }

    #[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only a browser opens the line"))]
    fn heard(self, heard: Notification) {
        match heard {
            Notification::Connected { .. } => {
                if self.auth().is_null() {
                    self.happened(Happening::Connected);
                    self.probe();
                }
            }
            Notification::Disconnected(_) => {
                self.outbox(outbox::Input::Disconnected);
                self.timeline(timeline::Input::Unanswered);
                self.happened(Happening::Disconnected);
            }
            Notification::ConnectError { message, .. } => {
                let refused = protocol::notice::CONNECT_REFUSALS.iter().any(|code| code.code() == message);
                if message == Refusal::Banned.code() {
                    self.room.people.banned.set(true);
                }
                self.happened(if refused { Happening::Ended } else { Happening::Disconnected });
            }
            Notification::Event { name, args, .. } => self.told(&name, args),
            Notification::Attempt { .. } => {}
        }
    }

    fn told(self, name: &str, mut args: Vec<Value>) {
        match name {
            Hello::EVENT => {
                if let Some(hello) = first(args) {
                    self.hello(hello);
                }
            }
            Heads::EVENT => {
                if let Some(Heads { epoch, mut rooms }) = first(args) {
                    let then = self.rail.edit().heads(&rooms);
                    self.rail_is(then);
                    if let Some(seq) = rooms.remove(&self.room.id()) {
                        self.timeline(timeline::Input::Head { epoch, seq });
                    }
                }
            }
            Ended::EVENT => {
                if first(args) == Some(Ended { code: EndCode::Banned }) {
                    self.room.people.banned.set(true);
                }
                self.happened(Happening::Ended);
            }
            Presence::EVENT => {
                if let Some(presence) = first(args) {
                    self.presence(presence);
                }
            }
            ReadUpTo::EVENT => {
                if let Some(read) = first(args) {
                    self.read_elsewhere(read);
                }
            }
            Notified::EVENT => {
                if let Some(Notified { room, notify }) = first(args) {
                    let then = self.rail.edit().notified(&room, notify);
                    self.rail_is(then);
                }
            }
            OpenRoom::EVENT => {
                if let Some(room) = first(args) {
                    let then = self.rail.edit().opened(room);
                    self.rail_is(then);
                }
            }
            TypingNow::EVENT => {
                if let Some(typing) = first(args) {
                    self.typing_now(typing);
                }
            }
            _ => {
                if let Some(event) = RoomEvent::from_notice(name, std::mem::take(&mut args)) {
                    self.event(event);
                }
            }
        }
    }

    fn hello(self, hello: Greeting) {
        let Greeting { epoch, you, rooms, mut heads, blocked } = hello;
        let author = you.id.clone();
        self.met(you);
        self.open_outbox(&author);
        self.happened(Happening::Connected);
        self.greeted(rooms, &epoch);
        if let Some(seq) = heads.remove(&self.room.id()) {
            self.timeline(timeline::Input::Head { epoch, seq });
        }
        self.seen_before();
        self.outbox(outbox::Input::Connected(author));
        self.room.people.blocks(blocked);
        self.meet_people();
    }

    fn met(self, you: view::Member) {
        if self.room.read_by(you.into()) {
            self.draw_soon();
        }
    }

    fn event(self, event: RoomEvent) {
        let RoomEvent(event) = event;
        self.counted(&event);
        self.of_me(&event.change);
        self.event_of_people(&event);
        if event.room == self.room.id() {
            self.pace_on(&event.change);
        }
        // The present is not on the screen, so nothing is applied; the reader hears that it goes on.
        if let Change::Sent(message) = &event.change
            && event.room == self.room.id()
            && self.room.read(|timeline| timeline.has_more_after())
            && !self.is_me(&message.author.id)
        {
            self.room.below.update(|count| *count += 1);
        }
        self.timeline(timeline::Input::Event(event));
        self.outbox(outbox::Input::Works);
    }

    /// The reader has another name, or another role.
    fn of_me(self, change: &Change) {
        self.room.me.maybe_update(|me| match (me, change) {
            (Some(me), Change::Renamed { who, name, .. }) if me.id == *who && me.name != *name => {
                me.name.clone_from(name);
                true
            }
            (Some(me), Change::RoleChanged { who, role, .. }) if me.id == *who && me.role != *role => {
                me.role = *role;
                true
            }
            _ => false,
        });
    }

    fn is_me(self, id: &MemberId) -> bool {
        self.room.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.id == *id))
    }

    fn timeline(self, input: timeline::Input) {
        for effect in self.room.timeline(input, now(), roll()) {
            match effect {
                Effect::Added(seq) => self.added(seq),
                Effect::Changed(_) | Effect::Noted(_) => self.draw_soon(),
                Effect::Prepended => self.settle_and_draw(),
                Effect::Appended => {
                    self.room.appended();
                    self.settle_and_draw();
                }
                Effect::Reset => {
                    self.room.reset();
                    self.settle_and_draw();
                }
                Effect::AskSync(after) => self.ask_sync(after),
                Effect::AskLatest => self.ask_latest(),
                Effect::WakeAt(at) => clock::after(at - now(), move || self.timeline(timeline::Input::Timer)),
            }
        }
    }

    /// A page may have brought what waited for its event.
    fn settle_and_draw(self) {
        self.settle();
        self.draw_soon();
    }

    fn added(self, seq: Seq) {
        let said = self.room.read(|timeline| timeline.message(seq).map(|m| (m.author.id.clone(), m.key)));
        let Some((author, key)) = said else { return };
        if self.is_me(&author) {
            self.outbox(outbox::Input::Seen(key, seq));
        } else {
            if !self.room.at_end.get_untracked() {
                self.room.below.update(|count| *count += 1);
            }
            self.happened(Happening::Received);
        }
        self.draw_soon();
    }

    /// One picture for all that came since the last one.
    fn draw_soon(self) {
        if !self.mark(Mark::Drawing, true) {
            clock::next_frame(move || {
                self.mark(Mark::Drawing, false);
                self.draw(|room| room.draw(now()));
                self.see();
            });
        }
    }
}

/// The first argument, if it is of the contract's form. What is not is of a newer server, and not for us.
fn first<T: DeserializeOwned>(mut args: Vec<Value>) -> Option<T> {
    if args.is_empty() {
        return None;
    }
    json::read(args.swap_remove(0))
}
