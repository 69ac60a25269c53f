//! Long-polling: two lanes, one for GETs and one for POSTs, each with a connection of its own that is kept.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use super::Setup;
use super::transport::Event;
use crate::Generation;

/// How long what was posted last may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// Longest answer that is taken.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// Dropping it gives up what is awaited; what was posted is still sent.
pub(super) struct Polling {
    generation: Generation,
    get: Lane,
    post: Lane,
}

impl Polling {
    pub(super) fn open(generation: Generation, setup: &Setup, events: &mpsc::UnboundedSender<Event>) -> Self {
        let lane = |posts| Lane::open(generation, posts, setup, events.clone());
        Self { generation, get: lane(false), post: lane(true) }
    }

    pub(super) fn generation(&self) -> Generation {
        self.generation
    }

    pub(super) fn get(&self, url: String) {
        self.get.ask(url, String::new());
    }

    pub(super) fn post(&self, url: String, body: String) {
        self.post.ask(url, body);
    }

    /// Drops both TCP connections.
    pub(super) fn abort(self) -> Generation {
        self.post.task.abort();
        self.generation
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        self.get.task.abort();
    }
}

struct Lane {
    requests: mpsc::UnboundedSender<(String, String)>,
    task: AbortHandle,
}

impl Lane {
    fn open(
        generation: Generation,
        posts: bool,
        setup: &Setup,
        events: mpsc::UnboundedSender<Event>,
    ) -> Lane {
        let (requests, asked) = mpsc::unbounded_channel();
        let headers = setup.headers.clone();
        let (connection, connections) = (None, JoinSet::new());
        let wire = Wire { generation, posts, headers, connection, connections, events };
        let task = tokio::spawn(wire.run(asked, setup.faults.stalled())).abort_handle();
        Lane { requests, task }
    }

    fn ask(&self, url: String, body: String) {
        // A lane that has ended has reported it.
        let _ = self.requests.send((url, body));
    }
}

struct Wire {
    generation: Generation,
    posts: bool,
    headers: Vec<(String, String)>,
    connection: Option<SendRequest<Full<Bytes>>>,
    /// What moves the bytes of the connection: it ends with the lane.
    connections: JoinSet<()>,
    events: mpsc::UnboundedSender<Event>,
}

impl Wire {
    async fn run(
        mut self,
        mut asked: mpsc::UnboundedReceiver<(String, String)>,
        mut stalled: watch::Receiver<bool>,
    ) {
        while let Some((url, body)) = asked.recv().await {
            let answer = if asked.is_closed() {
                timeout(GOODBYE, self.exchange(&url, body)).await.ok().flatten()
            } else {
                self.exchange(&url, body).await
            };
            // Who reads nothing hears of no answer.
            while *stalled.borrow_and_update() {
                if stalled.changed().await.is_err() {
                    break;
                }
            }
            let of = self.generation;
            let event = match answer {
                None => Event::Failed(of),
                Some(_) if self.posts => Event::Posted(of),
                Some(body) => Event::Body(of, body),
            };
            // A driver that has ended does not want to know.
            let _ = self.events.send(event);
        }
    }

    /// The body of a 200.
    async fn exchange(&mut self, url: &str, body: String) -> Option<String> {
        let uri: Uri = url.parse().ok()?;
        let host = uri.authority()?.as_str().to_owned();
        let method = if self.posts { Method::POST } else { Method::GET };
        let path = uri.path_and_query()?.as_str().to_owned();
        let mut request = Request::builder().method(method).uri(path).header(HOST, &host);
        if self.posts {
            request = request.header(CONTENT_TYPE, "text/plain;charset=UTF-8");
        }
        let mut request = request.body(Full::new(Bytes::from(body))).ok()?;
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            request.headers_mut().append(name, HeaderValue::from_str(value).ok()?);
        }
        let address = (uri.host()?.trim_matches(['[', ']']).to_owned(), uri.port_u16().unwrap_or(80));
        let response = self.connected(address).await?.send_request(request).await.ok()?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await.ok()?.to_bytes();
        (head.status == StatusCode::OK).then(|| String::from_utf8(body.to_vec()).ok()).flatten()
    }

    /// The connection, or another one where the server has closed it meanwhile.
    async fn connected(&mut self, address: (String, u16)) -> Option<&mut SendRequest<Full<Bytes>>> {
        let usable = match &mut self.connection {
            Some(connection) => connection.ready().await.is_ok(),
            None => false,
        };
        if !usable {
            let tcp = TcpStream::connect(address).await.ok()?;
            tcp.set_nodelay(true).ok()?;
            let (connection, bytes) = http1::handshake(TokioIo::new(tcp)).await.ok()?;
            self.connections.spawn(async move {
                // Whoever waits for an answer hears of its end.
                let _ = bytes.await;
            });
            self.connection = Some(connection);
        }
        self.connection.as_mut()
    }
}
