//! One Engine.IO session: who opened it, what carries it now, and the switch that ends it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, Weak};

use chat::MemberId;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::registry::Inner;
use crate::guard::Client;

/// What the opening request presented as its session; the secret itself is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fingerprint {
    /// No session.
    Nothing,
    /// A session cookie, hashed.
    Cookie([u8; 32]),
    /// Cookies that contradict each other.
    Doubtful,
}

impl Fingerprint {
    pub(super) fn of(secret: &str) -> Fingerprint {
        Fingerprint::Cookie(Sha256::digest(secret).into())
    }
}

/// The record of one session. The engine holds it for as long as the session lives.
pub struct Slot {
    /// Number of the connection, for the log: the `sid` is a secret.
    pub number: u64,
    /// The other end.
    pub client: Client,
    presented: Fingerprint,
    pub(super) sid: OnceLock<String>,
    /// Its client came without a session.
    passing: AtomicBool,
    /// Whose it is, once its client has been let in.
    person: OnceLock<MemberId>,
    /// The session its client has shown, by what names it.
    session: OnceLock<[u8; 32]>,
    over: CancellationToken,
    carrier: Mutex<Option<CancellationToken>>,
    registry: Weak<Inner>,
}

impl Slot {
    pub(super) fn new(number: u64, client: Client, presented: Fingerprint, registry: Weak<Inner>) -> Slot {
        Slot {
            number,
            client,
            presented,
            sid: OnceLock::new(),
            passing: AtomicBool::new(false),
            person: OnceLock::new(),
            session: OnceLock::new(),
            over: CancellationToken::new(),
            carrier: Mutex::new(None),
            registry,
        }
    }

    /// The request that opened it presented the same session.
    pub(super) fn opened_by(&self, presented: &Fingerprint) -> bool {
        self.is_alive() && self.presented == *presented
    }

    /// It has not been ended.
    pub(super) fn is_alive(&self) -> bool {
        !self.over.is_cancelled()
    }

    /// A WebSocket carries it from now on: cutting that TCP connection ends it.
    pub(super) fn carried_by(&self, kill: CancellationToken) {
        if self.over.is_cancelled() {
            kill.cancel();
        }
        *self.carrier.lock().unwrap_or_else(PoisonError::into_inner) = Some(kill);
    }

    /// Ends it: its `sid` is refused from now on, its pending poll is answered, its WebSocket is cut. A polling
    /// request's TCP connection is left alone, it may be a proxy's. Whether it was alive until now.
    pub fn kill(&self) -> bool {
        let alive = !self.over.is_cancelled();
        self.over.cancel();
        if let Some(carrier) = self.carrier.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            carrier.cancel();
        }
        alive
    }

    /// Resolves once it has been killed.
    pub(crate) async fn killed(&self) {
        self.over.cancelled().await;
    }

    /// Its client has shown this session.
    pub(crate) fn belongs_to(&self, session: [u8; 32]) {
        self.session.set(session).ok();
    }

    /// The session its client has shown.
    pub(super) fn session(&self) -> Option<&[u8; 32]> {
        self.session.get()
    }

    /// Its client came without a session.
    pub(crate) fn pass(&self) {
        self.passing.store(true, Ordering::SeqCst);
    }

    /// Its client came without a session.
    pub fn is_passing(&self) -> bool {
        self.passing.load(Ordering::SeqCst)
    }

    /// Its client has been let in, as this person.
    pub(crate) fn join(&self, person: &MemberId) {
        // It is let in once: CONNECT is answered once.
        self.person.set(person.clone()).ok();
    }

    /// Its client has been let in.
    pub(crate) fn has_joined(&self) -> bool {
        self.person.get().is_some()
    }

    /// Whose it is, once its client has been let in.
    pub(super) fn person(&self) -> Option<&MemberId> {
        self.person.get()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(registry) = self.registry.upgrade() {
            registry.forget(self);
        }
    }
}
