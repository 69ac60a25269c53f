//! The sentences of the plain pages, which only the server writes: none of them is in the page's program.

/// The sentences of one language.
#[derive(Debug)]
pub struct Plain {
    /// Skips the heading, for those who go by keyboard.
    pub skip: &'static str,
    /// Leads back to the chat.
    pub back: &'static str,
    /// Names the list of sections.
    pub sections: &'static str,
}
