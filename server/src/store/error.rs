//! Why the store could not do its work.

use std::io;
use std::path::{Path, PathBuf};

use protocol::Refusal;

/// A failure of the store. Its text is one sentence for the person who runs the server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The data folder cannot be made or written.
    #[error(
        "the data folder {} cannot be used ({cause}): give it to the user who runs the server, \
         or choose another one with --data",
        folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// Another server has the data folder.
    #[error(
        "the data folder {} is used by another chat-moderno: stop that one, or choose another folder with --data",
        folder.display()
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The file is not one this version can use.
    #[error("{} cannot be used: {cause}", file.display())]
    Database {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// SQLite refused: disk full, an unreadable page, a lock held too long.
    #[error("the database does not answer: {0}")]
    Sql(#[source] sqlx::Error),
    /// The transaction of the batch this request was in did not commit.
    #[error("the database could not store it: {0}")]
    NotCommitted(String),
    /// The store is closed or its writer has died.
    #[error("the database is closed")]
    Closed,
    /// A row holds what this version never wrote.
    #[error("the database holds what cannot be read: {0}")]
    Corrupt(String),
}

impl From<sqlx::Error> for StoreError {
    /// On the way out the readers are closed before the writer is: who still reads then meets an end, not a failure.
    fn from(error: sqlx::Error) -> StoreError {
        match error {
            sqlx::Error::PoolClosed => StoreError::Closed,
            error => StoreError::Sql(error),
        }
    }
}

impl StoreError {
    /// Logs that `what` failed. Not on the way out, when it is the end and no failure.
    pub fn log(&self, what: &'static str) {
        match self {
            StoreError::Closed => tracing::debug!("{what}: {self}"),
            error => tracing::error!(%error, "{what}"),
        }
    }

    /// Logs that `what` failed, and gives what a person is told of it.
    pub fn refuse(&self, what: &'static str) -> Refusal {
        self.log(what);
        match self {
            StoreError::Closed => Refusal::Restarting,
            _ => Refusal::Storage,
        }
    }

    pub(super) fn folder(folder: &Path, cause: &io::Error) -> StoreError {
        StoreError::Folder { folder: folder.to_owned(), cause: cause.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_while_the_server_ends_is_told_to_come_back() {
        assert_eq!(StoreError::from(sqlx::Error::PoolClosed).refuse("nothing"), Refusal::Restarting);
        assert_eq!(StoreError::Corrupt("a row".to_owned()).refuse("a row was read"), Refusal::Storage);
    }
}
