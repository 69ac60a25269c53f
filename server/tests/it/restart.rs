//! A restart as a supervisor makes it: the socket to listen at outlives the program, and nothing is lost.

#![cfg(target_os = "linux")]

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering};

use chat::Seq;
use futures_util::future::join_all;
use protocol::{Accepted, Hello, Message, MessageOptions, Reply, Request};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::client::{TestClient, key};
use crate::program::{self, Program};
use crate::reader::Reader;
use crate::server::Folder;
use crate::{eventually, http, within};

const SENDERS: usize = 5;
const EACH: usize = 60;
const READERS: usize = 40;

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

fn connect(url: &str) -> TestClient {
    TestClient::open_url(url.to_owned(), json!({"v": protocol::VERSION}), &[])
}

/// Says `body`, again and again under one key, until there is an answer for good.
async fn say(client: &TestClient, body: String) -> Accepted {
    let options = MessageOptions { key: Some(key()), ..MessageOptions::default() };
    let Value::Array(args) = serde_json::to_value(Message { body, options }).unwrap() else { unreachable!() };
    loop {
        let Ok(mut answer) = client.io.request(Message::EVENT, args.clone()).await else { continue };
        match serde_json::from_value(answer.remove(0)).unwrap() {
            Reply::Ok(accepted) => return accepted,
            Reply::Error(problem) => {
                assert!(problem.retryable, "a bubble would turn red: {problem:?}");
                tokio::task::yield_now().await;
            }
        }
    }
}

/// Says so many things one after the other; the bodies with their numbers.
async fn sender(url: String, number: usize, said: &AtomicU64) -> Vec<(Seq, String)> {
    let mut client = connect(&url);
    let hello = client.notice::<Hello>().await;
    client.io.set_auth(json!({"v": protocol::VERSION, "token": hello.token}));
    let mut acked = Vec::new();
    for n in 0..EACH {
        let body = format!("{number} {n}");
        acked.push((say(&client, body.clone()).await.seq, body));
        said.fetch_add(1, Ordering::Relaxed);
    }
    acked
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_under_load_loses_nothing_doubles_nothing_and_refuses_nobody() {
    let listener = listener();
    let unlimited = ["--rate-limit", "off"];
    let mut first = Program::handed(&listener, Folder::new(), &unlimited).await;
    assert_eq!(first.address, listener.local_addr().unwrap());
    let url = format!("http://{}", first.address);
    let readers = join_all((0..READERS).map(|_| async {
        let mut reader = Reader::new(connect(&url));
        reader.until_greeted().await;
        reader
    }));
    let readers = readers.await;
    static SAID: AtomicU64 = AtomicU64::new(0);
    let senders: Vec<_> =
        (0..SENDERS).map(|number| tokio::spawn(sender(url.clone(), number, &SAID))).collect();

    eventually("a third of it", || SAID.load(Ordering::Relaxed) >= (SENDERS * EACH / 3) as u64).await;
    first.terminate();
    let (code, words, folder) = first.ended_in().await;
    assert_eq!(code, Some(0), "{words}");
    // Nobody serves, and nobody is refused.
    let waiting = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let request = http::request(&listener.local_addr().unwrap(), "GET", "/readyz", &[], b"");
    let waiting = tokio::spawn(async move { http::raw(waiting, &request).await });
    let _second = Program::handed(&listener, folder, &unlimited).await;
    assert!(within("the answer", waiting).await.unwrap().starts_with(b"HTTP/1.1 200"));

    let mut acked = Vec::new();
    for sender in senders {
        acked.extend(within("the senders", sender).await.unwrap());
    }
    acked.sort();
    let head = (SENDERS * EACH) as Seq;
    assert!(acked.iter().map(|(seq, _)| *seq).eq(1..=head), "each once, without a gap: {acked:?}");
    for mut reader in readers {
        reader.until(head).await;
        let shown: Vec<_> =
            reader.timeline.messages().map(|message| (message.seq, message.body.clone())).collect();
        assert_eq!(shown, acked);
    }
}

#[tokio::test]
async fn what_is_handed_over_and_cannot_be_served_ends_with_2_and_a_sentence() {
    let folder = Folder::new();
    let unbound = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let cases = [
        ("LISTEN_FDS=2", OwnedFd::from(listener()), "2 sockets"),
        ("LISTEN_FDS=1", std::fs::File::open("/dev/null").unwrap().into(), "not a socket"),
        ("LISTEN_FDS=1", unbound.into(), "does not listen"),
    ];
    for (variables, handed, words) in cases {
        let (code, said) = program::failure_of(program::handed(handed, variables, folder.path(), &[])).await;
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("LISTEN_FDS") && said.contains(words) && said.lines().count() == 1, "{said}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was touched");
}
