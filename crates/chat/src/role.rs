//! What a person may be on this server.

/// A person's role, from the most to the least trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Runs the server.
    Owner,
    /// Acts for the owner.
    Admin,
    /// Keeps the peace in rooms.
    Moderator,
    /// Has kept a name with a password.
    Member,
    /// Came with a nickname, or with none.
    #[default]
    Guest,
}
