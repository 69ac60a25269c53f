//! The session under a fake clock: timed scripts, and what takes more than a script to say.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::HashMap;

use serde_json::{Value, json};
use socketio_client::{
    AckError, AckToken, EmitError, Input, Notification, Options, Output, Session, Transports, step,
};

const OPEN: &str = r#"0{"sid":"e1","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;

/// A session, and the answer tokens it has given out.
struct Stage {
    session: Session,
    tokens: HashMap<u64, AckToken>,
}

impl Stage {
    fn new(options: &Options) -> Self {
        Self { session: Session::new(options), tokens: HashMap::new() }
    }

    fn step(&mut self, input: Input<'_>, now: u64) -> Vec<Value> {
        step(&mut self.session, input, now).into_iter().map(|output| self.describe(output)).collect()
    }

    fn describe(&mut self, output: Output) -> Value {
        match output {
            Output::Open { generation, url } => {
                assert!(url.ends_with("/socket.io/?EIO=4&transport=websocket"), "{url}");
                json!({ "open": generation })
            }
            Output::Send(text) => json!({ "send": text }),
            Output::Get { generation, .. } => json!({ "get": generation }),
            Output::Post { generation, body, .. } => json!({ "post": [generation, body] }),
            Output::Close(generation) => json!({ "close": generation }),
            Output::TimerAt(at) => json!({ "timer": at }),
            Output::NeedAuth => json!("needAuth"),
            Output::AckDone { id, result } => json!({ "ackDone": [id, match result {
                Ok(args) => Value::Array(args),
                Err(AckError::Timeout) => json!("timeout"),
                Err(AckError::Disconnected) => json!("disconnected"),
                Err(AckError::Refused(_)) => unreachable!("a refusal is an output of its own"),
            }] }),
            Output::Refused(EmitError::Reserved) => json!({ "refused": "reserved" }),
            Output::Refused(EmitError::BufferFull) => json!({ "refused": "buffer full" }),
            Output::Notify(notification) => self.describe_notification(notification),
        }
    }

    fn describe_notification(&mut self, notification: Notification) -> Value {
        match notification {
            Notification::Connected { sid, recovered } => json!({ "connected": [sid, recovered] }),
            Notification::Disconnected(reason) => json!({ "disconnected": reason.as_str() }),
            Notification::ConnectError { message, data: None } => json!({ "connectError": [message] }),
            Notification::ConnectError { message, data } => json!({ "connectError": [message, data] }),
            Notification::Attempt { n, at } => json!({ "attempt": [n, at] }),
            Notification::Event { name, args, ack } => {
                let id = ack.map(|token| {
                    let id = token_id(&token);
                    self.tokens.insert(id, token);
                    id
                });
                json!({ "event": [name, args, id] })
            }
        }
    }

    fn perform(&mut self, input: &Value, now: u64) -> Vec<Value> {
        let generation = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
        let list = |value: &Value| value.as_array().unwrap().clone();
        if let Some(word) = input.as_str() {
            return self.step(simple(word), now);
        }
        let (key, value) = input.as_object().unwrap().iter().find(|(key, _)| is_input(key)).unwrap();
        match key.as_str() {
            "opened" => self.step(Input::Opened(generation(value)), now),
            "text" => self.step(Input::Text(generation(&value[0]), value[1].as_str().unwrap()), now),
            "binary" => self.step(Input::Binary(generation(value), &[1, 2]), now),
            "closed" => self.step(Input::Closed(generation(&value[0]), 1006), now),
            "failed" => self.step(Input::Failed(generation(value)), now),
            "auth" => self.step(Input::Auth(value.clone()), now),
            "buffered" => self.step(Input::Buffered(value.as_u64().unwrap()), now),
            "answer" => {
                let token = self.tokens.remove(&value[0].as_u64().unwrap()).unwrap();
                self.step(Input::Ack(token, list(&value[1])), now)
            }
            "emit" => {
                let event = value[0].as_str().unwrap().to_owned();
                let (ack_ms, volatile) = (input["ack"].as_u64(), input["volatile"] == true);
                self.step(Input::Emit { event, args: list(&value[1]), ack_ms, volatile }, now)
            }
            other => panic!("unknown input {other}"),
        }
    }
}

/// The token keeps its id to itself, but not from a debugger.
fn token_id(token: &AckToken) -> u64 {
    let text = format!("{token:?}");
    let digits = text.split("id: ").nth(1).unwrap().split(',').next().unwrap();
    digits.parse().unwrap()
}

fn is_input(key: &str) -> bool {
    key != "ack" && key != "volatile"
}

fn simple(word: &str) -> Input<'static> {
    match word {
        "connect" => Input::Connect,
        "disconnect" => Input::Disconnect,
        "timer" => Input::Timer,
        "online" => Input::Online,
        "offline" => Input::Offline,
        "visible" => Input::Visible,
        "pageShow" => Input::PageShow,
        other => panic!("unknown input {other}"),
    }
}

fn options(script: &Value) -> Options {
    let mut options = Options::new(script["url"].as_str().unwrap());
    options.transports = Transports::WebSocket;
    options.seed = script["seed"].as_u64().unwrap();
    options.reconnection = script["reconnection"].as_bool().unwrap_or(true);
    options.open_timeout_ms = script["openTimeoutMs"].as_u64().unwrap_or(options.open_timeout_ms);
    options
}

#[test]
fn every_script_runs_as_written() {
    let scripts: Vec<Value> = serde_json::from_str(include_str!("vectors/sessions.json")).unwrap();
    assert!(scripts.len() >= 50);
    let mut wrong = Vec::new();
    for script in &scripts {
        let mut stage = Stage::new(&options(&script["options"]));
        for row in script["steps"].as_array().unwrap() {
            let outputs = Value::Array(stage.perform(&row[1], row[0].as_u64().unwrap()));
            if outputs != row[2] {
                let name = &script["name"];
                wrong.push(format!("{name}, at {row}\n  expected {}\n  got      {outputs}", row[2]));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} scripts:\n{}", wrong.len(), scripts.len(), wrong.join("\n"));
}

fn emit(event: &str, args: Vec<Value>, ack_ms: Option<u64>) -> Input<'static> {
    Input::Emit { event: event.to_owned(), args, ack_ms, volatile: false }
}

fn connect(stage: &mut Stage, now: u64) -> Vec<Value> {
    stage.step(Input::Connect, now);
    stage.step(Input::Text(1, OPEN), now);
    stage.step(Input::Auth(Value::Null), now);
    stage.step(Input::Text(1, r#"40{"sid":"s1"}"#), now)
}

#[test]
fn the_buffer_takes_a_thousand_packets_in_order_and_no_more() {
    let mut stage = Stage::new(&Options::new("http://chat.example"));
    for n in 0..1_000 {
        assert!(stage.step(emit("e", vec![json!(n)], None), 1).is_empty());
    }
    assert_eq!(stage.step(emit("e", vec![], None), 1), [json!({ "refused": "buffer full" })]);
    assert_eq!(stage.step(emit("e", vec![], Some(10)), 1), [json!({ "refused": "buffer full" })]);
    assert_eq!(stage.session.next_ack_id(), 0, "a refused request uses no id");
    let outputs = connect(&mut stage, 2);
    let sent: Vec<_> = outputs.iter().filter_map(|output| output["send"].as_str()).collect();
    let expected: Vec<_> = (0..1_000).map(|n| format!("42[\"e\",{n}]")).collect();
    assert_eq!(sent, expected);
    assert_eq!(outputs[1_000], json!({ "connected": ["s1", false] }));
}

#[test]
fn the_buffer_takes_a_mebibyte_and_no_more() {
    let mut stage = Stage::new(&Options::new("http://chat.example"));
    let text = json!("x".repeat(100_000));
    for _ in 0..10 {
        assert!(stage.step(emit("e", vec![text.clone()], None), 1).is_empty());
    }
    assert_eq!(stage.step(emit("e", vec![text], None), 1), [json!({ "refused": "buffer full" })]);
    assert!(stage.step(emit("e", vec![], None), 1).is_empty());
}

#[test]
fn a_connected_session_sends_any_number_of_packets() {
    let mut stage = Stage::new(&Options::new("http://chat.example"));
    connect(&mut stage, 1);
    for n in 0..3_000 {
        assert_eq!(
            stage.step(emit("e", vec![json!(n)], None), 2),
            [json!({ "send": format!("42[\"e\",{n}]") })]
        );
    }
}

#[test]
fn a_server_that_floods_before_the_connect_reply_is_left() {
    let mut stage = Stage::new(&Options::new("http://chat.example"));
    stage.step(Input::Connect, 1);
    stage.step(Input::Text(1, OPEN), 1);
    for _ in 0..1_000 {
        assert!(stage.step(Input::Text(1, "42[\"e\"]"), 1).is_empty());
    }
    let outputs = stage.step(Input::Text(1, "42[\"e\"]"), 1);
    assert_eq!(outputs[..2], [json!({ "close": 1 }), json!({ "connectError": ["parse error"] })]);
}

/// Ten attempts that fail at once: their delays.
fn delays(options: &Options) -> Vec<u64> {
    let mut session = Session::new(options);
    let (mut now, mut delays) = (1_000_000, Vec::new());
    step(&mut session, Input::Connect, now);
    for generation in 1..=10 {
        for output in step(&mut session, Input::Failed(generation), now) {
            if let Output::Notify(Notification::Attempt { n, at }) = output {
                assert_eq!(n, generation);
                delays.push(at - now);
                now = at;
            }
        }
        let outputs = step(&mut session, Input::Timer, now);
        assert!(outputs.iter().any(|output| matches!(output, Output::Open { .. })), "{outputs:?}");
    }
    delays
}

#[test]
fn attempts_go_on_without_end_at_the_official_delays_or_spread() {
    for seed in 1..200 {
        let mut options = Options::new("http://chat.example");
        options.transports = Transports::WebSocket;
        options.seed = seed;
        let official = delays(&options);
        let ranges = [(500, 1_500), (1_000, 3_000), (2_000, 5_000), (4_000, 5_000)];
        for (delay, (low, high)) in official.iter().zip(ranges) {
            assert!((low..=high).contains(delay), "{official:?}");
        }
        assert!(official[4..].iter().all(|delay| *delay == 5_000), "{official:?}");
        options.spread = true;
        let spread = delays(&options);
        assert!(spread[3..].iter().all(|delay| (2_500..=7_500).contains(delay)), "{spread:?}");
    }
}
