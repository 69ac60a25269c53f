//! Clients that know no Socket.IO library: TCP, the frames of WebSocket, and as much of the packets as tells them apart.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Notify, mpsc};

/// As many as one address opens.
const PER_ADDRESS: usize = 200;

/// Frames to be written by one client.
pub(crate) type Outbox = mpsc::UnboundedSender<Vec<u8>>;

/// What all clients of one server have heard.
#[derive(Default)]
pub(crate) struct Heard {
    sent: AtomicU64,
    /// Notices that were not the one after the last.
    misplaced: AtomicU64,
    gone: AtomicU64,
    /// So many were waited for.
    due: AtomicU64,
    enough: Notify,
}

impl Heard {
    /// Waits until `count` notices more than before have been heard by all together.
    pub(crate) fn expect(&self, count: u64) {
        self.due.fetch_add(count, Ordering::SeqCst);
    }

    /// Resolves once everything expected has come.
    pub(crate) async fn all(&self) {
        while self.sent.load(Ordering::SeqCst) < self.due.load(Ordering::SeqCst) {
            self.enough.notified().await;
        }
    }

    /// Notices out of order, and clients that were cut off.
    pub(crate) fn faults(&self) -> (u64, u64) {
        (self.misplaced.load(Ordering::SeqCst), self.gone.load(Ordering::SeqCst))
    }

    fn count(&self) {
        if self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.due.load(Ordering::SeqCst) {
            self.enough.notify_one();
        }
    }
}

/// `count` plain clients of the server, each with a task that reads and one that writes; the way to the first one's.
pub(crate) async fn crowd(server: SocketAddr, count: usize, heard: &Arc<Heard>) -> Outbox {
    let mut first = None;
    for n in 0..count {
        let place = u8::try_from(2 + n / PER_ADDRESS).expect("few addresses");
        let (mut reading, mut writing) = open(server, place).await;
        let (outbox, mut frames) = mpsc::unbounded_channel::<Vec<u8>>();
        let entered = Arc::new(Notify::new());
        let (heard, inside, replies) = (heard.clone(), entered.clone(), outbox.clone());
        tokio::spawn(async move {
            listen(&mut reading, &heard, &replies, &inside).await;
            heard.gone.fetch_add(1, Ordering::SeqCst);
        });
        tokio::spawn(async move {
            while let Some(frames) = frames.recv().await {
                if writing.write_all(&frames).await.is_err() {
                    break;
                }
            }
        });
        outbox.send(frame("40")).expect("it writes");
        entered.notified().await;
        first.get_or_insert(outbox);
    }
    first.expect("at least one client")
}

/// A masked text frame of a short packet; the mask is all zeros.
pub(crate) fn frame(packet: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    match u8::try_from(packet.len()) {
        Ok(short) if short < 126 => frame.push(0x80 | short),
        _ => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(packet.len()).expect("a short packet").to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(packet.as_bytes());
    frame
}

async fn open(server: SocketAddr, place: u8) -> (OwnedReadHalf, OwnedWriteHalf) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from(([127, 0, 1, place], 0))).expect("an address of this machine");
    let tcp = socket.connect(server).await.expect("a server");
    tcp.set_nodelay(true).expect("an option");
    let (mut reading, mut writing) = tcp.into_split();
    let head = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    writing.write_all(head.as_bytes()).await.expect("open");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(reading.read_u8().await.expect("an answer"));
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    (reading, writing)
}

async fn listen(reading: &mut OwnedReadHalf, heard: &Heard, replies: &Outbox, entered: &Notify) {
    let (mut buffer, mut filled, mut last) = (vec![0; 16 * 1024], 0, None);
    loop {
        if filled == buffer.len() {
            buffer.resize(2 * filled, 0);
        }
        let Ok(count @ 1..) = reading.read(&mut buffer[filled..]).await else { return };
        filled += count;
        let mut begin = 0;
        while let Some((payload, end)) = next_frame(&buffer[begin..filled]) {
            let packet = &buffer[begin + payload..begin + end];
            match packet {
                b"2" => replies.send(frame("3")).unwrap_or_default(),
                [b'4', b'0', ..] => entered.notify_one(),
                // The first words to a plain client are a `sent` of nothing that is kept.
                packet if packet.starts_with(b"42[\"sent\"") => {
                    if let Some(seq) = seq_of(packet) {
                        if last.is_some_and(|last| seq != last + 1) {
                            heard.misplaced.fetch_add(1, Ordering::SeqCst);
                        }
                        last = Some(seq);
                        heard.count();
                    }
                }
                _ => {}
            }
            begin += end;
        }
        buffer.copy_within(begin..filled, 0);
        filled -= begin;
    }
}

/// Where the payload of the first frame begins, and where the frame ends; `None` if it is not all there. A server masks
/// nothing, and no frame here is as long as to need eight bytes for it.
fn next_frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (payload, length) = match *bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?]))),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= payload + length).then_some((payload, payload + length))
}

fn seq_of(packet: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"\"seq\":";
    let at = packet.windows(NAME.len()).position(|part| part == NAME)? + NAME.len();
    let digits = packet[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |seq, digit| seq * 10 + u64::from(digit - b'0')))
}
