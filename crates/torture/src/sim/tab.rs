//! One open page of one person: the client's session, a timeline for each room and the outbox, as the browser joins
//! them, and nothing of a browser. What is to be done outside is left in a list.

mod answers;
mod requests;

use std::collections::BTreeMap;

use chat::outbox::{self, Outbox, Row};
use chat::timeline::{self, Timeline};
use chat::{Change, Key, MemberId, Millis, RoomId, Seq};
use protocol::notice::CONNECT_REFUSALS;
use protocol::{Ended, Greeting, Heads, Hello, Notice, RoomEvent, json};
use socketio_client::{Generation, Input, Notification, Options, Output, Session, Transports, Value, step};

use crate::dice::Dice;
use answers::Ask;

/// A page.
pub(super) struct Tab {
    pub(super) me: MemberId,
    session: Session,
    /// The number of the session's newest transport.
    generation: Generation,
    /// Which database the server has named last.
    epoch: String,
    pub(super) rooms: BTreeMap<RoomId, Timeline>,
    pub(super) outbox: Outbox,
    asks: BTreeMap<u64, Ask>,
    /// How far each room has been told on this connection, by hello and by events.
    line: Line,
    /// The rooms that the person was taken out of, and by which event.
    out: BTreeMap<RoomId, Seq>,
    /// The server has ended the connection for good, or refused it: only the person comes again.
    pub(super) turned_away: bool,
    /// How far this page's clock is off.
    pub(super) clock: Millis,
    dice: Dice,
    /// What is to be done, in this order.
    pub(super) todo: Vec<Do>,
    /// What a judge has to know, in this order.
    pub(super) facts: Vec<Fact>,
}

/// Something to do outside.
#[derive(Clone, Debug)]
pub(super) enum Do {
    Open(Generation),
    Send(Generation, String),
    Close(Generation),
    Wake(Timer, Millis),
    /// Write the row to the disk, or take it off.
    Write(Key, Option<String>),
    /// Tell the person's other pages.
    Tell(Key, Option<String>),
}

/// Which part of the page is to be woken.
#[derive(Clone, Debug)]
pub(super) enum Timer {
    Session,
    Outbox,
    Room(RoomId),
}

/// Something a judge has to know.
#[derive(Clone, Debug)]
pub(super) enum Fact {
    /// This was sent under this key.
    Emitted(Key, RoomId, outbox::Intent),
    /// The server has answered that it is stored.
    Acked(Key, RoomId, Seq),
    /// A connection has left out an event: wrong, unless the engine had lost it.
    Hole(String),
    /// Something that must not be.
    Wrong(String),
}

/// What one connection has told of each room.
#[derive(Default)]
struct Line {
    greeted: BTreeMap<RoomId, Seq>,
    live: BTreeMap<RoomId, Seq>,
}

impl Line {
    /// What happened before `event`, after the greeting, and was not told: who is subscribed before the heads are read
    /// misses nothing.
    fn hole_before(&mut self, event: &chat::Event) -> Option<String> {
        let live = self.live.insert(event.room.clone(), event.seq);
        let last = live.or(self.greeted.get(&event.room).copied())?;
        (event.seq > last + 1).then(|| format!("after {}/{last} came {}", event.room, event.seq))
    }

    /// The person comes into the room anew.
    fn forget(&mut self, room: &RoomId) {
        self.live.remove(room);
        self.greeted.remove(room);
    }
}

impl Tab {
    /// A page that has just been loaded, with the rows of its disk.
    pub(super) fn new(me: MemberId, clock: Millis, mut dice: Dice) -> Tab {
        let mut options = Options::new("http://chat.test");
        options.seed = dice.roll() | 1;
        // The simulated network carries frames, not requests; storms poll.
        options.transports = Transports::WebSocket;
        Tab {
            me,
            session: Session::new(&options),
            generation: 0,
            epoch: String::new(),
            rooms: BTreeMap::new(),
            outbox: Outbox::default(),
            asks: BTreeMap::new(),
            line: Line::default(),
            out: BTreeMap::new(),
            turned_away: false,
            clock,
            dice,
            todo: Vec::new(),
            facts: Vec::new(),
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.session.is_connected()
    }

    /// The person has left the room, or was taken out.
    pub(super) fn is_out(&self, room: &RoomId) -> bool {
        self.out.contains_key(room)
    }

    /// Tells the session something, at the time `now` of the world.
    pub(super) fn session(&mut self, input: Input<'_>, now: Millis) {
        let here = u64::try_from(now + self.clock).unwrap_or(0);
        for output in step(&mut self.session, input, here) {
            match output {
                Output::Open { generation, .. } => {
                    self.generation = generation;
                    self.todo.push(Do::Open(generation));
                }
                Output::Get { .. } | Output::Post { .. } => {
                    self.facts.push(Fact::Wrong("polls, though it may not".to_owned()));
                }
                Output::Send(text) => self.todo.push(Do::Send(self.generation, text)),
                Output::Close(generation) => self.todo.push(Do::Close(generation)),
                Output::TimerAt(at) => self.wake(Timer::Session, Millis::try_from(at).unwrap_or(now)),
                Output::NeedAuth => {
                    let auth = serde_json::json!({"v": protocol::VERSION, "token": self.me});
                    self.session(Input::Auth(auth), now);
                }
                Output::AckDone { id, result } => self.answered(id, result, now),
                Output::Refused(error) => self.facts.push(Fact::Wrong(format!("not emitted: {error}"))),
                Output::Notify(heard) => self.heard(heard, now),
            }
        }
    }

    /// The time asked for has come.
    pub(super) fn woken(&mut self, timer: &Timer, now: Millis) {
        match timer {
            Timer::Session => self.session(Input::Timer, now),
            Timer::Outbox => self.outbox(outbox::Input::Timer, now),
            Timer::Room(room) => self.timeline(room, timeline::Input::Timer, now),
        }
    }

    fn wake(&mut self, timer: Timer, at: Millis) {
        self.todo.push(Do::Wake(timer, at - self.clock));
    }

    fn heard(&mut self, heard: Notification, now: Millis) {
        match heard {
            Notification::Disconnected(_) => {
                self.outbox(outbox::Input::Disconnected, now);
                let rooms: Vec<_> = self.rooms.keys().cloned().collect();
                rooms.iter().for_each(|room| self.timeline(room, timeline::Input::Unanswered, now));
            }
            Notification::Event { name, args, .. } => self.told(&name, args, now),
            // What happened meanwhile is told by hello, and what comes before it may follow from that.
            Notification::Connected { .. } => {
                self.out.clear();
                self.line = Line::default();
                self.turned_away = false;
            }
            Notification::ConnectError { message, .. } => {
                self.turned_away |= CONNECT_REFUSALS.iter().any(|refusal| refusal.code() == message);
            }
            Notification::Attempt { .. } => {}
        }
    }

    fn told(&mut self, name: &str, mut args: Vec<Value>, now: Millis) {
        match name {
            Hello::EVENT => {
                if let Some(hello) = args.pop().and_then(json::read) {
                    self.hello(hello, now);
                }
            }
            Heads::EVENT => {
                if let Some(Heads { epoch, rooms }) = args.pop().and_then(json::read) {
                    self.heads(&epoch, rooms, now);
                }
            }
            Ended::EVENT => self.turned_away = true,
            name => match RoomEvent::from_notice(name, args) {
                Some(RoomEvent(event)) => self.event(event, now),
                None => self.facts.push(Fact::Wrong(format!("a notice that is none: {name}"))),
            },
        }
    }

    fn hello(&mut self, Greeting { epoch, you, heads, .. }: Greeting, now: Millis) {
        self.out.retain(|room, _| heads.get(room).is_none());
        for (room, timeline) in &self.rooms {
            if heads.get(room).is_none() {
                self.out.entry(room.clone()).or_insert(timeline.applied());
            }
        }
        let before = std::mem::replace(&mut self.epoch, epoch.clone());
        if !before.is_empty() && before != epoch {
            self.outbox(outbox::Input::Restored, now);
        }
        self.line.greeted = heads.iter().map(|(room, head)| (room.clone(), *head)).collect();
        self.heads(&epoch, heads, now);
        self.outbox(outbox::Input::Connected(you.id), now);
    }

    /// A room that was unknown is caught up with from its beginning.
    fn heads(&mut self, epoch: &str, heads: protocol::PerRoom<Seq>, now: Millis) {
        for (room, seq) in heads {
            let timeline = self.rooms.entry(room.clone()).or_insert_with(|| {
                let nothing = timeline::Page { epoch: epoch.to_owned(), ..timeline::Page::default() };
                let mut timeline = Timeline::new(room.clone(), nothing);
                timeline.read_by(Some(self.me.clone()));
                timeline
            });
            // A head of 0 is no news to a room that has nothing.
            if seq > 0 || timeline.applied() > 0 {
                self.timeline(&room, timeline::Input::Head { epoch: epoch.to_owned(), seq }, now);
            }
        }
    }

    fn event(&mut self, event: chat::Event, now: Millis) {
        self.look_at_revocation(&event);
        if let Some(hole) = self.line.hole_before(&event) {
            self.facts.push(Fact::Hole(hole));
        }
        let room = event.room.clone();
        if !self.rooms.contains_key(&room) {
            // The first that is heard of a room is that one is in it; the rest is asked for.
            let epoch = self.epoch.clone();
            self.heads(&epoch, protocol::PerRoom::from([(room.clone(), 0)]), now);
        }
        self.timeline(&room, timeline::Input::Event(event), now);
        self.outbox(outbox::Input::Works, now);
    }

    /// I9: after the event with which somebody was taken out, nothing of the room reaches them.
    fn look_at_revocation(&mut self, event: &chat::Event) {
        match &event.change {
            Change::Joined { who, .. } if who.id == self.me => {
                self.out.remove(&event.room);
                self.line.forget(&event.room);
            }
            Change::Kicked { who, .. } | Change::Left { who, .. } | Change::Banned { who, on: true, .. }
                if *who == self.me =>
            {
                self.out.insert(event.room.clone(), event.seq);
            }
            _ => {}
        }
        if let Some(out) = self.out.get(&event.room)
            && event.seq > *out
        {
            let told =
                format!("I9: {} was out of {} at {out} and was told {}", self.me, event.room, event.seq);
            self.facts.push(Fact::Wrong(told));
        }
    }

    pub(super) fn timeline(&mut self, room: &RoomId, input: timeline::Input, now: Millis) {
        let Some(timeline) = self.rooms.get_mut(room) else { return };
        let before = timeline.applied();
        let effects = timeline.step(input, now + self.clock, self.dice.roll32());
        let reset = effects.contains(&timeline::Effect::Reset);
        if timeline.applied() < before && !reset {
            self.facts
                .push(Fact::Wrong(format!("I4: {room} went back from {before} to {}", timeline.applied())));
        }
        for effect in effects {
            match effect {
                timeline::Effect::Added(seq) => self.seen(room, seq, now),
                timeline::Effect::Reset | timeline::Effect::Prepended | timeline::Effect::Appended => {
                    self.settle(now);
                }
                timeline::Effect::Changed(_) | timeline::Effect::Noted(_) => {}
                timeline::Effect::AskSync(after) => self.ask_sync(room, after, now),
                timeline::Effect::AskLatest => self.ask_latest(room, now),
                timeline::Effect::WakeAt(at) => self.wake(Timer::Room(room.clone()), at),
            }
        }
    }

    fn seen(&mut self, room: &RoomId, seq: Seq, now: Millis) {
        let message = self.rooms.get(room).and_then(|timeline| timeline.message(seq));
        let mine = message.filter(|message| message.author.id == self.me).map(|message| message.key);
        if let Some(key) = mine {
            self.outbox(outbox::Input::Seen(key, seq), now);
        }
    }

    /// What waits here and is in a list already needs nothing more.
    pub(super) fn settle(&mut self, now: Millis) {
        let waiting: Vec<_> = self.outbox.items().iter().map(|p| (p.room.clone(), p.key)).collect();
        for (room, key) in waiting {
            let Some(timeline) = self.rooms.get(&room) else { continue };
            let mine = |message: &&chat::Message| message.key == key && message.author.id == self.me;
            let seq = timeline.messages().find(mine).map(|message| message.seq);
            if let Some(seq) = seq {
                self.outbox(outbox::Input::Seen(key, seq), now);
            }
        }
    }

    pub(super) fn outbox(&mut self, input: outbox::Input, now: Millis) {
        use outbox::Effect;
        for effect in self.outbox.step(input, now + self.clock, self.dice.roll32()) {
            match effect {
                Effect::Save(key) => self.todo.push(Do::Write(key, self.row(key))),
                Effect::Remove(key) => self.todo.push(Do::Write(key, None)),
                Effect::Tell(key) => self.todo.push(Do::Tell(key, self.row(key))),
                Effect::Send(key) => self.send(key, now),
                Effect::Gone(_) | Effect::Changed(_) | Effect::Rejected(..) => {}
                Effect::WakeAt(at) => self.wake(Timer::Outbox, at),
            }
        }
    }

    fn row(&self, key: Key) -> Option<String> {
        self.outbox.get(key).map(Row::from).and_then(|row| serde_json::to_string(&row).ok())
    }
}
