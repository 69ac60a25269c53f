//! One person's queue, with a disk that is slow and a server that is far, against what the person said.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chat::outbox::{Drain, Effect, Input, Intent, Outbox, Pending, Row, State, Target};
use chat::{Key, MemberId, MessageBody, Millis, RoomId, Seq};
use proptest::prelude::*;

use super::{Failure, runner, told};

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The person says something, in one of two rooms.
    Say(bool),
    /// The person takes back what was said last and still waits.
    TakeBack,
    /// The person wants what was refused sent again.
    Again,
    /// The disk answers once.
    Save,
    Connect,
    Cut,
    /// The server carries out the oldest request.
    Take,
    /// The server refuses it, for good or for now.
    Refuse,
    Busy,
    /// The oldest answer arrives, or never does.
    Answer,
    Silence,
    /// The oldest event of the room arrives.
    Event,
    /// The page ends and comes back from its disk.
    Crash,
    Wait,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::{
        Again, Answer, Busy, Connect, Crash, Cut, Event, Refuse, Save, Say, Silence, Take, TakeBack, Wait,
    };
    let often = prop::sample::select(vec![Say(true), Say(false), Save, Connect, Take, Answer, Event]);
    let seldom = prop::sample::select(vec![TakeBack, Again, Cut, Refuse, Busy, Silence, Crash, Wait]);
    prop::collection::vec(prop_oneof![3 => often, 1 => seldom], 0..100)
}

#[derive(Default)]
struct World {
    outbox: Outbox,
    now: Millis,
    /// Keys are numbers that are used once.
    keys: u128,
    disk: BTreeMap<Key, String>,
    /// Rows to be written, `None` to be removed.
    writes: VecDeque<(Key, Option<String>)>,
    connected: bool,
    requests: VecDeque<Key>,
    answers: VecDeque<Input>,
    events: VecDeque<(Key, Seq)>,
    /// The server's log: each key once.
    log: Vec<Key>,
    refused: BTreeSet<Key>,
    /// What the person said, in order, with the room.
    said: Vec<(Key, RoomId)>,
    /// What the person took back, or the page lost before it was on disk.
    gone: BTreeSet<Key>,
    /// What was ever emitted under a key.
    emitted: BTreeMap<Key, Intent>,
}

type Outcome = Result<(), TestCaseError>;

/// Lives through `cases` lives.
///
/// # Errors
/// The first that went wrong.
pub fn run(seed: u64, cases: u32) -> Result<(), Failure> {
    told(runner(seed, cases).run(&steps(), |steps| {
        let mut world = World::default();
        world.tell(Input::Drain(Drain::Alone))?;
        steps.into_iter().try_for_each(|step| world.take(step))?;
        world.heal()
    }))
}

fn me() -> MemberId {
    MemberId::try_from("me".to_owned()).expect("invariant: letters")
}

fn room(lobby: bool) -> RoomId {
    if lobby { RoomId::lobby() } else { "other".parse().expect("invariant: letters") }
}

impl World {
    fn take(&mut self, step: Step) -> Outcome {
        self.now += 10;
        match step {
            Step::Say(lobby) => {
                let body = MessageBody::parse("oi").expect("invariant: two letters");
                self.say(room(lobby), Intent::Message { body, reply_to: None })
            }
            Step::TakeBack => self.take_back(),
            Step::Again => self.again(),
            Step::Save => self.save(),
            Step::Connect => self.cut().and_then(|()| {
                self.connected = true;
                self.tell(Input::Connected(me()))
            }),
            Step::Cut => self.cut(),
            Step::Take | Step::Refuse | Step::Busy => self.serve(step),
            Step::Answer => self.answers.pop_front().map_or(Ok(()), |answer| self.tell(answer)),
            Step::Silence => match self.answers.pop_front() {
                Some(Input::Accepted(key, _) | Input::Refused(key, _) | Input::Later(key, _)) => {
                    self.tell(Input::Later(key, None))
                }
                _ => Ok(()),
            },
            Step::Event => {
                self.events.pop_front().map_or(Ok(()), |(key, seq)| self.tell(Input::Seen(key, seq)))
            }
            Step::Crash => self.crash(),
            Step::Wait => {
                self.now += 40_000;
                self.tell(Input::Timer)
            }
        }
    }

    fn new_key(&mut self) -> Key {
        self.keys += 1_000;
        Key::from_bytes(self.keys.to_be_bytes())
    }

    fn say(&mut self, room: RoomId, intent: Intent) -> Outcome {
        let key = self.new_key();
        self.said.push((key, room.clone()));
        self.tell(Input::Push(Pending::new(key, me(), room, intent, self.now)))
    }

    /// What was never emitted goes without a trace; else its deletion is a request like others.
    fn take_back(&mut self) -> Outcome {
        let message = |p: &&Pending| p.is_open() && matches!(p.intent, Intent::Message { .. });
        let last = self.outbox.items().iter().rfind(message).map(|p| (p.key, p.room.clone(), p.attempts));
        let Some((key, room, attempts)) = last else { return Ok(()) };
        if attempts == 0 {
            self.gone.insert(key);
        }
        self.say(room, Intent::Delete { target: Target::Waiting(key) })?;
        if attempts == 0 {
            prop_assert!(self.outbox.get(key).is_none(), "taken back, and still there");
            self.said.pop();
        }
        Ok(())
    }

    fn again(&mut self) -> Outcome {
        let refused = self.outbox.items().iter().find(|p| matches!(p.state, State::Refused(_)));
        let Some((key, room)) = refused.map(|p| (p.key, p.room.clone())) else { return Ok(()) };
        let new = self.new_key();
        self.said.push((new, room));
        self.gone.insert(key);
        self.tell(Input::Again(key, new))
    }

    fn save(&mut self) -> Outcome {
        match self.writes.pop_front() {
            Some((key, Some(row))) => {
                self.disk.insert(key, row);
                self.tell(Input::Saved(key))
            }
            Some((key, None)) => {
                self.disk.remove(&key);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn cut(&mut self) -> Outcome {
        self.requests.clear();
        self.answers.clear();
        if std::mem::take(&mut self.connected) { self.tell(Input::Disconnected) } else { Ok(()) }
    }

    /// As the real one: a key that is known is answered as the first time.
    fn serve(&mut self, step: Step) -> Outcome {
        let Some(key) = self.requests.pop_front() else { return Ok(()) };
        let known = self.log.iter().position(|other| *other == key).map(|index| index as Seq + 1);
        self.answers.push_back(match (known, step) {
            (Some(seq), _) => Input::Accepted(key, seq),
            (None, Step::Busy) => Input::Later(key, Some(50)),
            (None, Step::Take) if !self.refused.contains(&key) => {
                self.log.push(key);
                let seq = self.log.len() as Seq;
                if matches!(self.emitted[&key], Intent::Message { .. }) {
                    self.events.push_back((key, seq));
                }
                Input::Accepted(key, seq)
            }
            (None, _) => {
                self.refused.insert(key);
                Input::Refused(key, "muted".to_owned())
            }
        });
        Ok(())
    }

    fn crash(&mut self) -> Outcome {
        let unsaved = self.outbox.items().iter().filter(|p| !self.disk.contains_key(&p.key));
        self.gone.extend(unsaved.map(|p| p.key));
        (self.outbox, self.connected) = (Outbox::default(), false);
        self.writes.clear();
        self.requests.clear();
        self.answers.clear();
        // The new page shows all that was stored.
        let stored = self.log.iter().zip(1..).map(|(key, seq)| (*key, seq));
        self.events = stored.filter(|(key, _)| matches!(self.emitted[key], Intent::Message { .. })).collect();
        let rows = self.disk.values().map(|row| serde_json::from_str::<Row>(row).ok().and_then(Row::open));
        let rows: Option<Vec<_>> = rows.collect();
        prop_assert!(rows.is_some(), "a row on disk cannot be read: {:?}", self.disk);
        self.tell(Input::Loaded { rows: rows.unwrap_or_default(), known: Vec::new() })?;
        self.tell(Input::Drain(Drain::Alone))
    }

    fn tell(&mut self, input: Input) -> Outcome {
        for effect in self.outbox.step(input, self.now, 977) {
            let row = |key| {
                let row = self.outbox.get(key).map(Row::from)?;
                serde_json::to_string(&row).ok()
            };
            match effect {
                Effect::Save(key) => self.writes.push_back((key, row(key))),
                Effect::Remove(key) => self.writes.push_back((key, None)),
                Effect::Send(key) => self.emit(key)?,
                Effect::Rejected(..) => return Err(TestCaseError::fail("nothing here is too much")),
                _ => {}
            }
        }
        Ok(())
    }

    fn emit(&mut self, key: Key) -> Outcome {
        prop_assert!(self.said.iter().any(|(said, _)| *said == key), "{} was never said", key);
        prop_assert!(self.connected, "sent without a connection");
        prop_assert!(self.disk.contains_key(&key) || self.log.contains(&key), "sent before it was on disk");
        let Some(p) = self.outbox.get(key) else { return Err(TestCaseError::fail("sent and not there")) };
        let in_flight = |q: &&Pending| q.room == p.room && q.state == State::InFlight;
        prop_assert_eq!(self.outbox.items().iter().filter(in_flight).count(), 1, "two at once in a room");
        let first = self.emitted.entry(key).or_insert_with(|| p.intent.clone());
        prop_assert_eq!(first, &p.intent, "another content under the same key");
        self.requests.push_back(key);
        Ok(())
    }

    /// Everything works from now on: each thing said ends as it must.
    fn heal(&mut self) -> Outcome {
        self.take(Step::Connect)?;
        for _ in 0..3 {
            for _ in 0..self.said.len() * 4 + 4 {
                let steps = [Step::Save, Step::Take, Step::Answer, Step::Event];
                steps.into_iter().try_for_each(|step| self.take(step))?;
            }
            // Poisonous requests wait five minutes.
            self.now += 300_000;
            self.take(Step::Wait)?;
        }
        for (key, _) in &self.said {
            let fate = (self.log.contains(key), self.outbox.get(*key).map(|p| p.state.clone()));
            let well = match &fate {
                (true, None) => !self.refused.contains(key),
                (false, None) => self.gone.contains(key) || self.refused.contains(key),
                (false, Some(State::Refused(_))) => true,
                _ => false,
            };
            prop_assert!(well, "{} ended as {:?}", key, fate);
        }
        self.look_at_order()
    }

    /// I5: in each room messages are in the order in which they were said.
    fn look_at_order(&self) -> Outcome {
        for lobby in [true, false] {
            let of_room = self.said.iter().filter(|(_, of)| *of == room(lobby)).map(|(key, _)| key);
            let message = |key: &&Key| matches!(self.emitted.get(key), Some(Intent::Message { .. }));
            let order =
                of_room.filter(message).filter_map(|key| self.log.iter().position(|other| other == key));
            prop_assert!(order.is_sorted(), "another order than said: {:?}", self.log);
        }
        Ok(())
    }
}
