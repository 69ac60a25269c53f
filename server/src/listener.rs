//! The accept loop: our own, because the usual one has no time-out for headers, no caps and no way to cut a
//! connection that has become a WebSocket.
//!
//! HTTP/1 only. Time-outs and caps are those of docs/threats.md section 5.

mod caps;
mod frames;
mod gate;
mod intake;
mod io;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::config::{Config, Tuning};
use caps::{Caps, Permit};
use io::{KillableIo, Patience};

pub(crate) use frames::names_briefly;
pub use gate::Gate;
pub use intake::{Flood, Intake};

/// Most header lines of a request.
const MAX_HEADERS: usize = 64;
/// Most bytes of a request's head.
const MAX_HEAD: usize = 16 * 1024;
/// Pause after the system has no file descriptor left.
const BACK_OFF: Duration = Duration::from_millis(100);

/// The TCP connection a request came over; attached to every request.
#[derive(Clone)]
pub struct Connection {
    /// The other end.
    pub peer: SocketAddr,
    /// Cuts it, whatever it has become.
    pub kill: CancellationToken,
    upgraded: Arc<OnceLock<Arc<Intake>>>,
}

impl Connection {
    fn new(peer: SocketAddr) -> Connection {
        Connection { peer, kill: CancellationToken::new(), upgraded: Arc::default() }
    }

    /// From now on it carries a WebSocket, and what comes is counted there. To be called before the answer that says so
    /// is sent.
    pub fn upgrade(&self, intake: Arc<Intake>) {
        self.upgraded.set(intake).ok();
    }

    /// Where frames are counted, once it carries a WebSocket.
    fn intake(&self) -> Option<&Arc<Intake>> {
        self.upgraded.get()
    }
}

/// Serves `router` until `stop`, then lets requests in flight finish; resolves when none is left. A WebSocket is
/// not a request in flight: who closes the sockets is not this loop's matter.
pub async fn serve(listener: TcpListener, router: Router, config: &Config, stop: CancellationToken) {
    let caps = Caps::new(config);
    let tasks = TaskTracker::new();
    let mut exhausted = false;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((tcp, peer)) => {
                if std::mem::take(&mut exhausted) {
                    tracing::info!("connections are accepted again");
                }
                // Closing at once is the cheapest answer; whoever waits in line would get the same.
                let Some(permit) = caps.admit(peer.ip()) else { continue };
                let arrived = Arrived { tcp, peer, permit, tasks: tasks.clone() };
                tasks.spawn(connection(arrived, router.clone(), config.tuning.clone(), stop.clone()));
            }
            Err(error) if of_one_connection(&error) => {}
            Err(error) => {
                // Said once a spell: it may last, and who comes waits in the socket's queue.
                if !std::mem::replace(&mut exhausted, true) {
                    tracing::warn!(%error, "connections cannot be accepted for now");
                }
                tokio::time::sleep(BACK_OFF).await;
            }
        }
    }
    tasks.close();
    tasks.wait().await;
}

/// The client went away before it was accepted: nothing to wait for.
fn of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// A connection that has been let in.
struct Arrived {
    tcp: TcpStream,
    peer: SocketAddr,
    permit: Permit,
    /// Where it is waited for at the end.
    tasks: TaskTracker,
}

async fn connection(arrived: Arrived, router: Router, tuning: Tuning, stop: CancellationToken) {
    let Arrived { tcp, peer, permit, tasks } = arrived;
    prepare(&tcp, &tuning);
    let connection = Connection::new(peer);
    let patience = Patience::new(&tuning);
    let io = KillableIo::new(tcp, connection.clone(), patience, permit, tasks);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        router.clone().call(request.map(Body::new))
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        // Who has said everything and listens on gets the answer.
        .half_close(true)
        .header_read_timeout(tuning.header_read)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    let mut served = std::pin::pin!(served);
    let outcome = tokio::select! {
        outcome = served.as_mut() => outcome,
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = outcome {
        tracing::trace!(%error, "connection ended");
    }
}

/// Failing to set an option is no reason to refuse somebody.
fn prepare(tcp: &TcpStream, tuning: &Tuning) {
    tcp.set_nodelay(true).ok();
    #[cfg(any(target_os = "linux", target_os = "android"))]
    SockRef::from(tcp).set_tcp_user_timeout(Some(tuning.tcp_user_timeout)).ok();
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = (SockRef::from(tcp), tuning.tcp_user_timeout);
}
