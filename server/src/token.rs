//! What makes a link a secret: 128 random bits in its address. The database holds their SHA-256 only.

use std::fmt;

use crate::session;

/// The secret part of a link that opens something once, or a few times.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn draw() -> Token {
        Token(session::base64url(&rand::random::<[u8; 16]>()))
    }

    /// The text that stands in the address: 22 characters of `A-Z a-z 0-9 - _`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database keeps of it.
    pub(crate) fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What the database would keep of `text`, if it were a token.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    session::hash(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_128_bits_and_hides_itself() {
        let (one, other) = (Token::draw(), Token::draw());
        assert_eq!(one.as_str().len(), 22);
        assert_ne!(one, other);
        assert_eq!(hash(one.as_str()), one.hash());
        assert!(!format!("{one:?}").contains(one.as_str()));
    }
}
