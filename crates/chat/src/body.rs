//! The text of a message.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest body, in Unicode scalar values of the trimmed text (protocol.md section 7).
pub const MAX_CHARS: usize = 4_000;

/// Longest body, in bytes of UTF-8 as typed.
pub const MAX_BYTES: usize = 16 * 1024;

/// Why a text is not a message body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// Nothing but white space.
    Empty,
    /// More than [`MAX_CHARS`] scalar values or [`MAX_BYTES`] bytes.
    TooLong,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BodyError::Empty => "the message is empty",
            BodyError::TooLong => "the message is too long",
        })
    }
}

impl std::error::Error for BodyError {}

/// A text fit to be sent: kept exactly as typed, measured without the white space around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageBody(String);

impl MessageBody {
    /// Checks `text` against the limits of protocol.md section 7.
    pub fn parse(text: impl Into<String>) -> Result<MessageBody, BodyError> {
        let text = text.into();
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(BodyError::Empty);
        }
        if text.len() > MAX_BYTES || trimmed.chars().count() > MAX_CHARS {
            return Err(BodyError::TooLong);
        }
        Ok(MessageBody(text))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MessageBody {
    type Error = BodyError;

    fn try_from(text: String) -> Result<MessageBody, BodyError> {
        MessageBody::parse(text)
    }
}

impl From<MessageBody> for String {
    fn from(body: MessageBody) -> String {
        body.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_kept_as_typed_and_measured_trimmed() {
        let padded = format!("  {}\n", "é".repeat(MAX_CHARS));
        assert_eq!(MessageBody::parse(padded.clone()).unwrap().as_str(), padded);
    }

    #[test]
    fn white_space_alone_is_empty() {
        for text in ["", " ", "\n\t", "\u{3000}"] {
            assert_eq!(MessageBody::parse(text), Err(BodyError::Empty), "{text:?}");
        }
    }

    #[test]
    fn one_character_or_one_byte_too_many_is_refused() {
        assert_eq!(MessageBody::parse("a".repeat(MAX_CHARS + 1)), Err(BodyError::TooLong));
        let emoji = "🙂"; // four bytes each: the byte limit bites at 4,096, the other one first
        assert!(MessageBody::parse(emoji.repeat(MAX_CHARS)).is_ok());
        let wide = format!("{}{}", " ".repeat(MAX_BYTES), "a");
        assert_eq!(MessageBody::parse(wide), Err(BodyError::TooLong));
    }
}
