//! Names people read: of rooms and of each other.

#[cfg(feature = "skeleton")]
mod made_of;
#[cfg(feature = "skeleton")]
pub mod skeleton;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// Longest nickname, in Unicode scalar values of the trimmed text (docs/PROTOCOL.md, "Limits").
pub const MAX_NICKNAME_CHARS: usize = 40;

/// Longest room name, in Unicode scalar values of the trimmed text.
pub const MAX_ROOM_NAME_CHARS: usize = 60;

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing a person could see.
    Empty,
    /// More scalar values than the limit.
    TooLong,
    /// A line break, a tab or a character that draws nothing or turns the line around.
    Invisible,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NameError::Empty => "the name is empty",
            NameError::TooLong => "the name is too long",
            NameError::Invisible => "the name has an invisible character",
        })
    }
}

impl std::error::Error for NameError {}

/// Cleans and trims `text` and checks it against `max` scalar values. What it is made of is decided where the tables of
/// Unicode are: on the server. A page refuses nothing of that by itself.
fn parse(text: &str, max: usize) -> Result<String, NameError> {
    let text = text::clean(text);
    let text = text::trimmed(&text);
    #[cfg(feature = "skeleton")]
    let text = made_of::without_joiners_at_the_ends(text);
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > max {
        return Err(NameError::TooLong);
    }
    #[cfg(feature = "skeleton")]
    if !made_of::is_name(text) {
        return Err(NameError::Invisible);
    }
    Ok(text.to_owned())
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Trims and checks `text`.
            pub fn parse(text: &str) -> Result<$name, NameError> {
                parse(text, $max).map($name)
            }

            /// The trimmed text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<$name, NameError> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

name! {
    /// What a person is called.
    Nickname, MAX_NICKNAME_CHARS
}

name! {
    /// What a room is called.
    RoomName, MAX_ROOM_NAME_CHARS
}

name! {
    /// What a whole server is called: as long as a room's name.
    ServerName, MAX_ROOM_NAME_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed() {
        assert_eq!(Nickname::parse("  Bia ").unwrap().as_str(), "Bia");
        assert_eq!(Nickname::parse("B\u{0}ia\r\n\u{7f}").unwrap().as_str(), "Bia");
    }

    #[test]
    fn a_name_of_emoji_families_and_scripts_is_welcome() {
        for name in ["👩‍👩‍👧", "يوسف حداد", "Ana-Luísa", "李"] {
            assert!(Nickname::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn nothing_visible_is_empty_and_hidden_characters_are_refused() {
        assert_eq!(Nickname::parse(" \n\u{0} "), Err(NameError::Empty));
        #[cfg(feature = "skeleton")]
        for name in ["a\u{200b}b", "a\u{202e}b", "a\nb", "a\rb", "a\tb", "\u{3164}", "a\u{e0041}"] {
            assert_eq!(Nickname::parse(name), Err(NameError::Invisible), "{name:?}");
        }
    }

    #[test]
    fn a_nickname_has_forty_characters_and_a_room_sixty() {
        assert!(Nickname::parse(&"ç".repeat(40)).is_ok());
        assert_eq!(Nickname::parse(&"ç".repeat(41)), Err(NameError::TooLong));
        assert!(RoomName::parse(&"ç".repeat(60)).is_ok());
        assert_eq!(RoomName::parse(&"ç".repeat(61)), Err(NameError::TooLong));
    }
}
