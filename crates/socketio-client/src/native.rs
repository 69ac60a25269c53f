//! The driver on tokio, tokio-tungstenite and hyper (feature `native`): for native programs, and for tests.
//!
//! `ws://` and `http://` only: there is no TLS here. Put a proxy in front, or use another crate.

mod faults;
mod polling;
mod transport;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

pub use faults::Faults;
use polling::Polling;
use transport::{Event, Transport};

use crate::client::{Client, Shared};
use crate::{Generation, Input, Millis, Notification, Options, Output};

/// What a native connection has beyond [`Options`].
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// Headers of each request, such as `Cookie` or `Origin`. A name or value that HTTP does not
    /// know makes the attempts fail.
    pub headers: Vec<(String, String)>,
    /// Faults to be had on demand, for tests.
    pub faults: Faults,
}

/// Opens a client on the current tokio runtime. It connects with [`Client::connect`], not before.
///
/// Notifications come in order and wait without bound until they are received: the connection never waits
/// for its owner. When the last clone of the client is dropped, the connection is closed and the channel
/// ends.
///
/// # Panics
/// Outside of a tokio runtime.
pub fn open(options: Options) -> (Client, mpsc::UnboundedReceiver<Notification>) {
    open_with(options, Setup::default())
}

/// As [`open`], with headers and faults.
///
/// # Panics
/// Outside of a tokio runtime.
pub fn open_with(mut options: Options, setup: Setup) -> (Client, mpsc::UnboundedReceiver<Notification>) {
    if options.seed == 0 {
        options.seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), &options.url);
    }
    let faults = setup.faults.clone();
    let clock = move || now().saturating_add(faults.slept());
    let shared = Arc::new(Shared::new(&options, Box::new(clock)));
    let (notify, notifications) = mpsc::unbounded_channel();
    let (wake, woken) = watch::channel(());
    tokio::spawn(Driver::new(Arc::clone(&shared), setup, notify).run(woken));
    (Client::new(shared, Box::new(move || wake.send_modify(|()| {}))), notifications)
}

fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

struct Driver {
    shared: Arc<Shared>,
    setup: Setup,
    notify: mpsc::UnboundedSender<Notification>,
    transport: Option<Transport>,
    polling: Option<Polling>,
    events: mpsc::UnboundedSender<Event>,
    arrived: mpsc::UnboundedReceiver<Event>,
    deadline: Option<Millis>,
}

impl Driver {
    fn new(shared: Arc<Shared>, setup: Setup, notify: mpsc::UnboundedSender<Notification>) -> Self {
        let (events, arrived) = mpsc::unbounded_channel();
        Self { shared, setup, notify, transport: None, polling: None, events, arrived, deadline: None }
    }

    async fn run(mut self, mut woken: watch::Receiver<()>) {
        let mut aborts = self.setup.faults.aborts();
        loop {
            self.carry_out_all();
            let timer = self.timer();
            tokio::select! {
                changed = woken.changed() => if changed.is_err() { return },
                Some(event) = self.arrived.recv() => self.take(event),
                () = timer => self.feed(Input::Timer),
                _ = aborts.changed() => self.abort(),
            }
            self.feed(Input::Buffered(self.transport.as_ref().map_or(0, Transport::unsent)));
        }
    }

    /// Sleeps until the deadline; an owner of its own, so that the branches of the select may change `self`.
    fn timer(&self) -> impl Future<Output = ()> + use<> {
        let delay = self.deadline.map(|at| Duration::from_millis(at.saturating_sub(self.shared.now())));
        async move {
            match delay {
                Some(delay) => sleep(delay).await,
                None => std::future::pending().await,
            }
        }
    }

    fn feed(&self, input: Input<'_>) {
        // Only an emit can be refused.
        let _ = self.shared.feed(input);
    }

    fn take(&self, event: Event) {
        match event {
            Event::Opened(of) => self.feed(Input::Opened(of)),
            Event::Text(of, text) => self.feed(Input::Text(of, &text)),
            Event::Binary(of, bytes) => self.feed(Input::Binary(of, &bytes)),
            Event::Closed(of, code) => self.feed(Input::Closed(of, code)),
            Event::Failed(of) => self.feed(Input::Failed(of)),
            Event::Body(of, body) => self.feed(Input::Body(of, &body)),
            Event::Posted(of) => self.feed(Input::Posted(of)),
        }
    }

    fn carry_out_all(&mut self) {
        while let Some(output) = self.shared.next() {
            match output {
                Output::Open { generation, url } => {
                    self.transport = Some(Transport::open(generation, url, &self.setup, self.events.clone()));
                }
                Output::Send(text) => {
                    if let Some(transport) = &self.transport {
                        transport.send(text);
                    }
                }
                Output::Get { generation, url } => self.polling(generation).get(url),
                Output::Post { generation, url, body, .. } => self.polling(generation).post(url, body),
                Output::Close(generation) => {
                    self.transport.take_if(|transport| transport.generation() == generation);
                    self.polling.take_if(|polling| polling.generation() == generation);
                }
                Output::TimerAt(at) => self.deadline = Some(at),
                Output::Notify(notification) => {
                    // An owner that does not listen may still emit.
                    let _ = self.notify.send(notification);
                }
                // Settled between the client and the session.
                Output::NeedAuth | Output::AckDone { .. } | Output::Refused(_) => {}
            }
        }
    }

    fn abort(&mut self) {
        if let Some(transport) = self.transport.take() {
            let generation = transport.abort();
            self.feed(Input::Closed(generation, 1006));
        }
        if let Some(polling) = self.polling.take() {
            let generation = polling.abort();
            self.feed(Input::Failed(generation));
        }
    }

    /// The lanes of that transport, opened if they are not.
    fn polling(&mut self, generation: Generation) -> &Polling {
        self.polling.take_if(|polling| polling.generation() != generation);
        self.polling.get_or_insert_with(|| Polling::open(generation, &self.setup, &self.events))
    }
}
