//! The end of sessions, on its way to the publisher: it tells their sockets why, and cuts them off.

use std::sync::{Arc, Mutex, PoisonError};

use protocol::notice::EndCode;
use tokio::sync::mpsc;

use super::binding::Bindings;
use super::channel::Whose;

/// Endings that wait for the publisher.
const QUEUE: usize = 256;

/// A session is over.
pub struct Ending {
    /// The session, by the hash of its secret.
    pub(super) session: [u8; 32],
    /// What its sockets are told. `None`: the session goes on under another secret, and they come back with it.
    pub(super) code: Option<EndCode>,
}

/// The way to the publisher. Cloning it is cheap.
#[derive(Clone)]
pub struct Endings {
    wishes: mpsc::Sender<Ending>,
    taken: Arc<Mutex<Option<mpsc::Receiver<Ending>>>>,
    bindings: Bindings,
}

impl Endings {
    /// Of the sockets in `bindings`.
    pub fn new(bindings: &Bindings) -> Endings {
        let (wishes, queue) = mpsc::channel(QUEUE);
        Endings { wishes, taken: Arc::new(Mutex::new(Some(queue))), bindings: bindings.clone() }
    }

    /// Ends the sockets of these sessions, told `code`. Nothing more is taken from them from now on.
    pub async fn end(&self, sessions: impl IntoIterator<Item = [u8; 32]>, code: EndCode) {
        for session in sessions {
            for slot in self.bindings.of(&Whose::Session(session)) {
                slot.end();
            }
            self.wish(Ending { session, code: Some(code) }).await;
        }
    }

    /// Ends the sockets of a session that goes on under another secret.
    pub async fn renew(&self, session: [u8; 32]) {
        self.wish(Ending { session, code: None }).await;
    }

    async fn wish(&self, ending: Ending) {
        // Without a publisher the server is on its way out, and everybody's sockets end.
        let _ = self.wishes.send(ending).await;
    }

    /// The queue, for the publisher.
    ///
    /// # Panics
    /// If it was taken before.
    pub fn queue(&self) -> mpsc::Receiver<Ending> {
        let queue = self.taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        queue.expect("invariant: one publisher takes the queue, once")
    }
}
