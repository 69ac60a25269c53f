//! Who is called in a text: `@name`, whatever its case and accents.
//!
//! Each name is looked for by itself, so that everybody's own screen and the server come to the same answer without
//! knowing who else there is: "@Ana Maria" calls Ana Maria, and Ana too. A first name alone calls the one person in the
//! room whose name begins so; who that is only the server knows.

use crate::name::MAX_NICKNAME_CHARS;

/// Most calls of one text; what is called after them is not (docs/threats.md section 5).
pub const MAX_CALLS: usize = 20;

/// The text calls the person named `name`.
pub fn calls(text: &str, name: &str) -> bool {
    let name = fold(name);
    called(text).any(|one| one == name)
}

/// The text may call the person named `name` by the first word of that name: if nobody else in the room has a name that
/// begins so, and nobody has that name alone.
pub fn may_call(text: &str, name: &str) -> bool {
    let name = fold(name);
    name.split_once(' ').is_some_and(|(first, _)| first_names(text).any(|one| one == first))
}

/// What the text calls by one word each, folded.
pub fn first_names(text: &str) -> impl Iterator<Item = String> {
    begins(text).filter_map(|rest| {
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        // What ends a sentence is no part of a name.
        ends(word).filter(|end| end.chars().next_back().is_some_and(in_word)).last().map(fold)
    })
}

/// Every name, folded, that the text could be calling: what follows an `@`, up to each end of a word.
pub fn called(text: &str) -> impl Iterator<Item = String> {
    begins(text).flat_map(ends).map(fold)
}

/// What follows each `@` that calls.
fn begins(text: &str) -> impl Iterator<Item = &str> {
    let begins =
        text.match_indices('@').filter(|(at, _)| !text[..*at].chars().next_back().is_some_and(keeps));
    begins.take(MAX_CALLS).map(|(at, _)| &text[at + 1..])
}

/// The parts of `text` from its beginning that end where a word does, none longer than a name.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    let most = if text.starts_with(char::is_whitespace) { 0 } else { MAX_NICKNAME_CHARS };
    text.char_indices().take(most).take_while(|(_, c)| *c != '\n').filter_map(move |(at, c)| {
        let end = at + c.len_utf8();
        let inside = text[end..].chars().next().is_some_and(|next| {
            let spaced = !is_unspaced(c) && !is_unspaced(next);
            joins(next) || spaced && in_word(c) && in_word(next)
        });
        (!c.is_whitespace() && !inside).then_some(&text[..end])
    })
}

/// An `@` after it is part of an address, as in `a@b.example`. Letters without case are of scripts in which nobody writes
/// one, and words stand together: `你好@李雷`, `ש@דני`.
fn keeps(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || c.is_numeric() || c == '_' || joins(c)
}

/// Of a script that writes words without spaces between them, or hangs particles on names: each character may end one.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        // Thai and Lao, Burmese, Khmer.
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        // Chinese, Japanese, Korean.
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || joins(c)
}

/// It belongs to the character before it.
fn joins(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// The form in which names are compared: small letters without accents, every white space the same.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            _ if matches!(c, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}') => {}
            _ if c.is_whitespace() => folded.push(' '),
            'ß' => folded.push_str("ss"),
            plain => folded.push(plain),
        }
    }
    folded
}

/// A small letter without its accent. By hand: decomposition tables weigh in the page.
fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ'..='ặ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ'..='ị' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ'..='ợ' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' => 'ι',
        'ό' => 'ο',
        'ύ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_after_an_at_is_called_whatever_its_case_and_accents() {
        for text in ["@José", "oi @jose!", "(@JOSÉ)", "@jose\u{301}", "x\n@José\ny", "@José, @Bia"] {
            assert!(calls(text, "José"), "{text}");
        }
        assert!(calls("@groß", "GROSS") && calls("@Σίσυφος", "σισυφοσ") && calls("@Đặng", "dang"));
    }

    #[test]
    fn a_name_ends_where_a_word_does() {
        for text in ["José", "a@José", "@Joséphine", "@José_", "@José2", "@ José", "@@", "@Jose\u{301}2"]
        {
            assert!(!calls(text, "José"), "{text}");
        }
        assert!(calls("@@José", "José"));
        assert!(!calls("@José\u{301}a", "José") && !calls("@👩🏽", "👩") && calls("@👩🏽 oi", "👩🏽"));
    }

    #[test]
    fn a_call_needs_no_space_before_it_where_words_have_no_case_and_an_address_is_no_call() {
        for (text, name) in [
            ("你好@李雷", "李雷"),
            ("ש@דני", "דני"),
            ("안녕@민수", "민수"),
            ("สวัสดี@สมชาย", "สมชาย"),
            ("مرحبا@علي", "علي"),
        ] {
            assert!(calls(text, name), "{text}");
        }
        for (text, name) in
            [("a@b.example", "b"), ("É@b", "b"), ("7@b", "b"), ("Ж@b", "b"), ("e\u{301}@b", "b")]
        {
            assert!(!calls(text, name), "{text}");
        }
    }

    #[test]
    fn a_name_ends_anywhere_where_nobody_writes_spaces() {
        for (text, name) in [
            ("@李雷你好", "李雷"),
            ("@田中さん", "田中"),
            ("@민수야", "민수"),
            ("@Ana你好", "Ana"),
            ("@สมชายครับ", "สมชาย"),
        ] {
            assert!(calls(text, name), "{text}");
        }
        assert!(!calls("@דניאל", "דני"));
    }

    #[test]
    fn a_name_of_several_words_is_called_as_one_and_so_is_who_is_called_by_the_first() {
        assert!(calls("oi @ana  maria", "Ana  Maria") && calls("oi @ana maria", "Ana"));
        assert!(!calls("oi @ana\nmaria", "Ana Maria"));
    }

    #[test]
    fn a_first_name_may_call_and_no_other_part_of_a_name() {
        for text in ["@Ana", "oi @ANÁ, tudo bem?", "你好@Ana!"] {
            assert!(may_call(text, "Ana Maria") && !calls(text, "Ana Maria"), "{text}");
        }
        for text in ["@Maria", "@An", "@Anab", "Ana", "a@Ana"] {
            assert!(!may_call(text, "Ana Maria"), "{text}");
        }
        assert!(!may_call("@Ana", "Ana"), "that is the whole name");
    }

    #[test]
    fn only_so_many_are_called_and_nothing_longer_than_a_name_is_looked_at() {
        let text = format!("{}@Bia", "@x ".repeat(MAX_CALLS));
        assert!(calls(&text, "x") && !calls(&text, "Bia"));
        let longest = called(&format!("@{}", "a ".repeat(4_000))).map(|name| name.chars().count()).max();
        assert!(longest.unwrap() <= MAX_NICKNAME_CHARS);
    }
}
