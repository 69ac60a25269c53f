//! Text as it is counted, compared, stored and drawn: one form for what people type, whatever it came by.
//!
//! An HTML parser drops NUL and turns a carriage return into a line feed, and a browser's form turns a line feed into
//! both. A text that is clean leaves a parser as it entered it.

use std::borrow::Cow;

/// `text` with a line feed for each end of line, and without control characters but tab and line feed.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_clean) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            c if is_clean(c) => cleaned.push(c),
            _ => {}
        }
    }
    Cow::Owned(cleaned)
}

/// The same of a text that is no longer needed as it is.
pub fn cleaned(text: String) -> String {
    match clean(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(cleaned) => cleaned,
    }
}

fn is_clean(c: char) -> bool {
    !c.is_control() || matches!(c, '\t' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_line_is_a_line_feed_and_counts_once() {
        assert_eq!(clean("a\r\nb\rc\nd\r\r\ne\n\r"), "a\nb\nc\nd\n\ne\n\n");
    }

    #[test]
    fn control_characters_are_removed_but_tab_and_line_feed() {
        assert_eq!(clean("\u{0}a\tb\u{7}\u{b}\u{c}\u{1b}[0m\u{7f}\u{80}\u{85}\u{9f}c\n"), "a\tb[0mc\n");
    }

    #[test]
    fn what_is_clean_stays_as_it_is() {
        for text in ["", " Oi\n\tmundo ", "👩‍👩‍👧 \u{feff}\u{200b}\u{2028}\u{a0}\u{ad}\u{fffe}"] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text), "{text:?}");
            assert_eq!(cleaned(text.to_owned()), text);
        }
        assert_eq!(cleaned("\u{0}".to_owned()), "");
    }

    #[test]
    fn cleaning_twice_is_cleaning_once() {
        for text in ["\r\u{0}\n", "\r\u{7f}\r\n", "\u{0}\r\r\n"] {
            let once = clean(text);
            assert_eq!(clean(&once), once, "{text:?}");
        }
    }
}
