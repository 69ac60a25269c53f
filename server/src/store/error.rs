//! Why the store could not do its work.

use std::io;
use std::path::{Path, PathBuf};

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
    pub(super) fn folder(folder: &Path, cause: &io::Error) -> StoreError {
        StoreError::Folder { folder: folder.to_owned(), cause: cause.to_string() }
    }
}
