//! What a name looks like to the eye: two names of one skeleton are one name (UTS #39 section 4; security.md 84 and 86).
//!
//! Not stored with the name and never shown: it is only compared.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton as confusable_skeleton;

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

/// What the server calls people who gave no name; a number follows.
pub const VISITOR: &str = "Visitante";

/// More than any letter needs until it looks like nothing else.
const MOST_ROUNDS: usize = 8;

/// The skeleton of `name`: without the differences of case, width, composition, white space and look-alike letters.
pub fn skeleton(name: &str) -> String {
    let mut now = fold(name);
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
/// look like others than capital ones do, so the name as it is written counts as well (`lan` is taken for `Ian`), and
/// of a name with foreign letters what that comes to without case (`Віa`, which begins with a Cyrillic letter).
pub fn likenesses(name: &str) -> Vec<String> {
    let plain: String = name.nfkc().collect();
    let written = confusable_skeleton(&plain).collect::<String>();
    let mut all = vec![skeleton(name)];
    let foreign = (!name.is_ascii()).then(|| fold(&written));
    for likeness in std::iter::once(format!("={written}")).chain(foreign) {
        if !all.contains(&likeness) {
            all.push(likeness);
        }
    }
    all
}

/// Nobody may choose `name`: it speaks for the server, calls everybody, or is one that the server gives.
pub fn is_reserved(name: &str) -> bool {
    let looks_like = skeleton(name);
    RESERVED.iter().any(|word| skeleton(word) == looks_like) || is_a_visitors(&fold(name))
}

/// "visitante" and a number.
fn is_a_visitors(folded: &str) -> bool {
    let number = folded.strip_prefix(&fold(VISITOR)).and_then(|rest| rest.strip_prefix(' '));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
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
