//! The database: one SQLite file, one writer, many readers.
//!
//! All SQL of the project lives below this module. It knows rooms, members and events, and neither sockets nor
//! HTTP. What the writer has not committed has not happened.

mod clock;
mod error;

use std::path::Path;
use std::sync::Arc;

pub use clock::Clock;
pub use error::StoreError;

/// The open database. Cloning it is cheap.
#[derive(Clone)]
pub struct Store {
    epoch: Arc<str>,
}

impl Store {
    /// Opens the database of the folder `dir`, making both if they are missing.
    pub async fn open(dir: &Path) -> Result<Store, StoreError> {
        Store::open_with(dir, Clock::system()).await
    }

    /// As [`Store::open`], with a clock of the caller's.
    pub async fn open_with(dir: &Path, _clock: Clock) -> Result<Store, StoreError> {
        Err(StoreError::folder(dir, &std::io::ErrorKind::Unsupported.into()))
    }

    /// Which database this is: it changes when a backup is restored.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The one stream of committed events.
    pub fn committed(&self) -> Committed {
        Committed {}
    }

    /// Answers when the writer has died; the process must end then.
    pub async fn dead(&self) {
        std::future::pending().await
    }

    /// Ends the writer after all it has been given, and empties the WAL into the database.
    pub async fn close(&self) {}

    /// A durable write and a read of it.
    pub async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The committed events, each room's in the order of `seq`.
pub struct Committed {}

impl Committed {
    /// The next event; `None` once the store is closed and all were handed over.
    pub async fn next(&mut self) -> Option<chat::Event> {
        None
    }
}
