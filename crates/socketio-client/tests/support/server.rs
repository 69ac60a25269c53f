//! The official server of `tests/node/server.mjs` as a child process, and a client of it.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use socketio_client::native::{self, Faults, Setup};
use socketio_client::{AckToken, Client, Notification, Options, Reason};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::node;

/// Nothing in these tests takes this long: who waits longer waits for ever.
const STUCK: Duration = Duration::from_secs(20);

pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(STUCK, future).await.unwrap_or_else(|_| panic!("stuck: {what}"))
}

pub(crate) struct Server {
    child: Child,
    _stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) port: u64,
}

impl Server {
    /// `None`, after a visible line, if Node.js or the package is not there.
    pub(crate) async fn start(test: &str, options: Value) -> Option<Self> {
        let script = node::scripts("socket.io", test)?.join("server.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node.js starts");
        let _stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut server = Self { child, _stdin, lines, port: 0 };
        server.port = server.says("port").await.as_u64().unwrap();
        Some(server)
    }

    /// The value of the next line, which has to have this key.
    pub(crate) async fn says(&mut self, key: &str) -> Value {
        let line = soon(key, self.lines.next_line()).await.unwrap().expect("the server runs");
        let mut line: Value = serde_json::from_str(&line).unwrap();
        assert!(line.get(key).is_some(), "expected {key}, the server says {line}");
        line[key].take()
    }

    pub(crate) async fn kill(mut self) -> u64 {
        self.child.kill().await.unwrap();
        self.port
    }

    pub(crate) fn options(&self) -> Options {
        Options::new(format!("http://127.0.0.1:{}", self.port))
    }

    /// A client that has connected.
    pub(crate) async fn client(&self) -> Peer {
        let mut peer = Peer::open(self.options(), Vec::new());
        peer.client.connect();
        peer.connected().await;
        peer
    }
}

pub(crate) struct Peer {
    pub(crate) client: Client,
    pub(crate) faults: Faults,
    notifications: UnboundedReceiver<Notification>,
}

impl Peer {
    pub(crate) fn open(options: Options, headers: Vec<(String, String)>) -> Self {
        let faults = Faults::default();
        let setup = Setup { headers, faults: faults.clone() };
        let (client, notifications) = native::open_with(options, setup);
        Self { client, faults, notifications }
    }

    pub(crate) async fn next(&mut self) -> Notification {
        soon("a notification", self.notifications.recv()).await.expect("the driver runs")
    }

    /// Passes over attempts, failed ones included, up to the connection: whether it was recovered.
    pub(crate) async fn connected(&mut self) -> bool {
        loop {
            match self.next().await {
                Notification::Connected { recovered, sid } => {
                    assert!(!sid.is_empty());
                    return recovered;
                }
                Notification::Attempt { .. } => {}
                Notification::ConnectError { data: None, .. } => {}
                other => panic!("expected a connection, got {other:?}"),
            }
        }
    }

    pub(crate) async fn disconnected(&mut self) -> Reason {
        match self.next().await {
            Notification::Disconnected(reason) => reason,
            other => panic!("expected the end of the connection, got {other:?}"),
        }
    }

    pub(crate) async fn event(&mut self, expected: &str) -> (Vec<Value>, Option<AckToken>) {
        match self.next().await {
            Notification::Event { name, args, ack } if name == expected => (args, ack),
            other => panic!("expected the event {expected}, got {other:?}"),
        }
    }

    pub(crate) fn emit(&self, event: &str, args: Vec<Value>) {
        self.client.emit(event, args).unwrap();
    }

    /// Shows that the connection is whole in both directions.
    pub(crate) async fn echoes(&self) {
        let reply = soon("an echo", self.client.request("echo", vec![json!("whole")])).await;
        assert_eq!(reply, Ok(vec![json!("whole")]));
    }
}
