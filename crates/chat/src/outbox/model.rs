//! The queue against a model: whatever is cut, lost, refused, closed and opened again, and in however many tabs,
//! each request that reached the disk is on the server once, in the order in which it was said.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;

use super::*;
use crate::{MessageBody, RoomId};

/// What happens next in one of the tabs.
#[derive(Clone, Copy, Debug)]
enum Act {
    Say(u8),
    Edit,
    Delete,
    DiskWrites,
    DiskFails,
    Connect,
    Cut,
    ServerTakes,
    ServerRefuses,
    ServerIsBusy,
    Answers,
    Hears,
    Crash,
    Elect,
    Wait,
}

fn acts() -> impl Strategy<Value = Vec<(usize, Act)>> {
    use Act::{Answers, Connect, Cut, DiskWrites, Hears, ServerTakes};
    let often = prop_oneof![
        (0..2_u8).prop_map(Act::Say),
        prop::sample::select(vec![DiskWrites, Connect, Cut, ServerTakes, Answers, Hears]),
    ];
    let seldom = [
        Act::Edit,
        Act::Delete,
        Act::DiskFails,
        Act::ServerRefuses,
        Act::ServerIsBusy,
        Act::Crash,
        Act::Elect,
        Act::Wait,
    ];
    let act = prop_oneof![4 => often, 1 => prop::sample::select(seldom.to_vec())];
    prop::collection::vec((0..2_usize, act), 0..150)
}

#[derive(Default)]
struct Tab {
    outbox: Outbox,
    connected: bool,
    /// Rows to be written, `None` to be removed; each is answered in this order.
    writes: VecDeque<(Key, Option<Row>)>,
    /// So many of them are done, only the answer is not here.
    written: usize,
    requests: VecDeque<Key>,
    answers: VecDeque<Input>,
    heard: VecDeque<(Key, Option<Row>)>,
}

#[derive(Default)]
struct World {
    tabs: [Tab; 2],
    together: bool,
    sender: usize,
    disk: BTreeMap<Key, Row>,
    /// The server's log: the keys in their order.
    log: Vec<Key>,
    refused: BTreeSet<Key>,
    /// What was ever emitted under a key.
    emitted: BTreeMap<Key, Intent>,
    /// Said, and not taken back before it was sent: in which tab, where, and about what.
    said: Vec<(usize, RoomId, Key, Option<Target>)>,
    /// Ended with a page that had not yet saved it.
    lost: BTreeSet<Key>,
    /// The disk did not take them: a tab that opens later hears of them late, or never.
    unsaved: BTreeSet<Key>,
    next: u64,
    now: Millis,
}

fn ana() -> MemberId {
    "ana".parse().unwrap()
}

impl World {
    fn step(&mut self, at: usize, input: Input) {
        let roll = (self.next as u32).wrapping_mul(977);
        for effect in self.tabs[at].outbox.step(input, self.now, roll) {
            let tab = &mut self.tabs[at];
            let row = |key| tab.outbox.get(key).map(Row::from);
            match effect {
                Effect::Save(key) => tab.writes.push_back((key, row(key))),
                Effect::Remove(key) => tab.writes.push_back((key, None)),
                Effect::Tell(key) => {
                    let row = row(key);
                    self.tabs[1 - at].heard.push_back((key, row));
                }
                Effect::Send(key) => self.emit(at, key),
                Effect::Gone(_) | Effect::Changed(_) | Effect::WakeAt(_) => {}
                Effect::Rejected(..) => panic!("nothing here is too much"),
            }
        }
    }

    fn emit(&mut self, at: usize, key: Key) {
        let tab = &mut self.tabs[at];
        let p = tab.outbox.get(key).unwrap();
        assert!(tab.connected, "a request without a connection");
        assert!(!matches!(p.intent.target(), Some(Target::Waiting(_))), "a request about nobody knows what");
        let in_flight = |q: &&Pending| q.room == p.room && q.state == State::InFlight;
        assert_eq!(tab.outbox.items().iter().filter(in_flight).count(), 1, "two at once in one room");
        let on_disk = self.disk.get(&key).and_then(|row| row.clone().open());
        // Another tab may have its answer, or have failed to write a newer version: then it is not on disk.
        let answered = self.log.contains(&key) || self.refused.contains(&key) || self.unsaved.contains(&key);
        let saved = on_disk.is_some_and(|row| row.intent.body() == p.intent.body());
        assert!(saved || answered || p.memory, "sent before it was saved");
        let first = self.emitted.entry(key).or_insert_with(|| p.intent.clone());
        // A disk that fails between two versions, and then the page: the server answers `key_conflict`.
        assert!(*first == p.intent || self.unsaved.contains(&key), "another content under one key");
        tab.requests.push_back(key);
    }

    fn say(&mut self, at: usize, room: RoomId, intent: Intent) {
        self.next += 1;
        let key = Key::v7(self.next, &[0; 10]);
        let target = intent.target();
        self.step(at, Input::Push(Pending::new(key, ana(), room.clone(), intent, self.now)));
        if self.tabs[at].outbox.get(key).is_some() {
            self.said.push((at, room, key, target));
        }
    }

    /// Something is to be done with the last own message that waits here.
    fn say_about(&mut self, at: usize, intent: fn(Target) -> Intent) {
        let is_message = |p: &&Pending| p.is_open() && matches!(p.intent, Intent::Message { .. });
        let last = self.tabs[at].outbox.items().iter().rfind(is_message);
        let Some((room, key)) = last.map(|p| (p.room.clone(), p.key)) else { return };
        let before: Vec<Key> = self.tabs[at].outbox.items().iter().map(|p| p.key).collect();
        self.say(at, room, intent(Target::Waiting(key)));
        let outbox = &self.tabs[at].outbox;
        self.said.retain(|(_, _, key, _)| !before.contains(key) || outbox.get(*key).is_some());
    }

    fn disk(&mut self, at: usize, works: bool) {
        let Some((key, row)) = self.tabs[at].writes.pop_front() else { return };
        let written = self.tabs[at].written.checked_sub(1);
        self.tabs[at].written = written.unwrap_or(0);
        match row {
            Some(_) if written.is_some() => self.step(at, Input::Saved(key)),
            Some(row) if works => {
                self.disk.insert(key, row);
                self.step(at, Input::Saved(key));
            }
            Some(_) => {
                self.unsaved.insert(key);
                self.step(at, Input::Unsaved(key));
            }
            None if written.is_some() => {}
            None => {
                self.disk.remove(&key);
            }
        }
    }

    fn connect(&mut self, at: usize) {
        self.cut(at);
        self.tabs[at].connected = true;
        self.step(at, Input::Connected(ana()));
    }

    fn cut(&mut self, at: usize) {
        self.tabs[at].requests.clear();
        self.tabs[at].answers.clear();
        if std::mem::take(&mut self.tabs[at].connected) {
            self.step(at, Input::Disconnected);
        }
    }

    /// As the real one: a key that is known is answered as the first time.
    fn server(&mut self, at: usize, answer: Act) {
        let Some(key) = self.tabs[at].requests.pop_front() else { return };
        let known = self.log.iter().position(|other| *other == key);
        let answer = match (known, answer) {
            (Some(index), _) => Input::Accepted(key, index as Seq + 1),
            (None, Act::ServerIsBusy) => Input::Later(key, Some(100)),
            (None, answer) if self.refused.contains(&key) || matches!(answer, Act::ServerRefuses) => {
                self.refused.insert(key);
                Input::Refused(key, "muted".into())
            }
            (None, _) => {
                self.log.push(key);
                Input::Accepted(key, self.log.len() as Seq)
            }
        };
        self.tabs[at].answers.push_back(answer);
    }

    fn hears(&mut self, at: usize) {
        match self.tabs[at].heard.pop_front() {
            Some((_, Some(row))) => self.step(at, Input::Heard(row.open().unwrap())),
            Some((key, None)) => self.step(at, Input::HeardGone(key)),
            None => {}
        }
    }

    fn elect(&mut self, at: usize) {
        if !self.together && at != self.sender {
            self.step(1 - at, Input::Drain(Drain::No));
        }
        self.sender = at;
        // What was told before the lock changed hands is heard before the disk has answered.
        while !self.tabs[at].heard.is_empty() {
            self.hears(at);
        }
        self.load(at);
        let drain = if self.together { Drain::Together } else { Drain::Alone };
        self.step(at, Input::Drain(drain));
        if self.together {
            self.step(1 - at, Input::Drain(drain));
        }
    }

    /// Reading comes after the writing that was asked for before, in whichever tab.
    fn load(&mut self, at: usize) {
        for tab in &mut self.tabs {
            for (key, row) in tab.writes.iter().skip(tab.written) {
                match row {
                    Some(row) => self.disk.insert(*key, row.clone()),
                    None => self.disk.remove(key),
                };
            }
            tab.written = tab.writes.len();
        }
        let rows = self.disk.values().filter_map(|row| row.clone().open()).collect();
        let known = self.tabs[at].outbox.on_disk();
        self.step(at, Input::Loaded { rows, known });
    }

    fn crash(&mut self, at: usize) {
        let tab = std::mem::take(&mut self.tabs[at]);
        let unsaved = tab.outbox.items().iter().filter(|p| p.saving > 0 || p.memory).map(|p| p.key);
        self.lost.extend(unsaved);
        self.load(at);
        self.elect(if self.together { at } else { 1 - at });
    }

    fn act(&mut self, at: usize, act: Act) {
        self.now += 10;
        match act {
            Act::Say(room) => {
                let body = MessageBody::parse("oi").unwrap();
                let room = if room == 0 { RoomId::lobby() } else { "other".parse().unwrap() };
                self.say(at, room, Intent::Message { body, reply_to: None });
            }
            Act::Edit => {
                self.say_about(at, |target| Intent::Edit { target, body: MessageBody::parse("ai").unwrap() });
            }
            Act::Delete => self.say_about(at, |target| Intent::Delete { target }),
            Act::DiskWrites => self.disk(at, true),
            Act::DiskFails => self.disk(at, false),
            Act::Connect => self.connect(at),
            Act::Cut => self.cut(at),
            Act::ServerTakes | Act::ServerRefuses | Act::ServerIsBusy => self.server(at, act),
            Act::Answers => {
                if let Some(answer) = self.tabs[at].answers.pop_front() {
                    self.step(at, answer);
                }
            }
            Act::Hears => self.hears(at),
            Act::Crash => self.crash(at),
            Act::Elect => self.elect(at),
            Act::Wait => {
                self.now += 600_000;
                self.step(at, Input::Timer);
            }
        }
    }

    /// Everything works from now on, for as long as anything is to be done.
    fn heal(&mut self) {
        for at in 0..2 {
            self.connect(at);
        }
        let busy = |tab: &Tab| {
            let queues = tab.writes.len() + tab.requests.len() + tab.answers.len() + tab.heard.len();
            queues > 0 || tab.outbox.items().iter().any(Pending::is_open)
        };
        let mut turns = 0;
        while self.tabs.iter().any(busy) {
            turns += 1;
            assert!(turns < 2_000, "it never ends");
            for at in 0..2 {
                for act in [Act::DiskWrites, Act::ServerTakes, Act::Answers, Act::Hears, Act::Wait] {
                    self.act(at, act);
                }
            }
        }
    }

    fn check(&self) {
        let once: BTreeSet<_> = self.log.iter().collect();
        assert_eq!(once.len(), self.log.len(), "stored twice");
        assert!(self.log.iter().all(|key| !self.refused.contains(key)), "refused and stored");
        let place = |key: &Key| self.log.iter().position(|other| other == key);
        let mut last: BTreeMap<(usize, &RoomId), usize> = BTreeMap::new();
        for (at, room, key, target) in &self.said {
            let shown = self.tabs.iter().filter_map(|tab| tab.outbox.get(*key)).any(|p| !p.is_open());
            let lost = self.lost.contains(key);
            assert!(place(key).is_some() || shown || lost, "neither stored nor told");
            let unsaved = |key| self.unsaved.contains(key) || self.lost.contains(key);
            if unsaved(key) || matches!(target, Some(Target::Waiting(key)) if unsaved(key)) {
                continue;
            }
            if let Some(place) = place(key) {
                let before = last.insert((*at, room), place);
                assert!(before.is_none_or(|before| before < place), "stored in another order");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_was_saved_is_stored_once_and_in_order(together: bool, acts in acts()) {
        let mut world = World { together, ..World::default() };
        world.elect(0);
        for (at, act) in acts {
            world.act(at, act);
        }
        world.heal();
        world.check();

        // Somebody who opens the page anew finds nothing that is still to be said.
        world.tabs = Default::default();
        world.elect(0);
        world.heal();
        let open = |row: &Row| row.clone().open().unwrap().is_open();
        prop_assert!(!world.disk.values().any(open), "left on disk");
        let once: BTreeSet<_> = world.log.iter().collect();
        prop_assert_eq!(once.len(), world.log.len());
    }
}
