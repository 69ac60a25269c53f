//! Why a request is not done: stable codes, which the screen turns into sentences.

use serde::{Deserialize, Serialize};

/// A refusal code of docs/PROTOCOL.md, "Codes".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", rename_all = "snake_case")]
pub enum Refusal {
    /// Too much at once from this connection.
    Busy,
    /// Too often from this person, room or address.
    RateLimited,
    /// It could not be stored now.
    Storage,
    /// The server is about to end.
    Restarting,
    /// It took too long.
    Timeout,
    /// Not of the contract's form.
    BadRequest,
    /// Over a length limit.
    TooLong,
    /// Nothing in it.
    Empty,
    /// Does not exist, or is not yours to see.
    NotFound,
    /// You see it and may not do this.
    Forbidden,
    /// You may not speak here now.
    Muted,
    /// You may not be here.
    Banned,
    /// The key was used for something else.
    KeyConflict,
    /// The time to edit it has passed.
    EditTooLate,
    /// Somebody else has that name.
    NameTaken,
    /// The session is gone.
    Unauthorized,
    /// The contract's version is not served here.
    VersionUnsupported,
    /// A code of a newer server.
    Unknown,
}

impl From<String> for Refusal {
    fn from(code: String) -> Refusal {
        Refusal::from_code(&code)
    }
}

impl Refusal {
    /// Every refusal that has a code of its own.
    pub const ALL: [Refusal; 17] = [
        Refusal::Busy,
        Refusal::RateLimited,
        Refusal::Storage,
        Refusal::Restarting,
        Refusal::Timeout,
        Refusal::BadRequest,
        Refusal::TooLong,
        Refusal::Empty,
        Refusal::NotFound,
        Refusal::Forbidden,
        Refusal::Muted,
        Refusal::Banned,
        Refusal::KeyConflict,
        Refusal::EditTooLate,
        Refusal::NameTaken,
        Refusal::Unauthorized,
        Refusal::VersionUnsupported,
    ];

    /// The refusal a code means; [`Refusal::Unknown`] for one of a newer server.
    pub fn from_code(code: &str) -> Refusal {
        Refusal::ALL.into_iter().find(|refusal| refusal.code() == code).unwrap_or(Refusal::Unknown)
    }

    /// The code as it travels.
    pub fn code(self) -> &'static str {
        match self {
            Refusal::Busy => "busy",
            Refusal::RateLimited => "rate_limited",
            Refusal::Storage => "storage",
            Refusal::Restarting => "restarting",
            Refusal::Timeout => "timeout",
            Refusal::BadRequest => "bad_request",
            Refusal::TooLong => "too_long",
            Refusal::Empty => "empty",
            Refusal::NotFound => "not_found",
            Refusal::Forbidden => "forbidden",
            Refusal::Muted => "muted",
            Refusal::Banned => "banned",
            Refusal::KeyConflict => "key_conflict",
            Refusal::EditTooLate => "edit_too_late",
            Refusal::NameTaken => "name_taken",
            Refusal::Unauthorized => "unauthorized",
            Refusal::VersionUnsupported => "version_unsupported",
            Refusal::Unknown => "unknown",
        }
    }

    /// The same request may succeed later.
    pub fn retryable(self) -> bool {
        matches!(
            self,
            Refusal::Busy | Refusal::RateLimited | Refusal::Storage | Refusal::Restarting | Refusal::Timeout
        )
    }
}

/// A refusal as an ack carries it. An unknown code is judged by `retryable`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Why.
    pub code: Refusal,
    /// The same request may succeed later.
    pub retryable: bool,
    /// Not before so many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl From<Refusal> for Problem {
    fn from(code: Refusal) -> Problem {
        Problem { code, retryable: code.retryable(), retry_after_ms: None }
    }
}

impl Problem {
    /// Too often: try again in `ms` milliseconds.
    pub fn rate_limited(ms: u64) -> Problem {
        Problem { retry_after_ms: Some(ms), ..Refusal::RateLimited.into() }
    }
}

impl From<chat::BodyError> for Refusal {
    fn from(error: chat::BodyError) -> Refusal {
        match error {
            chat::BodyError::Empty => Refusal::Empty,
            chat::BodyError::TooLong => Refusal::TooLong,
        }
    }
}

impl From<chat::NameError> for Refusal {
    fn from(error: chat::NameError) -> Refusal {
        match error {
            chat::NameError::Empty => Refusal::Empty,
            chat::NameError::TooLong => Refusal::TooLong,
            chat::NameError::Invisible => Refusal::BadRequest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_travels_as_it_is_written() {
        for refusal in Refusal::ALL {
            let code = serde_json::to_value(refusal).unwrap();
            assert_eq!(code, refusal.code());
            assert_eq!(serde_json::from_value::<Refusal>(code).unwrap(), refusal);
        }
    }

    #[test]
    fn a_code_of_a_newer_server_is_judged_by_its_flag() {
        let problem: Problem =
            serde_json::from_str(r#"{"code":"moon_phase","retryable":true,"x":1}"#).unwrap();
        assert_eq!((problem.code, problem.retryable), (Refusal::Unknown, true));
        assert_eq!(Refusal::from_code("moon_phase"), Refusal::Unknown);
    }
}
