//! Identifiers: opaque to everybody but their maker, checked once at the edge.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The default room: everybody is in it, and a request without `room` means it.
pub const LOBBY: &str = "lobby";

/// Longest identifier, in bytes (docs/PROTOCOL.md; ours are ASCII).
pub const MAX_ID_LEN: usize = 36;

/// Why a text is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// Empty, longer than [`MAX_ID_LEN`], or with a character other than `a-z A-Z 0-9 - _`.
    Malformed,
    /// Not a UUID in its 36-character form.
    NotUuid,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IdError::Malformed => "not an identifier",
            IdError::NotUuid => "not a UUID",
        })
    }
}

impl std::error::Error for IdError {}

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as it travels.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                $name::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                let fits = (1..=MAX_ID_LEN).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                if fits { Ok($name(text)) } else { Err(IdError::Malformed) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

opaque_id! {
    /// A room's public identifier; the default room's is [`LOBBY`].
    RoomId
}

opaque_id! {
    /// A person's public identifier, stable from the first name, post or socket on.
    MemberId
}

impl RoomId {
    /// The default room.
    pub fn lobby() -> RoomId {
        RoomId(LOBBY.to_owned())
    }
}

impl Default for RoomId {
    fn default() -> RoomId {
        RoomId::lobby()
    }
}

/// The sender's idempotency key: one UUID per intent, kept through every retry (docs/PROTOCOL.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(Uuid);

impl Key {
    /// The key of 16 raw bytes, as stored.
    pub fn from_bytes(bytes: [u8; 16]) -> Key {
        Key(Uuid::from_bytes(bytes))
    }

    /// A version 7 key from the time in Unix milliseconds and ten random bytes.
    pub fn v7(unix_ms: u64, random: &[u8; 10]) -> Key {
        Key(uuid::Builder::from_unix_timestamp_millis(unix_ms, random).into_uuid())
    }

    /// The 16 raw bytes, as stored.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

/// Where the hyphens of a UUID stand; everything else is a hexadecimal digit.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl FromStr for Key {
    type Err = IdError;

    /// The hyphenated form and no other. By hand: the general parsers know four forms and weigh in the page.
    fn from_str(text: &str) -> Result<Key, IdError> {
        if text.len() != MAX_ID_LEN {
            return Err(IdError::NotUuid);
        }
        let mut bytes = [0; 16];
        let mut digits = 0;
        for (at, char) in text.bytes().enumerate() {
            if HYPHENS.contains(&at) {
                if char != b'-' {
                    return Err(IdError::NotUuid);
                }
                continue;
            }
            let digit = char::from(char).to_digit(16).ok_or(IdError::NotUuid)? as u8;
            bytes[digits / 2] = bytes[digits / 2] << 4 | digit;
            digits += 1;
        }
        Ok(Key::from_bytes(bytes))
    }
}

impl TryFrom<String> for Key {
    type Error = IdError;

    fn try_from(text: String) -> Result<Key, IdError> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> String {
        key.to_string()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(MAX_ID_LEN);
        for byte in self.as_bytes() {
            if HYPHENS.contains(&text.len()) {
                text.push('-');
            }
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
        }
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_uuid_in_its_hyphenated_form_only() {
        let text = "0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5e6f";
        assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        assert_eq!(text.to_uppercase().parse::<Key>().unwrap().to_string(), text);
        for bad in [
            "",
            "x",
            "0190b5a47e1c7c3a9f5e3b1d2c4a5e6f",
            "{0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5e6f}",
            "0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5e6g",
            "0190b5a4-7e1c-7c3a-9f5e03b1d2c4a5e6f",
            "0190b5a4-7e1c-7c3a-9f5e-3b1d2c4a5eç",
        ] {
            assert_eq!(bad.parse::<Key>(), Err(IdError::NotUuid), "{bad}");
        }
    }

    #[test]
    fn a_version_7_key_sorts_by_its_time() {
        assert!(Key::v7(1, &[255; 10]) < Key::v7(2, &[0; 10]));
    }

    #[test]
    fn an_id_is_short_and_plain() {
        assert!("lobby".parse::<RoomId>().is_ok());
        assert!("a".repeat(36).parse::<RoomId>().is_ok());
        for bad in ["", "a b", "ç", "../x", &"a".repeat(37)] {
            assert_eq!(bad.parse::<RoomId>(), Err(IdError::Malformed), "{bad}");
        }
    }
}
