//! What a room can be set to, and how many people it takes to be a crowd.

use std::fmt;

use crate::{Millis, NameError, text};

/// Longest topic, in Unicode scalar values of the trimmed text.
pub const MAX_TOPIC_CHARS: usize = 250;

/// Longest wait of slow mode, in seconds.
pub const MAX_SLOW_MODE: u32 = 3_600;

/// Most people in a room who learn how far each of them has read.
pub const MAX_RECEIPTS: usize = 50;

/// What a room is about, on one line. Empty for nothing said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    /// Cleans, trims and checks `text`.
    ///
    /// # Errors
    /// [`NameError::TooLong`]; [`NameError::Invisible`] for a line break, a tab or a character that turns the line
    /// around.
    pub fn parse(text: &str) -> Result<Topic, NameError> {
        let text = text::clean(text);
        let text = if text.chars().all(text::is_blank) { "" } else { text.trim() };
        if text.chars().count() > MAX_TOPIC_CHARS {
            return Err(NameError::TooLong);
        }
        if text.chars().any(breaks_the_line) {
            return Err(NameError::Invisible);
        }
        Ok(Topic(text.to_owned()))
    }

    /// The trimmed text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Unlike in a name, what draws nothing may stay: scripts need joiners, and two topics may look alike.
fn breaks_the_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Milliseconds that who spoke at `said` still waits at `now` in a room whose slow mode is `seconds`; `None` for no
/// longer. A clock that has gone back makes nobody wait longer than that.
pub fn wait(said: Millis, now: Millis, seconds: u32) -> Option<u64> {
    let whole = u64::from(seconds) * 1_000;
    let passed = u64::try_from(now.saturating_sub(said)).unwrap_or(0);
    whole.checked_sub(passed).filter(|rest| *rest > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_one_trimmed_line_of_at_most_250_characters() {
        assert_eq!(Topic::parse("  Prova na sexta ").unwrap().as_str(), "Prova na sexta");
        assert_eq!(Topic::parse(" \n ").unwrap().as_str(), "");
        assert_eq!(Topic::parse("\u{200b}\u{feff}").unwrap().as_str(), "");
        assert!(Topic::parse(&"ç".repeat(250)).is_ok());
        assert_eq!(Topic::parse(&"ç".repeat(251)), Err(NameError::TooLong));
        assert_eq!(Topic::parse("a\u{0}b\r\n").unwrap().as_str(), "ab");
        for text in ["a\nb", "a\rb", "a\u{202e}b", "a\u{2067}b", "a\u{2028}b"] {
            assert_eq!(Topic::parse(text), Err(NameError::Invisible), "{text:?}");
        }
        assert!(Topic::parse("می\u{200c}خواهم 👩‍👩‍👧").is_ok(), "joiners are part of writing");
    }

    #[test]
    fn who_has_spoken_waits_the_rest_of_the_time() {
        assert_eq!(wait(1_000, 1_000, 10), Some(10_000));
        assert_eq!(wait(1_000, 10_999, 10), Some(1));
        assert_eq!(wait(1_000, 11_000, 10), None);
        assert_eq!(wait(1_000, 90_000, 10), None);
        assert_eq!(wait(90_000, 1_000, 10), Some(10_000), "the clock went back");
        assert_eq!(wait(1_000, 1_000, 0), None);
    }
}
