//! What a password may be, and in which form it is hashed: letters with accents can be typed as one code point or as
//! two, and either is the same password.

use unicode_normalization::UnicodeNormalization as _;

use super::AccountError;

/// Longest password, in bytes.
pub const MAX_PASSWORD_BYTES: usize = 256;
/// Shortest password, in characters.
pub const MIN_PASSWORD_CHARS: usize = 8;

/// The form of a password that is hashed: NFC.
pub(super) fn composed(typed: &str) -> String {
    typed.nfc().collect()
}

/// The forms that an existing hash can be of, the usual one first. Before passwords were composed, they were hashed as
/// they were typed. How many there are depends on what is typed now and on nothing else.
pub(super) fn forms(typed: &str) -> Vec<String> {
    let mut forms = vec![composed(typed)];
    for form in [typed.to_owned(), typed.nfd().collect()] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// Both are the same password.
pub fn is_same(one: &str, other: &str) -> bool {
    one.nfc().eq(other.nfc())
}

/// Nobody types so much; it is not looked at.
pub(super) fn check_length(password: &str) -> Result<(), AccountError> {
    if password.len() > MAX_PASSWORD_BYTES { Err(AccountError::TooLong) } else { Ok(()) }
}

/// A new password is neither too long nor easily guessed.
pub(super) fn check_new(password: &str) -> Result<(), AccountError> {
    check_length(password)?;
    if password.nfc().count() < MIN_PASSWORD_CHARS { Err(AccountError::TooShort) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_measured_before_anything_is_done_with_it() {
        assert!(check_new(&"ç".repeat(8)).is_ok());
        assert!(matches!(check_new("1234567"), Err(AccountError::TooShort)));
        assert!(matches!(check_new(&"e\u{301}".repeat(7)), Err(AccountError::TooShort)), "seven letters");
        assert!(check_new(&"a".repeat(256)).is_ok());
        assert!(matches!(check_new(&"ç".repeat(129)), Err(AccountError::TooLong)));
    }

    #[test]
    fn a_letter_with_an_accent_is_one_password_however_it_is_typed() {
        let (one, two) = ("caf\u{e9} da manhã", "cafe\u{301} da manha\u{303}");
        assert_eq!(composed(one), composed(two));
        assert!(is_same(one, two) && !is_same(one, "cafe da manha"));
        assert_eq!(forms("segredo"), ["segredo"], "plain letters have one form");
        for typed in [one, two] {
            let forms = forms(typed);
            assert!(forms.contains(&one.to_owned()) && forms.contains(&two.to_owned()), "{forms:?}");
        }
    }
}
