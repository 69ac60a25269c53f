//! Somebody who reads the default room as the page does: with the product's reducer, through every gap.

use std::time::Duration;

use chat::timeline::{Effect, Input, Page, Timeline};
use chat::{Millis, RoomId, Seq};
use protocol::{Heads, Hello, History, Notice, PerRoom, Reply, Request, RoomEvent, Sync};
use serde::Serialize;
use serde_json::json;
use socketio_client::{Client, Notification};
use tokio::time::{Instant, sleep_until, timeout};

use crate::client::TestClient;
use crate::within;

/// How long an answer may take; a restart in between loses it.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct Reader {
    client: TestClient,
    pub(crate) timeline: Timeline,
    begun: Instant,
    /// When the reducer wants to be asked again.
    wake: Option<Instant>,
}

impl Reader {
    /// Begins to read with what `client` is told next. Nothing is known yet, so the first head asks for a page.
    pub(crate) fn new(client: TestClient) -> Reader {
        let timeline = Timeline::new(RoomId::lobby(), Page::default());
        Reader { client, timeline, begun: Instant::now(), wake: None }
    }

    /// Reads until everything up to `head` is applied.
    pub(crate) async fn until(&mut self, head: Seq) {
        within("the reader to catch up", async {
            while self.timeline.applied() < head {
                let wake = self.wake;
                let due = async {
                    if let Some(at) = wake { sleep_until(at).await } else { std::future::pending().await }
                };
                tokio::select! {
                    notification = self.client.next() => self.hear(notification).await,
                    () = due => {
                        self.wake = None;
                        self.take(Input::Timer).await;
                    }
                }
            }
        })
        .await;
    }

    /// Reads until the room is there, empty or not.
    pub(crate) async fn until_greeted(&mut self) {
        let mut greeted = false;
        while !greeted {
            let notification = self.client.next().await;
            greeted = matches!(&notification, Notification::Event { name, .. } if name == Hello::EVENT);
            self.hear(notification).await;
        }
    }

    async fn hear(&mut self, notification: Notification) {
        let Notification::Event { name, mut args, .. } = notification else { return };
        let head = match name.as_str() {
            Hello::EVENT => {
                let hello: Hello = serde_json::from_value(args.remove(0)).unwrap();
                if let Some(token) = &hello.token {
                    self.client.io.set_auth(json!({"v": protocol::VERSION, "token": token}));
                }
                Some((hello.epoch, hello.heads))
            }
            Heads::EVENT => {
                let heads: Heads = serde_json::from_value(args.remove(0)).unwrap();
                Some((heads.epoch, heads.rooms))
            }
            _ => {
                if let Some(RoomEvent(event)) = RoomEvent::from_notice(&name, args) {
                    self.take(Input::Event(event)).await;
                }
                None
            }
        };
        if let Some((epoch, heads)) = head
            && let Some(seq) = heads.get(&RoomId::lobby())
        {
            self.take(Input::Head { epoch, seq: *seq }).await;
        }
    }

    /// Gives the reducer its input, and does what it asks for until it asks for nothing more.
    async fn take(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let now = Millis::try_from(self.begun.elapsed().as_millis()).unwrap();
            for effect in self.timeline.step(input, now, 0) {
                match effect {
                    Effect::AskSync(after) => inputs.push(self.sync(after).await),
                    Effect::AskLatest => inputs.push(self.latest().await),
                    Effect::WakeAt(at) => {
                        self.wake = Some(self.begun + Duration::from_millis(u64::try_from(at).unwrap()));
                    }
                    _ => {}
                }
            }
        }
    }

    async fn sync(&self, after: Seq) -> Input {
        let cursors = PerRoom::from([(RoomId::lobby(), after)]);
        let reply = ask(&self.client.io, &Sync { cursors }).await;
        reply.and_then(|reply| reply.catchup(&RoomId::lobby())).map_or(Input::Unanswered, Input::Synced)
    }

    async fn latest(&self) -> Input {
        let page = ask(&self.client.io, &History::default()).await;
        page.map_or(Input::Unanswered, |page| Input::Latest(page.into()))
    }
}

/// What `ok` holds; `None` for a refusal and for an answer that a restart has taken along.
async fn ask<R: Request + Serialize>(io: &Client, request: &R) -> Option<R::Ok> {
    let args = vec![serde_json::to_value(request).unwrap()];
    let mut answer = timeout(PATIENCE, io.request(R::EVENT, args)).await.ok()?.ok()?;
    match serde_json::from_value(answer.pop()?).unwrap() {
        Reply::Ok(value) => Some(value),
        Reply::Error(_) => None,
    }
}
