//! Who hears a room. Only the publisher puts sockets into rooms and takes them out, between two events, so that who
//! is out hears nothing later and who is in misses nothing (docs/delivery.md section 4).

use std::sync::{Arc, Mutex, PoisonError};

use chat::{MemberId, RoomId};
use protocol::{Problem, Refusal};
use tokio::sync::{mpsc, oneshot};

/// Wishes that wait for the publisher.
const QUEUE: usize = 256;

/// The wish that sockets be put into rooms.
pub struct Enter {
    pub(super) what: What,
    pub(super) done: oneshot::Sender<Result<(), Refusal>>,
}

/// Whose sockets, and into which rooms.
pub(super) enum What {
    /// A person's, into the person's rooms.
    Person(MemberId),
    /// Those of its first people, into a room that was made: that is no event. They are told its head.
    Made(RoomId, Vec<MemberId>),
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
        self.wish(What::Person(member.clone())).await
    }

    /// Puts the sockets of those of `members` who are in `room` into it, and tells them its head. Somebody who is banned
    /// or gone meanwhile is passed over.
    ///
    /// # Errors
    /// `storage`, `restarting`.
    pub async fn enter_made(&self, room: &RoomId, members: Vec<MemberId>) -> Result<(), Problem> {
        self.wish(What::Made(room.clone(), members)).await
    }

    async fn wish(&self, what: What) -> Result<(), Problem> {
        let (done, answer) = oneshot::channel();
        self.wishes.send(Enter { what, done }).await.map_err(|_| Refusal::Restarting)?;
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
