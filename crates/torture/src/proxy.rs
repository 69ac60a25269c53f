//! The network between the clients and the server: one address per client, each with its own weather.
//!
//! It breaks what TCP shows to its users: whole connections, their speed, their direction. It loses no byte of a
//! connection that lives on, since TCP loses none.

mod pump;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{broadcast, watch};

use pump::pump;

/// Kernel buffers of every socket here, in bytes. Small, so that a reader that stalls is felt by the writer soon.
const KERNEL_BUFFER: u32 = 16 * 1024;

/// What a connection's bytes go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// Bytes from the client pass.
    pub up: bool,
    /// Bytes from the server pass.
    pub down: bool,
    /// WebSocket upgrades are let through; without them a client that can must poll.
    pub upgrades: bool,
    /// Longest delay of a chunk.
    pub latency: Duration,
    /// Bytes a second in each direction.
    pub rate: Option<u32>,
    /// Writes of so many bytes at most, each on its own.
    pub slice: Option<usize>,
}

impl Weather {
    /// Nothing in the way.
    pub const FAIR: Weather =
        Weather { up: true, down: true, upgrades: true, latency: Duration::ZERO, rate: None, slice: None };
}

/// How a connection is ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Both sides see a reset.
    Reset,
    /// Both sides see an orderly end.
    Finish,
}

/// One client's way to the server.
pub struct Link {
    /// Where the client connects.
    pub address: SocketAddr,
    weather: watch::Sender<Weather>,
    cuts: broadcast::Sender<Cut>,
    counts: Arc<Counts>,
}

/// What became of a link's connections.
#[derive(Debug, Default)]
struct Counts {
    open: AtomicU64,
    cut: AtomicU64,
}

impl Link {
    /// Opens a way to whatever address `upstream` holds at the time; `None` refuses.
    pub async fn open(upstream: watch::Receiver<Option<SocketAddr>>) -> std::io::Result<Link> {
        let listener = listen()?;
        let link = Link {
            address: listener.local_addr()?,
            weather: watch::Sender::new(Weather::FAIR),
            cuts: broadcast::Sender::new(4),
            counts: Arc::default(),
        };
        let way = Way {
            upstream,
            weather: link.weather.subscribe(),
            cuts: link.cuts.clone(),
            counts: Arc::clone(&link.counts),
        };
        tokio::spawn(way.serve(listener));
        Ok(link)
    }

    /// Changes the weather, for the connections there are and those to come.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Ends the connections there are.
    pub fn cut(&self, cut: Cut) {
        // Nobody connected: nothing to cut.
        let _ = self.cuts.send(cut);
    }

    /// Connections that are open now.
    pub fn open_now(&self) -> u64 {
        self.counts.open.load(Ordering::Relaxed)
    }

    /// Connections that [`Link::cut`] has ended.
    pub fn cut_so_far(&self) -> u64 {
        self.counts.cut.load(Ordering::Relaxed)
    }
}

fn small_buffers(socket: &TcpSocket) -> std::io::Result<()> {
    socket.set_recv_buffer_size(KERNEL_BUFFER)?;
    socket.set_send_buffer_size(KERNEL_BUFFER)
}

fn listen() -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // Accepted sockets inherit them; set later, they would come after the window was agreed on.
    small_buffers(&socket)?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    socket.listen(128)
}

async fn connect(upstream: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    small_buffers(&socket)?;
    socket.connect(upstream).await
}

/// What the connections of a link share. It ends with the link.
#[derive(Clone)]
struct Way {
    upstream: watch::Receiver<Option<SocketAddr>>,
    weather: watch::Receiver<Weather>,
    cuts: broadcast::Sender<Cut>,
    counts: Arc<Counts>,
}

impl Way {
    async fn serve(mut self, listener: TcpListener) {
        loop {
            tokio::select! {
                accepted = listener.accept() => if let Ok((client, _)) = accepted {
                    tokio::spawn(self.clone().carry(client));
                },
                changed = self.weather.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Carries one connection to its end.
    async fn carry(mut self, mut client: TcpStream) {
        let mut cuts = self.cuts.subscribe();
        // In a black hole even the beginning of a connection gets nowhere.
        let clear = self.weather.wait_for(|weather| weather.up || weather.down).await.is_ok();
        let upstream = *self.upstream.borrow();
        let allowed = self.weather.borrow().upgrades || !asks_for_upgrade(&client).await;
        let Some(mut server) = server(upstream.filter(|_| clear && allowed)).await else {
            return reset(&client);
        };
        client.set_nodelay(true).ok();
        server.set_nodelay(true).ok();
        self.counts.open.fetch_add(1, Ordering::Relaxed);
        let cut = {
            let (from_client, to_client) = client.split();
            let (from_server, to_server) = server.split();
            let up = pump(from_client, to_server, self.weather.clone(), |weather| weather.up);
            let down = pump(from_server, to_client, self.weather.clone(), |weather| weather.down);
            tokio::select! {
                // Half a WebSocket is of no use to anybody.
                ended = async { tokio::select! { ended = up => ended, ended = down => ended } } => {
                    ended.err().map(|_| Cut::Reset)
                }
                cut = cuts.recv() => {
                    self.counts.cut.fetch_add(1, Ordering::Relaxed);
                    Some(cut.unwrap_or(Cut::Reset))
                }
            }
        };
        self.counts.open.fetch_sub(1, Ordering::Relaxed);
        if cut == Some(Cut::Reset) {
            reset(&client);
            reset(&server);
        }
    }
}

async fn server(upstream: Option<SocketAddr>) -> Option<TcpStream> {
    connect(upstream?).await.ok()
}

/// Dropped after this, the socket sends a reset.
fn reset(socket: &TcpStream) {
    SockRef::from(socket).set_linger(Some(Duration::ZERO)).ok();
}

/// Looks at the first request without taking it.
async fn asks_for_upgrade(client: &TcpStream) -> bool {
    let mut head = [0; 2048];
    let length = client.peek(&mut head).await.unwrap_or(0);
    String::from_utf8_lossy(&head[..length]).to_ascii_lowercase().contains("upgrade: websocket")
}

#[cfg(test)]
#[path = "proxy/tests.rs"]
mod tests;
