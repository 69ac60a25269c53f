//! A TCP stream with a switch: once pulled, every read and write fails, whoever holds which half.
//!
//! After an upgrade the reader and the writer live in different tasks of a library that offers no way to end
//! them. So each half waits for the switch on its own (one future wakes one task only), and the connection's
//! permit lives in here, because the serving task ends at the upgrade.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::caps::Permit;

type Killed = Pin<Box<WaitForCancellationFutureOwned>>;

pub(super) struct KillableIo {
    tcp: TcpStream,
    kill: CancellationToken,
    reader_killed: Killed,
    writer_killed: Killed,
    stall: Duration,
    /// Runs while a write is pending.
    stalled: Option<Pin<Box<Sleep>>>,
    _permit: Permit,
}

impl KillableIo {
    /// A write that is pending for `stall` pulls the switch itself.
    pub(super) fn new(
        tcp: TcpStream,
        kill: &CancellationToken,
        stall: Duration,
        permit: Permit,
    ) -> KillableIo {
        let killed = || Box::pin(kill.clone().cancelled_owned());
        KillableIo {
            tcp,
            kill: kill.clone(),
            reader_killed: killed(),
            writer_killed: killed(),
            stall,
            stalled: None,
            _permit: permit,
        }
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
        self.kill.cancel();
        Poll::Ready(Err(cut()))
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
        Pin::new(&mut this.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for KillableIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().write_with(cx, |tcp, cx| tcp.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().write_with(cx, |tcp, cx| tcp.poll_write_vectored(cx, bufs))
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
