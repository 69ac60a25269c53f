//! One Engine.IO session: who opened it, what carries it now, and the switch that ends it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use chat::MemberId;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use super::registry::Inner;
use crate::config::Config;
use crate::guard::Client;
use crate::listener::Intake;
use crate::socket::channel::Whose;
use crate::socket::meter::Meter;

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
    /// What its client has sent, over whatever carried it.
    pub(in crate::socket) intake: Arc<Intake>,
    /// Its posts are handed on one after the other.
    posts: Arc<tokio::sync::Mutex<()>>,
    /// What its client has asked for.
    pub(in crate::socket) meter: Meter,
    /// Nothing more is taken from its client.
    ended: CancellationToken,
    /// Its client is being told why.
    dismissed: AtomicBool,
    over: CancellationToken,
    carrier: Mutex<Carrier>,
    registry: Weak<Inner>,
}

/// The WebSocket that carries a session: one at most, from the request for it on.
enum Carrier {
    None,
    /// It has been asked for.
    Claimed,
    /// Cutting this TCP connection cuts it.
    WebSocket(CancellationToken),
}

impl Slot {
    pub(super) fn new(
        number: u64,
        client: Client,
        presented: Fingerprint,
        registry: Weak<Inner>,
        config: &Config,
    ) -> Slot {
        Slot {
            number,
            client,
            presented,
            sid: OnceLock::new(),
            passing: AtomicBool::new(false),
            person: OnceLock::new(),
            session: OnceLock::new(),
            intake: Arc::new(Intake::new(number, config)),
            posts: Arc::default(),
            meter: Meter::new(config),
            ended: CancellationToken::new(),
            dismissed: AtomicBool::new(false),
            over: CancellationToken::new(),
            carrier: Mutex::new(Carrier::None),
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

    /// A WebSocket is asked for; `false` if there is one, or was: a session becomes one once.
    pub(super) fn claim(&self) -> bool {
        let mut carrier = self.carrier();
        let free = matches!(*carrier, Carrier::None);
        if free {
            *carrier = Carrier::Claimed;
        }
        free
    }

    /// It was not given.
    pub(super) fn release(&self) {
        *self.carrier() = Carrier::None;
    }

    /// A WebSocket carries it from now on: cutting that TCP connection ends it.
    pub(super) fn carried_by(&self, kill: CancellationToken) {
        let mut carrier = self.carrier();
        // Whoever kills it first says so and then comes for the carrier: one of the two sees the other.
        if self.over.is_cancelled() {
            kill.cancel();
        }
        *carrier = Carrier::WebSocket(kill);
    }

    fn carrier(&self) -> std::sync::MutexGuard<'_, Carrier> {
        self.carrier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until what has been posted before is handed on; what is posted later waits until this is dropped.
    pub(super) async fn turn(&self) -> OwnedMutexGuard<()> {
        self.posts.clone().lock_owned().await
    }

    /// Takes nothing more from its client. Whether it did until now.
    pub fn end(&self) -> bool {
        let took = !self.ended.is_cancelled();
        self.ended.cancel();
        took
    }

    /// Nothing more is taken from its client.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }

    /// Its client is told now why it ends. Whether it has not been told before.
    pub(in crate::socket) fn dismiss(&self) -> bool {
        !self.dismissed.swap(true, Ordering::SeqCst)
    }

    /// Resolves once nothing more is taken from its client.
    pub(crate) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Ends it after `grace`, and again until it is gone.
    pub(crate) fn kill_after(self: &Arc<Self>, grace: Duration) {
        let slot = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(grace).await;
                let Some(slot) = slot.upgrade() else { break };
                slot.kill();
            }
        });
    }

    /// Ends it: its `sid` is refused from now on, its pending poll is answered, its WebSocket is cut. A polling
    /// request's TCP connection is left alone, it may be a proxy's. Whether it was alive until now.
    pub fn kill(&self) -> bool {
        let alive = !self.over.is_cancelled();
        self.over.cancel();
        self.intake.gate.leave();
        if let Carrier::WebSocket(kill) = &*self.carrier() {
            kill.cancel();
        }
        alive
    }

    /// Resolves once it has been killed, or the engine has let it go.
    pub(super) fn over(&self) -> CancellationToken {
        self.over.clone()
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

    /// It is one of those.
    pub(super) fn is(&self, whose: &Whose) -> bool {
        match whose {
            Whose::Person(person) => self.person() == Some(person),
            Whose::Session(session) => self.session() == Some(session),
        }
    }

    /// Whose it is, once its client has been let in.
    pub(super) fn person(&self) -> Option<&MemberId> {
        self.person.get()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.over.cancel();
        if let Some(registry) = self.registry.upgrade() {
            registry.forget(self);
        }
    }
}
