//! A TCP stream with a switch: once pulled, every read and write fails, whoever holds which half.
//!
//! After an upgrade the reader and the writer live in different tasks of a library that offers no way to end
//! them. So each half waits for the switch on its own (one future wakes one task only), and the connection's
//! permit lives in here, because the serving task ends at the upgrade. A client whose frames are none is told why
//! before it is let go, one that sends too many is heard no longer, and to one that does not read so many answers are
//! owed and no more. One that sends faster than it can be carried out is read from when there is room again ([`Gate`]).
//!
//! [`Gate`]: super::Gate

mod backlog;
mod linger;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tokio_util::task::TaskTracker;

use super::Connection;
use super::caps::Permit;
use super::frames::{CloseCode, Frames, Outgoing, Step};
use backlog::Backlog;

pub(super) use backlog::Patience;

/// Bytes of answers that the library writes by itself and that wait for a client that does not read. Whoever waits for
/// more of them is not read from.
const MAX_OWED: usize = 4 * 1024;
/// The frame of a client's answer to a ping. The mask is of zeros.
const PONG: [u8; 7] = [0x81, 0x81, 0, 0, 0, 0, b'3'];
/// The packets of an upgrade, `2probe` and `5`: they pass whatever has to wait, or the upgrade would run out of time.
const UPGRADE: u8 = 2;
/// The end of a request's head: whatever follows it came too early to be watched.
const END_OF_HEAD: [u8; 4] = *b"\r\n\r\n";

type Killed = Pin<Box<WaitForCancellationFutureOwned>>;

pub(super) struct KillableIo {
    /// There until it is dropped.
    tcp: Option<TcpStream>,
    connection: Connection,
    reader_killed: Killed,
    writer_killed: Killed,
    patience: Patience,
    /// Runs while a write is pending.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Who reads, while that has to wait for a write.
    reader: Option<Waker>,
    /// What has had to wait for the client since it was up to date the last time.
    backlog: Option<Backlog>,
    /// Runs while reading waits at the gate.
    vouching: Option<Pin<Box<Sleep>>>,
    /// Bytes of answers that the library owes since everything was written the last time.
    owed: usize,
    speech: Speech,
    outgoing: Outgoing,
    /// Where those are waited for who may take a moment to leave.
    lingering: TaskTracker,
    permit: Option<Permit>,
}

/// What the client speaks.
enum Speech {
    /// HTTP; the last bytes read.
    Http([u8; 4]),
    /// Frames, watched.
    Frames(Box<Frames>),
    /// Nothing that we listen to, until the time is over.
    Unheard(Pin<Box<Sleep>>, Manner),
}

/// How a client is treated that is not listened to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// It has been told why, and is given the time to leave. Hanging up on bytes not yet read would take our last
    /// words back. So many bytes more are read and forgotten.
    Farewell(usize),
    /// It has sent too much. It gets the answers to what came before.
    Flood,
}

/// What is read next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Admitted {
    /// Whatever has come.
    All,
    /// One byte.
    Byte,
    /// Nothing; in its place the sign of life that a client cannot give while it waits.
    Pong,
}

/// Why a client is listened to no longer.
enum Stop {
    Close(CloseCode),
    Flood,
}

impl KillableIo {
    /// A write that is pending for too long pulls the switch itself.
    pub(super) fn new(
        tcp: TcpStream,
        connection: Connection,
        patience: Patience,
        permit: Permit,
        lingering: TaskTracker,
    ) -> KillableIo {
        let killed = || Box::pin(connection.kill.clone().cancelled_owned());
        KillableIo {
            tcp: Some(tcp),
            reader_killed: killed(),
            writer_killed: killed(),
            connection,
            patience,
            stalled: None,
            reader: None,
            backlog: None,
            vouching: None,
            owed: 0,
            speech: Speech::Http([0; 4]),
            outgoing: Outgoing::new(),
            lingering,
            permit: Some(permit),
        }
    }

    fn tcp(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.tcp.as_mut().map(Pin::new).ok_or_else(cut)
    }

    /// What may be read now of what the client has sent.
    fn admit(&mut self, cx: &mut Context<'_>) -> Poll<Admitted> {
        let Some(intake) = self.connection.intake() else { return Poll::Ready(Admitted::All) };
        // The library reads when it has handed on what it has.
        intake.gate.read(false);
        let (border, messages) = match &self.speech {
            Speech::Frames(frames) => (frames.is_at_border(), frames.messages()),
            _ => (true, 0),
        };
        if messages >= UPGRADE {
            intake.gate.upgrade(false);
        }
        // The frame that has begun is read to its end.
        if !border || intake.gate.poll_read(cx).is_ready() {
            return Poll::Ready(Admitted::All);
        }
        if messages < UPGRADE {
            return Poll::Ready(Admitted::Byte);
        }
        let vouch = self.patience.vouch;
        let vouching = self.vouching.get_or_insert_with(|| Box::pin(sleep(vouch)));
        ready!(vouching.as_mut().poll(cx));
        self.vouching = None;
        Poll::Ready(Admitted::Pong)
    }

    /// Reads one byte: what follows it may not be read yet.
    fn read_byte(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut byte = [0; 1];
        let mut one = ReadBuf::new(&mut byte);
        ready!(self.tcp()?.poll_read(cx, &mut one))?;
        buf.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }

    /// Looks at what was read. With a reason, nothing more is to be read.
    fn hear(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let Some(intake) = self.connection.intake() else {
            if let Speech::Http(last) = &mut self.speech {
                for byte in bytes.iter().skip(bytes.len().saturating_sub(last.len())) {
                    last.rotate_left(1);
                    last[3] = *byte;
                }
            }
            return Ok(());
        };
        if let Speech::Http(last) = &self.speech {
            if *last != END_OF_HEAD {
                // Frames before the answer that allows them: their beginning was read before anybody could watch.
                return Err(Stop::Close(CloseCode::Protocol));
            }
            self.speech = Speech::Frames(Box::new(Frames::new(protocol::MAX_PACKET_BYTES)));
        }
        let Speech::Frames(frames) = &mut self.speech else { return Ok(()) };
        let verdict = frames.take(bytes);
        let heard = frames.heard();
        self.owed = self.owed.saturating_add(heard.owed);
        intake.count(heard.frames).map_err(|_| Stop::Flood)?;
        verdict.map_err(Stop::Close)?;
        intake.gate.read(true);
        Ok(())
    }

    fn stop_listening(&mut self, stop: &Stop, cx: &mut Context<'_>) {
        let time = Box::pin(sleep(self.patience.farewell));
        self.speech = match stop {
            Stop::Flood => Speech::Unheard(time, Manner::Flood),
            Stop::Close(code) => {
                let clear = self.stalled.is_none() && self.outgoing.is_at_border();
                if let Ok(mut tcp) = self.tcp() {
                    if clear {
                        // If it does not fit, the client does not read either.
                        tcp.try_write(&code.frame()).ok();
                    }
                    // That was all from us; what may still come is what the time is for.
                    let _ = tcp.as_mut().poll_shutdown(cx);
                }
                Speech::Unheard(time, Manner::Farewell(linger::MOST))
            }
        };
    }

    /// Waits until the client leaves, or takes too long. Some of what comes meanwhile is read and forgotten; of a flood
    /// nothing is.
    fn listen_no_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Speech::Unheard(time, manner) = &mut self.speech else { return Poll::Ready(Ok(())) };
        let Some(tcp) = &mut self.tcp else { return Poll::Ready(Err(cut())) };
        let mut scratch = [0; 4 * 1024];
        while time.as_mut().poll(cx).is_pending() {
            let Manner::Farewell(left @ 1..) = manner else { return Poll::Pending };
            let mut buf = ReadBuf::new(&mut scratch);
            ready!(Pin::new(&mut *tcp).poll_read(cx, &mut buf))?;
            *left = left.saturating_sub(buf.filled().len());
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        self.connection.kill.cancel();
        Poll::Ready(Err(cut()))
    }

    /// One step of writing: `operation`, unless the switch is pulled or the client reads too slowly.
    fn write_with(
        &mut self,
        cx: &mut Context<'_>,
        operation: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if self.connection.kill.is_cancelled() {
            return Poll::Ready(Err(cut()));
        }
        if let Poll::Ready(outcome) = operation(self.tcp()?, cx) {
            if let (Some(backlog), Ok(written)) = (&mut self.backlog, &outcome) {
                backlog.wrote(*written);
            }
            if self.stalled.take().is_some()
                && let Some(intake) = self.connection.intake()
            {
                intake.gate.stall(false);
            }
            if let Some(reader) = self.reader.take() {
                reader.wake();
            }
            return Poll::Ready(outcome);
        }
        if self.stalled.is_none() {
            // One byte now and then is no progress: the whole of what waits has to move.
            let end = self
                .backlog
                .get_or_insert_with(|| Backlog::begin(Instant::now()))
                .end(&self.patience, Instant::now());
            self.stalled = Some(Box::pin(sleep_until(end)));
            if let Some(intake) = self.connection.intake() {
                intake.gate.stall(true);
            }
        }
        let killed = self.writer_killed.as_mut().poll(cx).is_ready();
        if !killed && self.stalled.as_mut().is_some_and(|end| end.as_mut().poll(cx).is_pending()) {
            return Poll::Pending;
        }
        self.connection.kill.cancel();
        Poll::Ready(Err(cut()))
    }

    /// The last word has been said: what is written now goes nowhere.
    fn is_over(&self) -> bool {
        matches!(self.speech, Speech::Unheard(_, Manner::Farewell(_)))
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
        if matches!(this.speech, Speech::Unheard(..)) {
            return this.listen_no_more(cx);
        }
        if this.stalled.is_some() && this.owed > MAX_OWED {
            this.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let before = buf.filled().len();
        match ready!(this.admit(cx)) {
            Admitted::All => ready!(this.tcp()?.poll_read(cx, buf))?,
            Admitted::Byte => ready!(this.read_byte(cx, buf))?,
            Admitted::Pong if buf.remaining() < PONG.len() => return Poll::Pending,
            Admitted::Pong => {
                buf.put_slice(&PONG);
                return Poll::Ready(Ok(()));
            }
        }
        if this.connection.intake().is_none() && this.stalled.is_none() {
            // The next request: what it is answered is another matter.
            this.backlog = None;
        }
        match this.hear(&buf.filled()[before..]) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(stop) => {
                buf.set_filled(before);
                this.stop_listening(&stop, cx);
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
        if this.connection.intake().is_none() {
            return this.write_with(cx, |tcp, cx| tcp.poll_write(cx, buf));
        }
        match this.outgoing.next(buf) {
            Step::Omit(length) => Poll::Ready(Ok(length)),
            Step::Write(length) => {
                let written = ready!(this.write_with(cx, |tcp, cx| tcp.poll_write(cx, &buf[..length])))?;
                this.outgoing.wrote(&buf[..written]);
                Poll::Ready(Ok(written))
            }
        }
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
        if this.connection.intake().is_some() {
            // What is watched is written piece by piece.
            let first = bufs.iter().find(|buf| !buf.is_empty()).map_or(&[][..], |buf| buf);
            return Pin::new(this).poll_write(cx, first);
        }
        this.write_with(cx, |tcp, cx| tcp.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // The library flushes when everything it has is written, and TCP keeps nothing back.
        this.owed = 0;
        if let Some(intake) = this.connection.intake() {
            this.backlog = None;
            intake.gate.fetched_all();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().write_with(cx, |tcp, cx| tcp.poll_shutdown(cx).map_ok(|()| 0)).map_ok(drop)
    }
}

impl Drop for KillableIo {
    /// What a client has sent and nobody has read would, with the stream's end, take back what it has not read of our
    /// last words. So after those it is given the time to leave.
    fn drop(&mut self) {
        if let Some(intake) = self.connection.intake() {
            intake.gate.leave();
        }
        if self.connection.kill.is_cancelled() || !(self.is_over() || self.outgoing.has_closed()) {
            return;
        }
        if let Some(tcp) = self.tcp.take() {
            linger::until_gone(tcp, self.patience.farewell, self.permit.take(), &self.lingering);
        }
    }
}
