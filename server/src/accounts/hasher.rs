//! Argon2id, at most two at a time, on threads that serve nobody.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::PasswordHash;

/// Memory of one hash, in KiB: 19 MiB.
const MEMORY: u32 = 19 * 1_024;
/// Passes over it.
const PASSES: u32 = 2;
/// Hashes at once: a core each on the smallest machine, and less memory than one large page of messages.
const AT_ONCE: usize = 2;
/// People who may wait for their turn; more would wait longer than a browser does.
const WAITING: usize = 256;

/// How many passwords were hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Since the start.
    pub done: u64,
    /// Most at once.
    pub most: usize,
}

/// The two places where passwords are hashed. Cloning it is cheap.
#[derive(Clone)]
pub(super) struct Hasher(Arc<Inner>);

struct Inner {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    running: AtomicUsize,
    most: AtomicUsize,
    done: AtomicU64,
    /// The memory of hashes that are done, for the next ones. Given back each time, it would stay with the allocator, once
    /// for every thread that has hashed.
    memory: Mutex<Vec<Vec<Block>>>,
}

impl Inner {
    fn hash(&self, password: &[u8], salt: &[u8; 16]) -> [u8; 32] {
        let mut memory = self.memory().pop().unwrap_or_default();
        let digest = argon2id(password, salt, &mut memory);
        self.memory().push(memory);
        digest
    }

    fn memory(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place to hash one password.
pub(super) struct Turn {
    inner: Arc<Inner>,
    place: OwnedSemaphorePermit,
}

impl Hasher {
    pub(super) fn new() -> Hasher {
        Hasher(Arc::new(Inner {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            done: AtomicU64::new(0),
            memory: Mutex::default(),
        }))
    }

    /// Waits for a place; `None` if too many do.
    pub(super) async fn turn(&self) -> Option<Turn> {
        let waiting = Waiting::new(&self.0)?;
        let place = self.0.places.clone().acquire_owned().await.ok()?;
        drop(waiting);
        Some(Turn { inner: self.0.clone(), place })
    }

    pub(super) fn figures(&self) -> Figures {
        Figures { done: self.0.done.load(Ordering::SeqCst), most: self.0.most.load(Ordering::SeqCst) }
    }
}

/// Counts one who waits, also one who goes away meanwhile.
struct Waiting<'a>(&'a Inner);

impl<'a> Waiting<'a> {
    fn new(inner: &'a Inner) -> Option<Waiting<'a>> {
        let waiting = Waiting(inner);
        (inner.waiting.fetch_add(1, Ordering::SeqCst) < WAITING).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Turn {
    /// What is kept of a new password.
    pub(super) async fn hash(self, password: String) -> PasswordHash {
        let salt = rand::random();
        PasswordHash { salt, digest: self.digest(password, salt).await }
    }

    /// The password is the one that `stored` was made of. Without one it takes as long, and is not.
    pub(super) async fn verify(self, password: String, stored: Option<PasswordHash>) -> bool {
        let salt = stored.as_ref().map_or([0; 16], |stored| stored.salt);
        let digest = self.digest(password, salt).await;
        let known = stored.is_some();
        let expected = stored.map_or([0; 32], |stored| stored.digest);
        // Looks at all of it, whatever it finds.
        let differing = digest.iter().zip(expected).fold(0, |sum, (a, b)| sum | (a ^ b));
        known & (differing == 0)
    }

    /// The place is taken until the hash is there, even if nobody waits for it any longer.
    async fn digest(self, password: String, salt: [u8; 16]) -> [u8; 32] {
        let Turn { inner, place } = self;
        let hashing = tokio::task::spawn_blocking(move || {
            inner.most.fetch_max(inner.running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let digest = inner.hash(password.as_bytes(), &salt);
            inner.running.fetch_sub(1, Ordering::SeqCst);
            inner.done.fetch_add(1, Ordering::SeqCst);
            drop(place);
            digest
        });
        hashing
            .await
            .expect("invariant: argon2id has nothing to fail with, and the runtime outlives its requests")
    }
}

fn argon2id(password: &[u8], salt: &[u8; 16], memory: &mut Vec<Block>) -> [u8; 32] {
    let params = Params::new(MEMORY, PASSES, 1, Some(32)).expect("invariant: within Argon2's own limits");
    memory.resize(params.block_count(), Block::default());
    let mut digest = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, &mut digest, memory)
        .expect("invariant: a salt of 16 bytes, a password of at most 256");
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_what_was_made_of_it_and_nothing_else() {
        let hasher = Hasher::new();
        let stored = hasher.turn().await.unwrap().hash("segredo secreto".to_owned()).await;
        let again = hasher.turn().await.unwrap().hash("segredo secreto".to_owned()).await;
        assert_ne!(stored, again, "another salt");
        assert_eq!(format!("{stored:?}"), "PasswordHash(…)");
        for (password, right) in [("segredo secreto", true), ("segredo Secreto", false), ("", false)] {
            let turn = hasher.turn().await.unwrap();
            assert_eq!(turn.verify(password.to_owned(), Some(stored.clone())).await, right, "{password}");
        }
        let done = hasher.figures().done;
        assert!(!hasher.turn().await.unwrap().verify("x".to_owned(), None).await);
        assert_eq!(hasher.figures().done, done + 1, "nobody's password costs a hash as well");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn however_many_hash_there_are_two_pieces_of_memory() {
        let hasher = Hasher::new();
        let hashing = (0..20).map(|n| {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.turn().await.unwrap().hash(format!("segredo {n}")).await })
        });
        let hashes = futures_util::future::join_all(hashing).await;
        assert!(hashes.iter().all(Result::is_ok));
        let memory = hasher.0.memory();
        assert!((1..=AT_ONCE).contains(&memory.len()), "{}", memory.len());
        assert!(memory.iter().all(|blocks| blocks.len() * size_of::<Block>() == MEMORY as usize * 1_024));
    }

    #[tokio::test]
    async fn more_than_may_wait_are_sent_away_and_who_leaves_makes_room() {
        let hasher = Hasher::new();
        let places = (hasher.turn().await.unwrap(), hasher.turn().await.unwrap());
        let mut queue: Vec<_> = (0..WAITING).map(|_| Box::pin(hasher.turn())).collect();
        for waiting in &mut queue {
            assert!(futures_util::poll!(waiting).is_pending());
        }
        assert!(hasher.turn().await.is_none());
        queue.pop();
        assert!(futures_util::poll!(Box::pin(hasher.turn())).is_pending());
        drop(places);
    }
}
