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

/// Something one person does to another, or to what the other said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes away a message of the other.
    Delete,
    /// Takes the other out of a room.
    Kick,
    /// Lets the other not speak in a room, or again.
    Mute,
    /// Lets the other not be on this server, or again.
    Ban,
}

impl Role {
    /// A person of this role may do `act` to somebody else of the role `to`. `keeper`: the person made the room it
    /// is done in. Moderators and above act on the less trusted; who made a room acts in it on everybody below a
    /// moderator.
    pub fn may(self, act: Act, keeper: bool, to: Role) -> bool {
        let as_moderator = self <= Role::Moderator && self < to;
        let as_keeper = keeper && act != Act::Ban && to > Role::Moderator;
        as_moderator || as_keeper
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Role; 5] = [Role::Owner, Role::Admin, Role::Moderator, Role::Member, Role::Guest];

    #[test]
    fn moderators_and_above_act_on_the_less_trusted_only() {
        for act in [Act::Delete, Act::Kick, Act::Mute, Act::Ban] {
            for (n, by) in ALL.into_iter().enumerate() {
                for (m, to) in ALL.into_iter().enumerate() {
                    assert_eq!(by.may(act, false, to), n <= 2 && n < m, "{by:?} {act:?} {to:?}");
                }
            }
        }
    }

    #[test]
    fn who_made_a_room_keeps_it_from_members_and_guests_but_bans_nobody() {
        for to in ALL {
            let below = matches!(to, Role::Member | Role::Guest);
            for act in [Act::Delete, Act::Kick, Act::Mute] {
                assert_eq!(Role::Guest.may(act, true, to), below, "{act:?} {to:?}");
            }
            assert!(!Role::Guest.may(Act::Ban, true, to));
        }
    }
}
