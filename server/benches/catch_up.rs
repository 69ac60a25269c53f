//! Coming back: from the socket's opening until the reducer has everything that was missed.
//! `cargo bench -p server --bench catch_up`.
//!
//! A whole server and the product's own client, on loopback, in one process: the client's work counts too.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[allow(dead_code, reason = "each benchmark uses its part")]
#[path = "support/figures.rs"]
mod figures;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use chat::timeline::{Effect, Input, Page, Timeline};
use chat::{RoomId, Seq};
use figures::{Figures, folder, percentile};
use protocol::{Hello, History, Message, MessageOptions, Notice, PerRoom, Reply, Request, RoomEvent, Sync};
use serde::Serialize;
use serde_json::{Value, json};
use server::{App, Config, Server};
use socketio_client::{Client, Notification, Options, native};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

const RECONNECTS: usize = 100;
const MISSED: usize = 1_000;
const SENDERS: usize = 50;
const LIMIT: Duration = Duration::from_millis(250);

#[tokio::main]
async fn main() -> ExitCode {
    let folder = folder("catch-up");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::new(Config::new(&folder)).await.unwrap();
    let (app, stop) = (server.app().clone(), CancellationToken::new());
    let running = tokio::spawn(server.run(listener, stop.clone().cancelled_owned()));

    let mut reader = Reader::arrive(&url).await;
    let (mut opened, mut wished) = (Vec::new(), Vec::new());
    for _ in 0..RECONNECTS {
        reader.leave().await;
        let head = talk(&app).await;
        let wish = Instant::now();
        reader.io.connect();
        let open = reader.until(head).await;
        opened.push(open.elapsed());
        wished.push(wish.elapsed());
    }
    drop(reader);
    stop.cancel();
    running.await.unwrap().unwrap();
    std::fs::remove_dir_all(folder).unwrap();

    let mut figures = Figures::default();
    let ms =
        |times: &[Duration], percent| format!("{:.1} ms", percentile(times, percent).as_secs_f64() * 1e3);
    figures.tell("reconnects, events missed before each", &format!("{RECONNECTS}, {MISSED}"));
    figures
        .tell("from the socket's opening, p50 and p99", &format!("{}, {}", ms(&opened, 50), ms(&opened, 99)));
    figures.tell("from the wish to connect, p50", &ms(&wished, 50));
    // The stricter of the two: it is before the socket is open.
    let holds = percentile(&wished, 99) <= LIMIT;
    figures.judge("from the wish to connect, p99", &ms(&wished, 99), "at most 250 ms", holds);
    figures.code()
}

/// Others say what the reader misses; the head after it.
async fn talk(app: &App) -> Seq {
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (app, author) = (app.clone(), app.sessions.passing());
            tokio::spawn(async move {
                let mut last = 0;
                for n in 0..MISSED / SENDERS {
                    let body = format!("A mensagem número {n} de uma conversa que alguém perdeu.");
                    let message = Message { body, options: MessageOptions::default() };
                    last = app.rooms.say(&author, message).await.unwrap().seq;
                }
                last
            })
        })
        .collect();
    let mut head = 0;
    for sender in senders {
        head = sender.await.unwrap().max(head);
    }
    head
}

/// The page, as far as it reads: the client and the reducer.
struct Reader {
    io: Client,
    notifications: UnboundedReceiver<Notification>,
    timeline: Timeline,
}

impl Reader {
    async fn arrive(url: &str) -> Reader {
        let (io, notifications) = native::open(Options::new(url));
        io.set_auth(json!({"v": protocol::VERSION}));
        io.connect();
        let timeline = Timeline::new(RoomId::lobby(), Page::default());
        let mut reader = Reader { io, notifications, timeline };
        let hello = loop {
            match reader.notifications.recv().await.unwrap() {
                Notification::Event { name, mut args, .. } if name == Hello::EVENT => {
                    break serde_json::from_value::<Hello>(args.remove(0)).unwrap();
                }
                _ => {}
            }
        };
        reader.io.set_auth(json!({"v": protocol::VERSION, "token": hello.token}));
        reader.step(Input::Head { epoch: hello.epoch, seq: 0 }).await;
        reader
    }

    async fn leave(&mut self) {
        self.io.disconnect();
        while !matches!(self.notifications.recv().await.unwrap(), Notification::Disconnected(_)) {}
    }

    /// Reads until everything up to `head` is applied; when the socket was open.
    async fn until(&mut self, head: Seq) -> Instant {
        let mut opened = None;
        while self.timeline.applied() < head {
            match self.notifications.recv().await.unwrap() {
                Notification::Connected { .. } => opened = Some(Instant::now()),
                Notification::Event { name, args, .. } => self.hear(&name, args).await,
                _ => {}
            }
        }
        opened.unwrap()
    }

    async fn hear(&mut self, name: &str, mut args: Vec<Value>) {
        if name == Hello::EVENT {
            let hello: Hello = serde_json::from_value(args.remove(0)).unwrap();
            self.step(Input::Head { epoch: hello.epoch, seq: hello.heads[&RoomId::lobby()] }).await;
        } else if let Some(RoomEvent(event)) = RoomEvent::from_notice(name, args) {
            self.step(Input::Event(event)).await;
        }
    }

    async fn step(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.timeline.step(input, 0, 0) {
                match effect {
                    Effect::AskSync(after) => {
                        let cursors = PerRoom::from([(RoomId::lobby(), after)]);
                        let reply = self.ask(&Sync { cursors }).await;
                        inputs.push(Input::Synced(reply.catchup(&RoomId::lobby()).unwrap()));
                    }
                    Effect::AskLatest => {
                        inputs.push(Input::Latest(self.ask(&History::default()).await.into()));
                    }
                    _ => {}
                }
            }
        }
    }

    async fn ask<R: Request + Serialize>(&self, request: &R) -> R::Ok {
        let args = vec![serde_json::to_value(request).unwrap()];
        let answer = self.io.request(R::EVENT, args).await.unwrap().remove(0);
        match serde_json::from_value(answer).unwrap() {
            Reply::Ok(value) => value,
            Reply::Error(problem) => panic!("{problem:?}"),
        }
    }
}
