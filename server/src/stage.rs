//! Serving, or on the way out: what the doors read before they let anything new in, and what is still in hand.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Whether the server is on its way out. Cloning it is cheap.
#[derive(Clone, Default)]
pub struct Stage {
    closing: CancellationToken,
    in_hand: TaskTracker,
}

/// One request in hand, until it is dropped.
pub struct InHand(#[expect(dead_code, reason = "counted by its life")] TaskTrackerToken);

impl Stage {
    /// From now on nothing new is accepted; there is no way back.
    pub fn close(&self) {
        self.closing.cancel();
        self.in_hand.close();
    }

    /// The server is on its way out.
    pub fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }

    /// Resolves when the server is on its way out.
    pub async fn closing(&self) {
        self.closing.cancelled().await;
    }

    /// Takes a request in hand; `None` on the way out.
    pub fn take(&self) -> Option<InHand> {
        // Counted before it is looked: whoever closes meanwhile waits for it.
        let token = self.in_hand.token();
        (!self.is_closing()).then_some(InHand(token))
    }

    /// How many requests are in hand.
    pub fn in_hand(&self) -> usize {
        self.in_hand.len()
    }

    /// Resolves when nothing is in hand any more, after [`Stage::close`].
    pub async fn empty(&self) {
        self.in_hand.wait().await;
    }
}
