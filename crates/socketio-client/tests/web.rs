//! The browser driver against an official server, in a real browser.
//!
//! The address of `tests/node/server.mjs` is read from `SOCKETIO_TEST_URL` when this is compiled. What the
//! session decides is tested elsewhere; here is what the driver adds: sockets, timers, the page's events,
//! and callbacks that call back.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use serde_json::{Value, json};
use socketio_client::{AckError, Client, Notification, Options, Reason, Transports, web};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Event;

wasm_bindgen_test_configure!(run_in_browser);

/// The server's address, or a visible line.
fn server(test: &str) -> Option<Options> {
    let url = option_env!("SOCKETIO_TEST_URL");
    if url.is_none() {
        // The runner shows the console of failed tests only, but all of its page's output.
        let output = web_sys::window().unwrap().document().unwrap().get_element_by_id("output").unwrap();
        let line = format!("SKIPPED {test}: SOCKETIO_TEST_URL was not set at compile time\n");
        output.append_with_str_1(&line).unwrap();
    }
    url.map(Options::new)
}

/// Notifications as they come.
#[derive(Clone, Default)]
struct Inbox(Rc<RefCell<(VecDeque<Notification>, Option<Waker>)>>);

impl Inbox {
    fn push(&self, notification: Notification) {
        let (queue, waker) = &mut *self.0.borrow_mut();
        queue.push_back(notification);
        if let Some(waker) = waker.take() {
            waker.wake();
        }
    }

    async fn next(&self) -> Notification {
        poll_fn(|cx| {
            let (queue, waker) = &mut *self.0.borrow_mut();
            *waker = Some(cx.waker().clone());
            queue.pop_front().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    fn is_empty(&self) -> bool {
        self.0.borrow().0.is_empty()
    }
}

fn open(options: Options) -> (Client, Inbox) {
    let inbox = Inbox::default();
    let client = web::open(options, {
        let inbox = inbox.clone();
        move |notification| inbox.push(notification)
    });
    (client, inbox)
}

async fn connected(options: Options) -> (Client, Inbox) {
    let (client, inbox) = open(options);
    client.connect();
    assert!(matches!(inbox.next().await, Notification::Connected { .. }));
    (client, inbox)
}

fn page_event(name: &str) {
    web_sys::window().unwrap().dispatch_event(&Event::new(name).unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn a_page_connects_asks_listens_and_leaves() {
    let Some(options) = server("a_page_connects_asks_listens_and_leaves") else { return };
    let (client, inbox) = open(options);
    client.set_auth(json!({ "token": "t" }));
    client.connect();
    assert!(!client.is_connected());
    assert!(matches!(inbox.next().await, Notification::Connected { .. }));
    assert!(client.is_connected());
    let who = client.request("who", vec![]).await.unwrap();
    assert_eq!(who[0]["auth"], json!({ "token": "t" }));
    client.emit("mirror", vec![json!("olá 🎉"), json!([1])]).unwrap();
    let args = vec![json!("olá 🎉"), json!([1])];
    assert_eq!(inbox.next().await, Notification::Event { name: "mirrored".into(), args, ack: None });
    assert_eq!(client.request_within("silent", vec![], 30).await, Err(AckError::Timeout));
    client.disconnect();
    assert_eq!(inbox.next().await, Notification::Disconnected(Reason::ClientDisconnect));
}

#[wasm_bindgen_test]
async fn a_page_that_polls_connects_asks_listens_goes_away_and_comes_back() {
    const TEST: &str = "a_page_that_polls_connects_asks_listens_goes_away_and_comes_back";
    let Some(mut options) = server(TEST) else { return };
    options.transports = Transports::Polling;
    let (client, inbox) = connected(options).await;
    let who = client.request("who", vec![]).await.unwrap();
    assert_eq!(who[0]["query"]["transport"], "polling");
    for n in 0..100 {
        client.emit("mirror", vec![json!(n), json!("olá 🎉")]).unwrap();
    }
    for n in 0..100 {
        let args = vec![json!(n), json!("olá 🎉")];
        assert_eq!(inbox.next().await, Notification::Event { name: "mirrored".into(), args, ack: None });
    }
    page_event("pagehide");
    assert_eq!(inbox.next().await, Notification::Disconnected(Reason::TransportClose));
    assert!(matches!(inbox.next().await, Notification::Attempt { .. }));
    page_event("pageshow");
    assert!(matches!(inbox.next().await, Notification::Attempt { .. }));
    assert!(matches!(inbox.next().await, Notification::Connected { .. }));
    client.disconnect();
    assert_eq!(inbox.next().await, Notification::Disconnected(Reason::ClientDisconnect));
}

#[wasm_bindgen_test]
async fn a_question_of_the_server_is_answered_and_binary_refused() {
    let Some(options) = server("a_question_of_the_server_is_answered_and_binary_refused") else { return };
    let (client, inbox) = connected(options).await;
    client.emit("ask", vec![json!("?")]).unwrap();
    let Notification::Event { ack: Some(token), .. } = inbox.next().await else { panic!("no question") };
    client.answer(token, vec![json!("!")]);
    assert!(matches!(inbox.next().await, Notification::Event { name, .. } if name == "answered"));
    client.emit("binary", vec![]).unwrap();
    assert_eq!(inbox.next().await, Notification::Disconnected(Reason::ParseError));
    assert!(matches!(inbox.next().await, Notification::Attempt { n: 1, .. }));
    // By the page's timer.
    assert!(matches!(inbox.next().await, Notification::Connected { .. }));
}

#[wasm_bindgen_test]
async fn the_page_goes_offline_and_online() {
    let Some(options) = server("the_page_goes_offline_and_online") else { return };
    let (client, inbox) = connected(options).await;
    page_event("offline");
    assert!(!client.is_connected());
    assert_eq!(inbox.next().await, Notification::Disconnected(Reason::TransportClose));
    assert!(matches!(inbox.next().await, Notification::Attempt { .. }));
    page_event("online");
    assert!(matches!(inbox.next().await, Notification::Attempt { .. }));
    assert!(matches!(inbox.next().await, Notification::Connected { .. }));
}

#[wasm_bindgen_test]
async fn a_callback_may_call_the_client() {
    let Some(options) = server("a_callback_may_call_the_client") else { return };
    let inbox = Inbox::default();
    let handle = Rc::new(RefCell::new(None::<Client>));
    let client = web::open(options, {
        let (inbox, handle) = (inbox.clone(), Rc::clone(&handle));
        move |notification| {
            let client = handle.borrow().clone().unwrap();
            if let Notification::Connected { .. } = notification {
                client.emit("mirror", vec![json!(1)]).unwrap();
                client.emit("mirror", vec![json!(2)]).unwrap();
            }
            inbox.push(notification);
        }
    });
    *handle.borrow_mut() = Some(client.clone());
    client.connect();
    assert!(matches!(inbox.next().await, Notification::Connected { .. }));
    for n in 1..=2 {
        let expected = Notification::Event { name: "mirrored".into(), args: vec![json!(n)], ack: None };
        assert_eq!(inbox.next().await, expected);
    }
    handle.borrow_mut().take();
}

#[wasm_bindgen_test]
async fn a_callback_may_drop_the_client_and_hears_no_more() {
    let Some(options) = server("a_callback_may_drop_the_client_and_hears_no_more") else { return };
    let inbox = Inbox::default();
    let handle = Rc::new(RefCell::new(None::<Client>));
    let client = web::open(options.clone(), {
        let (inbox, handle) = (inbox.clone(), Rc::clone(&handle));
        move |notification| {
            inbox.push(notification);
            drop(handle.borrow_mut().take());
        }
    });
    client.connect();
    let reply = client.request("silent", vec![]);
    *handle.borrow_mut() = Some(client);
    assert!(matches!(inbox.next().await, Notification::Connected { .. }));
    assert_eq!(reply.await, Err(AckError::Disconnected));
    page_event("offline");
    // Another client's round trip: time enough for a word that should not come.
    let (other, _) = connected(options).await;
    other.request("echo", vec![]).await.unwrap();
    assert!(inbox.is_empty());
}

#[wasm_bindgen_test]
async fn an_address_that_the_browser_refuses_fails_the_attempt() {
    let (client, inbox) = open(Options::new("http://not a host"));
    client.connect();
    let message = "polling error".to_owned();
    assert_eq!(inbox.next().await, Notification::ConnectError { message, data: None });
    client.disconnect();
    assert!(client.request("connect", vec![Value::Null]).await.is_err());
}
