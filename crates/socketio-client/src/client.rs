//! The handle that both drivers give out: it steps the session, and wakes the driver to carry out the rest.

mod reply;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use reply::Reply;
use reply::Slot;

use crate::{AckError, AckToken, EmitError, Input, Millis, Options, Output, Session, Value, step};

/// A handle to one connection. Clones share it; when the last one is dropped, the connection is closed.
///
/// Every call takes effect in the order of the calls: two events emitted one after the other are sent in
/// this order. No method blocks or waits for the network.
#[derive(Clone)]
pub struct Client {
    handle: Arc<Handle>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("connected", &self.is_connected()).finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>, wake: Wake) -> Self {
        Self { handle: Arc::new(Handle { shared, wake }) }
    }

    fn feed(&self, input: Input<'_>) -> Result<(), EmitError> {
        let result = self.handle.shared.feed(input);
        (self.handle.wake)();
        result
    }

    fn tell(&self, input: Input<'_>) {
        // Only an emit can be refused.
        let _ = self.feed(input);
    }

    /// Connects, and keeps connecting until [`disconnect`](Self::disconnect) or until the server refuses.
    pub fn connect(&self) {
        self.tell(Input::Connect);
    }

    /// Ends the connection, or the attempts to get one.
    pub fn disconnect(&self) {
        self.tell(Input::Disconnect);
    }

    /// Emits an event; without a connection it waits for the next one.
    ///
    /// # Errors
    /// [`EmitError`]: nothing was sent, and nothing waits.
    pub fn emit(&self, event: &str, args: Vec<Value>) -> Result<(), EmitError> {
        self.feed(Input::Emit { event: event.to_owned(), args, ack_ms: None, volatile: false })
    }

    /// Emits an event that is lost if it cannot be sent now: no connection, or too much unsent already.
    ///
    /// # Errors
    /// [`EmitError::Reserved`].
    pub fn emit_volatile(&self, event: &str, args: Vec<Value>) -> Result<(), EmitError> {
        self.feed(Input::Emit { event: event.to_owned(), args, ack_ms: None, volatile: true })
    }

    /// Emits an event and waits for its acknowledgement, at most [`Options::ack_timeout_ms`].
    ///
    /// The event is emitted by this call, not by the first poll; dropping the reply does not take it back.
    pub fn request(&self, event: &str, args: Vec<Value>) -> Reply {
        self.request_within(event, args, self.handle.shared.ack_timeout)
    }

    /// As [`request`](Self::request), with a deadline of its own in milliseconds.
    pub fn request_within(&self, event: &str, args: Vec<Value>, ms: Millis) -> Reply {
        let reply = self.handle.shared.request(event.to_owned(), args, ms);
        (self.handle.wake)();
        reply
    }

    /// Answers an event of the server. Dropped if the connection that brought it is over.
    pub fn answer(&self, token: AckToken, args: Vec<Value>) {
        self.tell(Input::Ack(token, args));
    }

    /// Sets the credentials of the next connection: an object, or `Null` for none. They are read each time
    /// a connection needs them; the current one is not touched.
    pub fn set_auth(&self, auth: Value) {
        self.handle.shared.lock().auth = auth;
    }

    /// Whether the server has accepted the connection. What is true now may be over when used.
    pub fn is_connected(&self) -> bool {
        self.handle.shared.lock().session.is_connected()
    }

    /// The device has a network again: retry at once.
    pub fn online(&self) {
        self.tell(Input::Online);
    }

    /// The device lost its network: end the connection, unless the host is `localhost`.
    pub fn offline(&self) {
        self.tell(Input::Offline);
    }

    /// The page can be seen again: retry, or find out at once that the connection is dead.
    pub fn visible(&self) {
        self.tell(Input::Visible);
    }

    /// The page was shown, perhaps out of the back/forward cache: as [`visible`](Self::visible).
    pub fn page_show(&self) {
        self.tell(Input::PageShow);
    }
}

/// Makes the driver carry out what waits in [`Shared`]. Dropping it ends the driver.
pub(crate) type Wake = Box<dyn Fn() + Send + Sync>;

/// What all clones of a client share. Its end is the driver's end.
struct Handle {
    shared: Arc<Shared>,
    wake: Wake,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.abandon();
    }
}

/// What a client and its driver share.
pub(crate) struct Shared {
    core: Mutex<Core>,
    now: Box<dyn Fn() -> Millis + Send + Sync>,
    ack_timeout: Millis,
}

struct Core {
    session: Session,
    auth: Value,
    /// In the order of ids.
    requests: Vec<(u64, Arc<Slot>)>,
    outputs: VecDeque<Output>,
}

impl Shared {
    pub(crate) fn new(options: &Options, now: Box<dyn Fn() -> Millis + Send + Sync>) -> Self {
        let core = Core {
            session: Session::new(options),
            auth: Value::Null,
            requests: Vec::new(),
            outputs: VecDeque::new(),
        };
        Self { core: Mutex::new(core), now, ack_timeout: options.ack_timeout_ms }
    }

    pub(crate) fn now(&self) -> Millis {
        (self.now)()
    }

    fn lock(&self) -> MutexGuard<'_, Core> {
        // The state machine does not panic half-way through a change, and a reader cannot break it.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Steps the session; what is to be done waits for [`next`](Self::next).
    pub(crate) fn feed(&self, input: Input<'_>) -> Result<(), EmitError> {
        self.lock().feed(input, self.now())
    }

    fn request(&self, event: String, args: Vec<Value>, ms: Millis) -> Reply {
        let mut core = self.lock();
        let id = core.session.next_ack_id();
        let slot = Arc::new(Slot::default());
        core.requests.push((id, Arc::clone(&slot)));
        let input = Input::Emit { event, args, ack_ms: Some(ms), volatile: false };
        if let Err(why) = core.feed(input, self.now()) {
            core.requests.pop();
            slot.fill(Err(AckError::Refused(why)));
        }
        Reply::new(slot)
    }

    /// The next thing that the driver has to do.
    pub(crate) fn next(&self) -> Option<Output> {
        loop {
            let mut core = self.lock();
            match core.outputs.pop_front()? {
                Output::AckDone { id, result } => {
                    let slot = core.take_request(id);
                    // The reply's owner may run at once, and call back.
                    drop(core);
                    if let Some(slot) = slot {
                        slot.fill(result);
                    }
                }
                output => return Some(output),
            }
        }
    }

    fn abandon(&self) {
        let requests = std::mem::take(&mut self.lock().requests);
        for (_, slot) in requests {
            slot.fill(Err(AckError::Disconnected));
        }
    }
}

impl Core {
    fn feed(&mut self, input: Input<'_>, now: Millis) -> Result<(), EmitError> {
        let (mut result, mut need_auth) = (Ok(()), false);
        for output in step(&mut self.session, input, now) {
            match output {
                Output::Refused(why) => result = Err(why),
                Output::NeedAuth => need_auth = true,
                output => self.outputs.push_back(output),
            }
        }
        if need_auth {
            let auth = self.auth.clone();
            self.outputs.extend(step(&mut self.session, Input::Auth(auth), now));
        }
        result
    }

    fn take_request(&mut self, id: u64) -> Option<Arc<Slot>> {
        let index = self.requests.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.requests.remove(index).1)
    }
}
