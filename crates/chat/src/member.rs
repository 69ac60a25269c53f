//! A person as others see one.

use crate::{MemberId, Role};

/// A person, guest or member. The name is a text and not a [`crate::Nickname`]: an older server or client
/// may have accepted what we would refuse today, and showing it harms nobody. Who has deleted the account has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Stable identifier.
    pub id: MemberId,
    /// What the person is called now.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Colour of the person's tile: order of arrival on the server, modulo [`HUES`].
    pub hue: u8,
}

impl Member {
    /// The person has deleted the account: only the id is left.
    pub fn is_gone(&self) -> bool {
        self.name.is_empty()
    }

    /// Leaves only the id, as of somebody who has deleted the account.
    pub fn forget(&mut self) {
        self.name.clear();
        self.role = Role::Guest;
    }
}

/// Number of tile colours: the first ten people never share one.
pub const HUES: u8 = 10;
