//! The text of a message.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// Longest body, in Unicode scalar values of the trimmed text (docs/PROTOCOL.md, "Limits").
pub const MAX_CHARS: usize = 4_000;

/// Longest body, in bytes of UTF-8.
pub const MAX_BYTES: usize = 16 * 1024;

/// Why a text is not a message body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// Nothing that anybody would see.
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

/// A text fit to be sent: [clean](text::clean) and else as typed, measured without the white space around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageBody(String);

impl MessageBody {
    /// Cleans `text` and checks it against the limits.
    ///
    /// # Errors
    /// [`BodyError::Empty`] or [`BodyError::TooLong`].
    pub fn parse(text: impl Into<String>) -> Result<MessageBody, BodyError> {
        let text = text::cleaned(text.into());
        let trimmed = text.trim();
        if trimmed.chars().all(text::is_blank) {
            return Err(BodyError::Empty);
        }
        if text.len() > MAX_BYTES || count(trimmed) > MAX_CHARS {
            return Err(BodyError::TooLong);
        }
        Ok(MessageBody(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How long a text is, as its limit counts it.
pub fn count(text: &str) -> usize {
    text::clean(text).trim().chars().count()
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
    fn control_characters_and_carriage_returns_are_taken_out_before_anything_is_counted() {
        assert_eq!(MessageBody::parse("a\u{0}b\r\nc").unwrap().as_str(), "ab\nc");
        let lines = "a\r\n".repeat(MAX_CHARS / 2 - 1) + "ab";
        assert_eq!(MessageBody::parse(lines).unwrap().as_str().len(), MAX_CHARS);
        let marked = "a\u{7f}".repeat(MAX_CHARS);
        assert_eq!(MessageBody::parse(marked).unwrap().as_str().len(), MAX_CHARS);
    }

    #[test]
    fn white_space_alone_is_empty() {
        for text in ["", " ", "\n\t", "\u{3000}", "\u{0}", "\r\u{1b}"] {
            assert_eq!(MessageBody::parse(text), Err(BodyError::Empty), "{text:?}");
        }
    }

    #[test]
    fn what_nobody_would_see_is_empty() {
        for text in [
            "\u{200b}",
            " \u{feff}\n",
            "\u{180b}",
            "\u{3164}\u{115f}",
            "\u{2800}",
            "\u{e0041}",
            "\u{fe0f}\u{200d}",
        ] {
            assert_eq!(MessageBody::parse(text), Err(BodyError::Empty), "{text:?}");
        }
        for text in ["\u{200b}a", "❤\u{fe0f}", ".", "\u{301}"] {
            assert!(MessageBody::parse(text).is_ok(), "{text:?}");
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
