//! The product's own Socket.IO client, with the contract's types.

use std::collections::VecDeque;

use protocol::{Hello, Message, MessageOptions, Notice, Problem, Reply, Request, SentRecord};
use serde::Serialize;
use serde_json::{Value, json};
use socketio_client::native::{self, Faults, Setup};
use socketio_client::{Client, Notification, Options, Reason, Transports};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::server::TestServer;
use crate::within;

pub(crate) struct TestClient {
    pub(crate) io: Client,
    pub(crate) faults: Faults,
    notifications: UnboundedReceiver<Notification>,
    /// Events that came while something else was awaited.
    kept: VecDeque<(String, Vec<Value>)>,
}

impl TestClient {
    /// Connects with `auth` and `headers`; whether it is let in is still to be seen.
    pub(crate) fn open(server: &TestServer, auth: Value, headers: &[(&str, &str)]) -> TestClient {
        TestClient::open_url(server.url(), auth, headers)
    }

    /// The same, at an address.
    pub(crate) fn open_url(url: String, auth: Value, headers: &[(&str, &str)]) -> TestClient {
        TestClient::open_by(Transports::WebSocket, url, auth, headers)
    }

    /// The same, by these transports.
    pub(crate) fn open_by(
        transports: Transports,
        url: String,
        auth: Value,
        headers: &[(&str, &str)],
    ) -> TestClient {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let faults = Faults::default();
        let setup = Setup { headers, faults: faults.clone() };
        let mut options = Options::new(url);
        options.transports = transports;
        let (io, notifications) = native::open_with(options, setup);
        io.set_auth(auth);
        io.connect();
        TestClient { io, faults, notifications, kept: VecDeque::new() }
    }

    /// A plain client, greeted.
    pub(crate) async fn plain(server: &TestServer) -> TestClient {
        let mut client = TestClient::open(server, Value::Null, &[]);
        client.event(SentRecord::EVENT).await;
        client
    }

    /// A client that reads the contract, greeted.
    pub(crate) async fn hello(server: &TestServer) -> (TestClient, Hello) {
        let mut client = TestClient::open(server, json!({"v": protocol::VERSION}), &[]);
        let hello = client.notice::<Hello>().await;
        (client, hello)
    }

    /// Cuts the line of `client`, which comes back by itself, and is greeted.
    pub(crate) async fn hello_again(client: &mut TestClient) -> Hello {
        client.io.disconnect();
        client.disconnected().await;
        client.io.connect();
        client.notice::<Hello>().await
    }

    pub(crate) async fn next(&mut self) -> Notification {
        within("a notification", self.notifications.recv()).await.expect("the driver runs")
    }

    /// The arguments of the next event of that name; others are kept for later.
    pub(crate) async fn event(&mut self, name: &str) -> Vec<Value> {
        if let Some(index) = self.kept.iter().position(|(kept, _)| kept == name) {
            return self.kept.remove(index).unwrap().1;
        }
        loop {
            match self.next().await {
                Notification::Event { name: came, args, .. } if came == name => return args,
                Notification::Event { name, args, .. } => self.kept.push_back((name, args)),
                Notification::ConnectError { message, .. } => {
                    panic!("connect_error while waiting for {name}: {message}")
                }
                _ => {}
            }
        }
    }

    /// An event of that name has come while others were awaited.
    pub(crate) fn has_kept(&self, name: &str) -> bool {
        self.kept.iter().any(|(kept, _)| kept == name)
    }

    /// The next notice of that kind, whatever attempts fail before.
    pub(crate) async fn notice_after_errors<N: Notice + serde::de::DeserializeOwned>(&mut self) -> N {
        loop {
            match self.next().await {
                Notification::Event { name, mut args, .. } if name == N::EVENT => {
                    return serde_json::from_value(args.remove(0)).unwrap();
                }
                _ => {}
            }
        }
    }

    /// The next notice of that kind, which has one argument.
    pub(crate) async fn notice<N: Notice + serde::de::DeserializeOwned>(&mut self) -> N {
        serde_json::from_value(self.event(N::EVENT).await.remove(0)).unwrap()
    }

    /// The next event of that name that is kept in a room's log.
    pub(crate) async fn kept(&mut self, name: &'static str) -> chat::Event {
        let args = self.event(name).await;
        protocol::RoomEvent::from_notice(name, args).unwrap().0
    }

    /// The next thing said, with its record; a welcome has none and is passed over.
    pub(crate) async fn sent(&mut self) -> (String, SentRecord) {
        loop {
            let mut args = self.event(SentRecord::EVENT).await;
            if args.len() == 2 {
                let record = serde_json::from_value(args.pop().unwrap()).unwrap();
                return (args.pop().unwrap().as_str().unwrap().to_owned(), record);
            }
        }
    }

    pub(crate) async fn connect_error(&mut self) -> String {
        loop {
            if let Notification::ConnectError { message, .. } = self.next().await {
                return message;
            }
        }
    }

    pub(crate) async fn disconnected(&mut self) -> Reason {
        loop {
            if let Notification::Disconnected(reason) = self.next().await {
                return reason;
            }
        }
    }

    /// The raw answer to an event with raw arguments.
    pub(crate) async fn ask(&self, event: &str, args: Vec<Value>) -> Value {
        let mut answer = within("an ack", self.io.request(event, args)).await.unwrap();
        assert_eq!(answer.len(), 1, "an ack has one argument: {answer:?}");
        answer.remove(0)
    }

    /// The refusal code of an event with raw arguments.
    pub(crate) async fn refusal(&self, event: &str, args: Vec<Value>) -> String {
        let answer = self.ask(event, args).await;
        answer["error"]["code"].as_str().unwrap_or_else(|| panic!("not refused: {answer}")).to_owned()
    }

    /// The answer to a request.
    pub(crate) async fn request<R: Request + Serialize>(&self, request: &R) -> Result<R::Ok, Problem> {
        let args = match serde_json::to_value(request).unwrap() {
            Value::Array(args) => args,
            one => vec![one],
        };
        match serde_json::from_value(self.ask(R::EVENT, args).await).unwrap() {
            Reply::Ok(value) => Ok(value),
            Reply::Error(problem) => Err(problem),
        }
    }

    pub(crate) async fn say(&self, body: &str) -> Result<protocol::Accepted, Problem> {
        self.request(&message(body)).await
    }
}

/// A message to the default room, under a key of the server's making.
pub(crate) fn message(body: &str) -> Message {
    Message { body: body.to_owned(), options: MessageOptions::default() }
}

/// A fresh key.
pub(crate) fn key() -> chat::Key {
    uuid::Uuid::now_v7().to_string().parse().unwrap()
}
