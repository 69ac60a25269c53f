//! Faults on demand: what a test of a server or of a client needs a bad network or a laptop for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

use crate::Millis;

/// Makes a connection fail in ways that are hard to have otherwise. Clones act on the same client.
#[derive(Debug, Clone)]
pub struct Faults {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    aborts: watch::Sender<()>,
    stalled: watch::Sender<bool>,
    slept: AtomicU64,
}

impl Default for Faults {
    fn default() -> Self {
        let shared = Shared {
            aborts: watch::Sender::new(()),
            stalled: watch::Sender::new(false),
            slept: AtomicU64::new(0),
        };
        Self { shared: Arc::new(shared) }
    }
}

impl Faults {
    /// Cuts the current TCP connection, without a WebSocket close. What was not yet written is lost.
    pub fn abort(&self) {
        self.shared.aborts.send_modify(|()| {});
    }

    /// While true, reads nothing from the connection: the server's writes fill up, its PINGs go unheard.
    pub fn stall(&self, stalled: bool) {
        self.shared.stalled.send_replace(stalled);
    }

    /// Moves the client's clock forward without firing its timer, as waking up from a sleep does.
    pub fn sleep(&self, ms: Millis) {
        self.shared.slept.fetch_add(ms, Ordering::Relaxed);
    }

    pub(super) fn aborts(&self) -> watch::Receiver<()> {
        self.shared.aborts.subscribe()
    }

    pub(super) fn stalled(&self) -> watch::Receiver<bool> {
        self.shared.stalled.subscribe()
    }

    pub(super) fn slept(&self) -> Millis {
        self.shared.slept.load(Ordering::Relaxed)
    }
}
