//! Why something asked of the store comes to nothing.

use protocol::Refusal;

use super::StoreError;

/// Either an answer of its own kind, or a failure.
#[derive(Debug)]
pub enum Stop {
    /// It may not be, or is not to be seen.
    Refused(Refusal),
    /// It cannot be.
    Failed(StoreError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refused(refusal)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Stop {
        Stop::Failed(error.into())
    }
}
