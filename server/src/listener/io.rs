//! A TCP stream with a switch: once pulled, every read and write fails, whoever holds which half.
//!
//! After an upgrade the reader and the writer live in different tasks of a library that offers no way to end
//! them. So each half waits for the switch on its own (one future wakes one task only), and the connection's
//! permit lives in here, because the serving task ends at the upgrade. A client whose frames are none is told why
//! before it is let go.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Connection;
use super::caps::Permit;
use super::frames::{CloseCode, Frames};

/// How long a client whose frames are none may take to leave.
const FAREWELL: Duration = Duration::from_secs(1);
/// The end of a request's head: whatever follows it came too early to be watched.
const END_OF_HEAD: [u8; 4] = *b"\r\n\r\n";

type Killed = Pin<Box<WaitForCancellationFutureOwned>>;

pub(super) struct KillableIo {
    tcp: TcpStream,
    connection: Connection,
    reader_killed: Killed,
    writer_killed: Killed,
    stall: Duration,
    /// Runs while a write is pending.
    stalled: Option<Pin<Box<Sleep>>>,
    speech: Speech,
    _permit: Permit,
}

/// What the client speaks.
enum Speech {
    /// HTTP; the last bytes read.
    Http([u8; 4]),
    /// Frames, watched.
    Frames(Box<Frames>),
    /// Nothing that we listen to: it has been told why, and is given the time to leave. Hanging up on bytes not
    /// yet read would take our last words back.
    Farewell(Pin<Box<Sleep>>),
}

impl KillableIo {
    /// A write that is pending for `stall` pulls the switch itself.
    pub(super) fn new(tcp: TcpStream, connection: Connection, stall: Duration, permit: Permit) -> KillableIo {
        let killed = || Box::pin(connection.kill.clone().cancelled_owned());
        KillableIo {
            tcp,
            reader_killed: killed(),
            writer_killed: killed(),
            connection,
            stall,
            stalled: None,
            speech: Speech::Http([0; 4]),
            _permit: permit,
        }
    }

    /// Looks at what was read. With a code, the connection is to be closed.
    fn hear(&mut self, bytes: &[u8]) -> Result<(), CloseCode> {
        if let Speech::Http(last) = &mut self.speech {
            if !self.connection.has_upgraded() {
                for byte in bytes.iter().skip(bytes.len().saturating_sub(last.len())) {
                    last.rotate_left(1);
                    last[3] = *byte;
                }
                return Ok(());
            }
            if *last != END_OF_HEAD {
                // Frames before the answer that allows them: their beginning was read before anybody could watch.
                return Err(CloseCode::Protocol);
            }
            self.speech = Speech::Frames(Box::new(Frames::new(protocol::MAX_PACKET_BYTES)));
        }
        if let Speech::Frames(frames) = &mut self.speech { frames.take(bytes) } else { Ok(()) }
    }

    fn say_farewell(&mut self, code: CloseCode) {
        // If it does not fit, the client does not read either.
        self.tcp.try_write(&code.frame()).ok();
        self.speech = Speech::Farewell(Box::pin(sleep(FAREWELL)));
    }

    /// Reads and forgets until the client leaves, or takes too long.
    fn listen_no_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Speech::Farewell(patience) = &mut self.speech else { return Poll::Ready(Ok(())) };
        let mut scratch = [0; 4 * 1024];
        while patience.as_mut().poll(cx).is_pending() {
            let mut buf = ReadBuf::new(&mut scratch);
            ready!(Pin::new(&mut self.tcp).poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        Poll::Ready(Err(cut()))
    }

    /// One step of writing: `operation`, unless the switch is pulled or the write has waited too long.
    fn write_with<T>(
        &mut self,
        cx: &mut Context<'_>,
        operation: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.writer_killed.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(cut()));
        }
        if let Poll::Ready(outcome) = operation(Pin::new(&mut self.tcp), cx) {
            self.stalled = None;
            return Poll::Ready(outcome);
        }
        let stall = self.stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(stall)));
        if stalled.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.connection.kill.cancel();
        Poll::Ready(Err(cut()))
    }

    /// The last word has been said: what is written now goes nowhere.
    fn is_over(&self) -> bool {
        matches!(self.speech, Speech::Farewell(_))
    }
}

fn cut() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl AsyncRead for KillableIo {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.reader_killed.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(cut()));
        }
        if this.is_over() {
            return this.listen_no_more(cx);
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.tcp).poll_read(cx, buf))?;
        match this.hear(&buf.filled()[before..]) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(code) => {
                buf.set_filled(before);
                this.say_farewell(code);
                this.listen_no_more(cx)
            }
        }
    }
}

impl AsyncWrite for KillableIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_over() {
            return Poll::Ready(Ok(buf.len()));
        }
        this.write_with(cx, |tcp, cx| tcp.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_over() {
            return Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()));
        }
        this.write_with(cx, |tcp, cx| tcp.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().write_with(cx, |tcp, cx| tcp.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().write_with(cx, |tcp, cx| tcp.poll_shutdown(cx))
    }
}
