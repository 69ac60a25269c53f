//! What the program can do beside serving.

use std::path::PathBuf;

use chat::RoomId;
use clap::{Subcommand, ValueEnum};

/// Something else to do than to serve.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Task {
    /// Copy the database into FILE, while the server runs or not; the copy is checked
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Put a backup in the place of the database, which is kept beside it; the server must not run
    Restore {
        /// A file that `backup` made
        file: PathBuf,
    },
    /// Print a room's log, one event a line as JSON, while the server runs or not
    Export {
        /// The room's id, as in its address: lobby
        #[arg(value_parser = room)]
        room: RoomId,
    },
    /// Look after people, while the server runs or not
    #[command(subcommand)]
    Admin(Admin),
}

/// Something done to people by who runs the server.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Admin {
    /// Print a new link whose opener becomes the owner; there must be none
    OwnerLink,
    /// Print a link to another password for who forgot theirs; it works once and within an hour
    RecoveryLink {
        /// Name or id
        who: String,
    },
    /// Say that the machine's clock is right although it has jumped by more than a day: what ends by age (sessions, old
    /// messages) waits for that word, or for the clock to run on for 24 hours
    TrustClock,
    /// Print everybody: id, role, whether banned, since when, name
    ListUsers,
    /// Give somebody another role; there is one owner, and who was it becomes an admin
    SetRole {
        /// Name or id
        who: String,
        /// The new role
        role: RoleName,
    },
    /// Let somebody not be on this server
    Ban {
        /// Name or id
        who: String,
    },
    /// Let somebody in again
    Unban {
        /// Name or id
        who: String,
    },
}

/// A role that can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Runs the server.
    Owner,
    /// Acts for the owner.
    Admin,
    /// Keeps the peace.
    Moderator,
    /// Has kept a name.
    Member,
    /// Came with a nickname.
    Guest,
}

impl From<RoleName> for chat::Role {
    fn from(name: RoleName) -> chat::Role {
        match name {
            RoleName::Owner => chat::Role::Owner,
            RoleName::Admin => chat::Role::Admin,
            RoleName::Moderator => chat::Role::Moderator,
            RoleName::Member => chat::Role::Member,
            RoleName::Guest => chat::Role::Guest,
        }
    }
}

fn room(text: &str) -> Result<RoomId, chat::IdError> {
    text.parse()
}
