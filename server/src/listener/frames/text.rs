//! UTF-8, checked byte by byte: a character may be cut anywhere by a frame or by the network.

use super::CloseCode;

/// A text so far.
#[derive(Default)]
pub(super) struct Text {
    /// The character that is not complete yet.
    begun: [u8; 4],
    have: usize,
}

impl Text {
    /// One more byte.
    pub(super) fn push(&mut self, byte: u8) -> Result<(), CloseCode> {
        if self.have == 0 && byte.is_ascii() {
            return Ok(());
        }
        self.begun[self.have] = byte;
        self.have += 1;
        match std::str::from_utf8(&self.begun[..self.have]) {
            Ok(_) => self.have = 0,
            // No `error_len` means that it may still become one; four bytes always are one or none.
            Err(error) if error.error_len().is_none() => {}
            Err(_) => return Err(CloseCode::Text),
        }
        Ok(())
    }

    /// That was all.
    pub(super) fn end(&self) -> Result<(), CloseCode> {
        if self.have == 0 { Ok(()) } else { Err(CloseCode::Text) }
    }
}
