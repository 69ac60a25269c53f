//! What holds for long-polling whatever arrives, in whatever order, at whatever time.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;
use socketio_client::{Input, Notification, Options, Output, Session, Transports, step};

const OPEN: &str = r#"0{"sid":"e1","upgrades":[],"pingInterval":15000,"pingTimeout":10000,"maxPayload":64}"#;

/// What a hostile server or network may do to a session that polls.
#[derive(Debug, Clone)]
enum Act {
    Body(String),
    Text(String),
    Posted,
    Failed(bool),
    Timer,
    Page(u8),
    Connect,
    Disconnect,
    Auth,
    Ask,
}

fn acts() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let frame = || {
        prop_oneof![
            4 => Just(OPEN.to_owned()),
            4 => Just(r#"40{"sid":"s"}"#.to_owned()),
            3 => Just("2".to_owned()),
            3 => (0..20_u64).prop_map(|id| format!("43{id}[]")),
            1 => Just("1".to_owned()),
            1 => ".{0,6}",
        ]
    };
    let body = prop::collection::vec(frame(), 1..4).prop_map(|frames| frames.join("\u{1e}"));
    let act = prop_oneof![
        10 => body.prop_map(Act::Body),
        4 => frame().prop_map(Act::Text),
        5 => Just(Act::Posted),
        2 => any::<bool>().prop_map(Act::Failed),
        6 => Just(Act::Timer),
        2 => (0..5_u8).prop_map(Act::Page),
        3 => Just(Act::Connect),
        1 => Just(Act::Disconnect),
        4 => Just(Act::Auth),
        6 => Just(Act::Ask),
    ];
    prop::collection::vec((0..40_000_u64, act), 0..120)
}

/// Requests under way, as a driver would have them.
#[derive(Default)]
struct Observer {
    current: u32,
    newest: u32,
    getting: bool,
    posting: bool,
    connected: bool,
    settled: BTreeSet<u64>,
}

impl Observer {
    fn see(&mut self, output: Output) -> Result<(), TestCaseError> {
        match output {
            Output::Open { generation, .. } => self.newest = generation,
            Output::Get { generation, .. } => {
                prop_assert!(!self.getting || generation > self.current, "a second GET");
                (self.current, self.newest) = (generation, self.newest.max(generation));
                self.getting = true;
            }
            Output::Post { last: false, .. } => {
                prop_assert!(!self.posting, "a second POST");
                self.posting = true;
            }
            Output::Close(of) if of == self.current => (self.getting, self.posting) = (false, false),
            Output::AckDone { id, .. } => prop_assert!(self.settled.insert(id), "settled twice"),
            Output::Notify(Notification::Connected { .. }) => {
                prop_assert!(!std::mem::replace(&mut self.connected, true));
            }
            Output::Notify(Notification::Disconnected(_)) => {
                prop_assert!(std::mem::replace(&mut self.connected, false));
            }
            _ => {}
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_one_get_and_one_post_are_under_way_and_every_request_is_settled(
        only_polling in any::<bool>(), acts in acts()
    ) {
        let transports = if only_polling { Transports::Polling } else { Transports::default() };
        let mut options = Options::new("http://chat.example");
        (options.transports, options.seed) = (transports, 3);
        let (mut session, mut seen) = (Session::new(&options), Observer::default());
        let (mut now, mut asked) = (1_000, 0);
        for (wait, act) in acts {
            now += wait;
            let of = seen.current;
            let input = match &act {
                Act::Body(body) => { seen.getting = false; Input::Body(of, body) }
                Act::Text(text) => Input::Text(seen.newest, text),
                Act::Posted => { seen.posting = false; Input::Posted(of) }
                Act::Failed(current) => Input::Failed(if *current { of } else { seen.newest }),
                Act::Timer => Input::Timer,
                Act::Page(0) => Input::Online,
                Act::Page(1) => Input::Offline,
                Act::Page(2) => Input::PageHide,
                Act::Page(3) => Input::PageShow,
                Act::Page(_) => Input::Visible,
                Act::Connect => Input::Connect,
                Act::Disconnect => Input::Disconnect,
                Act::Auth => Input::Auth(Value::Null),
                Act::Ask => {
                    asked += 1;
                    Input::Emit { event: "e".into(), args: vec![], ack_ms: Some(9_000), volatile: false }
                }
            };
            for output in step(&mut session, input, now) {
                seen.see(output)?;
            }
            prop_assert_eq!(session.is_connected(), seen.connected);
        }
        for output in step(&mut session, Input::Timer, now + 100_000) {
            seen.see(output)?;
        }
        prop_assert_eq!(seen.settled.len(), asked);
    }
}
