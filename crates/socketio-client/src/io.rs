//! The words of the sans-IO core: what goes into [`step`](crate::step) and what comes out.

use serde_json::Value;

use crate::{AckError, EmitError, Reason};

/// Wall-clock milliseconds since 1970 (`Date.now()`): a monotonic clock may stop while a laptop sleeps.
pub type Millis = u64;

/// Number of a transport within a session, from 1. Inputs of an older transport are ignored.
pub type Generation = u32;

/// The right to answer one event of the server, once: it is neither `Clone` nor made by anybody else.
///
/// It belongs to the connection that brought the event. An answer given after that connection ended is
/// dropped, because on the next one the same id may stand for another event.
#[derive(Debug, PartialEq, Eq)]
pub struct AckToken {
    pub(crate) id: u64,
    pub(crate) generation: Generation,
}

/// What the owner of a client hears.
///
/// `Connected` and `Disconnected` strictly alternate; an attempt that does not reach `Connected` ends in
/// `ConnectError`.
#[derive(Debug, PartialEq)]
pub enum Notification {
    /// The server accepted the connection.
    Connected {
        /// The Socket.IO session id: opaque, and with some servers a credential. Never show or log it.
        sid: String,
        /// The server restored the previous session and sends what was missed (needs a Node server with
        /// connection state recovery).
        recovered: bool,
    },
    /// The connection ended. Reconnection follows unless the reason or the options exclude it.
    Disconnected(Reason),
    /// An attempt failed. If the server refused it, no automatic attempt follows; if the network or the
    /// transport failed, attempts go on.
    ConnectError {
        /// The server's message, or the failure in short (`"timeout"`, `"websocket error"`, …).
        message: String,
        /// The server's `data`, if it sent any.
        data: Option<Value>,
    },
    /// An event of the server. One that came before the CONNECT reply, as with a recovered session, is told
    /// just before `Connected`.
    Event {
        /// Name of the event.
        name: String,
        /// Its arguments.
        args: Vec<Value>,
        /// Present if the server wants an answer: [`Client::answer`](crate::Client::answer).
        ack: Option<AckToken>,
    },
    /// Another attempt to connect is planned. Replaces what an earlier `Attempt` said.
    Attempt {
        /// Number of the attempt since the last connection, from 1.
        n: u32,
        /// When it will start. Not later than now if it starts at once.
        at: Millis,
    },
}

/// What happened, for [`step`](crate::step).
#[derive(Debug)]
pub enum Input<'a> {
    /// The owner wants a connection.
    Connect,
    /// The owner wants none any more.
    Disconnect,
    /// The WebSocket is open.
    Opened(Generation),
    /// A text frame arrived.
    Text(Generation, &'a str),
    /// A binary frame arrived.
    Binary(Generation, &'a [u8]),
    /// The WebSocket was closed, with this close code.
    Closed(Generation, u16),
    /// The WebSocket failed, or a request by HTTP: it was not answered, or not with 200.
    Failed(Generation),
    /// The GET was answered with 200 and this body.
    Body(Generation, &'a str),
    /// The POST was answered with 200.
    Posted(Generation),
    /// The time of the last [`Output::TimerAt`] came. Coming early or for nothing does no harm.
    Timer,
    /// The owner emits an event.
    Emit {
        /// Name of the event.
        event: String,
        /// Its arguments.
        args: Vec<Value>,
        /// Ask for an acknowledgement and wait for it this long. Its id is [`Session::next_ack_id`] as read
        /// before this step.
        ///
        /// [`Session::next_ack_id`]: crate::Session::next_ack_id
        ack_ms: Option<Millis>,
        /// Rather lose the event than let it wait.
        volatile: bool,
    },
    /// The owner answers an event of the server.
    Ack(AckToken, Vec<Value>),
    /// The answer to [`Output::NeedAuth`]: an object, or `Null` for none.
    Auth(Value),
    /// This many bytes wait in the WebSocket (`bufferedAmount`).
    Buffered(u64),
    /// The device has a network again.
    Online,
    /// The device has no network any more.
    Offline,
    /// The page can be seen again.
    Visible,
    /// The page came back, perhaps from the back/forward cache.
    PageShow,
    /// The page goes away, perhaps into the back/forward cache, where no request may be waiting.
    PageHide,
}

/// What is to be done, in this order, after [`step`](crate::step) has returned.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Open a WebSocket.
    Open {
        /// Its number, to be given with each input that comes from it.
        generation: Generation,
        /// Its address.
        url: String,
    },
    /// Send a text frame on the current WebSocket. A failure needs no report: a close follows.
    Send(String),
    /// Ask by HTTP, and give [`Input::Body`] or [`Input::Failed`]. There is one at a time.
    Get {
        /// Number of the transport it belongs to.
        generation: Generation,
        /// Its address.
        url: String,
    },
    /// Send by HTTP, as `text/plain;charset=UTF-8`, and give [`Input::Posted`] or [`Input::Failed`]. There is one at
    /// a time, but for the last.
    Post {
        /// Number of the transport it belongs to.
        generation: Generation,
        /// Its address.
        url: String,
        /// What to send.
        body: String,
        /// It says goodbye: it is to be sent even if the page goes away, and nobody waits for its answer.
        last: bool,
    },
    /// Close this WebSocket, if it is not closed already, and forget it; or give up the GET of this transport. What was
    /// to be posted before is still posted.
    Close(Generation),
    /// Call back with [`Input::Timer`] then. There is one timer: this replaces the former.
    TimerAt(Millis),
    /// Give [`Input::Auth`] now: the credentials are read for each connection, never kept.
    NeedAuth,
    /// The request with this id ended.
    AckDone {
        /// Its id.
        id: u64,
        /// The arguments of the answer, or why there is none.
        result: Result<Vec<Value>, AckError>,
    },
    /// The [`Input::Emit`] of this step was refused.
    Refused(EmitError),
    /// Tell the owner.
    Notify(Notification),
}
