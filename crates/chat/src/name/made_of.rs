//! What a name may be made of, by the properties that Unicode gives its characters: what draws nothing stands only where
//! a script or an emoji takes it, and something is to be seen.

use icu_properties::props::{
    CanonicalCombiningClass, Emoji, ExtendedPictographic, GeneralCategory as Category, Ideographic,
    IndicSyllabicCategory, JoiningType, PrependedConcatenationMark, Script,
};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::text;

/// Zero-width non-joiner.
const NON_JOINER: char = '\u{200c}';
/// Zero-width joiner.
const JOINER: char = '\u{200d}';
/// The flag that a sequence of tags makes another one.
const BLACK_FLAG: char = '\u{1f3f4}';
/// The end of such a sequence.
const CANCEL_TAG: char = '\u{e007f}';

/// `text` without the joiners at its ends, which join nothing there; a sign that kills a vowel takes one after it.
pub(super) fn without_joiners_at_the_ends(text: &str) -> &str {
    let mut rest = text::trimmed(text.trim_start_matches(is_joiner));
    while let Some(shorter) = rest.strip_suffix(is_joiner) {
        if shorter.chars().next_back().is_some_and(is_virama) {
            break;
        }
        rest = text::trimmed(shorter);
    }
    rest
}

/// A trimmed text is fit to be a name.
pub(super) fn is_name(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let mut seen = false;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let (before, after) = (&chars[..at], &chars[at + 1..]);
        if c == BLACK_FLAG
            && let Some(flag) = tags(after)
        {
            (seen, at) = (true, at + 1 + flag.len() + 1);
            continue;
        }
        if !may_stand(c, before, after) {
            return false;
        }
        seen |= is_seen(c);
        at += 1;
    }
    seen
}

/// The tags after a black flag, without the one that ends them, as the text they stand for.
pub(super) fn tags(after: &[char]) -> Option<String> {
    let end = after.iter().position(|c| *c == CANCEL_TAG)?;
    let plain = |c: char| char::from_u32(u32::from(c).wrapping_sub(0xe_0000));
    let flag: Option<String> = after[..end].iter().map(|c| plain(*c)).collect();
    // A country and one of its parts.
    flag.filter(|flag| (3..=6).contains(&flag.len()))
        .filter(|flag| flag.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// `c` may stand where it does.
fn may_stand(c: char, before: &[char], after: &[char]) -> bool {
    if text::is_blank_sign(c) {
        return false;
    }
    if text::is_ignorable(c) {
        return is_taken(c, before, after);
    }
    match category(c) {
        Category::Control | Category::LineSeparator | Category::ParagraphSeparator => false,
        Category::PrivateUse | Category::Surrogate => false,
        // What is reserved for emoji will be some.
        Category::Unassigned => is_pictographic(c),
        Category::Format => CodePointSetData::new::<PrependedConcatenationMark>().contains(c),
        Category::NonspacingMark | Category::EnclosingMark => belongs(c, before),
        _ => true,
    }
}

/// Something is drawn for `c` itself.
fn is_seen(c: char) -> bool {
    let mark = matches!(
        category(c),
        Category::NonspacingMark | Category::EnclosingMark | Category::SpacingMark | Category::SpaceSeparator
    );
    !mark && !text::is_blank(c)
}

/// A mark is of no script, or of that of the letter it stands on: else it may well draw nothing.
fn belongs(mark: char, before: &[char]) -> bool {
    let own = script(mark);
    let base = before.iter().rev().map(|c| script(*c)).find(|script| is_one(*script));
    !is_one(own) || base == Some(own)
}

/// `c`, which draws nothing, changes what it stands beside.
fn is_taken(c: char, before: &[char], after: &[char]) -> bool {
    let last = before.last().copied();
    let is = |of: fn(char) -> bool| last.is_some_and(of);
    match c {
        JOINER if joins_emoji(before, after) => true,
        JOINER | NON_JOINER => joins_letters(before, after),
        // How an emoji is drawn, or a letter of certain scripts.
        '\u{fe0e}' | '\u{fe0f}' => is(is_emoji),
        '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => {
            is(|c| is_ideograph(c) || matches!(script(c), Script::Myanmar | Script::PhagsPa))
        }
        '\u{180b}'..='\u{180f}' => is(|c| script(c) == Script::Mongolian),
        _ => false,
    }
}

/// The joiner between `before` and `after` makes one emoji of several.
pub(super) fn joins_emoji(before: &[char], after: &[char]) -> bool {
    let changes = |c: &&char| matches!(**c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let last = before.iter().rev().find(|c| !changes(c));
    last.is_some_and(|c| is_pictographic(*c)) && after.first().is_some_and(|c| is_pictographic(*c))
}

/// The joiner stands after a sign that kills a vowel, or between two letters of one script that takes joiners.
fn joins_letters(before: &[char], after: &[char]) -> bool {
    if before.last().is_some_and(|c| is_virama(*c)) {
        return true;
    }
    let letter = |c: &&char| is_one(script(**c));
    let (last, next) = (before.iter().rev().find(letter), after.iter().find(letter));
    match (last, next) {
        (Some(last), Some(next)) => {
            script(*last) == script(*next) && takes_joiners(*last) && takes_joiners(*next)
        }
        _ => false,
    }
}

/// A letter that joins its neighbours, or is a part of syllables that do; or one of the Arabic script that does neither,
/// as the hamza.
fn takes_joiners(c: char) -> bool {
    let joins = CodePointMapData::<JoiningType>::new().get(c);
    let syllabic = CodePointMapData::<IndicSyllabicCategory>::new().get(c);
    script(c) == Script::Arabic
        || joins != JoiningType::NonJoining && joins != JoiningType::Transparent
        || syllabic != IndicSyllabicCategory::Other
}

fn is_joiner(c: char) -> bool {
    matches!(c, JOINER | NON_JOINER)
}

fn is_virama(c: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
}

/// A script of its own, not what every script uses.
fn is_one(script: Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

fn category(c: char) -> Category {
    CodePointMapData::<Category>::new().get(c)
}

fn is_emoji(c: char) -> bool {
    CodePointSetData::new::<Emoji>().contains(c)
}

fn is_pictographic(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

fn is_ideograph(c: char) -> bool {
    CodePointSetData::new::<Ideographic>().contains(c)
}

#[cfg(test)]
mod tests {
    use crate::NameError::{Empty, Invisible};
    use crate::{Nickname, RoomName};

    const ENGLAND: &str = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";

    #[test]
    fn every_script_is_written_as_it_is_written() {
        for name in [
            "علی\u{200c}رضا",
            "دست\u{200c}ها",
            "دار\u{200c}ها",
            "جزء\u{200c}ها",
            "مُحَمَّد",
            "שָׁלוֹם",
            "শ্র\u{200d}ী",
            "র\u{200d}্যাব",
            "क्\u{200d}ष",
            "ශ්\u{200d}රී",
            "സന്\u{200d}ധ്യ",
            "രമേശന്\u{200d}",
            "နိုင်းမြတ်",
            "ᠮᠣᠩᠭᠣᠯ\u{180b}ᠠ",
            "葛\u{e0100}城",
            "ศรีสุข",
            "Nguyễn Thị Hồng",
            "김민준",
            "e\u{301}ric",
            "👩\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
            "👩🏽\u{200d}🚀 Ana",
            "Ana ❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            ENGLAND,
            "Joe 🏴\u{e0075}\u{e0073}\u{e0074}\u{e0078}\u{e007f}",
            "(\u{a0}͡° ͜ʖ ͡°)",
            "R2-D2",
            "?",
        ] {
            assert!(Nickname::parse(name).is_ok(), "{name}");
            assert!(RoomName::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_draws_nothing_is_refused_alone_behind_and_within() {
        for c in [
            '\u{34f}',
            '\u{115f}',
            '\u{17b4}',
            '\u{180b}',
            '\u{180e}',
            '\u{180f}',
            '\u{202a}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{206a}',
            '\u{2800}',
            '\u{3164}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{ffa0}',
            '\u{fff0}',
            '\u{fffc}',
            '\u{1bca0}',
            '\u{1bc9d}',
            '\u{1d159}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e007f}',
            '\u{e0100}',
            '\u{e000}',
            '\u{fdd0}',
            '\u{10ffff}',
            '\u{13430}',
        ] {
            for name in [format!("{c}Ana"), format!("A{c}na"), format!("Ana{c}"), format!("{c}{c}")] {
                assert_eq!(Nickname::parse(&name), Err(Invisible), "{name:?}");
            }
        }
        for c in ['\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{61c}']
        {
            assert_eq!(Nickname::parse(&format!("A{c}na")), Err(Invisible), "{c:?}");
            assert_eq!(Nickname::parse(&format!(" {c}Ana{c} ")).unwrap().as_str(), "Ana", "{c:?}");
            assert_eq!(Nickname::parse(&format!("{c}{c}")), Err(Empty), "{c:?}");
        }
    }

    #[test]
    fn one_visible_character_is_required() {
        assert_eq!(Nickname::parse("A\u{2028}na"), Err(Invisible));
        for name in ["\u{301}", "\u{301}\u{302}", "\u{93e}", "\u{20dd}"] {
            assert_eq!(Nickname::parse(name), Err(Invisible), "{name:?}");
        }
    }

    #[test]
    fn a_joiner_joins_what_is_there_and_tags_make_a_flag() {
        for name in [
            "😀\u{200d}a",
            "a\u{200d}😀",
            "A\u{200c}na",
            "علی\u{200c}Ana",
            "Ana\u{e0067}\u{e007f}",
            "🏴\u{e0067}",
            "🏴\u{e0041}\u{e0042}\u{e0043}\u{e007f}",
            "😀\u{e0067}\u{e0062}\u{e0065}\u{e007f}",
        ] {
            assert_eq!(Nickname::parse(name), Err(Invisible), "{name:?}");
        }
    }
}
