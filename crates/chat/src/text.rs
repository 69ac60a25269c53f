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

/// The character draws nothing by itself: white space, controls, the default ignorable code points of Unicode, which
/// only change what stands beside them, and a few that are drawn as a blank.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_ignorable(c) || is_blank_sign(c)
}

/// Unicode's property `Default_Ignorable_Code_Point`.
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Signs of which there is nothing to see: the braille cell without dots, the notehead and the filler that are none, what
/// stands for an object, and the marks of annotations.
pub(crate) fn is_blank_sign(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{1d159}' | '\u{16fe4}' | '\u{fff9}'..='\u{fffc}')
}

/// `text` without white space at its ends, nor the invisible characters that come along when a text is copied there: byte
/// order marks, zero-width spaces, soft hyphens and marks of direction.
pub fn trimmed(text: &str) -> &str {
    let pasted = |c| {
        matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{ad}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
    };
    text.trim_matches(|c: char| c.is_whitespace() || pasted(c))
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

    #[cfg(feature = "skeleton")]
    #[test]
    fn what_is_ignorable_is_so_by_unicodes_own_table() {
        use icu_properties::CodePointSetData;
        use icu_properties::props::DefaultIgnorableCodePoint;
        let table = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        let differing = ('\0'..=char::MAX).find(|c| is_ignorable(*c) != table.contains(*c));
        assert_eq!(differing, None);
    }

    #[test]
    fn what_was_pasted_along_is_trimmed_and_nothing_that_is_drawn() {
        for text in ["Ana\u{feff}", "\u{feff} Ana", "\u{200e}Ana\u{200b} \u{a0}", "Ana\u{ad}", "Ana"] {
            assert_eq!(trimmed(text), "Ana", "{text:?}");
        }
        assert_eq!(trimmed("❤\u{fe0f}"), "❤\u{fe0f}");
    }

    #[test]
    fn cleaning_twice_is_cleaning_once() {
        for text in ["\r\u{0}\n", "\r\u{7f}\r\n", "\u{0}\r\r\n"] {
            let once = clean(text);
            assert_eq!(clean(&once), once, "{text:?}");
        }
    }
}
