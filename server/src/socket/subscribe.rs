//! Who hears a room. Only the publisher puts sockets into rooms and takes them out, between two events, so that who
//! is out hears nothing later and who is in misses nothing (delivery.md, G7 and "join before read").

use std::sync::{Arc, Mutex, PoisonError};

use chat::MemberId;
use protocol::{Problem, Refusal};
use tokio::sync::{mpsc, oneshot};

/// Wishes that wait for the publisher.
const QUEUE: usize = 256;

/// The wish that a person's sockets be put into the person's rooms.
pub struct Enter {
    pub(super) member: MemberId,
    /// The sockets are to be told the heads of the rooms they are in then.
    pub(super) tell: bool,
    pub(super) done: oneshot::Sender<Result<(), Refusal>>,
}

/// The way to the publisher. Cloning it is cheap.
#[derive(Clone)]
pub struct Subscriptions {
    wishes: mpsc::Sender<Enter>,
    taken: Arc<Mutex<Option<mpsc::Receiver<Enter>>>>,
}

impl Default for Subscriptions {
    fn default() -> Subscriptions {
        let (wishes, queue) = mpsc::channel(QUEUE);
        Subscriptions { wishes, taken: Arc::new(Mutex::new(Some(queue))) }
    }
}

impl Subscriptions {
    /// Puts the sockets of `member` into the rooms that `member` is in.
    ///
    /// # Errors
    /// `banned`, `unauthorized` (the account is deleted): the person's sockets are ended instead. `storage`,
    /// `restarting`.
    pub async fn enter(&self, member: &MemberId) -> Result<(), Problem> {
        self.wish(member, false).await
    }

    /// The same, and tells them the rooms' heads. Somebody who is banned or gone meanwhile is no failure of who asks.
    pub async fn enter_and_tell(&self, member: &MemberId) -> Result<(), Problem> {
        match self.wish(member, true).await {
            Err(problem) if matches!(problem.code, Refusal::Banned | Refusal::Unauthorized) => Ok(()),
            other => other,
        }
    }

    async fn wish(&self, member: &MemberId, tell: bool) -> Result<(), Problem> {
        let (done, answer) = oneshot::channel();
        let wish = Enter { member: member.clone(), tell, done };
        self.wishes.send(wish).await.map_err(|_| Refusal::Restarting)?;
        answer.await.map_err(|_| Refusal::Restarting)?.map_err(Problem::from)
    }

    /// The queue, for the publisher.
    ///
    /// # Panics
    /// If it was taken before.
    pub fn queue(&self) -> mpsc::Receiver<Enter> {
        let queue = self.taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        queue.expect("invariant: one publisher takes the queue, once")
    }
}
