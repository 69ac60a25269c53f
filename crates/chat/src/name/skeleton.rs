//! What a name looks like to the eye: two names of one skeleton are one name (UTS #39 section 4; docs/threats.md, attacks
//! 84 and 86).
//!
//! Not stored with the name and never shown: it is only compared.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton as confusable_skeleton;

use super::made_of;

/// Names that would speak for the server or call everybody.
const RESERVED: [&str; 22] = [
    "admin",
    "administrador",
    "administradora",
    "administrator",
    "all",
    "aqui",
    "channel",
    "chat moderno",
    "dona",
    "dono",
    "everyone",
    "here",
    "moderador",
    "moderadora",
    "moderator",
    "owner",
    "root",
    "servidor",
    "sistema",
    "system",
    "todos",
    "todas",
];

/// The flags that are made of tags and drawn as such everywhere: England, Scotland, Wales. Any other is a black one.
const FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];

/// What the server calls people who gave no name; a number follows.
pub const VISITOR: &str = "Visitante";

/// More than any letter needs until it looks like nothing else.
const MOST_ROUNDS: usize = 8;

/// The skeleton of `name`: without the differences of case, width, composition, white space and look-alike letters.
pub fn skeleton(name: &str) -> String {
    let mut now = fold(&plain(name));
    // Look-alikes of a small letter may be capital ones, which fold into what has look-alikes again.
    for _ in 0..MOST_ROUNDS {
        let next = fold(&confusable_skeleton(&now).collect::<String>());
        if next == now {
            break;
        }
        now = next;
    }
    now
}

/// Everything that `name` is taken for: no two people share one of these. The first is its [`skeleton`]. Small letters
/// look like others than capital ones do, so the name as it is written counts as well (`lan` is taken for `Ian`), and so
/// does the name in capitals (`ADМIN`, whose third letter is Cyrillic); and of a name with foreign letters what that comes
/// to without case (`Віa`, which begins with a Cyrillic letter).
pub fn likenesses(name: &str) -> Vec<String> {
    let plain = plain(name);
    let written = confusable_skeleton(&plain).collect::<String>();
    let capitals: String = plain.to_uppercase().nfkc().collect();
    let capitals = confusable_skeleton(&capitals).collect::<String>();
    let mut all = vec![skeleton(name)];
    let foreign = (!name.is_ascii()).then(|| skeleton(&written));
    for likeness in [format!("={written}"), format!("^{capitals}")].into_iter().chain(foreign) {
        if !all.contains(&likeness) {
            all.push(likeness);
        }
    }
    all
}

/// What [`likenesses`] makes of a name: to be raised with every change of it, so that what was made before is made anew.
pub const REVISION: u8 = 2;

/// Nobody may choose `name`: it speaks for the server, calls everybody, or is one that the server gives.
pub fn is_reserved(name: &str) -> bool {
    static WORDS: LazyLock<HashSet<String>> =
        LazyLock::new(|| RESERVED.iter().flat_map(|word| likenesses(word)).collect());
    likenesses(name).iter().any(|likeness| WORDS.contains(likeness)) || is_a_visitors(name)
}

/// "Visitante" and a number.
fn is_a_visitors(name: &str) -> bool {
    static WORD: LazyLock<Vec<String>> = LazyLock::new(|| likenesses(VISITOR));
    let name = plain(name);
    let Some((word, number)) = name.rsplit_once(' ') else { return false };
    number.chars().all(char::is_numeric) && likenesses(word).iter().any(|likeness| WORD.contains(likeness))
}

/// Compatibility forms become plain ones, white space one space; a flag made of tags keeps its name, for without the
/// tags it would be like any other.
fn plain(name: &str) -> String {
    let mut named = String::with_capacity(name.len());
    let chars: Vec<char> = name.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        named.push(*c);
        if *c == '\u{1f3f4}'
            && let Some(flag) = made_of::tags(&chars[at + 1..]).filter(|flag| FLAGS.contains(&flag.as_str()))
        {
            named.push_str(&flag);
        }
    }
    let plain: String = named.nfkc().collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compatibility forms become plain ones, capitals small, and white space one space.
fn fold(text: &str) -> String {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    // Capital eszett and final sigma have two small forms.
    let plain = plain.replace('ß', "ss").replace('ς', "σ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn line_84_letters_of_other_scripts_that_look_alike_are_one_name() {
        for (name, like) in
            [("аdmin", "admin"), ("ΙAN", "Ian"), ("Аnа", "Ana"), ("Tοmás", "Tomás"), ("rn", "m")]
        {
            assert_eq!(skeleton(name), skeleton(like), "{name} {like}");
        }
    }

    #[test]
    fn line_84_capital_letters_that_look_alike_only_as_such_are_one_name_too() {
        let shares = |name: &str, other: &str| {
            let others = likenesses(other);
            likenesses(name).iter().any(|likeness| others.contains(likeness))
        };
        for (name, like) in [("Віa", "Bia"), ("Bia", "Віa"), ("Віa", "bia"), ("lan", "Ian"), ("ΙAN", "ian")]
        {
            assert!(shares(name, like), "{name} {like}");
        }
        for (name, other) in [("Lan", "Ian"), ("Bia", "Ana"), ("Inês", "Lia")] {
            assert!(!shares(name, other), "{name} {other}");
        }
    }

    #[test]
    fn line_84_a_name_is_taken_for_what_its_capitals_look_like() {
        let shares = |name: &str, other: &str| {
            let others = likenesses(other);
            likenesses(name).iter().any(|likeness| others.contains(likeness))
        };
        for (name, like) in [
            ("ADМIN", "admin"),
            ("adМin", "Admin"),
            ("НАТА", "Hata"),
            ("АНА", "AHA"),
            ("Ana\u{180b}", "Ana"),
            ("A\u{200c}na", "Ana"),
            ("Ana\u{fe0f}", "ana"),
        ] {
            assert!(shares(name, like), "{name} {like}");
        }
        let (england, scotland) = (
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        );
        for (name, other) in
            [("Mia", "Nia"), ("Ana", "Ava"), (england, scotland), (england, "🏴"), ("Zoé", "Zoe")]
        {
            assert!(!shares(name, other), "{name} {other}");
        }
        // No part of a country, so only a black flag is drawn.
        assert!(shares("🏴\u{e0061}\u{e0061}\u{e0061}\u{e007f}", "🏴"));
    }

    #[test]
    fn line_86_composition_width_case_and_space_make_no_other_name() {
        for (name, like) in [
            ("Jose\u{301}", "José"),
            ("Ａｎａ", "ana"),
            ("ANA", "ana"),
            ("Ana  Luísa", "ana\u{a0}luísa"),
            ("STRASSE", "straße"),
            ("ﬁ", "fi"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ] {
            assert_eq!(skeleton(name), skeleton(like), "{name} {like}");
        }
    }

    #[test]
    fn names_that_look_different_are_different() {
        for (name, other) in [
            ("Ana", "Anna"),
            ("José", "Jose"),
            ("Bia", "Ana"),
            ("李", "王"),
            ("👩", "👨"),
            ("Ana 1", "Ana 2"),
        ] {
            assert_ne!(skeleton(name), skeleton(other), "{name} {other}");
        }
    }

    #[test]
    fn what_speaks_for_the_server_is_reserved_in_every_disguise() {
        for name in [
            "Admin",
            "аdmin",
            "ＭＯＤＥＲＡＴＯＲ",
            "Chat  Moderno",
            "todos",
            "Visitante 1234",
            "VISITANTE 7",
            "ADМIN",
            "ΑDМΙΝ",
            "adМin",
            "RООT",
            "МODЕRATOR",
            "ТODOS",
            "Vіsitante 12",
            "VІSІTANTE １２",
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["Ana", "Adminis", "Visitante", "Visitante da Lua", "Dona Flor"] {
            assert!(!is_reserved(name), "{name}");
        }
    }

    #[test]
    fn a_name_is_taken_for_the_same_thing_once() {
        for name in ["José", "Ana", "Віa", "=", "=="] {
            let mut all = likenesses(name);
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count, "{name}");
        }
    }

    proptest! {
        #[test]
        fn the_skeleton_of_a_skeleton_is_itself(name in "\\PC{0,40}") {
            let once = skeleton(&name);
            prop_assert_eq!(skeleton(&once), once);
        }
    }
}
