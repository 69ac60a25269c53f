//! One WebSocket: a task that connects, then writes what it is given and reports what it reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Request};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::Setup;
use crate::Generation;

/// How long a closed transport may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

pub(super) enum Event {
    Opened(Generation),
    Text(Generation, String),
    Binary(Generation, Vec<u8>),
    Closed(Generation, u16),
    Failed(Generation),
    Body(Generation, String),
    Posted(Generation),
}

/// Dropping it closes the WebSocket once everything sent before is written.
pub(super) struct Transport {
    generation: Generation,
    outgoing: mpsc::UnboundedSender<String>,
    unsent: Arc<AtomicU64>,
    task: AbortHandle,
    /// Tells the task, by being dropped, that nobody wants it any more.
    _wanted: oneshot::Sender<()>,
}

impl Transport {
    pub(super) fn open(
        generation: Generation,
        url: String,
        setup: &Setup,
        events: mpsc::UnboundedSender<Event>,
    ) -> Self {
        let (outgoing, queue) = mpsc::unbounded_channel();
        let (wanted, unwanted) = oneshot::channel();
        let unsent = Arc::new(AtomicU64::new(0));
        let request = request(url, &setup.headers);
        let wire = Wire { generation, unsent: Arc::clone(&unsent), events };
        let task = tokio::spawn(wire.run(request, queue, setup.faults.stalled(), unwanted)).abort_handle();
        Self { generation, outgoing, unsent, task, _wanted: wanted }
    }

    pub(super) fn send(&self, text: String) {
        self.unsent.fetch_add(text.len() as u64, Ordering::Relaxed);
        // A task that has ended has reported it.
        let _ = self.outgoing.send(text);
    }

    /// Bytes that wait to be written.
    pub(super) fn unsent(&self) -> u64 {
        self.unsent.load(Ordering::Relaxed)
    }

    pub(super) fn generation(&self) -> Generation {
        self.generation
    }

    /// Drops the TCP connection.
    pub(super) fn abort(self) -> Generation {
        self.task.abort();
        self.generation
    }
}

fn request(url: String, headers: &[(String, String)]) -> Option<Request<()>> {
    let mut request = url.into_client_request().ok()?;
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        request.headers_mut().append(name, HeaderValue::from_str(value).ok()?);
    }
    Some(request)
}

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

struct Wire {
    generation: Generation,
    unsent: Arc<AtomicU64>,
    events: mpsc::UnboundedSender<Event>,
}

impl Wire {
    async fn run(
        self,
        request: Option<Request<()>>,
        queue: mpsc::UnboundedReceiver<String>,
        stalled: watch::Receiver<bool>,
        mut unwanted: oneshot::Receiver<()>,
    ) {
        let Some(request) = request else { return self.report(Event::Failed(self.generation)) };
        let connected = tokio::select! {
            connected = connect_async_with_config(request, None, true) => connected,
            _ = &mut unwanted => return,
        };
        let Ok((socket, _)) = connected else { return self.report(Event::Failed(self.generation)) };
        self.report(Event::Opened(self.generation));
        let (sink, stream) = socket.split();
        // Both at once: a server that waits for us to read must not keep us from writing, nor the reverse.
        tokio::select! {
            () = self.read(stream, stalled) => {}
            () = self.write(sink, queue) => {}
            () = async { let _ = unwanted.await; sleep(GOODBYE).await } => {}
        }
    }

    fn report(&self, event: Event) {
        // A driver that has ended does not want to know.
        let _ = self.events.send(event);
    }

    async fn read(&self, mut stream: SplitStream<Socket>, mut stalled: watch::Receiver<bool>) {
        loop {
            let reading = !*stalled.borrow_and_update();
            tokio::select! {
                frame = stream.next(), if reading => {
                    let Some(event) = self.event(frame) else { continue };
                    let over = matches!(event, Event::Closed(..) | Event::Failed(_));
                    self.report(event);
                    if over {
                        return;
                    }
                }
                _ = stalled.changed() => {}
            }
        }
    }

    /// Until the queue ends, and then a word of goodbye.
    async fn write(&self, mut sink: SplitSink<Socket, Message>, mut queue: mpsc::UnboundedReceiver<String>) {
        while let Some(text) = queue.recv().await {
            let bytes = text.len() as u64;
            if sink.send(Message::text(text)).await.is_err() {
                return self.report(Event::Failed(self.generation));
            }
            self.unsent.fetch_sub(bytes, Ordering::Relaxed);
        }
        // The session is over, whatever becomes of this.
        let _ = sink.close().await;
    }

    fn event(&self, frame: Option<Result<Message, Error>>) -> Option<Event> {
        let of = self.generation;
        Some(match frame {
            Some(Ok(Message::Text(text))) => Event::Text(of, text.as_str().to_owned()),
            Some(Ok(Message::Binary(bytes))) => Event::Binary(of, bytes.to_vec()),
            Some(Ok(Message::Close(close))) => {
                Event::Closed(of, close.map_or(1005, |close| close.code.into()))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return None,
            // A browser says the same of a peer that is gone without a word.
            None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => Event::Closed(of, 1006),
            Some(Err(_)) => Event::Failed(of),
        })
    }
}
