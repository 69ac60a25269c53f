//! What holds for a session whatever arrives, in whatever order, at whatever time.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use socketio_client::{AckToken, Input, Notification, Options, Output, Session, Transports, step};

/// One thing that happens after `wait` milliseconds. Generations are relative to the current one.
#[derive(Debug, Clone)]
enum Act {
    Connect,
    Disconnect,
    Text(u32, String),
    Binary,
    Closed(u32),
    Failed(u32),
    Timer,
    Emit { ack_ms: Option<u64>, volatile: bool },
    Answer,
    Auth,
    Buffered(u64),
    Page(u8),
}

fn server_texts() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => Just(r#"0{"sid":"e","upgrades":[],"pingInterval":300,"pingTimeout":200}"#.to_owned()),
        8 => Just(r#"40{"sid":"s"}"#.to_owned()),
        2 => Just(r#"40{"sid":"s","pid":"p"}"#.to_owned()),
        4 => Just("2".to_owned()),
        6 => (0..40_u64).prop_map(|id| format!("43{id}[\"answer\",{id}]")),
        4 => (0..40_u64).prop_map(|id| format!("42{id}[\"question\"]")),
        2 => Just("42[\"event\",\"x\"]".to_owned()),
        1 => Just("41".to_owned()),
        1 => Just("44{\"message\":\"no\"}".to_owned()),
        1 => Just("40".to_owned()),
        2 => ".{0,20}",
        2 => "[0-9][0-9]?[0-9]{0,3}[\\[{\"a-zé\\]}]{0,10}",
    ]
}

fn acts() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let behind = || prop_oneof![9 => Just(0_u32), 1 => 1..3_u32];
    let act = prop_oneof![
        3 => Just(Act::Connect),
        1 => Just(Act::Disconnect),
        12 => (behind(), server_texts()).prop_map(|(behind, text)| Act::Text(behind, text)),
        1 => Just(Act::Binary),
        1 => behind().prop_map(Act::Closed),
        1 => behind().prop_map(Act::Failed),
        6 => Just(Act::Timer),
        8 => (prop::option::of(0..2_000_u64), any::<bool>())
            .prop_map(|(ack_ms, volatile)| Act::Emit { ack_ms, volatile }),
        2 => Just(Act::Answer),
        3 => Just(Act::Auth),
        1 => (0..200_000_u64).prop_map(Act::Buffered),
        2 => (0..4_u8).prop_map(Act::Page),
    ];
    let wait = prop_oneof![20 => 0..700_i64, 1 => -5_000..0_i64, 1 => 0..100_000_i64];
    prop::collection::vec((wait, act), 0..80)
}

/// What has been seen of a session so far.
#[derive(Default)]
struct Observer {
    generation: u32,
    open: bool,
    connected: bool,
    asked: BTreeSet<u64>,
    settled: BTreeSet<u64>,
    /// Numbers of the emits as they left, per connection order.
    left: Vec<u64>,
    answers: BTreeMap<(u32, u64), u32>,
    tokens: Vec<(u32, u64, AckToken)>,
}

impl Observer {
    fn see(&mut self, output: Output) -> Result<(), TestCaseError> {
        match output {
            Output::Open { generation, .. } => {
                prop_assert!(!self.open, "opens a second transport");
                prop_assert_eq!(generation, self.generation + 1);
                self.generation = generation;
                self.open = true;
            }
            Output::Close(generation) => {
                prop_assert!(self.open, "closes what is not open");
                prop_assert_eq!(generation, self.generation);
                self.open = false;
            }
            Output::Send(text) => {
                prop_assert!(self.open, "sends without a transport: {}", text);
                self.sent(&text)?;
            }
            Output::AckDone { id, .. } => {
                prop_assert!(self.asked.contains(&id), "settles {} which was not asked", id);
                prop_assert!(self.settled.insert(id), "settles {} twice", id);
            }
            Output::Notify(Notification::Connected { .. }) => {
                prop_assert!(!self.connected);
                self.connected = true;
            }
            Output::Notify(Notification::Disconnected(_)) => {
                prop_assert!(self.connected);
                self.connected = false;
            }
            Output::Notify(Notification::ConnectError { .. }) => prop_assert!(!self.connected),
            Output::Notify(Notification::Event { ack: Some(token), args, .. }) => {
                let id = args.first().and_then(Value::as_u64).unwrap_or(0);
                self.tokens.push((self.generation, id, token));
            }
            _ => {}
        }
        Ok(())
    }

    fn sent(&mut self, text: &str) -> Result<(), TestCaseError> {
        if let Some(rest) = text.strip_prefix("42") {
            let json = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let (_, number): (String, u64) = serde_json::from_str(json).unwrap();
            let in_order = self.left.last().is_none_or(|last| *last < number);
            prop_assert!(in_order, "{} leaves after {:?}", number, self.left.last());
            self.left.push(number);
        } else if let Some(rest) = text.strip_prefix("43") {
            let id = rest.split('[').next().unwrap().parse().unwrap();
            *self.answers.entry((self.generation, id)).or_default() += 1;
        }
        Ok(())
    }
}

struct Run {
    session: Session,
    seen: Observer,
    now: u64,
    emits: u64,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut options = Options::new("http://chat.example");
        options.seed = seed;
        // What polling does is in `polling_properties.rs`.
        options.transports = Transports::WebSocket;
        Self { session: Session::new(&options), seen: Observer::default(), now: 10_000_000, emits: 0 }
    }

    fn feed(&mut self, input: Input<'_>) -> Result<(), TestCaseError> {
        for output in step(&mut self.session, input, self.now) {
            self.seen.see(output)?;
        }
        prop_assert_eq!(self.session.is_connected(), self.seen.connected);
        Ok(())
    }

    fn act(&mut self, act: Act) -> Result<(), TestCaseError> {
        let of = |behind: u32| self.seen.generation.saturating_sub(behind);
        match act {
            Act::Connect => self.feed(Input::Connect),
            Act::Disconnect => self.feed(Input::Disconnect),
            Act::Text(behind, text) => self.feed(Input::Text(of(behind), &text)),
            Act::Binary => self.feed(Input::Binary(of(0), &[])),
            Act::Closed(behind) => self.feed(Input::Closed(of(behind), 1006)),
            Act::Failed(behind) => self.feed(Input::Failed(of(behind))),
            Act::Timer => self.feed(Input::Timer),
            Act::Auth => self.feed(Input::Auth(json!({}))),
            Act::Buffered(bytes) => self.feed(Input::Buffered(bytes)),
            Act::Page(0) => self.feed(Input::Offline),
            Act::Page(1) => self.feed(Input::Online),
            Act::Page(2) => self.feed(Input::Visible),
            Act::Page(_) => self.feed(Input::PageShow),
            Act::Emit { ack_ms, volatile } => {
                let (id, args) = (self.session.next_ack_id(), vec![json!(self.emits)]);
                self.emits += 1;
                if ack_ms.is_some() {
                    prop_assert!(self.seen.asked.insert(id), "id {} is used again", id);
                }
                self.feed(Input::Emit { event: "e".into(), args, ack_ms, volatile })
            }
            Act::Answer => match self.seen.tokens.pop() {
                None => Ok(()),
                Some((_, _, token)) => self.feed(Input::Ack(token, vec![])),
            },
        }
    }

    fn acts(&mut self, acts: Vec<(i64, Act)>) -> Result<(), TestCaseError> {
        for (wait, act) in acts {
            self.now = self.now.saturating_add_signed(wait);
            self.act(act)?;
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn transports_and_notifications_alternate_and_emits_leave_in_order(seed in 1..u64::MAX, acts in acts()) {
        Run::new(seed).acts(acts)?;
    }

    #[test]
    fn every_request_is_settled_exactly_once(seed in 1..u64::MAX, acts in acts()) {
        let mut run = Run::new(seed);
        run.acts(acts)?;
        // Every deadline is within these.
        run.now += 200_000;
        run.feed(Input::Timer)?;
        prop_assert_eq!(&run.seen.settled, &run.seen.asked);
    }

    #[test]
    fn a_session_that_wants_a_connection_always_has_a_deadline(seed in 1..u64::MAX, acts in acts()) {
        let mut run = Run::new(seed);
        run.acts(acts)?;
        run.feed(Input::Connect)?;
        // However it stands, its timer alone brings it to a new attempt in the end.
        let generation = run.seen.generation;
        for _ in 0..4 {
            run.now += 200_000;
            run.feed(Input::Timer)?;
        }
        prop_assert!(run.seen.generation > generation);
    }

    #[test]
    fn no_event_of_the_server_is_answered_more_often_than_it_asked(questions in prop::collection::vec(0..5_u64, 0..20)) {
        let mut run = Run::new(1);
        run.feed(Input::Connect)?;
        run.feed(Input::Text(1, r#"0{"sid":"e","pingInterval":300,"pingTimeout":200}"#))?;
        run.feed(Input::Auth(Value::Null))?;
        run.feed(Input::Text(1, r#"40{"sid":"s"}"#))?;
        let mut asked = BTreeMap::<_, u32>::new();
        for id in &questions {
            run.feed(Input::Text(1, &format!("42{id}[\"q\"]")))?;
            *asked.entry((1, *id)).or_default() += 1;
        }
        while let Some((_, _, token)) = run.seen.tokens.pop() {
            run.feed(Input::Ack(token, vec![]))?;
        }
        prop_assert_eq!(&run.seen.answers, &asked);
    }
}
