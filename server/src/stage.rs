//! Serving, or on the way out: one flag that the doors read before they let anything new in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the server is on its way out.
#[derive(Clone, Default)]
pub struct Stage(Arc<AtomicBool>);

impl Stage {
    /// From now on nothing new is accepted; there is no way back.
    pub fn close(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// The server is on its way out.
    pub fn is_closing(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
