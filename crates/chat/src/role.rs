//! What a person may be on this server, and do there.

/// A person's role, from the most to the least trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Who makes rooms on this server: a setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoomMakers {
    /// Guests as well.
    #[default]
    Everybody,
    /// Members and above.
    Members,
    /// Moderators and above.
    Moderators,
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes away a message of another person.
    Delete,
    /// Brings another person into a private room.
    AddMember,
    /// Takes another person out of a room.
    Kick,
    /// Lets another person not speak in a room, or again.
    Mute,
    /// Lets another person not be on this server, or again.
    Ban,
    /// Gives another person this role.
    SetRole(Role),
    /// Makes the link with which another person takes a new password.
    ResetPassword,
    /// Says what a room is about.
    SetTopic {
        /// The room is a public one.
        public: bool,
    },
    /// Calls a room something else.
    RenameRoom {
        /// The room is a public one.
        public: bool,
    },
    /// Lets people wait between two messages, or no longer.
    SlowMode {
        /// The room is a public one.
        public: bool,
    },
    /// Lets only those speak who may while it is locked, or everybody again.
    LockRoom {
        /// The room is a public one.
        public: bool,
    },
    /// Closes a room but for reading, or opens it again.
    ArchiveRoom {
        /// The room is a public one.
        public: bool,
    },
    /// Speaks in a locked room.
    SpeakWhileLocked,
    /// Speaks in a room with slow mode as often as in any other.
    SpeakWithoutWaiting,
    /// Makes a public or private room.
    CreateRoom(RoomMakers),
    /// Begins a conversation of a few.
    Converse,
    /// Makes a link that lets people in.
    Invite,
    /// Reads what people have reported, and settles it.
    ReadReports,
    /// Reads who has done what to whom.
    ReadAudit,
    /// Changes what holds for the whole server.
    ChangeSettings,
}

impl Role {
    /// A person of this role may do `act`: the whole table of rights. `keeper`: the person made the room it is done
    /// in. `to`: the role of the person it is done to, for the acts from [`Act::Delete`] to [`Act::ResetPassword`];
    /// nobody does them to oneself, which is for the caller to see.
    ///
    /// Moderators and above act on the less trusted; who made a room acts in it on everybody below a moderator. A role
    /// is given by owner and admin, below their own, to those who have kept their name; nobody is made an owner or a
    /// guest.
    pub fn may(self, act: Act, keeper: bool, to: impl Into<Option<Role>>) -> bool {
        let to = to.into();
        let (moderates, administers) = (self <= Role::Moderator, self <= Role::Admin);
        let above = to.is_some_and(|to| self < to);
        match act {
            Act::Delete | Act::Kick | Act::Mute => {
                (moderates && above) || (keeper && to.is_some_and(|to| to > Role::Moderator))
            }
            Act::Ban => moderates && above,
            Act::SetRole(role) => {
                administers && above && to != Some(Role::Guest) && self < role && role != Role::Guest
            }
            Act::ResetPassword => administers && above && to != Some(Role::Guest),
            Act::SetTopic { public }
            | Act::RenameRoom { public }
            | Act::SlowMode { public }
            | Act::LockRoom { public }
            | Act::ArchiveRoom { public } => keeper || (moderates && public),
            Act::SpeakWhileLocked | Act::SpeakWithoutWaiting | Act::Invite | Act::AddMember => {
                moderates || keeper
            }
            Act::CreateRoom(RoomMakers::Everybody) | Act::Converse => true,
            Act::CreateRoom(RoomMakers::Members) => self <= Role::Member,
            Act::CreateRoom(RoomMakers::Moderators) | Act::ReadReports => moderates,
            Act::ReadAudit | Act::ChangeSettings => administers,
        }
    }
}

#[cfg(test)]
mod tests;
