//! Long-polling under a fake clock: when it is chosen, what is asked and posted, and how it ends.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use socketio_client::{Input, Notification, Options, Output, Reason, Session, Transports, step};

const OPEN: &str = r#"0{"sid":"e1","upgrades":[],"pingInterval":15000,"pingTimeout":10000,"maxPayload":64}"#;

fn session(transports: Transports) -> Session {
    let mut options = Options::new("http://chat.example");
    (options.transports, options.seed) = (transports, 3);
    Session::new(&options)
}

fn emit(event: &str, args: Vec<Value>) -> Input<'static> {
    Input::Emit { event: event.to_owned(), args, ack_ms: None, volatile: false }
}

/// What is done, in short.
fn told(outputs: &[Output]) -> Vec<String> {
    let words = outputs.iter().filter_map(|output| {
        Some(match output {
            Output::Open { generation, .. } => format!("open {generation}"),
            Output::Get { generation, .. } => format!("get {generation}"),
            Output::Post { generation, body, last, .. } => {
                format!(
                    "{} {generation} {}",
                    if *last { "last" } else { "post" },
                    body.replace('\u{1e}', "|")
                )
            }
            Output::Close(generation) => format!("close {generation}"),
            Output::Send(text) => format!("send {text}"),
            Output::Notify(Notification::Connected { .. }) => "connected".to_owned(),
            Output::Notify(Notification::Disconnected(reason)) => format!("lost: {reason}"),
            Output::Notify(Notification::ConnectError { message, .. }) => format!("failed: {message}"),
            Output::Notify(Notification::Event { name, .. }) => format!("event {name}"),
            Output::NeedAuth => "auth?".to_owned(),
            _ => return None,
        })
    });
    words.collect()
}

fn does(session: &mut Session, input: Input<'_>, now: u64, expected: &[&str]) {
    assert_eq!(told(&step(session, input, now)), expected);
}

/// A session that has connected by polling, with the transport `of`, at `now`.
fn by_polling(session: &mut Session, of: u32, now: u64) {
    does(session, Input::Body(of, OPEN), now, &["auth?", &format!("get {of}")]);
    does(session, Input::Auth(Value::Null), now, &[&format!("post {of} 40")]);
    does(session, Input::Posted(of), now, &[]);
    does(session, Input::Body(of, r#"40{"sid":"s1"}"#), now, &["connected", &format!("get {of}")]);
}

fn connected_by_polling() -> Session {
    let mut session = session(Transports::Polling);
    does(&mut session, Input::Connect, 1_000, &["get 1"]);
    by_polling(&mut session, 1, 1_000);
    session
}

#[test]
fn a_websocket_that_is_refused_is_replaced_by_polling_in_the_same_attempt() {
    let mut session = session(Transports::default());
    does(&mut session, Input::Connect, 1_000, &["open 1"]);
    does(&mut session, Input::Failed(1), 1_010, &["close 1", "get 2"]);
    by_polling(&mut session, 2, 1_020);
}

#[test]
fn a_websocket_that_opens_and_says_nothing_for_five_seconds_is_replaced_by_polling() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    step(&mut session, Input::Opened(1), 1_100);
    does(&mut session, Input::Timer, 5_999, &[]);
    does(&mut session, Input::Timer, 6_000, &["close 1", "get 2"]);
    by_polling(&mut session, 2, 6_100);
}

#[test]
fn a_websocket_that_never_answers_connect_is_replaced_by_polling() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    step(&mut session, Input::Text(1, OPEN), 1_100);
    step(&mut session, Input::Auth(Value::Null), 1_100);
    does(&mut session, Input::Timer, 6_100, &["close 1", "get 2"]);
    by_polling(&mut session, 2, 6_200);
}

#[test]
fn an_attempt_fails_when_polling_fails_too_and_the_next_starts_with_a_websocket() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    step(&mut session, Input::Failed(1), 1_010);
    does(&mut session, Input::Failed(2), 1_020, &["close 2", "failed: polling error"]);
    does(&mut session, Input::Timer, 10_000, &["open 3"]);
}

#[test]
fn a_device_that_goes_offline_meanwhile_is_no_reason_to_poll() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    does(&mut session, Input::Offline, 1_010, &["close 1", "failed: transport close"]);
}

/// A session whose WebSocket has connected and lived for two PINGs.
fn proven() -> Session {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    step(&mut session, Input::Text(1, OPEN), 1_000);
    step(&mut session, Input::Auth(Value::Null), 1_000);
    step(&mut session, Input::Text(1, r#"40{"sid":"s1"}"#), 1_000);
    does(&mut session, Input::Text(1, "2"), 1_000, &["send 3"]);
    does(&mut session, Input::Text(1, "2"), 16_000, &["send 3"]);
    session
}

#[test]
fn where_a_websocket_has_lived_polling_waits_for_the_second_failure() {
    let mut session = proven();
    does(&mut session, Input::Closed(1, 1006), 20_000, &["close 1", "lost: transport close"]);
    does(&mut session, Input::Timer, 22_000, &["open 2"]);
    does(&mut session, Input::Failed(2), 22_010, &["close 2", "failed: websocket error"]);
    does(&mut session, Input::Timer, 26_000, &["open 3"]);
    does(&mut session, Input::Failed(3), 26_010, &["close 3", "get 4"]);
}

#[test]
fn a_websocket_that_connects_and_then_goes_silent_is_followed_by_polling() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    step(&mut session, Input::Text(1, OPEN), 1_000);
    step(&mut session, Input::Auth(Value::Null), 1_000);
    step(&mut session, Input::Text(1, r#"40{"sid":"s1"}"#), 1_000);
    does(&mut session, Input::Timer, 26_000, &["close 1", "lost: ping timeout"]);
    does(&mut session, Input::Timer, 28_000, &["get 2"]);
}

#[test]
fn one_get_and_one_post_are_under_way_and_a_post_ends_at_the_servers_limit_in_bytes() {
    let mut session = connected_by_polling();
    does(&mut session, emit("a", vec![]), 2_000, &["post 1 42[\"a\"]"]);
    for _ in 0..3 {
        // 27 characters, 49 bytes: two of them would be 57 characters and 101 bytes.
        does(&mut session, emit("b", vec![json!("é".repeat(22))]), 2_010, &[]);
    }
    does(&mut session, emit("c", vec![]), 2_010, &[]);
    let one = format!("42[\"b\",\"{}\"]", "é".repeat(22));
    does(&mut session, Input::Posted(1), 2_020, &[&format!("post 1 {one}")]);
    does(&mut session, Input::Posted(1), 2_020, &[&format!("post 1 {one}")]);
    does(&mut session, Input::Posted(1), 2_020, &[&format!("post 1 {one}|42[\"c\"]")]);
    does(&mut session, Input::Posted(1), 2_030, &[]);
}

#[test]
fn a_frame_above_the_limit_goes_alone_for_the_server_to_refuse() {
    let mut session = connected_by_polling();
    let long = format!("post 1 42[\"a\",\"{}\"]", "x".repeat(100));
    does(&mut session, emit("a", vec![json!("x".repeat(100))]), 2_000, &[&long]);
    does(&mut session, Input::Failed(1), 2_010, &["close 1", "lost: transport error"]);
}

#[test]
fn all_frames_of_a_body_are_heard_in_order_and_a_ping_is_answered() {
    let mut session = connected_by_polling();
    let body = "42[\"a\"]\u{1e}2\u{1e}42[\"b\",\"\u{1f600}\"]";
    does(&mut session, Input::Body(1, body), 2_000, &["event a", "event b", "get 1", "post 1 3"]);
}

#[test]
fn frames_after_the_end_are_not_heard_and_nobody_says_goodbye_to_who_has_left() {
    let mut session = connected_by_polling();
    does(&mut session, Input::Body(1, "1\u{1e}42[\"a\"]"), 2_000, &["close 1", "lost: transport close"]);
    let mut session = connected_by_polling();
    let binary = Input::Body(1, "bAQID\u{1e}42[\"a\"]");
    does(&mut session, binary, 2_000, &["last 1 1", "close 1", "lost: parse error"]);
    let mut session = connected_by_polling();
    does(&mut session, Input::Body(1, ""), 2_000, &["close 1", "lost: transport error"]);
}

#[test]
fn without_a_ping_the_connection_ends_although_a_get_waits() {
    let mut session = connected_by_polling();
    does(&mut session, Input::Timer, 26_000, &["last 1 1", "close 1", "lost: ping timeout"]);
}

#[test]
fn who_disconnects_sends_what_waits_and_a_word_of_goodbye() {
    let mut session = connected_by_polling();
    step(&mut session, emit("a", vec![]), 2_000);
    step(&mut session, emit("b", vec![]), 2_000);
    let last = "last 1 42[\"b\"]|41|1";
    does(&mut session, Input::Disconnect, 2_010, &[last, "close 1", "lost: io client disconnect"]);
    does(&mut session, Input::Posted(1), 2_020, &[]);
}

#[test]
fn a_page_that_goes_away_lets_no_request_wait_and_comes_back_at_once() {
    let mut session = connected_by_polling();
    does(&mut session, Input::PageHide, 2_000, &["last 1 1", "close 1", "lost: transport close"]);
    does(&mut session, Input::PageShow, 2_001, &["get 2"]);
    // A WebSocket is the browser's to close.
    does(&mut proven(), Input::PageHide, 20_000, &[]);
}

#[test]
fn later_a_websocket_is_tried_beside_the_connection_and_takes_it_over() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    step(&mut session, Input::Failed(1), 1_000);
    by_polling(&mut session, 2, 1_000);
    step(&mut session, Input::Body(2, "2"), 16_000);
    step(&mut session, Input::Posted(2), 16_000);
    does(&mut session, Input::Timer, 30_999, &[]);
    does(&mut session, Input::Timer, 31_000, &["open 3"]);
    // The connection goes on meanwhile.
    does(&mut session, Input::Body(2, "42[\"a\"]"), 31_010, &["event a", "get 2"]);
    let moved = ["last 2 1", "close 2", "lost: transport close", "auth?"];
    does(&mut session, Input::Text(3, OPEN), 31_020, &moved);
    does(&mut session, Input::Auth(Value::Null), 31_020, &["send 40"]);
    does(&mut session, Input::Text(3, r#"40{"sid":"s2"}"#), 31_030, &["connected"]);
    does(&mut session, Input::Body(2, "42[\"late\"]"), 31_040, &[]);
    does(&mut session, Input::Text(3, "42[\"b\"]"), 31_050, &["event b"]);
}

#[test]
fn a_websocket_that_fails_again_changes_nothing_and_is_tried_ever_more_seldom() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 0);
    step(&mut session, Input::Failed(1), 0);
    by_polling(&mut session, 2, 0);
    let (mut now, mut tried) = (0, Vec::new());
    while now < 4_000_000 {
        now += 1_000;
        step(&mut session, Input::Body(2, "2"), now);
        step(&mut session, Input::Posted(2), now);
        for output in step(&mut session, Input::Timer, now) {
            if let Output::Open { generation, .. } = output {
                tried.push(now / 1_000);
                does(&mut session, Input::Failed(generation), now, &[&format!("close {generation}")]);
            }
        }
        assert!(session.is_connected());
    }
    assert_eq!(tried, [30, 90, 210, 450, 930, 1_890, 3_690]);
}

#[test]
fn a_websocket_that_is_silent_again_is_given_up_after_five_seconds_and_another_network_asks_at_once() {
    let mut session = session(Transports::default());
    step(&mut session, Input::Connect, 1_000);
    step(&mut session, Input::Failed(1), 1_000);
    by_polling(&mut session, 2, 1_000);
    does(&mut session, Input::Online, 2_000, &["open 3"]);
    does(&mut session, Input::Online, 2_001, &[]);
    does(&mut session, Input::Timer, 7_000, &["close 3"]);
    assert!(session.is_connected());
}

#[test]
fn who_wants_one_transport_gets_no_other() {
    let mut websocket = session(Transports::WebSocket);
    step(&mut websocket, Input::Connect, 1_000);
    does(&mut websocket, Input::Timer, 6_000, &[]);
    does(&mut websocket, Input::Failed(1), 6_000, &["close 1", "failed: websocket error"]);
    let mut polling = connected_by_polling();
    does(&mut polling, Input::Online, 2_000, &[]);
    step(&mut polling, Input::Body(1, "2"), 20_000);
    does(&mut polling, Input::Timer, 40_000, &[]);
}

#[test]
fn every_address_is_another_one_and_names_the_session_once_it_is_open() {
    let mut session = session(Transports::Polling);
    let mut urls = Vec::new();
    let mut collect = |outputs: Vec<Output>| {
        urls.extend(outputs.into_iter().filter_map(|output| match output {
            Output::Get { url, .. } | Output::Post { url, .. } => Some(url),
            _ => None,
        }));
    };
    collect(step(&mut session, Input::Connect, 7));
    collect(step(&mut session, Input::Body(1, &OPEN.replace("e1", "e/1")), 7));
    collect(step(&mut session, Input::Auth(Value::Null), 7));
    collect(step(&mut session, Input::Body(1, r#"40{"sid":"s1"}"#), 7));
    assert_eq!(urls.iter().collect::<BTreeSet<_>>().len(), 4);
    let start = "http://chat.example/socket.io/?EIO=4&transport=polling&t=";
    assert!(urls.iter().all(|url| url.starts_with(start)), "{urls:?}");
    assert!(!urls[0].contains("sid") && urls[1..].iter().all(|url| url.ends_with("&sid=e%2F1")), "{urls:?}");
}

#[test]
fn the_reasons_are_those_of_a_websocket() {
    let mut session = connected_by_polling();
    let outputs = step(&mut session, Input::Body(1, "41"), 2_000);
    let reason = Notification::Disconnected(Reason::ServerDisconnect);
    assert!(outputs.contains(&Output::Notify(reason)), "{outputs:?}");
}
