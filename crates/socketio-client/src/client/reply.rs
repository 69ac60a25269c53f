//! The future of a request. A oneshot channel of forty lines, so that the page carries no other.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::{AckError, Value};

type Outcome = Result<Vec<Value>, AckError>;

/// The answer to a request, when it comes: the arguments of the acknowledgement, or why there is none.
///
/// It always comes, if the driver runs: at the latest at the deadline. To be polled by one task, and no more
/// once it is ready.
#[derive(Debug)]
#[must_use = "a request that nobody waits for is an emit"]
pub struct Reply {
    slot: Arc<Slot>,
}

impl Reply {
    pub(super) fn new(slot: Arc<Slot>) -> Self {
        Self { slot }
    }
}

impl Future for Reply {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let mut state = self.slot.lock();
        match state.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Where the driver leaves the outcome.
#[derive(Debug, Default)]
pub(super) struct Slot(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    outcome: Option<Outcome>,
    waker: Option<Waker>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn fill(&self, outcome: Outcome) {
        let waker = {
            let mut state = self.lock();
            state.outcome = Some(outcome);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
